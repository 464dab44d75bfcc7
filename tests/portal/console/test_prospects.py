"""Prospects in the console: directory, board, page, channels, references, invitation, profile."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns import prospect_mail
from campaigns import prospect_selectors as fits
from campaigns.fit import Profile
from campaigns.models import Program, ProspectInvitation, WantedProfile
from campaigns.services import prospect_invitations, wanted
from partners import prospect_selectors as selectors
from partners.models import Prospect
from partners.services import prospects, reach
from partners.services.reach import ChannelInput, ReferenceInput
from tests.campaigns.scene import make_partner, make_program
from tests.cast import Team, last_mail_to, make_team, signed_in, staff_of, token


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


@pytest.fixture
def manager(team: Team) -> Client:
    """The partner manager's browser."""
    return signed_in(team.manager)


def found(team: Team, **fields: Any) -> Prospect:
    """A prospect with a channel."""
    values = {"name": f"Kopi {token()}", "email": f"p-{token()}@example.com", **fields}
    with team.scope():
        prospect = prospects.create_prospect(seller=team.seller, actor=team.actor, **values)
        reach.set_channels(
            holder=prospect,
            channels=[ChannelInput("youtube", "@kopi", audience=1_234)],
            actor=team.actor,
        )
        return prospect


def looking(team: Team, **wishes: Any) -> Program:
    """An open program with a wanted profile; the scores are kept."""
    with team.scope():
        program = make_program(team, name=f"Friends {token()}")
        wanted.save_wanted_profile(program=program, profile=Profile(**wishes), actor=team.actor)
    while wanted.step(team.id):
        pass
    return program


def stage(team: Team, prospect: Prospect) -> str:
    with team.scope():
        return selectors.prospect_by_id(prospect.pk).stage


def facts(team: Team, **changes: Any) -> dict[str, Any]:
    """A filled form."""
    return {
        "name": f"Blue {token()}",
        "kind": "person",
        "email": "",
        "country": "ID",
        "niches": "Coffee, Slow Travel",
        "content_kinds": ["videos"],
        "languages": ["id"],
        "manager": staff_of(team, team.manager).pk,
        **changes,
    }


def test_a_prospect_is_added_changed_and_found(team: Team, manager: Client) -> None:
    form = facts(team)
    made = manager.post(team.url("prospects/new/"), form)
    assert made.status_code == 302
    page = manager.get(made.headers["Location"])
    assert form["name"] in page.text
    assert "coffee, slow travel" in page.text
    listed = manager.get(team.url("prospects/"), {"niche": "Coffee", "q": form["name"]})
    assert form["name"] in listed.text
    assert form["name"] not in manager.get(team.url("prospects/"), {"niche": "tea"}).text
    edit = f"{made.headers['Location']}edit/"
    assert 'value="coffee, slow travel"' in manager.get(edit).text
    assert manager.post(edit, {**form, "country": "DE"}).status_code == 302
    assert "Germany" in manager.get(made.headers["Location"]).text
    wrong = manager.post(edit, {**form, "niches": "x" * 41})
    assert wrong.status_code == 422
    assert "at most 40 characters" in wrong.text


def test_who_is_known_already_is_shown_before_he_is_added_twice(
    team: Team, manager: Client
) -> None:
    known = found(team)
    with team.scope():
        partner = make_partner(team)
    for name, words in ((known.name, "noted this prospect"), (partner.name, "be a partner of")):
        form = facts(team, name=name)
        page = manager.post(team.url("prospects/new/"), form)
        assert page.status_code == 422
        assert words in page.text
        again = manager.post(team.url("prospects/new/"), {**form, "anyway": "1"})
        assert again.status_code == 302


def test_the_directory_filters_sorts_and_exports(team: Team, manager: Client) -> None:
    program = looking(team, niches=["matcha"])
    good = found(team, niches=["matcha"], content_kinds=["podcasts"], languages=["fr"])
    bad = found(team, niches=["beer"])
    while wanted.step(team.id):
        pass
    url = team.url("prospects/")
    for query in (
        {"program": str(program.pk), "fit": "75"},
        {"content": "podcasts"},
        {"language": "fr"},
        {"niche": "matcha"},
    ):
        text = manager.get(url, query).text
        assert good.name in text, query
        assert bad.name not in text, query
    text = manager.get(url, {"program": str(program.pk), "sort": "-fit_score"}).text
    assert text.index(good.name) < text.index(bad.name)
    assert good.name in manager.get(url, {"platform": "youtube", "q": good.name}).text
    assert str(good.pk) not in manager.get(url, {"platform": "tiktok", "q": good.name}).text
    csv = manager.get(url, {"export": "csv", "q": good.name})
    rows = b"".join(csv).decode()
    assert good.name in rows
    assert "YouTube" in rows


