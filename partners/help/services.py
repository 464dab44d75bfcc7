"""Writes about help articles: written, published, taken back, voted on."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from partners.models import Article, ArticleVote
from partners.models.help import CONFIGURATIONS
from prm import rich_text
from prm.errors import Conflict, Unacceptable
from prm.validation import require_valid
from sellers.actors import Actor
from sellers.models import Seller, User

CHECKED = frozenset({"language", "topic", "title", "source"})


@transaction.atomic
def create_article(
    *, seller: Seller, actor: Actor, language: str, title: str, source: str, topic: str = ""
) -> Article:
    """A draft that partners do not see yet. Raises Unacceptable by the field."""
    article = Article(seller=seller)
    _fill(article, language, title, source, topic)
    article.save(force_insert=True)
    record(seller=seller, actor=actor, verb="article.created", object=article)
    return article


@transaction.atomic
def change_article(
    *, article: Article, actor: Actor, language: str, title: str, source: str, topic: str = ""
) -> Article:
    """Change it; a published one changes for its readers at once. Unacceptable by the field."""
    current = Article.objects.select_for_update().get(pk=article.pk)
    before = {name: getattr(current, name) for name in sorted(CHECKED)}
    _fill(current, language, title, source, topic)
    changed = {name for name, value in before.items() if getattr(current, name) != value}
    if not changed:
        return current
    current.save(update_fields=[*changed, "text", "updated_at"])
    record(
        seller=current.seller,
        actor=actor,
        verb="article.changed",
        object=current,
        changes={
            name: (before[name], getattr(current, name)) for name in changed if name != "source"
        },
    )
    return current


@transaction.atomic
def publish_article(*, article: Article, actor: Actor) -> None:
    """Show it to partners. Raises Conflict when it is shown already."""
    hit = Article.objects.filter(pk=article.pk, status=Article.Status.DRAFT).update(
        status=Article.Status.PUBLISHED, published_at=timezone.now()
    )
    _after_move(article, actor, hit, "article.published")


@transaction.atomic
def take_back_article(*, article: Article, actor: Actor) -> None:
    """Make it a draft again. Raises Conflict when it is one."""
    hit = Article.objects.filter(pk=article.pk, status=Article.Status.PUBLISHED).update(
        status=Article.Status.DRAFT
    )
    _after_move(article, actor, hit, "article.taken_back")


def vote(*, article: Article, user: User, helped: bool) -> None:
    """Note whether it helped this person; his last word counts. No event is written."""
    ArticleVote.objects.update_or_create(
        seller_id=article.seller_id, article=article, user=user, defaults={"helped": helped}
    )


def _after_move(article: Article, actor: Actor, hit: int, verb: str) -> None:
    if hit != 1:
        raise Conflict(_("This was already done."), code="state")
    record(seller=article.seller, actor=actor, verb=verb, object=article)


def _fill(article: Article, language: str, title: str, source: str, topic: str) -> None:
    article.language, article.title = language, " ".join(title.split())
    article.topic = " ".join(topic.split())
    article.source = source.replace("\r\n", "\n").strip()
    article.text = rich_text.to_text(article.source)
    if language not in CONFIGURATIONS:
        raise Unacceptable(_("Choose a language."), field="language", code="choice")
    if not article.title:
        raise Unacceptable(_("Give it a title."), field="title", code="required")
    if not article.text:
        raise Unacceptable(_("Write the answer."), field="source", code="required")
    require_valid(article, only=CHECKED)
