"""Reads about help articles, and their search by PostgreSQL's full text.

An article is stemmed in its own language, and so is the question for it: "payouts" finds
"payout", "pembayaran" finds "bayar". Words in quotes are looked for as they stand, a minus before
a word excludes it (`websearch_to_tsquery`).
"""

import uuid
from dataclasses import dataclass

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Value, When
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from partners.models import Article
from partners.models.help import CONFIGURATIONS
from prm.errors import NotFound

MOST_FOUND = 20
# Characters that no text of ours holds, so that what is marked can be told from what was written.
_START, _STOP = "\ue000", "\ue001"


@dataclass(frozen=True)
class Found:
    """An article and the part of it that fits, with the found words marked."""

    article: Article
    snippet: SafeString


def articles() -> QuerySet[Article]:
    """All articles with how many readers they helped (`helped`) and did not (`not_helped`)."""
    return Article.objects.select_related("seller").annotate(
        helped=Count("votes", filter=Q(votes__helped=True)),
        not_helped=Count("votes", filter=Q(votes__helped=False)),
    )


def article_by_id(article_id: uuid.UUID | str) -> Article:
    """One article; raises NotFound."""
    found = articles().filter(pk=article_id).first()
    if found is None:
        raise NotFound("article")
    return found


def published(language: str = "") -> QuerySet[Article]:
    """What partners see, in one language or in all."""
    rows = Article.objects.filter(status=Article.Status.PUBLISHED).select_related("seller")
    return rows.filter(language=language) if language else rows


def published_one(article_id: uuid.UUID | str) -> Article:
    """One that partners see; raises NotFound."""
    found = published().filter(pk=article_id).first()
    if found is None:
        raise NotFound("article")
    return found


def by_topic(language: str) -> dict[str, list[Article]]:
    """Topic -> titles of published articles in `language`; those without a topic come last."""
    rows = published(language).defer("source", "text", "search").order_by("topic", "title")[:200]
    found: dict[str, list[Article]] = {}
    for row in rows:
        found.setdefault(row.topic, []).append(row)
    return dict(sorted(found.items(), key=lambda pair: (not pair[0], pair[0])))


def language_for(reader: str) -> str:
    """The reader's language where articles can be in it, else English."""
    return reader if reader in CONFIGURATIONS else "en"


def search(words: str, language: str) -> list[Found]:
    """At most 20 published articles, those in the reader's `language` first, then the best fit."""
    text = words.replace("\x00", "").strip()[:200]
    if not text:
        return []
    queries = {
        code: SearchQuery(text, config=configuration, search_type="websearch")
        for code, configuration in CONFIGURATIONS.items()
    }
    fits = Q()
    for code, query in queries.items():
        fits |= Q(language=code, search=query)
    rows = (
        published()
        .filter(fits)
        .annotate(
            own=Case(
                When(language=language, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            ),
            rank=Case(
                *(
                    When(language=code, then=SearchRank(F("search"), query))
                    for code, query in queries.items()
                )
            ),
            part=Case(
                *(
                    When(language=code, then=_headline(query, CONFIGURATIONS[code]))
                    for code, query in queries.items()
                ),
                output_field=CharField(),
            ),
        )
        .order_by("own", "-rank", "id")[:MOST_FOUND]
    )
    return [Found(row, _marked(row.part)) for row in rows]


def _headline(query: SearchQuery, configuration: str) -> SearchHeadline:
    return SearchHeadline(
        "text",
        query,
        config=configuration,
        start_sel=_START,
        stop_sel=_STOP,
        max_words=28,
        min_words=12,
    )


def _marked(part: str) -> SafeString:
    """The snippet with found words in <mark>; everything else in it is text."""
    text = escape(part).replace(_START, "<mark>").replace(_STOP, "</mark>")
    return mark_safe(text)  # noqa: S308  escaped above
