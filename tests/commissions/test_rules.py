"""Which rule wins, what it pays, what a refund takes back: by table and by property."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissions.rules import (
    Amount,
    Book,
    CompiledRule,
    Computed,
    Event,
    Item,
    Member,
    Past,
    Refunded,
    Reward,
    compile_rule,
    replay,
)
from commissions.rules.conditions import compile_test
from commissions.rules.history import acquaint
from commissions.rules.refunds import Returned, part_of, refunded_parts, reversed_of
from commissions.rules.selection import Choice, choose
from commissions.rules.terms import Duration
from commissions.rules.windows import add_months, days_in, start_of

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
RANI = Member("rani", "rani in the program")


def rule(name: str = "All", *, partner_id: str | None = None, **changes: object) -> CompiledRule:
    """A rule in force for everybody at 10 % of net, with changes."""
    fields: dict[str, object] = {
        "version_id": name,
        "rule_id": name,
        "name": name,
        "number": 1,
        "valid_from": NOON - timedelta(days=30),
        "valid_until": None,
        "scope": "partner" if partner_id else "program",
        "scope_id": partner_id,
        "priority": 0,
        "order": name,
        "currency": "EUR",
        "reward": Reward("percent", rate=Decimal(10)),
    }
    return CompiledRule(**{**fields, **changes})  # type: ignore[arg-type]


def event(net: int = 10_000, **changes: object) -> Event:
    """A sale of partner `rani` at noon."""
    fields: dict[str, object] = {
        "id": "sale",
        "kind": "sale",
        "key": "sale",
        "at": NOON,
        "day": NOON.date(),
        "program": "program",
        "member": RANI,
        "currency": "EUR",
        "net": net,
        "items": (Item(net),),
    }
    return Event(**{**fields, **changes})  # type: ignore[arg-type]


def chosen(rules: list[CompiledRule], sale: Event | None = None) -> Choice:
    """What wins for an item of `sale`, by default 100.00 at noon."""
    sale = sale or event()
    roster = Book.of(rules).roster(sale.member, sale.campaign)
    return choose(roster, sale, sale.items[0], Past(UTC))


def earn(by: CompiledRule, sale: Event) -> Amount | None:
    """What a rule pays for a sale; None for nothing."""
    computed: Computed = Book.of([by]).compute(sale, Past(UTC))
    return computed.earned[0].amount if computed.earned else None


FLAT_USD = rule("B", reward=Reward("flat", amount=500), currency="USD")


@pytest.mark.parametrize(
    ("rules", "winner", "reasons"),
    [
        ([], None, []),
        ([rule("A")], "A", []),
        ([rule("A"), rule("B", partner_id="rani")], "B", [("A", "less_specific")]),
        ([rule("A", priority=9), rule("B", partner_id="rani")], "B", [("A", "less_specific")]),
        ([rule("A"), rule("B", priority=1)], "B", [("A", "lower_priority")]),
        ([rule("B"), rule("A")], "A", [("B", "newer")]),
        ([rule("A"), rule("B", valid_from=NOON + SECOND)], "A", [("B", "not_yet")]),
        ([rule("A", valid_from=NOON)], "A", []),
        ([rule("A", valid_until=NOON)], None, [("A", "no_longer")]),
        ([rule("A", valid_until=NOON + SECOND)], "A", []),
        ([rule("A"), FLAT_USD], "A", [("B", "other_currency")]),
    ],
)
def test_choice(
    rules: list[CompiledRule], winner: str | None, reasons: list[tuple[str, str]]
) -> None:
    choice = chosen(rules)
    assert (choice.winner.name if choice.winner else None) == winner
    assert [(other.rule.name, other.why) for other in choice.others] == reasons


@pytest.mark.parametrize("starts", [NOON - SECOND, NOON + timedelta(days=9)])
def test_another_partners_rule_is_not_even_named(starts: datetime) -> None:
    secret = rule("Secret", partner_id="sekar", valid_from=starts)
    choice = chosen([rule("A"), secret])
    assert choice.winner is not None
    assert choice.winner.name == "A"
    assert choice.others == ()


@pytest.mark.parametrize(
    ("reward", "net", "tax", "shipping", "base", "final"),
    [
        (Reward("percent", rate=Decimal("7.5")), 10_000, 900, 500, 10_000, 750),
        (Reward("percent", rate=Decimal("7.5")), 33, 0, 0, 33, 2),  # 2.475
        (Reward("percent", rate=Decimal("2.5")), 20, 0, 0, 20, 1),  # 0.5 goes up
        (Reward("percent", rate=Decimal("0.0001")), 1, 0, 0, 1, 0),
        (Reward("percent", base="gross", rate=Decimal(10)), 10_000, 900, 500, 11_400, 1_140),
        (Reward("percent", rate=Decimal(100)), 10_000, 0, 0, 10_000, 10_000),
        (Reward("flat", amount=500), 10_000, 0, 0, 10_000, 500),
        (Reward("flat", amount=500), 300, 900, 900, 300, 300),
        (Reward("flat", amount=500, uncapped=True), 300, 0, 0, 300, 500),
        (Reward("flat", amount=500), 0, 0, 0, 0, 0),
    ],
)
def test_amount(reward: Reward, net: int, tax: int, shipping: int, base: int, final: int) -> None:
    amount = earn(rule(reward=reward), event(net, tax=tax, shipping=shipping))
    assert (amount.final if amount else 0) == final
    assert amount is None or amount.base == base


amounts = st.integers(min_value=0, max_value=10**12)
rates = st.decimals(min_value="0.0001", max_value=100, places=4)


@given(net=amounts, rate=rates)
def test_a_percentage_is_rounded_once_and_never_by_more_than_half(net: int, rate: Decimal) -> None:
    amount = earn(rule(reward=Reward("percent", rate=rate)), event(net))
    if amount is None:
        assert net * rate / 100 < Decimal("0.5")
        return
    assert abs(Fraction(amount.final) - Fraction(amount.exact)) <= Fraction(1, 2)
    assert 0 <= amount.final <= net or net == 0


@given(
    sold=st.integers(min_value=1, max_value=10**9),
    earned=st.integers(min_value=0, max_value=10**9),
    cuts=st.lists(st.integers(min_value=0, max_value=10**9), max_size=6),
)
def test_parts_of_a_full_refund_take_back_exactly_all(
    sold: int, earned: int, cuts: list[int]
) -> None:
    """Whatever the parts are, nothing is taken twice and at the end all of it is gone."""
    points = [*sorted(min(cut, sold) for cut in cuts), sold]
    taken = 0
    for so_far in points:
        parts = refunded_parts([Item(sold)], [Returned(so_far)])
        part = reversed_of(earned, part_of([Item(sold)], parts, None)) - taken
        assert part >= 0
        taken += part
        assert taken <= earned
    assert taken == earned


@given(
    rules=st.lists(
        st.builds(
            rule,
            st.sampled_from("ABCDE"),
            priority=st.integers(0, 2),
            partner_id=st.sampled_from([None, "rani", "sekar"]),
        ),
        max_size=6,
        unique_by=lambda one: one.name,
    )
)
def test_the_order_of_rules_does_not_matter(rules: list[CompiledRule]) -> None:
    one, other = chosen(rules), chosen(rules[::-1])
    assert one.winner == other.winner
    if one.winner is not None:
        assert one.winner.scope_id in (None, "rani")
        own = [each for each in rules if each.scope_id == "rani"]
        assert not own or one.winner.scope_id == "rani"


def test_nothing_sold_takes_nothing_back() -> None:
    parts = refunded_parts([Item(0)], [])
    assert reversed_of(100, part_of([Item(0)], parts, None)) == 0


def test_clicks_and_leads_before_a_sale_count_for_its_conditions() -> None:
    """Ten percent only after two clicks and a lead; a lead has no duration to be over."""
    condition = {
        "all": [
            {"field": "partner.clicks", "op": "gte", "value": 2},
            {"field": "partner.leads", "op": "eq", "value": 1},
            {"field": "customer.age_days", "op": "eq", "value": 3},
        ]
    }
    content = {"reward": {"type": "percent", "rate": "10"}, "conditions": condition}
    since = NOON - timedelta(days=30)
    by = compile_rule(content, version_id="1", rule_id="1", currency="EUR", valid_from=since)
    lead = rule("Lead", event="lead", reward=Reward("flat", amount=5), duration=Duration(months=1))
    earlier = NOON - timedelta(days=3)
    entries: list[Event | Refunded] = [
        event(0, id="c", kind="click", key="c", at=earlier, items=(Item(0, 2),)),
        event(0, id="l", kind="lead", key="l", at=earlier, customer="ana"),
        event(0, id="p", kind="period", key="p", at=earlier),
        event(id="s", customer="ana"),
    ]
    past = Past(UTC)
    acquaint(past, [one for one in entries if isinstance(one, Event)])
    found = list(replay({"program": Book.of([by, lead])}, entries, past))
    assert [(line.event.id, line.net) for line in found] == [("l", 5), ("s", 1_000)]


@pytest.mark.parametrize("value", [True, "many", "NaN"])
def test_what_is_no_number_is_neither_more_nor_less(value: object) -> None:
    for op in ("gt", "gte", "lt", "lte"):
        test = compile_test({"field": "metadata.size", "op": op, "value": 5})
        assert test is not None
        sale = event(metadata={"size": value})
        assert not test(sale, sale.items[0], Past(UTC))


def test_a_rule_on_top_shares_tax_with_the_rest_of_the_sale() -> None:
    """Of 10 tax on 100 and 300 net, the first line bears 2.50, rounded by largest remainder."""
    items = (Item(100, sku="A"), Item(300, sku="B"))
    only_a = compile_test({"field": "sku", "op": "eq", "value": "A"})
    gross = Reward("percent", base="gross", rate=Decimal(100))
    bonus = rule("Bonus", adds=True, test=only_a, fields=frozenset({"sku"}), reward=gross)
    computed = Book.of([rule(), bonus]).compute(event(400, items=items, tax=10), Past(UTC))
    assert {one.rule.name: one.amount.base for one in computed.earned} == {"All": 400, "Bonus": 103}


@pytest.mark.parametrize(
    ("window", "first"),
    [
        ("month", "2026-11-01"),
        ("previous_month", "2026-10-01"),
        ("quarter", "2026-10-01"),
        ("year", "2026-01-01"),
        ("rolling_90_days", "2026-08-22"),
        ("lifetime", "0001-01-01"),
    ],
)
def test_first_day_of_a_window(window: str, first: str) -> None:
    assert start_of(window, NOON.date()).isoformat() == first


def test_months_are_added_with_the_day_clamped() -> None:
    assert add_months(NOON.date().replace(month=10, day=31), 4).isoformat() == "2027-02-28"
    assert days_in(2028, 2) == 29


def stored(content: dict[str, object], name: str = "1") -> CompiledRule:
    """A rule from its stored shape, in force at noon."""
    since = NOON - timedelta(days=30)
    return compile_rule(content, version_id=name, rule_id=name, currency="EUR", valid_from=since)


def percent(rate: str, **content: object) -> dict[str, object]:
    """The content of a rule of so many percent."""
    return {"reward": {"type": "percent", "rate": rate}, **content}


@pytest.mark.parametrize(
    ("field", "op", "value", "pays"),
    [
        ("sub1", "eq", "blog", True),
        ("sub2", "eq", "blog", False),
        ("customer.new", "eq", False, False),
        ("customer.age_days", "gte", 0, False),
        ("partner.sales_count", "eq", 1, True),
        ("partner.sales_amount", "eq", 4_000, True),
        ("partner.commission_amount", "eq", 400, True),
        ("partner.commission_amount", "eq", 0, False),
    ],
)
def test_what_conditions_read_of_a_nameless_second_sale(
    field: str, op: str, value: object, pays: bool
) -> None:
    """The partner sold 40.00 before and earned 4.00; nobody knows who bought."""
    leaf = {"field": field, "op": op, "value": value}
    book = Book.of([rule(), stored(percent("50", conditions={"all": [leaf]}, adds=True), "on top")])
    first = event(4_000, id="first", key="a", at=NOON - SECOND)
    second = event(id="second", key="b", subs=("blog", "", "", "", ""))
    found = list(replay({"program": book}, [first, second], Past(UTC)))
    on_top = [line for line in found if line.earned.rule.name == "" and line.event.id == "second"]
    assert bool(on_top) == pays


def test_a_sale_without_a_customer_is_always_within_durations_and_his_limits() -> None:
    limits = [{"per": "customer", "window": "lifetime", "amount": 600}]
    by = stored(percent("10", duration={"months": 1}, limits=limits))
    sales = [event(id=name, key=name) for name in ("a", "b")]
    found = list(replay({"program": Book.of([by])}, sales, Past(UTC)))
    assert [line.net for line in found] == [600, 600]


def test_totals_of_a_partner_who_sold_nothing_are_nothing() -> None:
    past = Past(UTC)
    for name in ("clicks", "leads", "sales_count", "sales_amount", "commission_amount"):
        assert past.total(event(), name) == 0


def test_steps_may_begin_at_nothing() -> None:
    steps = [{"from": 0, "rate": "5"}, {"from": 6_000, "rate": "10"}]
    brackets = {"metric": "sales_amount", "window": "month", "mode": "marginal", "steps": steps}
    amount = earn(stored(percent("1", brackets=brackets)), event(10_000))
    assert amount is not None
    assert amount.final == 700  # 5 % of 60.00 and 10 % of 40.00


def test_a_recruiters_part_goes_back_as_its_commission_does() -> None:
    """3.33 of 33.30 on 333.00; half comes back. A cent of a small sale takes nothing back."""
    recruiter = Member("ola", "ola in the program")
    override = percent("10", event="commission", override_level=1)
    tiny = percent("0.1", event="commission", override_level=1, adds=True)
    book = Book.of([rule(), stored(override, "up"), stored(tiny, "tiny")])
    sale = event(33_300, uplines=(recruiter,))
    alone = event(100, id="alone", key="x", at=NOON - SECOND, uplines=(None,))
    refunds = [
        Refunded("r", "sale", "~r", NOON + SECOND, 16_650),
        Refunded("s", "alone", "~s", NOON + SECOND, 1),
        Refunded("t", "of another seller", "~t", NOON + SECOND, 1),
    ]
    found = list(replay({"program": book}, [sale, alone, *refunds], Past(UTC)))
    nets = {
        (one.event.id, one.earned.rule.name, one.earned.member.partner): one.net for one in found
    }
    assert nets["sale", "All", "rani"] == 1_665
    assert nets["sale", "", "ola"] in {1, 166}
    assert nets["alone", "All", "rani"] == 10
    assert {line.net for line in found if line.earned.member.partner == "ola"} == {166, 1}


def test_a_part_of_a_commission_that_comes_to_nothing_is_no_line() -> None:
    override = percent("0.1", event="commission", override_level=1, adds=True)
    book = Book.of([rule(), stored(override, "up")])
    computed = book.compute(event(100, uplines=(Member("ola", "ola"),)), Past(UTC))
    assert [(one.member.partner, one.amount.final) for one in computed.earned] == [("rani", 10)]
