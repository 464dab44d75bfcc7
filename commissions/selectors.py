"""Reads about commissions."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import (
    Aggregate,
    BigIntegerField,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from commissions.models import Commission, Rule, RuleVersion
from prm.errors import NotFound
from prm.periods import Period
from prm.rows import fetched
from prm.totals import Grain, as_sql, over, over_days
from tracking.models import Link, Sale, SaleShare
from tracking.selectors import clicks_of_link

COUNTED = [one for one in Commission.Status.values if one != Commission.Status.REJECTED]
TAKEN_BACK = (Commission.Kind.REVERSAL, Commission.Kind.CREDIT_NOTE)


def lines() -> QuerySet[Commission]:
    """Earnings lines with everything that a list, a reason and a trace show."""
    return Commission.objects.select_related(
        "partner",
        "program",
        "sale__link",
        "sale__customer",
        "refund",
        "occasion",
        "reverses__sale",
        "rule_version__rule",
        "enrollment",
        "seller",
    )


def lines_of(partner_id: uuid.UUID) -> QuerySet[Commission]:
    """One partner's lines."""
    return lines().filter(partner_id=partner_id)


def partner_totals(
    partner_ids: Iterable[uuid.UUID], start: datetime, end: datetime
) -> dict[uuid.UUID, dict[str, dict[str, int]]]:
    """Per partner and currency over `[start, end)`: {lines, earned}; one query."""
    rows = (
        Commission.objects.filter(
            partner_id__in=list(partner_ids), occurred_at__gte=start, occurred_at__lt=end
        )
        .exclude(status=Commission.Status.REJECTED)
        .values("partner_id", "currency")
        .annotate(
            earned=Sum("amount_minor"),
            lines=Count("id", filter=Q(kind=Commission.Kind.COMMISSION)),
        )
    )
    found: dict[uuid.UUID, dict[str, dict[str, int]]] = {}
    for row in rows:
        by_currency = found.setdefault(row["partner_id"], {})
        by_currency[row["currency"]] = {"lines": row["lines"], "earned": int(row["earned"])}
    return found


def rules() -> QuerySet[Rule]:
    """Rules with what they are for, and their versions."""
    return Rule.objects.select_related(
        "partner", "group", "campaign", "tier", "program"
    ).prefetch_related("versions__author")


def rules_of(program_id: uuid.UUID) -> QuerySet[Rule]:
    """A program's rules with their versions, his own before the general, the stronger first."""
    return rules().filter(program_id=program_id).order_by("partner_id", "-priority", "id")


def current_version(rule: Rule) -> RuleVersion:
    """The newest version of a rule whose versions are prefetched."""
    return max(rule.versions.all(), key=lambda version: version.number)


@dataclass(frozen=True)
class Cost:
    """What partners earned in one currency, less reversals, in minor units; and before."""

    earned: int
    earned_before: int


@dataclass(frozen=True)
class Waiting:
    """Lines of one currency that wait for somebody: how many, of how many partners, how much.

    `since` is the oldest line's creation, `due` the first moment at which one could be paid.
    """

    currency: str
    lines: int
    partners: int
    amount: int
    since: datetime
    due: datetime
    reason: str


@dataclass(frozen=True)
class Tile:
    """A partner's lines in one status and currency: how many, and their sum in minor units."""

    lines: int = 0
    amount: int = 0


_EARNED: Final = """
    SELECT currency, COALESCE(sum(amount_minor) FILTER (WHERE starts_on >= %s), 0)::bigint,
           COALESCE(sum(amount_minor) FILTER (WHERE starts_on < %s), 0)::bigint
    FROM commissions_earnedtotal
    WHERE {rows} AND status <> 'rejected' AND (partner_id = %s OR %s) GROUP BY 1
"""
_WEEKLY: Final = """
    SELECT date_trunc('week', starts_on)::date, sum(amount_minor)::bigint
    FROM commissions_earnedtotal
    WHERE {rows} AND status <> 'rejected' AND currency = %s GROUP BY 1
"""
_TILES: Final = """
    SELECT currency, status, kind, sum(lines)::bigint, sum(amount_minor)::bigint
    FROM commissions_earnedtotal WHERE grain IN ('month', 'fresh') AND partner_id = %s
    GROUP BY 1, 2, 3 HAVING sum(lines) <> 0
"""
_NEXT_FREE: Final = """
    SELECT currency, min(payable_at) FROM commissions_commission
    WHERE partner_id = %s AND status = 'pending' AND NOT needs_approval AND kind = 'commission'
    GROUP BY 1
"""


def costs(period: Period) -> dict[str, Cost]:
    """Commission cost by currency; one query."""
    return _earned(period, None)


def weekly_costs(starts: Sequence[datetime], currency: str) -> list[int]:
    """Commission cost of the weeks that begin at `starts`, oldest first; one query."""
    first, last = starts[0].date(), starts[-1].date() + timedelta(days=6)
    rows, days = as_sql(over(Grain.WEEK, first, last))
    sums = dict(fetched(_WEEKLY.replace("{rows}", rows), [*days, currency]))
    return [sums.get(start.date(), 0) for start in starts]


def earned_of(partner_id: uuid.UUID, period: Period) -> dict[str, Cost]:
    """What one partner earned now and before, by currency; one query."""
    return _earned(period, partner_id)


def _earned(period: Period, partner_id: uuid.UUID | None) -> dict[str, Cost]:
    """Of one partner, or of all."""
    first, _last = period.days
    rows, days = as_sql(over_days(*period.days) + over_days(*period.days_before))
    values = [first, first, *days, partner_id, partner_id is None]
    found = fetched(_EARNED.replace("{rows}", rows), values)
    return {code: Cost(now, before) for code, now, before in found}


