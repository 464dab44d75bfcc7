"""Which partners a segment holds."""

import pytest

from campaigns import segments
from campaigns import services as campaigns
from campaigns.models import Program
from campaigns.segments import Segment, make_segment, partners_in
from partners import services as partners
from partners.models import Partner
from prm.errors import Unacceptable
from tests.cast import Team, make_partner, make_team, token


@pytest.fixture(scope="module")
def team() -> Team:
    """Four partners: gold and silver in A, gold in B, and one in no program."""
    made = make_team()
    with made.scope():
        first, second = _program(made, "A"), _program(made, "B")
        gold = campaigns.create_tier(
            program=first, key="gold", name="Gold", rank=2, actor=made.actor
        )
        group = campaigns.create_group(program=first, name="Cafés", actor=made.actor)
    for name, country, program in (
        ("Gold in A", "ID", first), ("Plain in A", "DE", first), ("In B", "ID", second),
        ("Nowhere", "DE", None),
    ):  # fmt: skip
        partner = make_partner(made, name=name)
        with made.scope():
            partners.change_partner(partner=partner, actor=made.actor, country=country)
            if program is None:
                continue
            enrollment = campaigns.enroll(program=program, partner=partner, actor=made.actor)
            if name == "Gold in A":
                campaigns.place_enrollment(
                    enrollment=enrollment, tier=gold, group=group, actor=made.actor
                )
    return made


def _program(team: Team, name: str) -> Program:
    program = campaigns.create_program(
        seller=team.seller,
        actor=team.actor,
        name=name,
        slug=f"{name.lower()}-{token()}",
        currency="EUR",
        landing_url="https://shop.example/",
        terms="Be honest.",
    )
    return campaigns.open_program(program=program, actor=team.actor)


def names(team: Team, segment: Segment) -> set[str]:
    with team.scope():
        return set(partners_in(segment).values_list("name", flat=True))


def ids(team: Team, path: str) -> dict[str, str]:
    with team.scope():
        rows = Program.objects.values_list("name", path, "pk")
        return {name: str(value or pk) for name, value, pk in rows if path == "pk" or value}


def test_without_parts_it_is_every_active_partner(team: Team) -> None:
    assert names(team, Segment()) == {"Gold in A", "Plain in A", "In B", "Nowhere"}


def test_parts_join_and_values_within_a_part_widen(team: Team) -> None:
    programs = ids(team, "pk")
    assert names(team, Segment(programs=(programs["A"],))) == {"Gold in A", "Plain in A"}
    assert names(team, Segment(programs=tuple(programs.values()))) == {
        "Gold in A", "Plain in A", "In B",
    }  # fmt: skip
    assert names(team, Segment(programs=(programs["A"],), countries=("DE",))) == {"Plain in A"}
    assert names(team, Segment(countries=("DE", "ID"))) == names(team, Segment())


def test_tier_and_program_are_of_one_enrollment(team: Team) -> None:
    tiers, programs = ids(team, "tiers__pk"), ids(team, "pk")
    assert names(team, Segment(tiers=(tiers["A"],))) == {"Gold in A"}
    assert names(team, Segment(tiers=(tiers["A"],), programs=(programs["B"],))) == set()
    groups = ids(team, "groups__pk")
    assert names(team, Segment(groups=(groups["A"],))) == {"Gold in A"}


def test_who_is_suspended_is_in_it_only_when_named(team: Team) -> None:
    other = make_team()
    partner = make_partner(other, name="Resting")
    with other.scope():
        partners.suspend_partner(partner=partner, reason="Looked at", actor=other.actor)
    assert names(other, Segment()) == set()
    assert names(other, Segment(statuses=("active", "suspended"))) == {"Resting"}
    assert names(other, Segment(statuses=("applied", "terminated"))) == set()


def test_only_known_things_make_a_segment(team: Team) -> None:
    other = ids(make_with_program(), "pk")
    with team.scope():
        for wrong in (
            {"programs": ["not-an-id"]},
            {"programs": list(other.values())},
            {"statuses": ["applied"]},
            {"countries": ["D1"]},
        ):
            with pytest.raises(Unacceptable):
                make_segment(**wrong)


def make_with_program() -> Team:
    made = make_team()
    with made.scope():
        _program(made, "Foreign")
    return made


def test_it_is_kept_and_told_in_words(team: Team) -> None:
    programs = ids(team, "pk")
    with team.scope():
        made = make_segment(programs=[programs["A"]], countries=["ID"], statuses=["active"])
        assert segments.from_json(made.to_json()) == made
        assert segments.words(made) == ["Program: A", "Country: ID"]
        assert segments.words(Segment()) == ["All active partners"]
        assert Partner.objects.count() == 4