def test_ten_rows_cost_what_many_do() -> None:
    own = make_team()
    browser = signed_in(own.manager)
    looking(own, niches=["coffee"])

    def queries(path: str) -> int:
        while wanted.step(own.id):
            pass
        browser.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(path).status_code == 200
        return len(caught)

    for _n in range(3):
        found(own, niches=["coffee"])
    few = queries(own.url("prospects/")), queries(own.url("prospects/board/"))
    for _n in range(9):
        found(own, niches=["coffee"])
    assert (queries(own.url("prospects/")), queries(own.url("prospects/board/"))) == few


def test_the_board_shows_stages_and_moves_without_script(team: Team, manager: Client) -> None:
    prospect = found(team)
    board = manager.get(team.url("prospects/board/"))
    assert prospect.name in board.text
    answer = manager.post(
        team.url(f"prospects/{prospect.pk}/move/"), {"stage": "talking", "from": "board"}
    )
    assert answer.headers["Location"] == team.url("prospects/board/")
    assert stage(team, prospect) == "talking"
    assert (
        manager.post(team.url(f"prospects/{prospect.pk}/move/"), {"stage": "joined"}).status_code
        == 422
    )
    drop = team.url(f"prospects/{prospect.pk}/drop/")
    assert manager.post(drop, {"reason": ""}).status_code == 422
    assert manager.post(drop, {"reason": "Too far away"}).status_code == 302
    assert "Too far away" in manager.get(team.url(f"prospects/{prospect.pk}/")).text
    page = manager.get(team.url("prospects/board/")).text
    assert "Put aside" in page
    assert f"{prospect.pk}" not in page


def test_the_fit_is_told_with_its_reasons(team: Team, manager: Client) -> None:
    program = looking(
        team,
        niches=["latte art"],
        countries=["DE"],
        least_audience=2_468,
        weights={"countries": "must"},
    )
    prospect = found(team, niches=["latte art"], country="ID")
    text = manager.get(team.url(f"prospects/{prospect.pk}/")).text
    assert program.name in text
    assert "38 of 100" in text  # (2 + 0 + 2 · 1/2) of 8
    assert "Indonesia. Wanted: Germany." in text
    assert "1,234. Wanted: at least 2,468." in text
    assert "at most 50" in text


def test_channels_and_references_are_kept_row_by_row(team: Team, manager: Client) -> None:
    prospect = found(team)
    url = team.url(f"prospects/{prospect.pk}/")
    form = {
        "platform_0": "youtube", "handle_0": "@kopi", "audience_0": "2000", "engagement_0": "3.5",
        "platform_1": "website", "url_1": "https://kopi.example",
        "platform_2": "x",
    }  # fmt: skip
    assert manager.post(f"{url}channels/", form).status_code == 302
    text = manager.get(url).text
    assert "2,000" in text
    assert "https://kopi.example" in text
    wrong = manager.post(f"{url}channels/", {**form, "platform_1": "youtube", "handle_1": "@kopi"})
    assert wrong.status_code == 422
    assert "stands here twice" in wrong.text
    said = {
        "kind_0": "testimonial", "name_0": "Roasters Guild", "text_0": "<b>On time</b>",
        "given_on_0": "2026-01-02",
    }  # fmt: skip
    assert manager.post(f"{url}references/", said).status_code == 302
    text = manager.get(url).text
    assert "Roasters Guild" in text
    assert "&lt;b&gt;On time&lt;/b&gt;" in text
    assert manager.post(f"{url}references/", {"kind_0": "testimonial"}).status_code == 302
    with team.scope():
        assert not selectors.references_of(prospect).exists()


def test_a_partner_has_channels_and_references_too(team: Team, manager: Client) -> None:
    with team.scope():
        partner = make_partner(team)
        reach.set_references(
            holder=partner, references=[ReferenceInput("works_with", "Bean Co")], actor=team.actor
        )
    url = team.url(f"partners/{partner.pk}/")
    form = {"platform_0": "tiktok", "handle_0": "@ngopi", "audience_0": "777"}
    assert manager.post(f"{url}channels/", form).status_code == 302
    text = manager.get(url).text
    assert "TikTok" in text
    assert "777" in text
    assert "Bean Co" in text


