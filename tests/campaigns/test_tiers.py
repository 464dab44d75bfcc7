"""Tiers and groups, and partners in them."""

from typing import Any

import pytest

from activity.models import Event
from campaigns import services
from campaigns.models import Enrollment
from prm.errors import Conflict, Refusal
from tests.campaigns.scene import make_partner, make_program
from tests.cast import Team, make_team


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def tier(team: Team, program: Any, **fields: Any) -> Any:
    """A tier, gold unless said otherwise; needs the seller's scope."""
    values = {"key": "gold", "name": "Gold", "rank": 3, **fields}
    return services.create_tier(program=program, actor=team.actor, **values)


def test_tiers_are_told_apart_by_key_and_rank(team: Team) -> None:
    with team.scope():
        program = make_program(team)
        gold = tier(team, program)
        for same, field in (({"rank": 9}, "key"), ({"key": "oak"}, "rank")):
            with pytest.raises(Conflict) as caught:
                tier(team, program, **same)
            assert [one.field for one in caught.value.errors] == [field]
        tier(team, make_program(team))
        silver = tier(team, program, key="silver", name="Silver", rank=2)
        with pytest.raises(Conflict):
            services.change_tier(tier=silver, actor=team.actor, rank=3)
        changed = services.change_tier(tier=gold, actor=team.actor, name=" Gold leaf ", rank=5)
        assert (changed.name, changed.rank, changed.key) == ("Gold leaf", 5, "gold")
        event = Event.objects.get(verb="tier.changed", object_id=gold.pk)
        assert event.changes == {"name": ["Gold", "Gold leaf"], "rank": [3, 5]}


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"key": ""}, "key"), ({"key": "no space"}, "key"), ({"name": " "}, "name"),
     ({"name": "x" * 81}, "name"), ({"rank": -1}, "rank")],
)  # fmt: skip
def test_a_bad_tier_is_refused_by_the_field(team: Team, fields: dict[str, Any], field: str) -> None:
    with team.scope(), pytest.raises(Refusal) as caught:
        tier(team, make_program(team), **fields)
    assert [one.field for one in caught.value.errors] == [field]


def test_groups_have_names_of_their_own(team: Team) -> None:
    with team.scope():
        program = make_program(team)
        group = services.create_group(program=program, actor=team.actor, name="Cafés")
        with pytest.raises(Conflict):
            services.create_group(program=program, actor=team.actor, name="Cafés ")
        renamed = services.change_group(group=group, actor=team.actor, name="Bars")
        assert renamed.name == "Bars"
        assert services.change_group(group=group, actor=team.actor, name="Bars") == renamed
        with pytest.raises(Refusal):
            services.change_group(group=group, actor=team.actor, name="")


def test_a_partner_is_placed_and_taken_out_again(team: Team) -> None:
    with team.scope():
        program = make_program(team)
        enrollment = Enrollment.objects.get(partner=make_partner(team, program))
        gold = tier(team, program)
        group = services.create_group(program=program, actor=team.actor, name="Cafés")

        def place(**where: Any) -> tuple[Any, Any]:
            row = services.place_enrollment(enrollment=enrollment, actor=team.actor, **where)
            return row.tier, row.group

        assert place(tier=gold) == (gold, None)
        assert place(group=group) == (gold, group)
        assert place() == (gold, group)
        assert place(tier=None) == (None, group)
        events = Event.objects.filter(verb="enrollment.placed").order_by("id")
        assert [event.changes for event in events] == [
            {"tier": ["", "Gold"]},
            {"group": ["", "Cafés"]},
            {"tier": ["Gold", ""]},
        ]
        with pytest.raises(Refusal) as caught:
            place(tier=tier(team, make_program(team)))
        assert [(one.field, one.code) for one in caught.value.errors] == [("tier", "other_program")]
        services.end_enrollment(enrollment=enrollment, actor=team.actor)
        with pytest.raises(Conflict):
            place(tier=gold)
