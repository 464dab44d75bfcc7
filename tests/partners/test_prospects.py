"""Prospects: written, moved by hand, with channels and references; tied to their partner."""

from datetime import date
from decimal import Decimal

import pytest

from activity.models import Event
from partners import prospect_selectors as selectors
from partners.models import Channel, Prospect, Reference
from partners.prospect_rules import Reach, mean_engagement, total_audience, words_of
from partners.services import prospects, reach
from partners.services.reach import ChannelInput, ReferenceInput
from prm.errors import Conflict, Unacceptable
from tests.cast import Team, make_partner, make_team, token


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def found(team: Team, **fields: object) -> Prospect:
    """A prospect; needs the seller's scope."""
    values = {"name": f"Kopi {token()}", **fields}
    return prospects.create_prospect(seller=team.seller, actor=team.actor, **values)  # type: ignore[arg-type]


def test_words_and_reach_are_plain() -> None:
    assert words_of([" Coffee ", "coffee", "", "Slow  Travel"]) == ["coffee", "slow travel"]
    channels = [Reach("youtube", 3_000, Decimal(2)), Reach("x", 1_000, Decimal(6)), Reach("other")]
    assert total_audience(channels) == 4_000
    assert mean_engagement(channels) == Decimal("3.00")
    assert mean_engagement([Reach("x", None, Decimal(5)), Reach("x", None, Decimal(2))]) == Decimal(
        "3.50"
    )
    assert mean_engagement([Reach("x", 100)]) is None


def test_a_prospect_is_kept_as_he_was_told_of(team: Team) -> None:
    with team.scope():
        prospect = found(
            team,
            name=" PT Kopi Pagi ",
            email=" Ana@Example.com",
            country="id",
            languages=["ID", "en"],
            niches=["Coffee", "coffee "],
            content_kinds=["videos"],
            website="https://www.kopipagi.example/about",
        )
        assert (prospect.name, prospect.email, prospect.country) == (
            "PT Kopi Pagi", "ana@example.com", "ID",
        )  # fmt: skip
        assert (prospect.languages, prospect.niches) == (["id", "en"], ["coffee"])
        assert (prospect.name_key, prospect.domain) == ("kopipagi", "kopipagi.example")
        assert prospect.manager is not None
        assert prospect.manager.user == team.owner
        assert [one.shares for one in selectors.alike(name="Kopi-Pagi", email="x@y.example")] == [
            "name"
        ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("country", "QQ"),
        ("languages", ["klingon"]),
        ("niches", ["x" * 41]),
        ("niches", [f"w{n}" for n in range(21)]),
        ("content_kinds", ["dance"]),
        ("website", "kopi"),
        ("email", "nobody"),
        ("notes", "a\x00b"),
    ],
)
def test_wrong_values_are_refused_by_the_field(team: Team, field: str, value: object) -> None:
    with team.scope(), pytest.raises(Unacceptable) as caught:
        found(team, **{field: value})
    assert {error.field for error in caught.value.errors} == {field}


def test_an_own_id_is_given_once(team: Team) -> None:
    with team.scope():
        found(team, external_id="A-1")
        with pytest.raises(Conflict):
            found(team, external_id="A-1")
        other = found(team, external_id="A-2")
        with pytest.raises(Conflict):
            prospects.change_prospect(prospect=other, actor=team.actor, external_id="A-1")


def test_the_same_again_writes_nothing(team: Team) -> None:
    with team.scope():
        prospect = found(team, niches=["coffee"])
        prospects.change_prospect(prospect=prospect, actor=team.actor, niches=["Coffee"])
        prospects.change_prospect(prospect=prospect, actor=team.actor, country="ID")
        verbs = Event.objects.filter(object_id=prospect.pk).order_by("id")
        assert list(verbs.values_list("verb", flat=True)) == [
            "prospect.created",
            "prospect.changed",
        ]


def test_staff_move_between_three_stages_and_no_others(team: Team) -> None:
    with team.scope():
        prospect = found(team)
        prospects.move_prospect(prospect=prospect, to="talking", actor=team.actor)
        with pytest.raises(Unacceptable) as caught:
            prospects.move_prospect(prospect=prospect, to="dropped", actor=team.actor)
        assert caught.value.errors[0].field == "reason"
        prospects.move_prospect(
            prospect=prospect, to="dropped", actor=team.actor, reason="Too small"
        )
        for stage in ("invited", "applied", "joined", "rejected"):
            with pytest.raises(Unacceptable):
                prospects.move_prospect(prospect=prospect, to=stage, actor=team.actor)
        prospect.refresh_from_db()
        assert (prospect.stage, prospect.stage_reason) == ("dropped", "Too small")


def test_who_has_applied_is_not_moved_by_hand(team: Team) -> None:
    with team.scope():
        prospect = found(team)
        prospects.set_stage(prospect=prospect, to="applied", actor=team.actor)
        with pytest.raises(Conflict):
            prospects.move_prospect(prospect=prospect, to="talking", actor=team.actor)