def unapproved_lines() -> QuerySet[Commission]:
    """Pending commissions that somebody must agree to."""
    return Commission.objects.filter(
        status=Commission.Status.PENDING,
        needs_approval=True,
        kind__in=(Commission.Kind.COMMISSION, Commission.Kind.CREDIT_NOTE),
    )


def held_lines() -> QuerySet[Commission]:
    """Held commissions; their reversals are no work of their own."""
    rows = Commission.objects.filter(status=Commission.Status.HELD)
    return rows.exclude(kind=Commission.Kind.REVERSAL)


def awaiting_approval() -> list[Waiting]:
    """Pending commissions that somebody must agree to, by currency; one query."""
    return _waiting(unapproved_lines())


def held() -> list[Waiting]:
    """Held commissions by currency; one query."""
    return _waiting(held_lines())


def _waiting(rows: QuerySet[Commission]) -> list[Waiting]:
    found = (
        rows.values("currency")
        .annotate(
            lines=Count("id"),
            partners=Count("partner_id", distinct=True),
            amount=Sum("amount_minor"),
            since=Min("created_at"),
            due=Min("payable_at"),
            reason=Max("reason"),
        )
        .order_by("-lines", "currency")
    )
    return [Waiting(**row) for row in found]


def tiles(partner_id: uuid.UUID) -> dict[str, dict[str, Tile]]:
    """A partner's lines by currency and status; `taken_back` joins what reversals took; one query.

    A reversed line and its reversal cancel out, so both are told apart from what is still owed.
    """
    found: dict[str, dict[str, Tile]] = {}
    for currency, status, kind, lines_moved, amount in fetched(_TILES, [partner_id]):
        places = found.setdefault(currency, {})
        back = status != Commission.Status.REJECTED and kind in TAKEN_BACK
        for name in (status, *(("taken_back",) if back else ())):
            old = places.get(name, Tile())
            places[name] = Tile(old.lines + lines_moved, old.amount + amount)
    return found


def next_free(partner_id: uuid.UUID) -> dict[str, datetime]:
    """When a partner's next pending line becomes payable by itself, by currency; one query."""
    return dict(fetched(_NEXT_FREE, [partner_id]))


def held_reasons(partner_id: uuid.UUID, currency: str) -> list[Commission]:
    """A partner's newest held lines with their reasons, at most three."""
    rows = lines_of(partner_id).filter(status=Commission.Status.HELD, currency=currency)
    return list(rows.exclude(kind=Commission.Kind.REVERSAL).order_by("-occurred_at", "-id")[:3])


def line_by_id(line_id: uuid.UUID | str) -> Commission:
    """One line of earnings; raises NotFound."""
    found = lines().filter(pk=line_id).first()
    if found is None:
        raise NotFound("commission")
    return found


def lines_of_sale(sale_id: uuid.UUID) -> QuerySet[Commission]:
    """What a sale earned and its refunds took back, oldest first."""
    return lines().filter(sale_id=sale_id).order_by("id")


def with_figures(rows: QuerySet[Link], since: datetime | None = None) -> QuerySet[Any]:
    """Links with `click_count`, `sale_count`, and `earned_minor` in the program's currency.

    A sale that partners share stands with the link of each one's first click, and with his part.
    """
    partner = OuterRef("enrollment__partner_id")
    sold = Sale.objects.filter(link=OuterRef("pk"), partner_id=partner, is_shared=False)
    shared = _first_shares().filter(link=OuterRef("pk"), partner_id=partner)
    earned = _counted().filter(
        partner_id=partner, currency=OuterRef("enrollment__program__currency")
    )
    if since:
        sold = sold.filter(occurred_at__gte=since)
        shared = shared.filter(sale__occurred_at__gte=since)
        earned = earned.filter(occurred_at__gte=since)
    alone = earned.filter(sale__link=OuterRef("pk"), sale__is_shared=False)
    parts = shared.filter(
        sale__commissions__partner_id=F("partner_id"),
        sale__commissions__currency=OuterRef("enrollment__program__currency"),
        sale__commissions__status__in=COUNTED,
    )
    return rows.annotate(
        click_count=clicks_of_link(since.date() if since else None),
        sale_count=_total(sold, Count("pk")) + _total(shared, Count("pk")),
        earned_minor=_total(alone, Sum("amount_minor"))
        + _total(parts, Sum("sale__commissions__amount_minor")),
    )


def _first_shares() -> QuerySet[SaleShare]:
    """Of each shared sale and partner the share of his first click."""
    earlier = SaleShare.objects.filter(
        sale=OuterRef("sale"), partner=OuterRef("partner"), position__lt=OuterRef("position")
    )
    return SaleShare.objects.filter(~Exists(earlier))


def rule_by_id(rule_id: uuid.UUID | str) -> Rule:
    """The rule with its versions; raises NotFound."""
    found = rules().select_related("program__seller").filter(pk=rule_id).first()
    if found is None:
        raise NotFound("rule")
    return found


def uses_of_versions(rule_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many commissions each version of these rules made; one query."""
    rows = Commission.objects.filter(
        rule_version__rule_id__in=list(rule_ids), kind=Commission.Kind.COMMISSION
    )
    return dict(rows.values_list("rule_version_id").annotate(Count("id")))


def live_rules() -> QuerySet[Rule]:
    """Rules that were not ended."""
    return Rule.objects.filter(ended_at=None)


def _counted() -> QuerySet[Commission]:
    """Lines that count as earned: everything but what was rejected."""
    return Commission.objects.filter(status__in=COUNTED)


def _total(rows: QuerySet[Any], what: Aggregate) -> Coalesce:
    """`what` over all `rows` as one correlated subquery, 0 for none."""
    summed = (
        rows.order_by().annotate(one=Value(1)).values("one").annotate(total=what).values("total")
    )
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), 0)
