"""Reads about links, clicks and sales."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncWeek

from prm.errors import NotFound
from prm.periods import Period
from sellers.scope import maintenance_scope
from tracking.models import Click, Link, Refund, Sale
from tracking.models.links import CODE_FORM


def link_to_follow(code: str) -> Link | None:
    """The link behind `/r/<code>` with everything the redirect needs."""
    if not CODE_FORM.fullmatch(code):
        return None
    with maintenance_scope():
        return (
            Link.objects.filter(code=code)
            .select_related("enrollment__program", "enrollment__partner")
            .first()
        )


def links() -> QuerySet[Link]:
    """Links with partner, program and campaign."""
    return Link.objects.select_related(
        "enrollment__partner", "enrollment__program", "campaign", "seller"
    )


def links_of(partner_id: uuid.UUID) -> QuerySet[Link]:
    """A partner's links."""
    return links().filter(enrollment__partner_id=partner_id)


def with_click_counts(rows: QuerySet[Link]) -> QuerySet[Link]:
    """Links with `people`: clicks that no machine made."""
    clicks = Click.objects.filter(link_id=OuterRef("pk"), bot_reason="").order_by()
    counted = clicks.values("link_id").annotate(n=Count("*")).values("n")
    return rows.annotate(people=Coalesce(Subquery(counted), 0))


def sales() -> QuerySet[Sale]:
    """Sales with what a list shows."""
    return Sale.objects.select_related("partner", "program", "link", "customer", "seller")


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


BY_CLICK = Q(attribution__method="click")


def sales_by_currency(period: Period) -> dict[str, SalesSum]:
    """Net sales credited to partners, by currency; one query."""
    now, before = _in_period("occurred_at", period)
    rows = (
        _credited(period.before_start, period.end)
        .values("currency")
        .annotate(
            amount=Coalesce(Sum("amount_minor", filter=now), 0),
            amount_before=Coalesce(Sum("amount_minor", filter=before), 0),
            count=Count("id", filter=now),
            count_before=Count("id", filter=before),
        )
    )
    return {
        row["currency"]: SalesSum(
            int(row["amount"]), int(row["amount_before"]), row["count"], row["count_before"]
        )
        for row in rows
    }


def reach(period: Period) -> Reach:
    """Partners with a sale, clicks and sales by click; two queries."""
    now, before = _in_period("occurred_at", period)
    sold = _credited(period.before_start, period.end).aggregate(
        partners=Count("partner_id", distinct=True, filter=now),
        partners_before=Count("partner_id", distinct=True, filter=before),
        click_sales=Count("id", filter=now & BY_CLICK),
        click_sales_before=Count("id", filter=before & BY_CLICK),
    )
    now, before = _in_period("at", period)
    seen = Click.objects.filter(bot_reason="").aggregate(
        clicks=Count("id", filter=now), clicks_before=Count("id", filter=before)
    )
    return Reach(**sold, **seen)


def weeks(starts: Sequence[datetime], currency: str) -> list[Week]:
    """Figures of the weeks that begin at `starts`; three queries."""
    zone = starts[0].tzinfo
    sold = _credited(starts[0], None).annotate(week=TruncWeek("occurred_at", tzinfo=zone))
    amounts: dict[datetime, dict[str, int]] = defaultdict(dict)
    by_program = sold.filter(currency=currency).values_list("week", "program__name")
    for week, program, amount in by_program.annotate(Sum("amount_minor")):
        amounts[week][program] = int(amount)
    people = {
        row["week"]: row
        for row in sold.values("week").annotate(
            partners=Count("partner_id", distinct=True), by_click=Count("id", filter=BY_CLICK)
        )
    }
    clicks = dict(
        Click.objects.filter(at__gte=starts[0], bot_reason="")
        .annotate(week=TruncWeek("at", tzinfo=zone))
        .values_list("week")
        .annotate(Count("id"))
    )
    nobody = {"partners": 0, "by_click": 0}
    return [
        Week(
            start,
            amounts.get(start, {}),
            people.get(start, nobody)["partners"],
            clicks.get(start, 0),
            people.get(start, nobody)["by_click"],
        )
        for start in starts
    ]


