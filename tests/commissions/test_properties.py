"""What holds for every program and every history, tried on random ones.

Most properties are tried on the pure fold, the first also through the database.
The profile `nightly` (HYPOTHESIS_PROFILE, or PRM_TEST_ROUNDS of 20 as in `make test-long`) tries a
thousand examples of each property, the other a hundred, and thirty through the database.
"""

import os
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prm.money import largest_remainder
from tests import oracle
from tests.commissions import worlds
from tests.commissions.folding import folded
from tests.commissions.stage import Event, Stage, new_seller
from tests.oracle import Line, Partner, Refund, Result, Rule, Sale, Version, World
from tests.oracle.selection import in_force
from tests.oracle.windows import same_window

ROUNDS = int(os.environ.get("PRM_TEST_ROUNDS", "2"))
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile("quick", max_examples=100, deadline=None, suppress_health_check=SLOW)
settings.register_profile("nightly", max_examples=1000, deadline=None, suppress_health_check=SLOW)
thorough = settings.get_profile(
    os.environ.get("HYPOTHESIS_PROFILE", "nightly" if ROUNDS >= 20 else "quick")
)


def kept(found: list[Result]) -> dict[tuple[str, str, str, str], int]:
    """What is left after refunds by sale, partner, rule and currency; nothing is left out."""
    return {
        (each.sale, each.partner, each.rule, each.currency): each.net for each in found if each.net
    }


# The pure fold


@thorough
@given(worlds.worlds())
def test_the_fold_agrees_with_the_oracle(world: World) -> None:
    """And refunds never take more than was earned."""
    found = folded(world)
    assert found == oracle.results(world)
    assert [each for each in found if not 0 <= each.net <= each.earned] == []


@thorough
@given(st.data(), worlds.worlds(most_sales=4, refunds=False))
def test_a_full_refund_in_parts_reverses_all(data: st.DataObject, world: World) -> None:
    parts = [
        refund
        for sale in world.sales
        for refund in data.draw(
            st.integers(1, 4).flatmap(
                lambda count, sale=sale: worlds.refunds_of(sale, count, whole=True)  # type: ignore[misc]
            )
        )
    ]
    assert [each for each in folded(replace(world, refunds=parts)) if each.net] == []


@thorough
@given(worlds.worlds(limited=True))
def test_limits_are_never_exceeded(world: World) -> None:
    """At the time of each sale, whatever the rule paid in the window is within its limits."""
    for sale in world.sales:
        past = replace(
            world,
            sales=[other for other in world.sales if other.place <= sale.place],
            refunds=[refund for refund in world.refunds if refund.at < sale.at],
        )
        found = folded(past)
        for rule in world.rules:
            assert (
                exceeded(past, sale, rule, [each for each in found if each.rule == rule.key]) == []
            )


def exceeded(world: World, sale: Sale, rule: Rule, paid: list[Result]) -> list[str]:
    """The limits in force at a sale that its rule has broken with it."""
    version = in_force(rule, sale)
    now = [each for each in paid if each.sale == sale.key]
    broken = []
    for limit in version.limits if version else []:
        for mine in now:
            alone = "sale" in (limit["per"], limit["window"])
            if alone and rule.versions[0].event == "commission":
                continue  # a sale may bring a recruit several commissions, each with its own
            counted = [
                each
                for each in ([mine] if alone else paid)
                if each.currency == mine.currency
                and (alone or about_the_same(world, limit["per"], mine, each))
                and (
                    alone
                    or same_window(limit["window"], world.sale(each.sale).at, sale.at, world.zone)
                )
            ]
            if sum(each.net for each in counted) > limit["amount"]:
                broken.append(f"{limit} by {counted}")
    return broken


def about_the_same(world: World, per: str, mine: Result, other: Result) -> bool:
    """Whether two payments count against the same limit."""
    if per == "partner":
        return mine.partner == other.partner
    if per == "customer":
        customers = [world.sale(each.sale).customer for each in (mine, other)]
        return mine == other or (bool(customers[0]) and customers[0] == customers[1])
    return True


@thorough
@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1).filter(any))
def test_shares_sum_to_the_whole(total: int, weights: list[int]) -> None:
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    exact = [total * weight / sum(weights) for weight in weights]
    assert all(abs(part - share) < 1 + 1e-3 for part, share in zip(parts, exact, strict=True))


