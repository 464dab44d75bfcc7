"""Help articles for partners, and what partners ask."""

from typing import Final

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.expressions import CombinedExpression
from django.utils.translation import gettext_lazy as _

from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller

CONFIGURATIONS: Final = {"en": "english", "id": "indonesian"}
"""Language -> the text search configuration of PostgreSQL that stems it."""


def _vector(configuration: str) -> CombinedExpression:
    return SearchVector(F("title"), weight="A", config=configuration) + SearchVector(
        F("text"), weight="B", config=configuration
    )


class ArticleStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class Article(Record):
    """An answer that partners find by themselves. `text` is `source` without its formatting."""

    Status = ArticleStatus
    TRANSITIONS: Final[dict[str, set[str]]] = {"draft": {"published"}, "published": {"draft"}}

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    language = models.CharField(max_length=2, choices=[("en", "English"), ("id", "Indonesia")])
    topic = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=160)
    source = models.TextField(max_length=50_000)
    text = models.TextField(editable=False)
    status = models.CharField(
        max_length=9, choices=ArticleStatus.choices, default=ArticleStatus.DRAFT
    )
    published_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    search = models.GeneratedField(
        expression=Case(
            When(language=Value("id"), then=_vector("indonesian")), default=_vector("english")
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes = [
            models.Index(fields=["seller", "status", "language", "-id"], name="article_status"),
            GinIndex(fields=["search"], name="article_search"),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleVote(Record):
    """Whether an article helped one person; his last word counts."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    article = TenantForeignKey(Article, related_name="votes", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    helped = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "article", "user"], name="article_vote_once")
        ]


class Question(Record):
    """What partners asked, in a search or as the subject of a conversation, and how often.

    `key` is the words in lower case with single spaces. `unanswered` counts the times when no
    article was found. `article` answers it; `dismissed_at` takes it off the list.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=160)
    words = models.CharField(max_length=160)
    asked = models.PositiveIntegerField(default=1)
    unanswered = models.PositiveIntegerField(default=0)
    last_asked_at = models.DateTimeField()
    article = TenantForeignKey(Article, null=True, blank=True, related_name="questions")
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seller", "key"], name="question_once")]
        indexes = [models.Index(fields=["seller", "-asked", "-id"], name="question_often")]

    def __str__(self) -> str:
        return self.words
