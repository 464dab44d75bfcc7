"""Reads about prospects, their channels and references."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from partners import rules, selectors
from partners.models import Channel, Partner, Prospect, Reference
from partners.prospect_rules import Reach
from prm.errors import NotFound
from sellers.models import Staff

Holder = Prospect | Partner


@dataclass(frozen=True)
class AlikeProspect:
    """A prospect who may be the same as another, and what they share: email, domain or name."""

    prospect: Prospect
    shares: str


def prospects() -> QuerySet[Prospect]:
    """All prospects of the seller in scope, with what a list shows."""
    return Prospect.objects.select_related("manager__user", "seller", "partner").prefetch_related(
        "channels"
    )


def prospect_by_id(prospect_id: uuid.UUID | str) -> Prospect:
    """The prospect; raises NotFound."""
    found = prospects().filter(pk=prospect_id).first()
    if found is None:
        raise NotFound("prospect")
    return found


def stage_counts(rows: QuerySet[Prospect]) -> dict[str, int]:
    """How many of `rows` are in each stage."""
    return dict(rows.order_by().values_list("stage").annotate(Count("id")))


def countries_in_use() -> list[str]:
    """Country codes that at least one prospect has."""
    rows = Prospect.objects.exclude(country="").order_by("country")
    return list(rows.values_list("country", flat=True).distinct())


def lookers() -> QuerySet[Staff]:
    """Staff who look after at least one prospect."""
    after = Prospect.objects.filter(manager=OuterRef("pk"))
    return Staff.objects.filter(Exists(after)).select_related("user").order_by("user__name", "id")


def heard_on(rows: QuerySet[Prospect], platform: str) -> QuerySet[Prospect]:
    """Those of `rows` with a channel on the platform."""
    there = Channel.objects.filter(prospect=OuterRef("pk"), platform=platform)
    return rows.filter(Exists(there))


def channels_of(holder: Holder) -> QuerySet[Channel]:
    """The channels of a prospect or partner, the largest first."""
    return Channel.objects.filter(_of(holder)).order_by(F("audience").desc(nulls_last=True), "id")


def references_of(holder: Holder) -> QuerySet[Reference]:
    """Who works with a prospect or partner and who speaks for him, the newest first."""
    return Reference.objects.filter(_of(holder)).order_by("-given_on", "-id")


def reach_of(channels: Sequence[Channel]) -> list[Reach]:
    """Channels as plain values."""
    return [Reach(one.platform, one.audience, one.engagement) for one in channels]


def alike(
    *, name: str, email: str = "", website: str = "", apart_from: uuid.UUID | None = None
) -> list[AlikeProspect]:
    """At most 5 prospects that share e-mail, website domain or name; the strongest sign first."""
    address, domain = rules.email_key(email), rules.website_domain(website)
    key = rules.name_key(name)
    same = Q(pk__in=[])
    for field, value in (("email", address), ("domain", domain), ("name_key", key)):
        if value:
            same |= Q(**{field: value})
    others = Prospect.objects.exclude(pk=apart_from) if apart_from else Prospect.objects.all()
    found = others.filter(same).order_by("id")[:20]
    hits = [AlikeProspect(one, _shared(one, address, domain)) for one in found]
    order = {"email": 0, "domain": 1, "name": 2}
    return sorted(hits, key=lambda hit: order[hit.shares])[:5]


def partners_like(prospect: Prospect) -> list[selectors.Duplicate]:
    """Partners that may be this very prospect."""
    return selectors.possible_duplicates(
        name=prospect.name, email=prospect.email, website=prospect.website
    )


def _of(holder: Holder) -> Q:
    return Q(prospect=holder) if isinstance(holder, Prospect) else Q(partner=holder)


def _shared(prospect: Prospect, address: str, domain: str) -> str:
    if address and prospect.email == address:
        return "email"
    return "domain" if domain and prospect.domain == domain else "name"
