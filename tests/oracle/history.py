"""What came before an event, looked up in the whole list each time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from tests.oracle.numbers import half_up
from tests.oracle.windows import same_window
from tests.oracle.world import Content, Refund, Sale, World


@dataclass(frozen=True)
class Earned:
    """What a rule paid a partner for a sale; `on` is the recruit's, if it is an override."""

    sale: str
    partner: str
    rule: str
    currency: str
    amount: int
    lines: tuple[int, ...] = ()
    on: "Earned | None" = None


def partner_sales(world: World, sale: Sale, partner: str) -> list[Sale]:
    """A partner's sales before this one, those included that he has a part of."""
    return [
        other for other in world.before(sale) if partner in other.partners and not other.impressions
    ]


def earlier_sales(world: World, sale: Sale) -> list[Sale]:
    """The same customer's sales before this one, whoever brought them."""
    if not sale.customer:
        return []
    return [other for other in world.before(sale) if other.customer == sale.customer]


def age_days(sale: Sale, known: Sequence[Sale]) -> int:
    """Full days since the customer's first sale."""
    first = known[0].at if known else sale.at
    return (sale.at - first) // timedelta(days=1)


def first_commission(world: World, sale: Sale, paid: Sequence[Earned]) -> datetime | None:
    """When this customer first brought this partner a commission, before this sale."""
    earlier = [
        other.at
        for other in earlier_sales(world, sale)
        for each in paid
        if each.sale == other.key and each.partner == sale.partner and each.on is None
    ]
    return min(earlier, default=None)


def commission_before(world: World, sale: Sale, partner: str, paid: Sequence[Earned]) -> int:
    """A partner's commissions before this sale, less what refunds had taken back by then."""
    return sum(
        each.amount - taken_back(world, each, sale.at)
        for each in paid
        if each.partner == partner and each.currency == sale.currency and each.sale != sale.key
    )


def measured(metric: str, sale: Sale) -> int:
    """What one sale that a partner has alone adds to a metric."""
    if metric == "sales_amount":
        return sale.net
    return 1 if metric == "sales_count" else sum(line.quantity for line in sale.goods)


def counted(metric: str, sale: Sale, partner: str) -> int:
    """What a partner's part of a sale adds to his metric; a sale is one sale for each."""
    whole = measured(metric, sale)
    return whole if metric == "sales_count" else sale.part(partner, whole)


def reach(world: World, sale: Sale, brackets: Content) -> tuple[int, int]:
    """The metric of a partner's brackets before and after this sale."""
    window = brackets["window"]
    if window == "sale":
        return 0, measured(brackets["metric"], sale)
    earlier = [
        each
        for each in partner_sales(world, sale, sale.partner)
        if same_window(window, each.at, sale.at, world.zone)
        and (each.currency == sale.currency or brackets["metric"] != "sales_amount")
    ]
    before = sum(counted(brackets["metric"], each, sale.partner) for each in earlier)
    return before, before if window == "previous_month" else before + measured(
        brackets["metric"], sale
    )


def used_up(
    world: World,
    sale: Sale,
    partner: str,
    rule: str,
    limit: Content,
    paid: Sequence[Earned],
    unit: str,
) -> int:
    """What counts against a limit already: what the rule paid in the same unit, by any version."""
    if "sale" in (limit["per"], limit["window"]):
        return sum(
            each.amount
            for each in of_this_sale(sale, rule, unit, paid)
            if limit["per"] != "partner" or each.partner == partner
        )
    used = 0
    for each in paid:
        other = world.sale(each.sale)
        about_it = {
            "customer": (bool(sale.customer) and other.customer == sale.customer)
            or each in of_this_sale(sale, rule, unit, paid),
            "partner": each.partner == partner,
            "program": True,
        }[limit["per"]]
        if (
            each.rule == rule
            and each.currency == unit
            and about_it
            and same_window(limit["window"], other.at, sale.at, world.zone)
        ):
            used += each.amount - taken_back(world, each, sale.at)
    return used


def of_this_sale(sale: Sale, rule: str, unit: str, paid: Sequence[Earned]) -> list[Earned]:
    """What a rule has paid to others who share this sale. Overrides stand each for itself."""
    return [
        each
        for each in paid
        if (each.sale, each.rule, each.currency, each.on) == (sale.key, rule, unit, None)
    ]


def refunds_of(world: World, sale: Sale, until: datetime | None) -> list[Refund]:
    """Refunds of a sale before a moment; all of them without one.

    One that is dated before its sale counts from the sale's own time.
    """
    return [
        refund
        for refund in world.refunds
        if refund.sale == sale.key and (until is None or max(refund.at, sale.at) < until)
    ]


def refunded(world: World, sale: Sale, lines: Sequence[int], until: datetime | None) -> Fraction:
    """How much of the net of these lines came back.

    What a refund gives back by product counts for the lines of that product, by net where there
    are several. Everything else is spread over what is then left of the sale.
    """
    goods = sale.goods
    total = 0
    named: Counter[str] = Counter()
    for refund in refunds_of(world, sale, until):
        total += sum(item.amount for item in refund.lines) if refund.lines else refund.amount
        for item in refund.lines:
            named[item.sku] += item.amount
    back = [Fraction(0) for _line in goods]
    for sku, amount in named.items():
        same = [i for i, line in enumerate(goods) if line.sku == sku and line.net]
        whole = sum(goods[i].net for i in same)
        for i in same:
            back[i] = Fraction(min(amount, whole) * goods[i].net, whole)
    left = sale.net - sum(back)
    ours = sum((back[i] for i in lines), Fraction(0))
    rest = sum(goods[i].net for i in lines) - ours
    return ours + (total - sum(back)) * rest / left if left else ours


def taken_back(world: World, earned: Earned, until: datetime | None = None) -> int:
    """What refunds before a moment (or all) took back of an amount, all of them together."""
    if earned.on is not None:
        part = Fraction(taken_back(world, earned.on, until), earned.on.amount)
        return half_up(earned.amount * part)
    sale = world.sale(earned.sale)
    lines: Sequence[int] = earned.lines
    if not sum(sale.goods[i].net for i in lines):
        lines = range(len(sale.goods))  # what was free goes back with the rest of the sale
    base = sum(sale.goods[i].net for i in lines)
    if sale.impressions:
        return 0  # nobody gives a view back
    return half_up(earned.amount * refunded(world, sale, lines, until) / base)