def test_an_invitation_is_sent_withdrawn_and_sent_again(team: Team, manager: Client) -> None:
    prospect = found(team)
    with team.scope():
        program = make_program(team, name=f"Circle {token()}")
    url = team.url(f"prospects/{prospect.pk}/")
    page = manager.get(f"{url}invite/")
    assert prospect.email in page.text
    form = {"program": program.pk, "email": prospect.email, "language": "id", "message": "Halo"}
    assert manager.post(f"{url}invite/", form).status_code == 302
    prospect_mail.step(team.id)
    assert "Halo" in last_mail_to(prospect.email).body
    assert manager.post(f"{url}invite/", form).status_code == 422
    assert "Sent" in manager.get(url).text
    with team.scope():
        (invitation,) = fits.invitations_of(prospect)
    row = f"{url}invitations/{invitation.pk}/"
    assert manager.post(f"{row}again/").status_code == 302
    with team.scope():
        newest = fits.invitations_of(prospect)[0]
        assert ProspectInvitation.objects.filter(prospect=prospect).count() == 2
    assert manager.post(f"{row}withdraw/").status_code == 409
    assert manager.post(f"{url}invitations/{newest.pk}/withdraw/").status_code == 302
    assert stage(team, prospect) == "talking"


def test_who_asked_to_be_left_alone_gets_no_form(team: Team, manager: Client) -> None:
    prospect = found(team)
    with team.scope():
        invitation = prospect_invitations.invite_prospect(
            prospect=prospect, program=make_program(team), actor=team.actor
        )
        prospect_invitations.decline_invitation(invitation=invitation)
    page = manager.get(team.url(f"prospects/{prospect.pk}/invite/"))
    assert "asked not to be written to" in page.text
    assert 'name="email"' not in page.text


def test_a_prospect_is_recognised_as_a_partner(team: Team, manager: Client) -> None:
    with team.scope():
        partner, other = make_partner(team), make_partner(team)
    prospect = found(team, name=partner.name)
    url = team.url(f"prospects/{prospect.pk}/")
    assert "It is the same one" in manager.get(url).text
    assert manager.post(f"{url}tie/", {"partner": other.pk}).status_code == 404
    assert manager.post(f"{url}tie/", {"partner": partner.pk}).status_code == 302
    assert stage(team, prospect) == "joined"
    assert "YouTube" in manager.get(team.url(f"partners/{partner.pk}/")).text


def test_a_profile_is_tried_before_it_is_saved(team: Team, manager: Client) -> None:
    prospect = found(team, niches=["cold brew"])
    with team.scope():
        program = make_program(team)
    url = team.url(f"programs/{program.pk}/profile/")
    form = {"niches": "Cold Brew", "least_audience": "2468", "weight_niches": "must"}
    tried = manager.post(url, {**form, "act": "try"})
    assert tried.status_code == 200
    assert prospect.name in tried.text
    with team.scope():
        assert not WantedProfile.objects.filter(program=program).exists()
    assert manager.post(url, form).status_code == 302
    with team.scope():
        kept = WantedProfile.objects.get(program=program)
        assert (kept.niches, kept.least_audience) == (["cold brew"], 2_468)
        assert kept.weights == {"niches": "must"}
    wrong = manager.post(url, {**form, "most_audience": "5"})
    assert wrong.status_code == 422
    assert "The most is below the least." in wrong.text
    reader = signed_in(team.marketer)
    assert "Save profile" not in reader.get(url).text
    assert reader.post(url, form).status_code == 200
    with team.scope():
        assert WantedProfile.objects.get(program=program).least_audience == 2_468


def test_nobody_without_the_right_changes_anything(team: Team) -> None:
    prospect = found(team)
    reader = signed_in(team.auditor)
    page = reader.get(team.url(f"prospects/{prospect.pk}/"))
    assert page.status_code == 200
    assert "Invite to apply" not in page.text
    assert (
        reader.post(team.url(f"prospects/{prospect.pk}/move/"), {"stage": "talking"}).status_code
        == 403
    )
    assert stage(team, prospect) == "found"
