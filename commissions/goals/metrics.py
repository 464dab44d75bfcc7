"""How far partners are: each metric counted in the database, all partners of a window at once.

Everything goes by the event's own time in the seller's zone, and what came back counts up to
`until`, so that counting the same window again gives the same values. Sums are made from the rows
themselves by (program, time), never from tallies: those do not know which day's sale a refund
belongs to. Clicks alone are added up by day, when they are stored.
"""

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, NullIf, Round

from campaigns.models import Enrollment, Program
from commissions.models import (
    Commission,
    Deliverable,
    Goal,
    GoalMetric,
    Occasion,
    OccasionKind,
)
from partners.models import Partner
from tracking.models import Refund, Sale, SaleShare
from tracking.selectors import clicks_of_partners

Values = dict[uuid.UUID, int]
Counted = list[QuerySet[Any]]
"""Rows of partner and value, to be added up."""
MONEY_METRICS = frozenset({GoalMetric.SALES_AMOUNT.value, GoalMetric.COMMISSION.value})


@dataclass(frozen=True)
class Stretch:
    """What to count: a metric in a program over `[start, end)`, less what came back by `until`.

    `until` None counts gross. `partners` are the ids to count for. `start` and `end` are told in
    the seller's zone.
    """

    program: Program
    metric: str
    start: datetime
    end: datetime
    until: datetime | None
    partners: QuerySet[Any]


def instant(day: date, zone_name: str) -> datetime:
    """The first instant of `day` in the zone."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone_name))


def bounds(first: date, last: date, zone_name: str) -> tuple[datetime, datetime]:
    """`[start, end)` of days that are both counted."""
    return instant(first, zone_name), instant(last + timedelta(days=1), zone_name)


def audience(goal: Goal) -> QuerySet[Enrollment]:
    """Live enrollments of active partners whom the goal is for."""
    rows = Enrollment.objects.filter(
        program_id=goal.program_id,
        status=Enrollment.Status.ACTIVE,
        partner__status=Partner.Status.ACTIVE,
    )
    if goal.tier_id:
        return rows.filter(tier_id=goal.tier_id)
    if goal.group_id:
        return rows.filter(group_id=goal.group_id)
    return rows.filter(partner_id=goal.partner_id) if goal.partner_id else rows


def measure(stretch: Stretch) -> Values:
    """Partner -> value for everybody who has anything; one query."""
    return measure_all([stretch])[0]


def measure_all(stretches: Sequence[Stretch]) -> list[Values]:
    """What `measure` gives of each, all by one query; none for no stretches."""
    texts: list[str] = []
    given: list[Any] = []
    for number, stretch in enumerate(stretches):
        for rows in _COUNTERS[stretch.metric](stretch):
            with suppress(EmptyResultSet):  # nobody can have any
                text, values = rows.query.sql_with_params()
                texts.append(f"SELECT {number}, counted.* FROM ({text}) counted")  # noqa: S608
                given += values
    found: list[Values] = [{} for _stretch in stretches]
    if texts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(texts), given)
            for number, partner, value in cursor.fetchall():
                if value:
                    values_of = found[number]
                    values_of[partner] = values_of.get(partner, 0) + int(value)
    return [{partner: value for partner, value in one.items() if value} for one in found]


def earned(stretch: Stretch) -> dict[uuid.UUID, dict[str, int]]:
    """Partner -> unit -> what rules paid him for events of the window; two queries.

    Rejected lines do not count; held ones do.
    """
    found: dict[uuid.UUID, dict[str, int]] = {}
    for rows in _lines(stretch):
        sums = rows.values_list("partner_id", "currency").annotate(Sum("amount_minor"))
        for partner_id, unit, amount in sums.order_by():
            units = found.setdefault(partner_id, {})
            units[unit] = units.get(unit, 0) + int(amount)
    return found


def _lines(stretch: Stretch) -> list[QuerySet[Commission]]:
    """Lines of events of the window, and what was taken back of them."""
    lines = Commission.objects.exclude(status=Commission.Status.REJECTED).filter(
        program=stretch.program, partner_id__in=stretch.partners
    )
    own = lines.filter(
        kind=Commission.Kind.COMMISSION,
        occurred_at__gte=stretch.start,
        occurred_at__lt=stretch.end,
    )
    if stretch.until is None:
        return [own]
    back = lines.filter(
        reverses__kind=Commission.Kind.COMMISSION,
        reverses__occurred_at__gte=stretch.start,
        reverses__occurred_at__lt=stretch.end,
        occurred_at__lt=stretch.until,
    )
    return [own, back]


# Sales


class _Pieces(Func):
    """The sum of `quantity` over a row's lines; `alone` for a row without lines."""

    template = (
        "COALESCE((SELECT SUM((line->>'quantity')::bigint) "
        "FROM jsonb_array_elements(%(expressions)s) AS line), %(alone)s)"
    )
    output_field = BigIntegerField()


