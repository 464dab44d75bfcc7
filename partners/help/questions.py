"""What partners ask, counted: searches of the help, and subjects of conversations."""

import uuid

from django.db import transaction
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.utils import timezone

from activity.services import record
from partners.models import Article, Question
from prm.errors import NotFound
from sellers.actors import Actor
from sellers.models import Seller

SHORTEST = 3


def note(*, seller: Seller, words: str, found: bool) -> None:
    """Count one asking of `words`; `found` says whether an article was shown for it.

    One statement, whoever asks at the same time. What is shorter than three letters is no
    question.
    """
    text = " ".join(words.split())[:160]
    if len(text) < SHORTEST:
        return
    missed = 0 if found else 1
    now = timezone.now()
    with transaction.atomic():
        hit = Question.objects.filter(key=text.casefold()[:160]).update(
            asked=F("asked") + 1, unanswered=F("unanswered") + missed, last_asked_at=now
        )
        if not hit:
            Question.objects.bulk_create(
                [
                    Question(
                        seller=seller,
                        key=text.casefold()[:160],
                        words=text,
                        unanswered=missed,
                        last_asked_at=now,
                    )
                ],
                ignore_conflicts=True,
            )


def questions() -> QuerySet[Question]:
    """All questions with `state`: answered (an article is named), dismissed, or open."""
    return Question.objects.select_related("article", "seller").annotate(
        state=Case(
            When(article__isnull=False, then=Value("answered")),
            When(dismissed_at__isnull=False, then=Value("dismissed")),
            default=Value("open"),
            output_field=CharField(),
        )
    )


def asked_often(most: int = 6) -> QuerySet[Question]:
    """What was asked most and has no answer yet."""
    return questions().filter(article=None, dismissed_at=None).order_by("-asked", "-id")[:most]


def answered_often(language: str, most: int = 6) -> list[Article]:
    """Published articles in `language` that answer the most questions."""
    rows = (
        Question.objects.filter(
            Q(article__language=language), article__status=Article.Status.PUBLISHED
        )
        .select_related("article__seller")
        .order_by("-asked", "-id")[: most * 3]
    )
    articles = {row.article_id: row.article for row in rows if row.article is not None}
    return list(articles.values())[:most]


def question_by_id(question_id: uuid.UUID | str) -> Question:
    """One question; raises NotFound."""
    found = questions().filter(pk=question_id).first()
    if found is None:
        raise NotFound("question")
    return found


@transaction.atomic
def answer(*, question: Question, article: Article, actor: Actor) -> None:
    """Name the article that answers a question."""
    Question.objects.filter(pk=question.pk).update(article=article, dismissed_at=None)
    record(
        seller=article.seller,
        actor=actor,
        verb="question.answered",
        object=question,
        label=question.words,
        detail={"article": article.title},
    )


@transaction.atomic
def dismiss(*, question: Question, actor: Actor) -> None:
    """Take a question off the list: it needs no article."""
    Question.objects.filter(pk=question.pk, dismissed_at=None).update(dismissed_at=timezone.now())
    record(
        seller=question.seller,
        actor=actor,
        verb="question.dismissed",
        object=question,
        label=question.words,
    )