def movers(
    period: Period, currency: str, starts: Sequence[datetime], limit: int = 3
) -> tuple[list[Mover], list[Mover]]:
    """The partners who gained most and who lost most in one currency; two queries."""
    now, before = _in_period("occurred_at", period)
    rows = list(
        _credited(period.before_start, period.end)
        .filter(currency=currency)
        .values("partner_id", "partner__name", "partner__kind")
        .annotate(
            now=Coalesce(Sum("amount_minor", filter=now), 0),
            before=Coalesce(Sum("amount_minor", filter=before), 0),
        )
        .annotate(change=F("now") - F("before"))
        .order_by("-change", "partner_id")
    )
    rising = [row for row in rows[:limit] if row["change"] > 0]
    fading = [row for row in reversed(rows[-limit:]) if row["change"] < 0]
    weekly = _weekly_by_partner([row["partner_id"] for row in rising + fading], currency, starts)

    def mover(row: Mapping[str, Any]) -> Mover:
        line = weekly.get(row["partner_id"], {})
        return Mover(
            row["partner_id"],
            row["partner__name"],
            row["partner__kind"],
            int(row["now"]),
            int(row["before"]),
            [line.get(start, 0) for start in starts],
        )

    return [mover(row) for row in rising], [mover(row) for row in fading]


def _weekly_by_partner(
    partner_ids: list[uuid.UUID], currency: str, starts: Sequence[datetime]
) -> dict[uuid.UUID, dict[datetime, int]]:
    rows = (
        Sale.objects.filter(
            partner_id__in=partner_ids, currency=currency, occurred_at__gte=starts[0]
        )
        .annotate(week=TruncWeek("occurred_at", tzinfo=starts[0].tzinfo))
        .values_list("partner_id", "week")
        .annotate(Sum("amount_minor"))
    )
    found: dict[uuid.UUID, dict[datetime, int]] = defaultdict(dict)
    for partner_id, week, amount in rows:
        found[partner_id][week] = int(amount)
    return found


def _credited(start: datetime, end: datetime | None) -> QuerySet[Sale]:
    rows = Sale.objects.filter(occurred_at__gte=start).filter(partner__isnull=False)
    return rows.filter(occurred_at__lt=end) if end else rows


def _in_period(name: str, period: Period) -> tuple[Q, Q]:
    now = Q(**{f"{name}__gte": period.start, f"{name}__lt": period.end})
    return now, Q(**{f"{name}__gte": period.before_start, f"{name}__lt": period.before_end})


@dataclass(frozen=True)
class Failed:
    """What the engine could not compute: how many, since when, and one message."""

    sales: int
    refunds: int
    oldest: datetime | None
    message: str

    @property
    def count(self) -> int:
        """All of them."""
        return self.sales + self.refunds


def failed() -> Failed:
    """Sales and refunds that need a look; two queries."""
    sold = Sale.objects.filter(state=Sale.State.FAILED).aggregate(
        n=Count("id"), oldest=Min("created_at"), message=Max("error")
    )
    back = Refund.objects.filter(state=Refund.State.FAILED).aggregate(
        n=Count("id"), oldest=Min("created_at"), message=Max("error")
    )
    moments = [moment for moment in (sold["oldest"], back["oldest"]) if moment]
    return Failed(
        sold["n"], back["n"], min(moments, default=None), sold["message"] or back["message"] or ""
    )


def sale_by_id(sale_id: uuid.UUID | str) -> Sale:
    """The sale with what its page shows; raises NotFound."""
    found = sales().select_related("enrollment").filter(pk=sale_id).first()
    if found is None:
        raise NotFound("sale")
    return found


def refunds_of(sale: Sale) -> QuerySet[Refund]:
    """A sale's refunds, oldest first."""
    return Refund.objects.filter(sale=sale).order_by("id")


def refund_by_id(refund_id: uuid.UUID | str) -> Refund:
    """The refund or credit note; raises NotFound."""
    found = Refund.objects.select_related("seller", "sale").filter(pk=refund_id).first()
    if found is None:
        raise NotFound("refund")
    return found


def failed_refunds() -> QuerySet[Refund]:
    """Refunds and credit notes that could not be computed, oldest first."""
    return Refund.objects.filter(state=Refund.State.FAILED).select_related("sale").order_by("id")


def link_by_id(link_id: uuid.UUID | str, partner_id: uuid.UUID | None = None) -> Link:
    """The link, with `partner_id` only among his; raises NotFound."""
    rows = links() if partner_id is None else links_of(partner_id)
    found = rows.filter(pk=link_id).first()
    if found is None:
        raise NotFound("link")
    return found


def weekly_clicks(
    link_ids: Sequence[uuid.UUID], starts: Sequence[datetime]
) -> dict[uuid.UUID, list[int]]:
    """People's clicks of each link by week, oldest first; one query."""
    rows = (
        Click.objects.filter(link_id__in=link_ids, at__gte=starts[0], bot_reason="")
        .annotate(week=TruncWeek("at", tzinfo=starts[0].tzinfo))
        .values_list("link_id", "week")
        .annotate(Count("id"))
    )
    found: dict[uuid.UUID, dict[datetime, int]] = defaultdict(dict)
    for link_id, week, count in rows:
        found[link_id][week] = count
    return {link_id: [found[link_id].get(start, 0) for start in starts] for link_id in link_ids}