ALONE, SHARED = "", "sale__"
"""Where a row's sale is: it is the sale itself, or a partner's share of one."""


def _sales(stretch: Stretch, at: str = ALONE) -> QuerySet[Any]:
    """Sales that a partner has alone, or his shares of others, with `back`: what was refunded of
    the sale by `until`.

    Only a sale that has any refund is looked up. What the partner bought himself never counts.
    """
    within = {
        f"{at}program": stretch.program,
        f"{at}occurred_at__gte": stretch.start,
        f"{at}occurred_at__lt": stretch.end,
        "partner_id__in": stretch.partners,
    }
    rows: QuerySet[Any] = (
        SaleShare.objects.filter(**within, barred=False)
        if at == SHARED
        else Sale.objects.filter(**within, is_shared=False)
    )
    back: Any = Value(0, BigIntegerField())
    if stretch.until is not None:
        refunded = _refunds(stretch, at).annotate(total=Sum("amount_minor")).values("total")
        back = _when_refunded(refunded, at)
    rows = rows.exclude(**{f"{at}outcome": Sale.Outcome.SELF_PURCHASE})
    found: QuerySet[Any] = rows.annotate(back=back)
    return found


def _refunds(stretch: Stretch, at: str) -> QuerySet[Any]:
    """Refunds of the outer row's sale that happened by `until`, as one group."""
    sale = OuterRef("pk" if at == ALONE else "sale_id")
    return (
        Refund.objects.filter(sale=sale, occurred_at__lt=stretch.until)
        .order_by()
        .annotate(one=Value(1))
        .values("one")
    )


def _when_refunded(refunds: QuerySet[Any], at: str) -> Case:
    looked_up = Coalesce(Subquery(refunds, output_field=BigIntegerField()), 0)
    return Case(When(**{f"{at}refunded_minor__gt": 0}, then=looked_up), default=0)


def _kept(at: str) -> Q:
    """Sales of which anything is left."""
    return Q(back=0) | Q(back__lt=F(f"{at}amount_minor"))


def _part(of: Any) -> Coalesce:
    """A share's part of what came back of its sale, by net, rounded."""
    net = Cast(F("net_minor"), DecimalField(max_digits=40, decimal_places=0))
    return Coalesce(Round(net * of / NullIf(F("sale__amount_minor"), Value(0))), Value(0))


def _sales_amount(stretch: Stretch) -> Counted:
    own = _sales(stretch).filter(currency=stretch.program.currency)
    shared = _sales(stretch, SHARED).filter(sale__currency=stretch.program.currency)
    return [
        _by_partner(own.annotate(kept=F("amount_minor") - F("back")), Sum("kept")),
        _by_partner(
            shared.annotate(
                kept=ExpressionWrapper(F("net_minor") - _part(F("back")), DecimalField())
            ),
            Sum("kept"),
        ),
    ]


def _sales_count(stretch: Stretch) -> Counted:
    """A shared sale is one for each who shares it."""
    return [
        _by_partner(_sales(stretch).filter(_kept(ALONE)), Count("pk")),
        _by_partner(_sales(stretch, SHARED).filter(_kept(SHARED)), Count("sale_id", distinct=True)),
    ]