@thorough
@given(worlds.worlds(most_sales=1, refunds=False), worlds.shares(worlds.NAMES))
def test_parts_sum_to_what_one_partner_would_have_had(
    world: World, clicks: list[oracle.Share]
) -> None:
    """Where the rules are the same for all who share, whatever they are."""
    alike = replace(
        world,
        partners=[oracle.Partner(name) for name in worlds.NAMES],
        rules=[replace(rule, scope={}) for rule in world.rules],
    )
    plain = [replace(click, campaign="", subs={}) for click in clicks]
    sale = replace(world.sales[0], partner=plain[0].partner, campaign="", subs={}, shares=())
    alone = replace(alike, sales=[sale])
    shared = replace(alike, sales=[replace(sale, shares=plain)])
    assert by_rule(folded(shared)) == by_rule(folded(alone))


def by_rule(found: list[Result]) -> dict[tuple[str, str], int]:
    """What each rule pays in each unit."""
    sums: dict[tuple[str, str], int] = {}
    for each in found:
        key = (each.rule, each.currency)
        sums[key] = sums.get(key, 0) + each.earned
    return sums


@thorough
@given(
    st.lists(worlds.lines(), min_size=1, max_size=6).filter(lambda x: any(line.net for line in x)),
    st.integers(0, 1000),
    st.integers(0, 1000),
)
def test_rules_that_share_a_sale_share_all_its_tax(
    lines: list[Line], tax: int, shipping: int
) -> None:
    """Each product has a rule that pays all of its gross amount: together they pay it all."""
    whole = {"type": "percent", "rate": "100", "base": "gross"}
    rules = [
        Rule(
            f"Rule {sku}",
            [Version(worlds.BEFORE, whole, conditions={"all": [leaf]})],
        )
        for sku in worlds.SKUS[:3]
        for leaf in [{"field": "sku", "op": "eq", "value": sku}]
    ]
    rules.append(Rule("The rest", [Version(worlds.BEFORE, whole)]))
    sale = Sale("S", "Mira", worlds.START, "EUR", lines=lines, tax=tax, shipping=shipping)
    world = World("EUR", worlds.UTC_ZONE, [oracle.Partner("Mira")], rules, [sale])
    assert sum(each.earned for each in folded(world)) == sale.net + tax + shipping


# Through the database


@settings(parent=thorough, max_examples=1000 if thorough.max_examples >= 1000 else 30)
@given(st.data(), worlds.worlds(most_sales=8))
def test_the_books_follow_from_the_events_alone(data: st.DataObject, world: World) -> None:
    """In event order at once, or in any order and any batches: the oracle's sums, whole books."""
    in_order: list[Event] = sorted(
        [*world.sales, *world.refunds], key=lambda one: (one.at, one.key)
    )
    events = data.draw(st.permutations(in_order))
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(events) - 1)), max_size=3)))
    batches = [events[a:b] for a, b in zip([0, *cuts], [*cuts, len(events)], strict=True)]
    replayed, arrived = [Stage(world, *new_seller(world.zone.key), by_service=False) for _ in "12"]
    replayed.play(in_order)
    for batch in batches:
        arrived.play(batch)
        if data.draw(st.booleans()):
            arrived.let_hold_pass()
    expected = kept(oracle.results(world))
    assert kept(replayed.results()) == expected
    assert kept(arrived.results()) == expected
    for stage in (replayed, arrived):
        assert stage.owed() == stage.balances()
        stage.let_hold_pass()
        assert stage.faults() == []
    assert arrived.accounts() == replayed.accounts()


def test_a_recruiter_who_sells_himself_has_his_own_recruiter_paid_after_a_late_refund() -> None:
    """Found by the test above: known as a recruiter first, he was not asked for his own."""
    partners = [
        Partner("Budi"),
        Partner("Dewi", recruiter="Budi"),
        Partner("Eko", recruiter="Dewi"),
    ]
    percent = {"type": "percent", "rate": "10"}
    nothing_yet = {"all": [{"field": "partner.commission_amount", "op": "eq", "value": 0}]}
    rules = [
        Rule("Once", [Version(worlds.BEFORE, percent, conditions=nothing_yet)]),
        Rule("Above", [Version(worlds.BEFORE, percent, event="commission", override_level=1)]),
    ]
    sales = [
        Sale("S0", "Eko", worlds.START, "EUR", amount=1000),
        Sale("S1", "Dewi", worlds.START + timedelta(days=60), "EUR", amount=1000),
    ]
    refund = Refund("R0", "S0", worlds.START + timedelta(days=20), amount=1000)
    world = World("EUR", worlds.UTC_ZONE, partners, rules, sales, [refund])
    stage = Stage(world, *new_seller("UTC"), by_service=False)
    stage.play([sales[0], refund, sales[1]])
    assert kept(stage.results()) == kept(oracle.results(world))
    assert kept(stage.results())["S1", "Budi", "Above", "EUR"] == 10
