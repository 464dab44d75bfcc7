"""Campaigns and materials in the console: upload, preview, change, withdraw."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns import services
from campaigns.models import Campaign, Material, Program
from tests.campaigns.scene import image, make_partner, make_program, office, upload
from tests.cast import Team, make_team, signed_in


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


@pytest.fixture
def marketer(team: Team) -> Client:
    """The marketer's browser."""
    return signed_in(team.marketer)


def program_of(team: Team) -> Program:
    with team.scope():
        return make_program(team)


def put_up(marketer: Client, team: Team, into: Program, **data: Any) -> Any:
    values = {"program": str(into.pk), "kind": "banner", "name": "Panen", **data}
    return marketer.post(team.url("materials/new/"), values)


def only(team: Team, program: Program) -> Material:
    with team.scope():
        return Material.objects.get(program=program)


def test_a_banner_is_shown_and_a_document_only_downloaded(team: Team, marketer: Client) -> None:
    program = program_of(team)
    answer = put_up(marketer, team, program, file=upload("Foto.png", image()))
    assert answer.status_code == 302
    page = marketer.get(answer.headers["Location"])
    assert "60 × 40" in page.text
    url = answer.headers["Location"] + "file/"
    shown = marketer.get(url, {"inline": "1"})
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "attachment" not in shown.headers["Content-Disposition"]
    taken = marketer.get(url)
    assert taken.headers["Content-Disposition"] == 'attachment; filename="Foto.png"'
    assert b"".join(taken.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]

    paper = put_up(marketer, team, program, kind="document", file=upload("P.docx", office()))
    inline = marketer.get(paper.headers["Location"] + "file/", {"inline": "1"})
    assert inline.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in inline.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "file"),
        ({"file": upload("x.png", b"<svg><script/></svg>")}, "file"),
        ({"file": upload("x.png", b"")}, "file"),
        ({"kind": "document", "file": upload("x.html", b"<script>")}, "file"),
        ({"kind": "text"}, "text"),
        ({"kind": "text", "text": "a\x00b"}, "text"),
        ({"kind": "podcast"}, "kind"),
        ({"name": "x" * 121}, "name"),
        ({"program": "nothing"}, "program"),
        ({"campaign": "nothing"}, "campaign"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_mistakes_stand_by_their_field(
    team: Team, marketer: Client, data: dict[str, Any], field: str
) -> None:
    answer = put_up(marketer, team, program_of(team), **data)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.text


def test_changing_and_withdrawing(team: Team, marketer: Client) -> None:
    program = program_of(team)
    made = put_up(marketer, team, program, kind="text", text="Hello {link}")
    url = made.headers["Location"]
    changed = marketer.post(url, {"name": "Letter", "text": "Hi", "campaign": ""})
    assert changed.status_code == 302
    assert marketer.post(url, {"name": "Letter", "text": ""}).status_code == 422
    assert marketer.post(f"{url}withdraw/").status_code == 302
    assert "restore/" in marketer.get(url).text
    assert marketer.post(f"{url}withdraw/").status_code == 409
    assert marketer.post(f"{url}restore/").status_code == 302
    text = marketer.get(f"{url}file/")
    assert text.content == b"Hi"
    assert text.headers["Content-Disposition"] == 'attachment; filename="Letter.txt"'
    assert only(team, program).text == "Hi"


def test_the_list_counts_and_filters(team: Team, marketer: Client) -> None:
    program = program_of(team)
    put_up(marketer, team, program, kind="text", text="Hello", name="Rare words")
    material = only(team, program)
    with team.scope():
        for partner in (make_partner(team, program), make_partner(team, program)):
            services.record_material_use(material=material, partner_id=partner.pk, user=team.owner)
    page = marketer.get(team.url("materials/"), {"program": str(program.pk)})
    assert "Rare words" in page.text
    assert "Rare words" not in marketer.get(team.url("materials/"), {"kind": "banner"}).text
    assert "once" in marketer.get(team.url(f"materials/{material.pk}/")).text
    export = marketer.get(team.url("materials/"), {"export": "xlsx"})
    assert export.status_code == 200


def test_campaigns(team: Team, marketer: Client) -> None:
    program, today = program_of(team), timezone.localdate()
    data = {"program": str(program.pk), "name": "Harvest", "starts_on": str(today), "ends_on": ""}
    wrong = {**data, "ends_on": str(today - timedelta(days=1))}
    for bad, field in (
        (wrong, "ends_on"),
        ({**data, "starts_on": "0000-01-01"}, "starts_on"),
        ({**data, "starts_on": "10000-01-01"}, "starts_on"),
        ({**data, "name": ""}, "name"),
    ):
        answer = marketer.post(team.url("campaigns/new/"), bad)
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in answer.text
    assert marketer.post(team.url("campaigns/new/"), data).status_code == 302
    with team.scope():
        campaign = Campaign.objects.get(program=program)
    assert "Harvest" in marketer.get(team.url("campaigns/"), {"state": "running"}).text
    url = team.url(f"campaigns/{campaign.pk}/")
    later = {"name": "Later", "starts_on": str(today), "ends_on": "9999-12-31"}
    assert marketer.post(url, later).status_code == 302
    assert "Later" in marketer.get(url).text
    assert marketer.post(f"{url}end/").status_code == 302
    assert marketer.post(f"{url}end/").status_code == 409


def test_who_only_reads_changes_nothing_and_strangers_find_nothing(
    team: Team, marketer: Client
) -> None:
    program = program_of(team)
    url = put_up(marketer, team, program, kind="text", text="Hello").headers["Location"]
    finance = signed_in(team.finance)
    assert finance.get(url).status_code == 200
    assert finance.post(url, {"name": "Mine", "text": "x"}).status_code == 403
    assert finance.post(f"{url}withdraw/").status_code == 403
    other = make_team()
    material = only(team, program)
    assert signed_in(other.owner).get(other.url(f"materials/{material.pk}/")).status_code == 404
    foreign = put_up(signed_in(other.owner), other, program, kind="text", text="Hello")
    assert foreign.status_code == 422, "another seller's program is no choice"
