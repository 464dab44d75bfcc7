"""A partner's materials, programs, profile and people: his own, and nobody else's."""

import html
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from campaigns import services
from campaigns.models import MaterialUse, Program
from partners import services as partners
from partners.models import Partner
from sellers.models import User
from tests.campaigns.scene import hand_in, image, make_partner, make_program, upload
from tests.cast import Team, make_team, make_user, signed_in, token
from tracking import services as tracking


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


@dataclass
class Own:
    """A partner in a program, his admin and the admin's browser."""

    partner: Partner
    program: Program
    rani: User
    client: Client


@pytest.fixture
def own(team: Team) -> Own:
    """A partner of his own for each test."""
    rani = make_user("Rani Admin")
    with team.scope():
        program = make_program(team)
        partner = make_partner(team, program, rani)
    return Own(partner, program, rani, signed_in(rani))


def put_up(team: Team, program: Program, **fields: Any) -> Any:
    values = {"kind": "text", "name": f"Letter {token()}", "text": "Hello {link}", **fields}
    with team.scope():
        return services.create_material(program=program, actor=team.actor, **values)


def test_texts_hold_his_link_and_name(team: Team, own: Own) -> None:
    letter = put_up(team, own.program, text="Order at {link}. Paid, {partner}")
    url = team.url("materials/", "portal")
    assert "Make a link first" in own.client.get(url).text
    with team.scope():
        link = tracking.create_link(
            enrollment=own.partner.enrollments.get(),
            destination=own.program.landing_url,
            actor=team.actor,
        )
    page = html.unescape(own.client.get(url, {"open": str(letter.pk)}).text)
    assert f"/r/{link.code}. Paid, {own.partner.name}" in page
    assert "Make a link first" not in page
    file = own.client.get(team.url(f"materials/{letter.pk}/file/", "portal"))
    assert f"/r/{link.code}. Paid, {own.partner.name}" in file.content.decode()
    assert file.headers["Content-Disposition"].startswith("attachment")
    with team.scope():
        assert MaterialUse.objects.filter(material=letter).count() == 1


def test_a_banner_has_code_for_his_page(team: Team, own: Own) -> None:
    banner = put_up(team, own.program, kind="banner", text="", file=upload("x.png", image()))
    with team.scope():
        tracking.create_link(
            enrollment=own.partner.enrollments.get(),
            destination=own.program.landing_url,
            actor=team.actor,
        )
    page = own.client.get(team.url("materials/", "portal"), {"open": str(banner.pk)})
    picture = f"/{team.seller.slug}/banners/{banner.pk}/"
    assert picture in page.text
    shown = Client().get(picture)
    assert shown.headers["Content-Type"] == "image/png"
    assert "public" in shown.headers["Cache-Control"]
    with team.scope():
        services.withdraw_material(material=banner, actor=team.actor)
    assert Client().get(picture).status_code == 404


