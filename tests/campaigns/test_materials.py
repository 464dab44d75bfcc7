"""Campaigns and materials: put up, found by the right partners, withdrawn."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from activity.models import Event
from campaigns import selectors, services
from campaigns.models import Campaign, Program
from partners import services as partners
from prm.errors import Conflict, NotFound, Unacceptable
from tests.campaigns.scene import image, make_partner, make_program, upload
from tests.cast import Team, make_team


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def put_up(team: Team, program: Program, **fields: Any) -> Any:
    values: dict[str, Any] = {"kind": "text", "name": "Letter", "text": "Hello {link}", **fields}
    return services.create_material(program=program, actor=team.actor, **values)


def plan(team: Team, program: Program, start: int = 0, days: int | None = 7) -> Campaign:
    today = timezone.localdate()
    return services.create_campaign(
        program=program,
        actor=team.actor,
        name="Harvest",
        starts_on=today + timedelta(days=start),
        ends_on=None if days is None else today + timedelta(days=start + days),
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"text": ""}, "text"),
        ({"text": "x" * 20001}, "text"),
        ({"kind": "podcast"}, "kind"),
        ({"kind": "banner"}, "file"),
        ({"kind": "document"}, "file"),
        ({"description": "x" * 301}, "description"),
    ],
)
def test_bad_materials_are_refused_by_the_field(
    team: Team, fields: dict[str, str], field: str
) -> None:
    with team.scope():
        program = make_program(team)
        with pytest.raises(Unacceptable) as caught:
            put_up(team, program, **fields)
        assert caught.value.errors[0].field == field


def test_a_banner_is_kept_under_a_name_of_ours(team: Team) -> None:
    with team.scope():
        program = make_program(team)
        banner = put_up(team, program, kind="banner", text="", file=upload("../x<y>.PNG", image()))
        assert "<" not in banner.file.name + banner.file_name
        assert banner.file.name.endswith(f"{banner.pk}.png")
        assert (banner.content_type, banner.width) == ("image/png", 60)
        with banner.file.open() as file:
            assert banner.size == len(file.read())


def test_partners_find_what_is_theirs(team: Team) -> None:
    with team.scope():
        program, other = make_program(team), make_program(team)
        partner = make_partner(team, program)
        mine = put_up(team, program)
        foreign = put_up(team, other)
        later = put_up(team, program, campaign=plan(team, program, start=3))
        running = put_up(team, program, campaign=plan(team, program, days=None))
        found = set(selectors.materials_for(partner.pk))
        assert found == {mine, running}
        for hidden in (foreign, later):
            with pytest.raises(NotFound):
                selectors.material_for(partner.pk, hidden.pk)
        services.withdraw_material(material=mine, actor=team.actor)
        assert set(selectors.materials_for(partner.pk)) == {running}
        with pytest.raises(Conflict):
            services.withdraw_material(material=mine, actor=team.actor)
        services.restore_material(material=mine, actor=team.actor)
        assert set(selectors.materials_for(partner.pk)) == {mine, running}
        partners.suspend_partner(partner=partner, reason="Pause", actor=team.actor)
        assert not selectors.materials_for(partner.pk).exists()


def test_a_campaign_belongs_to_its_program(team: Team) -> None:
    with team.scope():
        program, other = make_program(team), make_program(team)
        with pytest.raises(Unacceptable) as caught:
            put_up(team, program, campaign=plan(team, other))
        assert caught.value.errors[0].field == "campaign"


def test_a_campaign_ends_after_it_starts(team: Team) -> None:
    with team.scope():
        program = make_program(team)
        with pytest.raises(Unacceptable) as caught:
            plan(team, program, days=-1)
        assert caught.value.errors[0].field == "ends_on"
        campaign = plan(team, program)
        with pytest.raises(Unacceptable):
            services.change_campaign(
                campaign=campaign,
                actor=team.actor,
                starts_on=timezone.localdate().replace(year=9999),
            )
        services.change_campaign(campaign=campaign, actor=team.actor, name="Sale")
        services.end_campaign(campaign=campaign, actor=team.actor)
        with pytest.raises(Conflict):
            services.end_campaign(campaign=campaign, actor=team.actor)
        with pytest.raises(Conflict):
            services.end_campaign(campaign=plan(team, program, start=2), actor=team.actor)


def test_a_change_is_told(team: Team) -> None:
    with team.scope():
        program = make_program(team)
        material = put_up(team, program)
        campaign = plan(team, program)
        services.change_material(
            material=material, actor=team.actor, text="Hi\r\n", campaign=campaign
        )
        told = Event.objects.get(object_id=material.pk, verb="material.changed")
        assert told.changes == {"text": ["Hello {link}", "Hi"], "campaign": [None, "Harvest"]}
        with pytest.raises(Unacceptable):
            services.change_material(material=material, actor=team.actor, text="")


def test_uses_are_counted_by_partner(team: Team) -> None:
    with team.scope():
        program = make_program(team)
        material = put_up(team, program)
        one, two = make_partner(team, program), make_partner(team, program)
        for partner in (one, one, two):
            services.record_material_use(material=material, partner_id=partner.pk, user=team.owner)
        assert [row["times"] for row in selectors.uses_by_partner(material)] == [2, 1]
        (shown,) = selectors.materials().filter(pk=material.pk)
        assert vars(shown)["use_count"] == 3
        (own,) = selectors.materials_for(two.pk)
        assert vars(own)["own_use_count"] == 1
