"""Reads about commissions."""

import heapq
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

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
from django.db.models.functions import Coalesce, TruncWeek

from commissions.models import Commission, EarnedTotal, Rule, RuleVersion
from prm.errors import NotFound
from prm.periods import Period
from prm.totals import Grain, as_q, over, over_days
from tracking.models import Link, LinkDay, Sale, SaleShare
from tracking.selectors import clicks_of_link, links_of

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


@dataclass(frozen=True)
class LinkFigures:
    """What one link brought: people's clicks, sales, and earned in its program's currency."""

    link: Link
    clicks: int
    sales: int
    earned: int
    currency: str

    @property
    def rate(self) -> float | None:
        """Clicks that became sales, in per cent; None without clicks."""
        return self.sales * 100 / self.clicks if self.clicks else None


def costs(period: Period) -> dict[str, Cost]:
    """Commission cost by currency; one query."""
    return _earned(EarnedTotal.objects.all(), period)


def weekly_costs(starts: Sequence[datetime], currency: str) -> list[int]:
    """Commission cost of the weeks that begin at `starts`, oldest first; one query."""
    first, last = starts[0].date(), starts[-1].date() + timedelta(days=6)
    sums = dict(
        EarnedTotal.objects.filter(as_q(over(Grain.WEEK, first, last)), currency=currency)
        .exclude(status=Commission.Status.REJECTED)
        .annotate(week=TruncWeek("starts_on"))
        .values_list("week")
        .annotate(Sum("amount_minor"))
    )
    return [int(sums.get(start.date(), 0)) for start in starts]


def earned_of(partner_id: uuid.UUID, period: Period) -> dict[str, Cost]:
    """What one partner earned now and before, by currency; one query."""
    return _earned(EarnedTotal.objects.filter(partner_id=partner_id), period)


def _earned(rows: QuerySet[EarnedTotal], period: Period) -> dict[str, Cost]:
    first, _last = period.days
    found = (
        rows.filter(as_q(over_days(*period.days) + over_days(*period.days_before)))
        .exclude(status=Commission.Status.REJECTED)
        .values_list("currency")
        .annotate(
            now=Sum("amount_minor", filter=Q(starts_on__gte=first)),
            before=Sum("amount_minor", filter=Q(starts_on__lt=first)),
        )
    )
    return {code: Cost(int(now or 0), int(before or 0)) for code, now, before in found}


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
    rows = (
        EarnedTotal.objects.filter(
            Q(grain=Grain.MONTH) | Q(grain=Grain.FRESH), partner_id=partner_id
        )
        .values("currency", "status", "kind")
        .annotate(number=Sum("lines"), amount=Sum("amount_minor"))
        .exclude(number=0)
    )
    found: dict[str, dict[str, Tile]] = {}
    for row in rows:
        places = found.setdefault(row["currency"], {})
        back = row["status"] != Commission.Status.REJECTED and row["kind"] in TAKEN_BACK
        for name in (row["status"], *(("taken_back",) if back else ())):
            old = places.get(name, Tile())
            places[name] = Tile(old.lines + int(row["number"]), old.amount + int(row["amount"]))
    return found


def next_free(partner_id: uuid.UUID) -> dict[str, datetime]:
    """When a partner's next pending line becomes payable by itself, by currency; one query."""
    rows = Commission.objects.filter(
        partner_id=partner_id,
        status=Commission.Status.PENDING,
        needs_approval=False,
        kind=Commission.Kind.COMMISSION,
    )
    return dict(rows.values_list("currency").annotate(Min("payable_at")))


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


def best_links(partner_id: uuid.UUID, since: datetime, limit: int = 4) -> list[LinkFigures]:
    """A partner's live links that brought most since `since`; seven queries.

    His sales and lines of these days are read once for all links, not once for each.
    """
    own = Link.objects.filter(enrollment__partner_id=partner_id, disabled_at=None)
    of_own = {"link__in": own.values("pk"), "partner_id": partner_id}
    shared = _first_shares().filter(**of_own, sale__occurred_at__gte=since)
    sold = Sale.objects.filter(**of_own, is_shared=False, occurred_at__gte=since)
    alone = _counted().filter(
        partner_id=partner_id,
        occurred_at__gte=since,
        sale__link__in=own.values("pk"),
        sale__is_shared=False,
    )
    parts = shared.filter(
        sale__commissions__partner_id=partner_id, sale__commissions__status__in=COUNTED
    )
    days = LinkDay.objects.filter(link_id__in=own.values("pk"), day__gte=since.date())
    clicks = Counter(dict(days.values_list("link_id").annotate(Sum("clicks"))))
    sales = Counter(dict(sold.values_list("link_id").annotate(Count("pk"))))
    sales.update(dict(shared.values_list("link_id").annotate(Count("pk"))))
    earned: Counter[tuple[uuid.UUID, str]] = Counter()
    for rows, link, code, amount in (
        (alone, "sale__link_id", "currency", "amount_minor"),
        (parts, "link_id", "sale__commissions__currency", "sale__commissions__amount_minor"),
    ):
        for link_id, currency, total in rows.values_list(link, code).annotate(Sum(amount)):
            earned[link_id, currency] += int(total)
    currencies = dict(own.values_list("pk", "enrollment__program__currency"))
    figures = [
        (earned[pk, currency], clicks[pk], pk, sales[pk]) for pk, currency in currencies.items()
    ]
    best = heapq.nlargest(limit, figures)
    found = links_of(partner_id).in_bulk([pk for _earned, _clicks, pk, _sales in best])
    return [
        LinkFigures(found[pk], int(clicked), count, gain, currencies[pk])
        for gain, clicked, pk, count in best
    ]


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