def _quantity(stretch: Stretch) -> Counted:
    """Items of the lines; a sale without lines is one item, gone when it is refunded whole."""
    own = _sales(stretch).filter(_kept(ALONE)).annotate(sold=_Pieces(F("lines"), alone="1"))
    shared = _sales(stretch, SHARED).filter(_kept(SHARED))
    left = F("units") - _part(_returned(stretch, SHARED))
    return [
        _by_partner(own.annotate(kept=F("sold") - _returned(stretch, ALONE)), Sum("kept")),
        _by_partner(shared.annotate(kept=ExpressionWrapper(left, DecimalField())), Sum("kept")),
    ]


def _returned(stretch: Stretch, at: str) -> Any:
    """Items that came back of a row's sale by `until`."""
    if stretch.until is None:
        return Value(0, BigIntegerField())
    lines = _refunds(stretch, at).annotate(total=Sum(_Pieces(F("lines"), alone="0")))
    return _when_refunded(lines.values("total"), at)


def _new_customers(stretch: Stretch) -> Counted:
    """Customers whose first sale of all is in the window."""
    return [_first_sales(stretch, at) for at in (ALONE, SHARED)]


def _first_sales(stretch: Stretch, at: str) -> QuerySet[Any]:
    at_time, number = OuterRef(f"{at}occurred_at"), OuterRef(f"{at}external_id")
    earlier = Sale.objects.filter(customer=OuterRef(f"{at}customer")).filter(
        Q(occurred_at__lt=at_time) | Q(occurred_at=at_time, external_id__lt=number)
    )
    rows = _sales(stretch, at).filter(_kept(at), **{f"{at}customer__isnull": False})
    return _by_partner(rows.filter(~Exists(earlier)), Count(f"{at}customer_id", distinct=True))


# Everything else


def _leads(stretch: Stretch) -> Counted:
    rows = Occasion.objects.filter(
        kind=OccasionKind.LEAD,
        program=stretch.program,
        partner_id__in=stretch.partners,
        occurred_at__gte=stretch.start,
        occurred_at__lt=stretch.end,
    )
    return [_by_partner(rows, Count("pk"))]


def _clicks(stretch: Stretch) -> Counted:
    """Clicks that no machine made, on whole days."""
    first, last = stretch.start.date(), (stretch.end - timedelta(microseconds=1)).date()
    return [clicks_of_partners(stretch.program.pk, stretch.partners, first, last)]


def _commission(stretch: Stretch) -> Counted:
    currency = stretch.program.currency
    return [
        _by_partner(rows.filter(currency=currency), Sum("amount_minor")) for rows in _lines(stretch)
    ]


def _deliverables(stretch: Stretch) -> Counted:
    """Pieces approved in the window whose fee was not taken back by `until`."""
    rows = Deliverable.objects.filter(
        brief__program=stretch.program,
        partner_id__in=stretch.partners,
        status=Deliverable.Status.APPROVED,
        decided_at__gte=stretch.start,
        decided_at__lt=stretch.end,
    )
    if stretch.until is not None:
        rows = rows.filter(Q(taken_back_at=None) | Q(taken_back_at__gte=stretch.until))
    return [_by_partner(rows, Count("pk"))]


def _by_partner(rows: QuerySet[Any], what: Any) -> QuerySet[Any]:
    """Each partner with his value."""
    found: QuerySet[Any] = rows.order_by().values_list("partner_id").annotate(counted=what)
    return found


_COUNTERS: dict[str, Callable[[Stretch], Counted]] = {
    GoalMetric.SALES_AMOUNT: _sales_amount,
    GoalMetric.SALES_COUNT: _sales_count,
    GoalMetric.QUANTITY: _quantity,
    GoalMetric.NEW_CUSTOMERS: _new_customers,
    GoalMetric.LEADS: _leads,
    GoalMetric.CLICKS: _clicks,
    GoalMetric.COMMISSION: _commission,
    GoalMetric.DELIVERABLES: _deliverables,
}
