"""Random worlds for property tests: programs, sales and refunds that meet each other's edges.

Amounts, names and times come from small sets, so that sales share customers, windows, brackets
and limits; times lie near the ends of days, months and years.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.oracle import Line, Partner, Refund, RefundLine, Rule, Sale, Share, Version, World

START = datetime(2024, 11, 1, tzinfo=UTC)
BEFORE = START - timedelta(days=30)
DAYS = st.sampled_from([0, 1, 28, 29, 30, 31, 59, 60, 61, 62, 89, 90, 91, 119, 120, 150, 181])
HOURS = st.sampled_from([0, 11, 16, 17, 23])
UTC_ZONE = ZoneInfo("UTC")
ZONES = st.sampled_from([UTC_ZONE, ZoneInfo("Asia/Jakarta"), ZoneInfo("America/New_York")])
SKUS, CATEGORIES = ["BAG", "CUP", "HAT", ""], ["tea", "gifts", ""]
CUSTOMERS, COUNTRIES = ["kim", "lea", "ned", ""], ["DE", "ID", ""]
TIERS, GROUPS = ["gold", "silver", ""], ["bloggers", "shops", ""]
COUPONS, CAMPAIGN = ["SPRING", "SUMMER", ""], "Harvest"
NAMES = ["Mira", "Budi", "Dewi", "Eko"]
RATES = st.sampled_from(["0.5", "3.3333", "5", "7.25", "10", "33.3", "50", "100"])
AMOUNTS = st.sampled_from([1, 3, 10, 50, 99, 250, 1000])
FIRST = "Rule 1"
WINDOWS = ["month", "quarter", "year", "rolling_90_days", "lifetime"]

Json = dict[str, Any]
T = TypeVar("T")


@cache
def below(count: int) -> st.SearchStrategy[int]:
    """Whole numbers from 0; made once for each count, because making strategies is slow."""
    return st.integers(0, count - 1)


def pick(draw: st.DrawFn, choices: Sequence[T]) -> T:
    """One of the choices; the first is the simplest."""
    return choices[draw(below(len(choices)))]


def happens(draw: st.DrawFn, chance: int) -> bool:
    """True about once in `chance` times; the simplest world is the one where it does not."""
    return draw(below(chance)) == chance - 1


MOMENTS = st.builds(
    lambda day, hour, minute: START + timedelta(days=day, hours=hour, minutes=minute),
    DAYS,
    HOURS,
    st.sampled_from([0, 30, 59]),
)
"""Whole minutes near the ends of days and months."""

# Rules


def leaf(field: str, ops: Sequence[str], values: Sequence[Any]) -> st.SearchStrategy[Json]:
    """A comparison of a field."""
    value = st.sampled_from(values)

    def operand(op: str) -> st.SearchStrategy[Any]:
        if op == "between":
            return st.lists(value, min_size=2, max_size=2).map(sorted)
        if op in ("in", "not_in"):
            return st.lists(value, min_size=1, max_size=2, unique=True)
        return value

    return st.sampled_from(ops).flatmap(
        lambda op: st.builds(lambda given: {"field": field, "op": op, "value": given}, operand(op))
    )


CHOOSING = ["eq", "ne", "in", "not_in"]
MEASURING = ["eq", "gt", "gte", "lt", "lte", "between"]
SEARCHING = ["contains", "not_contains", "starts_with", "ends_with"]
OF_THE_PERSON = [
    leaf("coupon", CHOOSING, COUPONS[:2]),
    leaf("customer.country", CHOOSING, COUNTRIES[:2]),
    leaf("partner.country", CHOOSING, COUNTRIES[:2]),
    leaf("partner.tier", CHOOSING, TIERS[:2]),
    leaf("partner.sales_count", MEASURING, [0, 1, 2, 4]),
]
OF_THE_SALE = [
    leaf("sku", CHOOSING + SEARCHING, SKUS[:3]),
    leaf("category", CHOOSING, CATEGORIES[:2]),
    leaf("quantity", MEASURING, [1, 2, 3]),
    leaf("amount", MEASURING, [0, 100, 500, 1000]),
    leaf("customer.new", ["eq", "ne"], [True, False]),
    leaf("customer.age_days", MEASURING, [0, 1, 29, 30]),
    leaf("partner.sales_amount", MEASURING, [0, 500, 1500]),
    leaf("partner.commission_amount", MEASURING, [0, 50, 200]),
    leaf("metadata.seats", ["eq", "ne", "gt", "lte", "between"], ["7", "12"]),
    leaf("metadata.plan", SEARCHING, ["team", "year"]),
    leaf("sub1", CHOOSING, ["blog", "video"]),
]


def trees(leaves: Sequence[st.SearchStrategy[Json]]) -> st.SearchStrategy[Json]:
    """Conditions up to three groups deep."""
    one = st.one_of(*leaves)

    def group(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
        return st.dictionaries(
            st.sampled_from(["all", "any", "none"]),
            st.lists(inner, min_size=1, max_size=2),
            min_size=1,
            max_size=1,
        )

    return group(one | group(one))


@st.composite
def rewards(draw: st.DrawFn, event: str) -> Json:
    """What a rule pays."""
    kinds = ["percent", "flat"] if event == "commission" else ["percent"] * 3
    kind = draw(
        st.sampled_from([*kinds, *(["flat", "per_unit", "points"] * (event != "commission"))])
    )
    if kind == "percent":
        bases = ["net"] if event == "commission" else ["net", "gross", "margin"]
        return {"type": kind, "rate": draw(RATES), "base": pick(draw, bases)}
    if kind == "points":
        by_rate = draw(st.booleans())
        return {"type": kind, **({"rate": draw(RATES)} if by_rate else {"amount": draw(AMOUNTS)})}
    return {"type": kind, "amount": draw(AMOUNTS), "uncapped": draw(st.booleans())}


STARTS = st.sets(st.integers(0, 6), min_size=1, max_size=3)


@st.composite
def brackets(draw: st.DrawFn, reward: Mapping[str, Any]) -> Json:
    """Steps over a window."""
    metric = pick(draw, ["sales_amount", "sales_count", "quantity"])
    window = pick(draw, ["sale", "previous_month", *WINDOWS])
    modes = ["slab"] if window == "previous_month" else ["slab", "marginal"]
    scale = 250 if metric == "sales_amount" else 1
    starts = sorted(draw(STARTS))
    pays = "rate" if "rate" in reward else "amount"
    steps = [
        {"from": at * scale, pays: draw(RATES if pays == "rate" else AMOUNTS)} for at in starts
    ]
    return {
        "metric": metric,
        "window": window,
        "mode": pick(draw, modes),
        "steps": steps,
    }


def limits(least: int = 0) -> st.SearchStrategy[list[Json]]:
    """Up to two limits of different kinds."""
    one = st.fixed_dictionaries(
        {
            "per": st.sampled_from(["sale", "customer", "partner", "program"]),
            "window": st.sampled_from(["sale", *WINDOWS]),
            "amount": st.sampled_from([1, 20, 60, 150, 400]),
        }
    )
    return st.lists(
        one,
        min_size=least,
        max_size=2,
        unique_by=lambda limit: (
            limit["per"],
            "sale" if limit["per"] == "sale" else limit["window"],
        ),
    )


DURATIONS = st.sampled_from(
    [{"months": 1}, {"months": 2}, {"months": 3}, {"charges": 2}, {"charges": 3}]
)
DURATIONS_OF_SALES = DURATIONS | st.sampled_from([{"months": 0}, {"charges": 1}])
LIMITS = limits()


TREES = trees([*OF_THE_PERSON, *OF_THE_SALE])
TREES_OF_THE_PERSON = trees(OF_THE_PERSON)
SCOPES = ["partner", "group", "campaign", "tier"]


@st.composite
def versions(draw: st.DrawFn, event: str, adds: bool, level: int | None) -> Version:
    """One version's content; it starts before everything unless it is a later one."""
    reward = draw(rewards(event))
    override = event == "commission"
    tree = TREES_OF_THE_PERSON if override else TREES
    lasting = DURATIONS if event == "renewal" else DURATIONS_OF_SALES
    return Version(
        valid_from=BEFORE,
        reward=reward,
        event=event,
        conditions=draw(tree) if happens(draw, 4) else None,
        brackets=draw(brackets(reward)) if not override and happens(draw, 3) else None,
        duration=draw(lasting) if not override and happens(draw, 5) else None,
        limits=draw(LIMITS) if happens(draw, 2) else [],
        adds=adds,
        override_level=level,
    )


