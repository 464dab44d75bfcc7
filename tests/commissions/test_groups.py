"""Groups of partners over time: an event earns by the group of its own time."""

from datetime import timedelta

from django.utils import timezone

from campaigns import services as campaigns
from campaigns.models import Group, GroupMove
from commissions import services as commissions
from commissions.engine import recounting
from commissions.models import Commission
from commissions.services.rulebook import RuleInput
from tests.commissions.tier_scene import Ladder, at, make_ladder
from tracking.models import Sale


def group_at(ladder: Ladder, name: str, rate: str) -> Group:
    """A group that earns `rate` percent since 2025."""
    market = ladder.market
    with market.team.scope():
        group = campaigns.create_group(program=market.program, actor=market.team.actor, name=name)
        commissions.create_rule(
            program=market.program,
            rule=RuleInput(
                name,
                {"type": "percent", "rate": rate, "base": "net"},
                valid_from=at("2025-01-01"),
                brackets={
                    "metric": "sales_count",
                    "window": "lifetime",
                    "mode": "slab",
                    "steps": [{"from": 1, "rate": rate}],
                },
            ),
            actor=market.team.actor,
            group=group,
        )
    return group


def place(ladder: Ladder, group: Group | None) -> None:
    team = ladder.market.team
    with team.scope():
        row = ladder.row()
        campaigns.place_enrollment(enrollment=row, group=group, actor=team.actor)


def earned(ladder: Ladder, sale: Sale) -> int:
    with ladder.market.team.scope():
        return sum(Commission.objects.filter(sale=sale).values_list("amount_minor", flat=True))


def test_an_event_earns_by_the_group_of_its_own_time() -> None:
    ladder = make_ladder()
    market, team = ladder.market, ladder.market.team
    cafes, hotels = group_at(ladder, "Cafés", "20"), group_at(ladder, "Hotels", "30")
    place(ladder, cafes)
    first = ladder.sell(10_000, "2025-05-10")
    assert earned(ladder, first) == 2_000, "the first place counts from the beginning"
    place(ladder, hotels)
    late = ladder.sell(10_000, "2025-05-09")  # has the first computed anew: it stays
    today = market.sell(market.rani, 10_000, days_ago=0)
    assert [earned(ladder, one) for one in (first, late, today)] == [2_000, 2_000, 3_000]
    place(ladder, None)
    later = market.sell(market.rani, 10_000, days_ago=0)
    latest = ladder.sell(10_000, "2025-05-08")
    assert [earned(ladder, one) for one in (later, latest)] == [1_000, 2_000]
    with team.scope():
        moves = GroupMove.objects.order_by("at").values_list("before__name", "after__name")
        assert list(moves) == [(None, "Cafés"), ("Cafés", "Hotels"), ("Hotels", None)]
        assert not list(recounting.tally_faults(team.id))


def test_without_the_moves_it_would_earn_by_the_group_of_today() -> None:
    ladder = make_ladder()
    cafes, hotels = group_at(ladder, "Cafés", "20"), group_at(ladder, "Hotels", "30")
    place(ladder, cafes)
    place(ladder, hotels)
    with ladder.market.team.scope():
        GroupMove.objects.update(at=timezone.now() - timedelta(days=900))
    assert earned(ladder, ladder.sell(10_000, "2025-05-09")) == 3_000