def test_a_download_is_counted_and_a_look_is_not(team: Team, own: Own) -> None:
    banner = put_up(team, own.program, kind="banner", text="", file=upload("Foto.png", image()))
    url = team.url(f"materials/{banner.pk}/file/", "portal")
    assert own.client.get(url, {"inline": "1"}).status_code == 200
    taken = own.client.get(url)
    assert taken.headers["Content-Disposition"] == 'attachment; filename="Foto.png"'
    assert b"".join(taken.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    with team.scope():
        use = MaterialUse.objects.get(material=banner)
        assert (use.partner_id, use.user_id) == (own.partner.pk, own.rani.pk)


def test_what_is_not_his_is_not_found(team: Team, own: Own) -> None:
    with team.scope():
        other = make_program(team)
    foreign = put_up(team, other, kind="banner", text="", file=upload("x.png", image()))
    url = team.url(f"materials/{foreign.pk}/file/", "portal")
    assert own.client.get(url).status_code == 404
    page = own.client.get(team.url("materials/", "portal"), {"open": str(foreign.pk)})
    assert foreign.name not in page.text
    mine = put_up(team, own.program, kind="banner", text="", file=upload("x.png", image()))
    url = team.url(f"materials/{mine.pk}/file/", "portal")
    assert own.client.get(url).status_code == 200
    with team.scope():
        partners.suspend_partner(partner=own.partner, reason="Pause", actor=team.actor)
    assert own.client.get(url).status_code == 404
    assert "not active" in own.client.get(team.url("materials/", "portal")).text
    assert signed_in(team.owner).get(team.url("materials/", "portal")).status_code == 404


def test_materials_are_searched_and_bad_addresses_harm_nothing(team: Team, own: Own) -> None:
    letter, card = put_up(team, own.program), put_up(team, own.program)
    url = team.url("materials/", "portal")
    page = own.client.get(url, {"q": letter.name}).text
    assert letter.name in page
    assert card.name not in page
    assert "Nothing matches" in own.client.get(url, {"q": token()}).text
    for bad in ({"open": "x"}, {"q": "\x00"}, {"kind": "x"}, {"campaign": "x"}, {"after": "x"}):
        assert own.client.get(url, bad).status_code == 200


def test_programs_show_what_was_accepted_and_ask_for_the_new(team: Team, own: Own) -> None:
    url = team.url("programs/", "portal")
    with team.scope():
        enrollment = own.partner.enrollments.get()
        other = make_program(team, name=f"Other {token()}")
        services.change_program(program=own.program, actor=team.actor, terms="Newer terms.")
        joined = services.enroll(program=own.program, partner=make_partner(team), actor=team.actor)
    page = own.client.get(url).text
    assert "The terms have a version 2." in page
    assert other.name in page
    terms = team.url(f"programs/{enrollment.pk}/terms/", "portal")
    assert "Newer terms." in own.client.get(f"{terms}2/").text
    assert own.client.get(f"{terms}1/").status_code == 200
    assert own.client.get(f"{terms}3/").status_code == 404
    foreign = team.url(f"programs/{joined.pk}/", "portal")
    assert own.client.get(f"{foreign}terms/2/").status_code == 404
    assert own.client.post(f"{foreign}accept/").status_code == 404
    accept = team.url(f"programs/{enrollment.pk}/accept/", "portal")
    assert own.client.post(accept).status_code == 302
    assert own.client.post(accept).status_code == 409
    with team.scope():
        hand_in(other, own.rani, company=own.partner)
    assert "Applied to" in own.client.get(url).text


def test_the_profile_is_changed_by_admins_only(team: Team, own: Own) -> None:
    joko = make_user("Joko")
    with team.scope():
        partners.add_member(partner=own.partner, user=joko, role="member", actor=team.actor)
    url = team.url("profile/", "portal")
    data = {"name": "Ngopi Sore", "kind": "person", "email": "", "website": "", "country": "SG"}
    assert signed_in(joko).post(url, data).status_code == 403
    assert "Save profile" not in signed_in(joko).get(url).text
    assert own.client.post(url, {**data, "website": "javascript:1"}).status_code == 422
    assert own.client.post(url, data).status_code == 302
    with team.scope():
        own.partner.refresh_from_db()
    assert (own.partner.name, own.partner.country) == ("Ngopi Sore", "SG")


def test_people(team: Team, own: Own) -> None:
    url, address = team.url("people/", "portal"), f"nia-{token()}@example.com"
    assert own.client.get(url).status_code == 200
    assert own.client.post(url, {"email": address, "role": "king"}).status_code == 422
    assert own.client.post(url, {"email": address, "role": "finance"}).status_code == 302
    again = own.client.post(url, {"email": address, "role": "finance"})
    assert 'id="id_email_error"' in again.text
    with team.scope():
        me = own.partner.members.get()
        stranger = make_partner(team, user=make_user()).members.get()
    assert own.client.post(f"{url}{me.pk}/role/", {"role": "member"}).status_code == 409
    assert own.client.post(f"{url}{me.pk}/remove/").status_code == 409
    assert own.client.post(f"{url}{stranger.pk}/remove/").status_code == 404
    joko = make_user("Joko")
    with team.scope():
        partners.add_member(partner=own.partner, user=joko, role="finance", actor=team.actor)
        his = own.partner.members.get(user=joko)
    assert signed_in(joko).get(url).status_code == 403
    assert own.client.post(f"{url}{his.pk}/role/", {"role": "admin"}).status_code == 302
    assert signed_in(joko).get(url).status_code == 200
    asked = own.client.get(f"{url}{his.pk}/remove/")
    assert f"{joko.email} can no longer open the portal of" in asked.text
    assert signed_in(joko).get(url).status_code == 200, "asking takes nobody off"
    assert own.client.post(f"{url}{his.pk}/remove/").status_code == 302
    assert signed_in(joko).get(url).status_code == 404
