"""Sums of sales and clicks over a period beside the period before; everything from rollups."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncWeek

from campaigns.models import Program
from partners.models import Partner
from prm.periods import Period
from prm.totals import Grain, over, over_days
from tracking.models import Dimension, SalesTotal, SellerDay

ZERO: Final = Value(0, BigIntegerField())


@dataclass(frozen=True)
class SalesSum:
    """Net sales through partners in one currency, in minor units, and how many; and before."""

    amount: int
    amount_before: int
    count: int
    count_before: int


@dataclass(frozen=True)
class Reach:
    """What partners brought: how many had a sale, people's clicks, and sales by a click."""

    partners: int
    partners_before: int
    clicks: int
    clicks_before: int
    click_sales: int
    click_sales_before: int

    @property
    def rate(self) -> float | None:
        """Clicks that became sales, in per cent; None without clicks."""
        return self.click_sales * 100 / self.clicks if self.clicks else None

    @property
    def rate_before(self) -> float | None:
        """The same before."""
        return self.click_sales_before * 100 / self.clicks_before if self.clicks_before else None


@dataclass(frozen=True)
class Week:
    """One calendar week of the seller in figures; `amounts` of one currency by program name."""

    start: datetime
    amounts: dict[str, int]
    partners: int
    clicks: int
    click_sales: int

    @property
    def amount(self) -> int:
        """Net sales of all programs."""
        return sum(self.amounts.values())


@dataclass(frozen=True)
class Mover:
    """A partner whose sales moved: net sales now and before, and by week, oldest first."""

    partner_id: uuid.UUID
    name: str
    kind: str
    now: int
    before: int
    weeks: list[int]

    @property
    def change(self) -> int:
        """Gain or loss in minor units."""
        return self.now - self.before


def sales_by_currency(period: Period) -> dict[str, SalesSum]:
    """Net sales credited to partners, by currency; one query."""
    now, before = _now_and_before(period)
    rows = (
        _sales_of(period)
        .values_list("currency")
        .annotate(
            amount=_sum("amount_minor", now),
            amount_before=_sum("amount_minor", before),
            number=_sum("count", now),
            number_before=_sum("count", before),
        )
    )
    found = {code: SalesSum(*(int(sum_ or 0) for sum_ in sums)) for code, *sums in rows}
    return {code: one for code, one in found.items() if one.count or one.count_before}


def reach(period: Period) -> Reach:
    """Partners with a sale, clicks and sales by click; two queries."""
    now, before = _now_and_before(period)
    sold = (
        _sales_of(period)
        .values("partner_id")
        .annotate(
            n=_sum("count", now),
            n_before=_sum("count", before),
            clicked=_sum("by_click", now),
            clicked_before=_sum("by_click", before),
        )
        .aggregate(
            partners=Count("partner_id", filter=Q(n__gt=0)),
            partners_before=Count("partner_id", filter=Q(n_before__gt=0)),
            click_sales=Sum("clicked"),
            click_sales_before=Sum("clicked_before"),
        )
    )
    first, last = period.days
    first_before, last_before = period.days_before
    seen = _people(min(first, first_before)).aggregate(
        now=_sum("clicks", Q(day__range=(first, last))),
        before=_sum("clicks", Q(day__range=(first_before, last_before))),
    )
    return Reach(
        **{name: int(value or 0) for name, value in sold.items()},
        clicks=int(seen["now"] or 0),
        clicks_before=int(seen["before"] or 0),
    )


def weeks(starts: Sequence[datetime], currency: str) -> list[Week]:
    """Figures of the weeks that begin at `starts`, midnights in the seller's zone; four queries."""
    sold = SalesTotal.objects.filter(_weeks_of(starts)).annotate(week=TruncWeek("starts_on"))
    by_program: dict[date, dict[uuid.UUID, int]] = defaultdict(dict)
    rows = sold.filter(currency=currency).values_list("week", "program_id")
    for week, program_id, amount in rows.annotate(Sum("amount_minor")):
        by_program[week][program_id] = int(amount)
    people = {
        week: (partners, int(by_click))
        for week, partners, by_click in sold.values_list("week").annotate(
            partners=Count("partner_id", distinct=True, filter=Q(count__gt=0)),
            clicked=Sum("by_click"),
        )
    }
    clicks = dict(
        _people(starts[0].date())
        .annotate(week=TruncWeek("day"))
        .values_list("week")
        .annotate(Sum("clicks"))
    )
    names = dict(Program.objects.values_list("pk", "name"))
    found = []
    for start in starts:
        amounts: dict[str, int] = defaultdict(int)
        for program_id, amount in by_program.get(start.date(), {}).items():
            amounts[names[program_id]] += amount
        partners, by_click = people.get(start.date(), (0, 0))
        found.append(
            Week(start, dict(amounts), partners, int(clicks.get(start.date(), 0)), by_click)
        )
    return found


def movers(
    period: Period, currency: str, starts: Sequence[datetime], limit: int = 3
) -> tuple[list[Mover], list[Mover]]:
    """The partners who gained most and who lost most in one currency; four queries."""
    now, before = _now_and_before(period)
    moved = (
        _sales_of(period)
        .filter(currency=currency)
        .values("partner_id")
        .annotate(
            now=Coalesce(_sum("amount_minor", now), ZERO),
            before=Coalesce(_sum("amount_minor", before), ZERO),
        )
        .annotate(change=F("now") - F("before"))
    )
    rising = list(moved.filter(change__gt=0).order_by("-change", "partner_id")[:limit])
    fading = list(moved.filter(change__lt=0).order_by("change", "partner_id")[:limit])
    ids = [row["partner_id"] for row in rising + fading]
    people = Partner.objects.only("name", "kind").in_bulk(ids)
    weekly = _weekly_by_partner(ids, currency, starts)

    def mover(row: Mapping[str, Any]) -> Mover:
        partner = people[row["partner_id"]]
        line = weekly.get(partner.pk, {})
        return Mover(
            partner.pk,
            partner.name,
            partner.kind,
            int(row["now"]),
            int(row["before"]),
            [line.get(start.date(), 0) for start in starts],
        )

    return [mover(row) for row in rising], [mover(row) for row in fading]


def _weekly_by_partner(
    partner_ids: list[uuid.UUID], currency: str, starts: Sequence[datetime]
) -> dict[uuid.UUID, dict[date, int]]:
    rows = (
        SalesTotal.objects.filter(_weeks_of(starts), partner_id__in=partner_ids, currency=currency)
        .annotate(week=TruncWeek("starts_on"))
        .values_list("partner_id", "week")
        .annotate(Sum("amount_minor"))
    )
    found: dict[uuid.UUID, dict[date, int]] = defaultdict(dict)
    for partner_id, week, amount in rows:
        found[partner_id][week] = int(amount)
    return found


def _sales_of(period: Period) -> QuerySet[SalesTotal]:
    """Sums of the period and of the one before."""
    return SalesTotal.objects.filter(over_days(*period.days) | over_days(*period.days_before))


def _now_and_before(period: Period) -> tuple[Q, Q]:
    """Which of `_sales_of` are which: what is before ends before what is now begins."""
    first, _last = period.days
    return Q(starts_on__gte=first), Q(starts_on__lt=first)


def _weeks_of(starts: Sequence[datetime]) -> Q:
    return over(Grain.WEEK, starts[0].date(), starts[-1].date() + timedelta(days=6))


def _people(first: date) -> QuerySet[SellerDay]:
    return SellerDay.objects.filter(dimension=Dimension.ALL, day__gte=first)


def _sum(name: str, which: Q) -> Sum:
    return Sum(name, filter=which)
