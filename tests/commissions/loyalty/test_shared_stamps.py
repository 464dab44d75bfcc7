"""A purchase that several share stamps each one's card with his part of it, and no more."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from commissions.inputs import LineInput
from commissions.loyalty import rules, services, steps
from commissions.models import FullCard, StampCard
from tests.commissions.loyalty.scene import ago
from tests.commissions.shared import sell_shared
from tests.portal.market import Market, make_market
from tracking.models import Sale, SaleShare

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("weights", [[1], [1, 1], [3, 1], [1, 1, 1], [0, 5], [7, 2, 4]])
def test_what_is_dealt_out_is_all_there_is(weights: list[int]) -> None:
    runs = [rules.Stamps(AT, "S", 4, Fraction(500)), rules.Stamps(AT, "S", 3, Fraction(200))]
    dealt = [rules.dealt(runs, weights, place) for place in range(len(weights))]
    counts = [sum(run.count for run in his) for his in dealt]
    assert sum(counts) == 7
    whole = sum(weights)
    assert all(abs(count - 7 * one / whole) < 1 for count, one in zip(counts, weights, strict=True))
    worth = sum(run.unit * run.count for his in dealt for run in his)
    assert worth == 4 * 500 + 3 * 200


@pytest.fixture
def market() -> Market:
    """With a card that gives 7.00 for every four items."""
    found = make_market()
    with found.team.scope():
        services.create_card(
            program=found.program,
            actor=found.team.actor,
            name="Every fourth",
            counts="items",
            every=4,
            gift="fixed",
            amount=700,
            starts_at=ago(100),
        )
    return found


def share(market: Market, rani: int, sekar: int) -> Sale:
    bags = [LineInput(sku="bag", quantity=4, unit_amount=1_000)]
    return sell_shared(market, [(market.rani, rani), (market.sekar, sekar)], lines=bags)


def full(market: Market) -> set[object]:
    """Whose cards are full, after the worker came by."""
    steps.step(market.team.id)
    with market.team.scope():
        assert StampCard.objects.exists()
        return set(FullCard.objects.filter(undone_at=None).values_list("enrollment_id", flat=True))


def test_each_gets_his_part_of_the_stamps(market: Market) -> None:
    share(market, 3, 1)
    assert full(market) == set(), "three for her and one for the other, not four for her"
    share(market, 1, 3)
    both = {market.rani.enrollment.pk, market.sekar.enrollment.pk}
    assert full(market) == both


def test_who_bought_himself_gets_none_of_his_part(market: Market) -> None:
    share(market, 3, 1)
    second = share(market, 1, 3)
    with market.team.scope():
        his = SaleShare.objects.filter(sale=second, enrollment=market.sekar.enrollment)
        assert his.update(barred=True) == 1
    assert full(market) == {market.rani.enrollment.pk}
