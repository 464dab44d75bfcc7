"""Sums of clicks: by link, and of a seller or one partner divided by what they came from.

Nothing here reads a click: the shipper keeps the sums by day of the seller's time zone.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, cast

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from campaigns.models import Program
from partners.models import Partner
from prm.rows import fetched
from tracking.models import Dimension, Link, LinkDay, PartnerDay, SellerDay

BY_PARTNER: Final = "partner"
BY_LINK: Final = "link"
# What the seller's own days are divided by; anything else is summed over his partners' days.
_OF_SELLER: Final = frozenset(
    {
        Dimension.ALL,
        Dimension.PROGRAM,
        Dimension.COUNTRY,
        Dimension.DEVICE,
        Dimension.REFERRER,
    }
)
_NAMES: Final = ("clicks", "visitors", "bots", "impressions")


@dataclass(frozen=True)
class Span:
    """Days `first` to `last` and, to compare with, as many days just before."""

    first: date
    last: date

    @property
    def before(self) -> "Span":
        """As many days just before."""
        days = (self.last - self.first) + timedelta(days=1)
        return Span(self.first - days, self.first - timedelta(days=1))

    @property
    def days(self) -> list[date]:
        """Each day, oldest first."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=number) for number in range(count)]

    def as_q(self) -> Q:
        """The condition on `day`."""
        return Q(day__gte=self.first, day__lte=self.last)


@dataclass(frozen=True)
class Traffic:
    """People's clicks, visitors (once a day each), machines' clicks, banners shown."""

    clicks: int = 0
    visitors: int = 0
    bots: int = 0
    impressions: int = 0


@dataclass(frozen=True)
class Part:
    """One value of what traffic is divided by, now and before."""

    value: str
    now: Traffic
    before: Traffic


@dataclass(frozen=True)
class Source:
    """Whose traffic: one partner's or all, in one program or all."""

    partner_id: uuid.UUID | None = None
    program_id: uuid.UUID | None = None

    def rows(self, dimension: str) -> QuerySet[Any]:
        """Days divided by `dimension`; `value` says which part."""
        if self.partner_id is None and self.program_id is None and dimension in _OF_SELLER:
            return SellerDay.objects.filter(dimension=dimension)
        return self.partner_days(dimension)

    def partner_days(self, dimension: str) -> QuerySet[PartnerDay]:
        """The same by partner. Their key begins with partner and program, so both are named."""
        partners: Any = [self.partner_id] if self.partner_id else Partner.objects.values("pk")
        programs = [self.program_id] if self.program_id else _programs()
        return PartnerDay.objects.filter(
            partner_id__in=partners, program_id__in=programs, dimension=dimension
        )

    def links(self) -> QuerySet[Link]:
        """The links that lead to it."""
        rows = Link.objects.all()
        if self.partner_id:
            rows = rows.filter(enrollment__partner_id=self.partner_id)
        return rows.filter(enrollment__program_id=self.program_id) if self.program_id else rows


def traffic(source: Source, span: Span) -> tuple[Traffic, Traffic]:
    """In all, now and before; one query."""
    both = span.as_q() | span.before.as_q()
    found = source.rows(Dimension.ALL).filter(both).aggregate(**_sums(span))
    return _read(found, "_now"), _read(found, "_before")


def traffic_by_day(source: Source, span: Span) -> dict[date, Traffic]:
    """In all, by day; a day without any is missing; one query."""
    rows = source.rows(Dimension.ALL).filter(span.as_q()).values("day")
    return {
        row["day"]: Traffic(*(int(row[f"n_{name}"]) for name in _NAMES))
        for row in rows.annotate(**{f"n_{name}": Sum(name) for name in _NAMES})
    }


def traffic_by(source: Source, by: str, span: Span, limit: int | None = None) -> list[Part]:
    """By what it came from, most clicks first. `by` is a Dimension, BY_PARTNER or BY_LINK.

    One query, or two.
    """
    both = span.as_q() | span.before.as_q()
    if by == BY_LINK:
        links = source.links().values("pk")
        rows: QuerySet[Any] = LinkDay.objects.filter(both, link_id__in=links)
        rows = rows.annotate(part=F("link_id"))
    elif by == BY_PARTNER:
        rows = source.partner_days(Dimension.ALL).filter(both).annotate(part=F("partner_id"))
    else:
        rows = source.rows(by).filter(both).annotate(part=F("value"))
    summed = cast("QuerySet[Any, Any]", rows.values("part").annotate(**_sums(span)))
    ordered = summed.order_by("-clicks_now", "-bots_now", "-clicks_before", "part")
    return [
        Part(str(row["part"]), _read(row, "_now"), _read(row, "_before")) for row in ordered[:limit]
    ]


def clicks_of_link(since: date | None = None) -> Coalesce:
    """People's clicks of the outer link, of all time or since a day; for lists of links."""
    days = LinkDay.objects.filter(day__gte=since) if since else LinkDay.objects.all()
    summed = days.filter(link_id=OuterRef("pk")).values("link_id").annotate(n=Sum("clicks"))
    return Coalesce(Subquery(summed.values("n"), output_field=BigIntegerField()), 0)


_WEEKLY: Final = """
    SELECT link_id, date_trunc('week', day)::date, sum(clicks)::bigint FROM tracking_linkday
    WHERE link_id = ANY(%s::uuid[]) AND day >= %s GROUP BY 1, 2
"""


def weekly_clicks(
    link_ids: Sequence[uuid.UUID], starts: Sequence[datetime]
) -> dict[uuid.UUID, list[int]]:
    """People's clicks of each link by week, oldest first; one query."""
    found: dict[uuid.UUID, dict[date, int]] = defaultdict(dict)
    for link_id, week, count in fetched(_WEEKLY, [list(link_ids), starts[0].date()]):
        found[link_id][week] = count
    return {
        link_id: [found[link_id].get(start.date(), 0) for start in starts] for link_id in link_ids
    }


def clicks_of_partners(
    program_id: uuid.UUID, partners: QuerySet[Any], first: date, last: date
) -> QuerySet[Any]:
    """Each partner with people's clicks on his links in a program over days."""
    rows = PartnerDay.objects.filter(
        partner_id__in=partners,
        program_id=program_id,
        dimension=Dimension.ALL,
        day__range=(first, last),
    )
    found: QuerySet[Any] = rows.order_by().values_list("partner_id").annotate(counted=Sum("clicks"))
    return found


def _sums(span: Span) -> dict[str, Coalesce]:
    return {
        f"{name}_{when}": Coalesce(Sum(name, filter=days.as_q()), 0, output_field=BigIntegerField())
        for name in _NAMES
        for when, days in (("now", span), ("before", span.before))
    }


def _read(row: Mapping[str, Any], ending: str) -> Traffic:
    return Traffic(*(int(row[name + ending]) for name in _NAMES))


def _programs() -> list[uuid.UUID]:
    return list(Program.objects.values_list("pk", flat=True))
