"""Reads about partners' public pages, and the decisions about what such a page may say."""

import re
import uuid
from collections.abc import Iterable
from typing import Final

from django.db.models import Case, CharField, F, Func, QuerySet, Value, When

from partners.models import PageSettings, Partner, PartnerPage
from prm.errors import NotFound
from sellers.models import Seller
from sellers.rules import SLUG_MAX, slug_from

MOST_TOPICS: Final = 8
TOPIC_LENGTH: Final = 40
_TRIES: Final = 50
# Addresses below /<seller>/with/ that a partner might be taken for the seller by.
RESERVED: Final = frozenset({"admin", "official", "seller", "staff", "support", "team"})
PHONE: Final = re.compile(r"\+?[0-9][0-9 ()./-]{3,38}")


def settings_of(seller: Seller) -> PageSettings:
    """What the seller lets be shown; an unsaved row with everything off where he never chose."""
    return PageSettings.objects.filter(seller=seller).first() or PageSettings(seller=seller)


def pages() -> QuerySet[PartnerPage]:
    """All partners' pages with their partner, and `state`: hidden, public, listed or private."""
    state = Case(
        When(hidden_at__isnull=False, then=Value("hidden")),
        When(is_public=True, then=Value("public")),
        When(is_listed=True, then=Value("listed")),
        default=Value("private"),
        output_field=CharField(),
    )
    return PartnerPage.objects.select_related("partner__manager__user", "seller").annotate(
        state=state
    )


def page_by_id(page_id: uuid.UUID | str) -> PartnerPage:
    """The page; raises NotFound."""
    found = pages().filter(pk=page_id).first()
    if found is None:
        raise NotFound("page")
    return found


def page_of(partner_id: uuid.UUID) -> PartnerPage | None:
    """A partner's page; None where he wrote nothing yet."""
    return pages().filter(partner_id=partner_id).first()


def page_or_blank(partner: Partner) -> PartnerPage:
    """The partner's page; an unsaved one with what is known of him where he wrote nothing yet."""
    return page_of(partner.pk) or PartnerPage(
        seller=partner.seller,
        partner=partner,
        name=partner.name,
        slug=free_slug(partner.name),
        website=partner.website,
    )


def is_open(page: PartnerPage, settings: PageSettings) -> bool:
    """Whether anybody may read the page: partner and seller both want it, and he is active."""
    return (
        settings.pages_on
        and page.is_public
        and page.hidden_at is None
        and page.partner.status == Partner.Status.ACTIVE
    )


def open_page(slug: str, settings: PageSettings) -> PartnerPage:
    """The page at this address that anybody may read; raises NotFound."""
    found = pages().filter(slug=slug).first()
    if found is None or not is_open(found, settings):
        raise NotFound("page")
    return found


def listed() -> QuerySet[PartnerPage]:
    """What the directory shows: partners who want it, are active and not hidden."""
    return pages().filter(is_listed=True, hidden_at=None, partner__status=Partner.Status.ACTIVE)


def topics_in_use() -> list[str]:
    """Topics of listed partners, alphabetically."""
    rows = listed().annotate(topic=Func(F("topics"), function="unnest"))
    return sorted(set(rows.order_by().values_list("topic", flat=True).distinct()[:500]))


def countries_listed() -> list[str]:
    """Countries of listed partners."""
    rows = listed().exclude(partner__country="").order_by("partner__country")
    return list(rows.values_list("partner__country", flat=True).distinct())


def cleaned_topics(words: Iterable[str]) -> list[str]:
    """Topics as they are kept: lower case, single spaces, each once, in the order given."""
    plain = (" ".join(word.lower().split()) for word in words)
    return list(dict.fromkeys(word for word in plain if word))


def free_slug(name: str) -> str:
    """An address for a page of this name that no other page of the seller has."""
    base = slug_from(name) or "partner"
    base = f"{base}-1" if base in RESERVED else base
    taken = set(PartnerPage.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    for number in range(1, _TRIES):
        tail = "" if number == 1 else f"-{number}"
        slug = f"{base[: SLUG_MAX - len(tail)].rstrip('-')}{tail}"
        if slug not in taken:
            return slug
    return f"{base[: SLUG_MAX - 13].rstrip('-')}-{uuid.uuid4().hex[:12]}"