@st.composite
def rules(draw: st.DrawFn, key: str, names: Sequence[str]) -> Rule:
    """A rule with one or two versions. The first of a program is for everybody's sales."""
    events = ["sale", "commission", "sale", "commission", "renewal"]
    event = pick(draw, events if key != FIRST else ["sale"])
    level = pick(draw, [1, 1, 2]) if event == "commission" else None
    adds = happens(draw, 3)
    found = [draw(versions(event, adds, level))]
    if happens(draw, 5):
        later = draw(versions(event, adds, level))
        found.append(Version(**{**vars(later), "valid_from": draw(MOMENTS)}))
    scopes: dict[str, Sequence[str]] = {
        "partner": names,
        "group": GROUPS[:2],
        "campaign": [CAMPAIGN],
        "tier": TIERS[:2],
    }
    kind = pick(draw, SCOPES) if key != FIRST and happens(draw, 3) else ""
    return Rule(
        key=key,
        versions=found,
        scope={kind: pick(draw, scopes[kind])} if kind else {},
        priority=draw(st.integers(0, 1)),
        ended_at=draw(MOMENTS) if happens(draw, 8) else None,
    )


# Partners, sales, refunds


@st.composite
def partners(draw: st.DrawFn, count: int) -> list[Partner]:
    """Partners; each may have been recruited by one before him."""
    found: list[Partner] = []
    for name in NAMES[:count]:
        found.append(
            Partner(
                key=name,
                country=pick(draw, COUNTRIES),
                tier=pick(draw, TIERS),
                group=pick(draw, GROUPS),
                recruiter=pick(draw, [*(each.key for each in found[::-1]), ""]),
            )
        )
    return found


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """One product."""
    quantity, price = draw(st.integers(1, 4)), pick(draw, [100, 199, 500, 33, 1, 0])
    return Line(
        quantity=quantity,
        unit_amount=price,
        discount=pick(draw, [0, 0, min(7, quantity * price), quantity * price // 2]),
        cost=pick(draw, [None, 0, 50, 120]),
        sku=pick(draw, SKUS),
        category=pick(draw, CATEGORIES),
    )


GOODS = st.lists(lines(), min_size=1, max_size=3)


@st.composite
def sales(draw: st.DrawFn, key: str, names: Sequence[str]) -> Sale:
    """A sale, now and then by no partner; the charges of a subscription stay with theirs."""
    partner = "" if happens(draw, 8) else pick(draw, names[::-1])
    customer = pick(draw, CUSTOMERS)
    charge = pick(draw, [1, 2, 3, 4]) if happens(draw, 3) else None
    shared = draw(shares(names)) if partner and happens(draw, 3) else []
    if shared:
        partner = max(shared, key=lambda click: click.weight).partner
    has_link = bool(partner) and not shared and happens(draw, 4)
    return Sale(
        key=key,
        partner=partner,
        at=draw(MOMENTS),
        currency=pick(draw, ["EUR", "EUR", "EUR", "EUR", "USD", "JPY"]),
        amount=pick(draw, [100, 333, 500, 1001, 2500, 49, 9, 1, 0]),
        lines=draw(GOODS) if happens(draw, 2) else [],
        tax=pick(draw, [0, 1, 19, 100]),
        shipping=pick(draw, [0, 0, 5]),
        customer=customer,
        country=pick(draw, COUNTRIES),
        coupon=pick(draw, COUPONS),
        charge=charge,
        subscription=f"{partner}-{customer}-{key}" if charge else "",
        campaign=CAMPAIGN if has_link else "",
        subs={"sub1": pick(draw, ["blog", "video"])} if has_link else {},
        metadata=pick(draw, [{}, {"seats": "12"}, {"seats": 7, "plan": "team-year"}]),
        shares=shared,
    )


@st.composite
def shares(draw: st.DrawFn, names: Sequence[str]) -> list[Share]:
    """Clicks that share a sale: of several partners, some with several."""
    return [
        Share(
            partner=pick(draw, names),
            weight=pick(draw, [1, 2, 3, 20, 40, 10**9 + 7]),
            campaign=CAMPAIGN if happens(draw, 4) else "",
            subs={"sub1": pick(draw, ["blog", "video"])} if happens(draw, 4) else {},
        )
        for _click in range(pick(draw, [2, 3, 4]))
    ]


@st.composite
def refunds_of(draw: st.DrawFn, sale: Sale, count: int, *, whole: bool = False) -> list[Refund]:
    """Refunds of a sale in parts, by amount or by product; with `whole` they come to all of it.

    Their times have half a minute of their own, so that none falls together with a sale.
    """
    left = sale.net
    by_sku: Counter[str] = Counter()
    for line in sale.lines:
        by_sku[line.sku] += line.net
    found: list[Refund] = []
    for index in range(count):
        last = whole and index == count - 1
        later = timedelta(days=draw(DAYS), minutes=draw(st.integers(0, 60)), seconds=30)
        skus = sorted(sku for sku, net in by_sku.items() if sku and net)
        by_line = bool(skus) and not last and draw(st.booleans())
        sku = pick(draw, skus) if by_line else ""
        most = min(left, by_sku[sku]) if by_line else left
        if most <= 0:
            continue
        amount = left if last else draw(st.integers(1, most))
        left -= amount
        by_sku[sku] -= amount
        found.append(
            Refund(
                key=f"{sale.key}-R{index}",
                sale=sale.key,
                at=sale.at + later,
                amount=0 if by_line else amount,
                lines=[RefundLine(sku, amount)] if by_line else [],
            )
        )
    return found


@st.composite
def worlds(
    draw: st.DrawFn, *, most_sales: int = 12, refunds: bool = True, limited: bool = False
) -> World:
    """A program with one to five rules, one to four partners, sales and up to six refunds.

    With `limited` the first rule has a limit, so that most sales meet one.
    """
    people = draw(partners(pick(draw, [1, 2, 3, 4, 2, 3])))
    names = [partner.key for partner in people]
    book = [
        draw(rules(f"Rule {n}", names)) for n in range(1, pick(draw, [1, 2, 3, 4, 5, 3, 4]) + 1)
    ]
    if limited:
        given = draw(limits(1))
        first = [Version(**{**vars(each), "limits": given}) for each in book[0].versions]
        book[0] = Rule(**{**vars(book[0]), "versions": first})
    count = pick(draw, [n for n in (1, 2, 3, 4, 6, 8, 10, 12) if n <= most_sales])
    sold = [draw(sales(f"S{n:02}", names)) for n in range(count)]
    back: list[Refund] = []
    if refunds:
        for place in draw(st.sets(below(count), min_size=1, max_size=3)):
            back += draw(refunds_of(sold[place], draw(st.integers(0, 2))))
    return World(
        currency="EUR", zone=draw(ZONES), partners=people, rules=book, sales=sold, refunds=back
    )