def test_channels_are_set_as_a_whole(team: Team) -> None:
    with team.scope():
        prospect = found(team)
        first = [
            ChannelInput("youtube", "@kopi", audience=40_000, engagement=Decimal("3.5")),
            ChannelInput("website", url="https://kopi.example"),
        ]
        reach.set_channels(holder=prospect, channels=first, actor=team.actor)
        prospect.refresh_from_db()
        assert prospect.audience == 40_000
        kept = selectors.channels_of(prospect).get(platform="youtube")
        reach.set_channels(holder=prospect, channels=first, actor=team.actor)
        second = [ChannelInput("youtube", "@kopi", audience=50_000), ChannelInput("tiktok", "k")]
        reach.set_channels(holder=prospect, channels=second, actor=team.actor)
        prospect.refresh_from_db()
        assert prospect.audience == 50_000
        assert selectors.channels_of(prospect).get(platform="youtube").pk == kept.pk
        assert selectors.channels_of(prospect).count() == 2
        events = Event.objects.filter(object_id=prospect.pk, verb="prospect.channels")
        assert events.count() == 2  # the second call said the same


def test_channels_are_refused_by_their_place(team: Team) -> None:
    good = ChannelInput("x", "kopi")
    wrong = {
        "channels[1].handle": [good, good],
        "channels[0].platform": [ChannelInput("myspace", "kopi")],
        "channels[1].url": [good, ChannelInput("website", url="kopi")],
        "channels[0].audience": [ChannelInput("x", "kopi", audience=-1)],
        "channels[0].engagement": [ChannelInput("x", "kopi", engagement=Decimal(101))],
        "channels[0].handle": [ChannelInput("x")],
        "channels": [ChannelInput("x", f"k{n}") for n in range(31)],
    }
    with team.scope():
        prospect = found(team)
        for field, channels in wrong.items():
            with pytest.raises(Unacceptable) as caught:
                reach.set_channels(holder=prospect, channels=channels, actor=team.actor)
            assert [error.field for error in caught.value.errors] == [field]
        assert not selectors.channels_of(prospect).exists()


def test_references_keep_their_rows(team: Team) -> None:
    with team.scope():
        prospect = found(team)
        said = ReferenceInput(
            "testimonial", "Roasters Guild", text="On time.", given_on=date(2026, 1, 2)
        )
        rows = reach.set_references(
            holder=prospect, references=[said, ReferenceInput("works_with", "Bean Co")],
            actor=team.actor,
        )  # fmt: skip
        again = ReferenceInput("testimonial", "Roasters Guild", text="Always.", id=rows[0].pk)
        reach.set_references(holder=prospect, references=[again], actor=team.actor)
        left = selectors.references_of(prospect).get()
        assert (left.pk, left.text, left.given_on) == (rows[0].pk, "Always.", None)
        with pytest.raises(Unacceptable) as caught:
            reach.set_references(
                holder=prospect, references=[ReferenceInput("fan", "")], actor=team.actor
            )
        assert {error.field for error in caught.value.errors} == {
            "references[0].kind",
            "references[0].name",
        }


def test_what_is_noted_of_a_prospect_is_his_partners(team: Team) -> None:
    partner = make_partner(team)
    with team.scope():
        reach.set_channels(
            holder=partner, channels=[ChannelInput("x", "kopi", audience=5)], actor=team.actor
        )
        prospect = found(team)
        reach.set_channels(
            holder=prospect,
            channels=[ChannelInput("x", "kopi", audience=9), ChannelInput("tiktok", "kopi")],
            actor=team.actor,
        )
        reach.set_references(
            holder=prospect, references=[ReferenceInput("works_with", "Bean Co")], actor=team.actor
        )
        prospects.tie_to_partner(prospect=prospect, partner=partner, actor=team.actor)
        prospects.tie_to_partner(prospect=prospect, partner=partner, actor=team.actor)
        assert {(one.platform, one.audience) for one in selectors.channels_of(partner)} == {
            ("x", 5),
            ("tiktok", None),
        }
        assert selectors.references_of(partner).count() == 1
        with pytest.raises(Conflict):
            prospects.tie_to_partner(
                prospect=prospect, partner=make_partner_here(team), actor=team.actor
            )


def make_partner_here(team: Team):  # type: ignore[no-untyped-def]
    """Another partner of the seller."""
    return make_partner(team, name="Other")


def test_another_seller_sees_nothing(team: Team) -> None:
    with team.scope():
        prospect = found(team)
        reach.set_channels(holder=prospect, channels=[ChannelInput("x", "k")], actor=team.actor)
        reach.set_references(
            holder=prospect, references=[ReferenceInput("works_with", "B")], actor=team.actor
        )
    with make_team().scope():
        for model in (Prospect, Channel, Reference):
            assert not model._default_manager.exists()
