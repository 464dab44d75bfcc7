"""Programs in the console: making, settings, questions, opening and closing."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from campaigns import kinds, selectors, services
from campaigns.kind_settings import settings_of
from campaigns.models import Program
from commissions.services import start_program
from prm.errors import Conflict
from tests.campaigns.scene import LANDING, TERMS, make_partner, make_program
from tests.cast import Team, make_team, signed_in, token

BASICS = {"currency": "EUR", "landing_url": LANDING, "summary": "", "terms": TERMS}
NEW = {**BASICS, "kind": "affiliate", "k_pays": "percent", "k_rate": "7.5", "k_months": "12"}
SETTINGS = {
    **BASICS,
    "kind": "affiliate",
    "hold_from": "payment",
    "self_purchase": "hold",
    "hold_days": "7",
    "reapply_days": "10",
    "minimum": "eur 25.50, IDR 100000",
    "hosts": "shop.example.com\n*.example.org",
    "auto_approve": "on",
}


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


@pytest.fixture
def owner(team: Team) -> Client:
    """The owner's browser."""
    return signed_in(team.owner)


def found(team: Team, program: Program) -> Program:
    with team.scope():
        return selectors.program_by_id(program.pk)


def test_making_opening_closing(team: Team, owner: Client) -> None:
    name = f"Bean friends {token()}"
    answer = owner.post(team.url("programs/new/"), {**NEW, "name": name, "slug": ""})
    assert answer.status_code == 302
    url = answer.headers["Location"]
    slug = name.lower().replace(" ", "-")
    assert owner.get(f"/{team.seller.slug}/programs/{slug}/").status_code == 404, "a draft"
    assert owner.post(f"{url}open/").status_code == 302
    assert f"/programs/{slug}/" in owner.get(url).text
    public = owner.get(f"/{team.seller.slug}/programs/{slug}/")
    assert name in public.text
    assert "earn" in owner.get(f"{url}close/").text
    assert owner.post(f"{url}close/").status_code == 302
    assert owner.post(f"{url}close/").status_code == 409
    assert "no applications" in owner.get(f"/{team.seller.slug}/programs/{slug}/").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a\x00"),
        ("slug", "Bad Slug"),
        ("currency", "XXX"),
        ("landing_url", "javascript:1"),
        ("terms", ""),
        ("terms", "x" * 20001),
        ("k_rate", ""),
        ("k_rate", "0"),
        ("k_rate", "101"),
        ("k_rate", "7.55555"),
        ("k_months", "999"),
        ("k_pays", "luck"),
    ],
)
def test_mistakes_in_a_new_program(team: Team, owner: Client, field: str, value: str) -> None:
    data = {**NEW, "name": "Fine", "slug": f"p-{token()}", field: value}
    answer = owner.post(team.url("programs/new/"), data)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.text


def test_a_taken_address_is_refused_by_its_field(team: Team, owner: Client) -> None:
    with team.scope():
        program = make_program(team)
    data = {**NEW, "name": "Second", "slug": program.slug}
    answer = owner.post(team.url("programs/new/"), data)
    assert answer.status_code == 422
    assert 'id="id_slug_error"' in answer.text


def test_a_kind_is_chosen_first(owner: Client, team: Team) -> None:
    shown = owner.get(team.url("programs/new/")).text
    for code, kind in kinds.KINDS.items():
        assert f'href="?kind={code}"' in shown
        assert str(kind.pays) in unescape(shown)
    assert team.url("programs/advisor/") in shown
    unknown = owner.get(team.url("programs/new/"), {"kind": "robot"})
    assert 'href="?kind=affiliate"' in unknown.text
    assert owner.post(team.url("programs/new/"), BASICS).status_code == 200, "no kind, nothing made"


@pytest.mark.parametrize("code", kinds.KINDS)
def test_the_form_of_a_kind_works_out_an_example(owner: Client, team: Team, code: str) -> None:
    page = owner.get(team.url("programs/new/"), {"kind": code})
    assert page.status_code == 200
    example = page.context["example"]
    asked = {one.key for one in settings_of(code) if one.required and one.default is None}
    assert bool(example) == (not asked), "worked out as soon as every answer is there"
    fields = page.context["form"].start | {"k_deliverables": "Stage\nPosts", "k_products": "CUP-1"}
    part = owner.get(team.url("programs/new/example/"), {**fields, "kind": code, "currency": "EUR"})
    assert "EUR" in part.text or "points" in part.text
    data = {**fields, "kind": code, "act": "preview", "name": "Kept"}
    again = owner.post(team.url("programs/new/"), data)
    assert again.status_code == 200
    assert 'value="Kept"' in again.text
    assert again.context["example"]


def test_the_example_of_wrong_answers_says_what_is_missing(owner: Client, team: Team) -> None:
    for data in (
        {"kind": "affiliate", "k_rate": "x"},
        {"kind": "affiliate", "currency": "XXX"},
        {},
    ):
        answer = owner.get(team.url("programs/new/example/"), data)
        assert answer.status_code == 200
        assert "Answer the questions" in answer.text


def test_a_kind_makes_its_rules_and_keeps_its_answers(team: Team, owner: Client) -> None:
    slug = f"p-{token()}"
    data = {**NEW, "name": "Kinds", "slug": slug}
    url = owner.post(team.url("programs/new/"), data).headers["Location"]
    shown = owner.get(url).text
    assert "All sales" in shown
    with team.scope():
        program = Program.objects.get(slug=slug)
        assert program.kind_settings == {"pays": "percent", "rate": "7.5", "months": 12}
        assert program.rules.count() == 1


def test_the_kind_is_fixed_once_a_partner_is_in(team: Team, owner: Client) -> None:
    with team.scope():
        program = make_program(team, kind="content")
    url = team.url(f"programs/{program.pk}/edit/")
    data = {**SETTINGS, "name": "Same", "slug": program.slug, "kind": "influencer"}
    assert 'name="kind"' in owner.get(url).text
    assert owner.post(url, data).status_code == 302
    assert found(team, program).kind == "influencer"
    with team.scope():
        make_partner(team, program)
        with pytest.raises(Conflict) as caught:
            services.change_program(program=program, actor=team.actor, kind="content")
    assert caught.value.errors[0].field == "kind"
    shown = owner.get(url).text
    assert 'name="kind"' not in shown
    assert "The kind stays Influencer." in shown
    assert owner.post(url, {**data, "kind": "content"}).status_code == 302
    assert found(team, program).kind == "influencer"


def test_settings(team: Team, owner: Client) -> None:
    with team.scope():
        program = make_program(team)
    url = team.url(f"programs/{program.pk}/")
    shown = owner.get(f"{url}edit/").text
    assert 'name="currency"' not in shown, "fixed once opened"
    data = {**SETTINGS, "name": "New name", "slug": program.slug, "terms": "Newer terms."}
    assert owner.post(f"{url}edit/", data).status_code == 302
    changed = found(team, program)
    assert changed.minimum_payout == {"EUR": 2550, "IDR": 10000000}
    assert changed.allowed_hosts == ["shop.example.com", "*.example.org"]
    assert (changed.hold_days, changed.terms_version) == (7, 2)
    assert (changed.hold_from, changed.self_purchase) == ("payment", "hold")
    assert (changed.auto_approve, changed.auto_approve_commissions) == (True, False)
    assert "EUR 25.5, IDR 100000" in owner.get(f"{url}edit/").text
    assert "Newer terms." in owner.get(f"{url}terms/2/").text
    assert owner.get(f"{url}terms/9/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minimum", "25"),
        ("minimum", "EUR much"),
        ("minimum", "EUR 1.234"),
        ("minimum", "EUR " + "9" * 20),
        ("hosts", "https://shop.example.com"),
        ("hold_days", "x"),
    ],
)
def test_mistakes_in_settings(team: Team, owner: Client, field: str, value: str) -> None:
    with team.scope():
        program = make_program(team)
    data = {**SETTINGS, "name": "Fine", "slug": program.slug, field: value}
    answer = owner.post(team.url(f"programs/{program.pk}/edit/"), data)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.text or value.startswith("https"), answer.text


def questions(*rows: dict[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {"q-TOTAL_FORMS": str(len(rows)), "q-INITIAL_FORMS": "0"}
    for index, row in enumerate(rows):
        full = {"key": "", "label": "", "kind": "text", "choices": "", **row}
        data |= {f"q-{index}-{name}": value for name, value in full.items()}
    return data


def test_questions(team: Team, owner: Client) -> None:
    with team.scope():
        program = make_program(team)
    url = team.url(f"programs/{program.pk}/questions/")
    assert owner.get(url).status_code == 200
    rows = questions(
        {"label": "How?", "required": "on"},
        {},
        {"label": "Where?", "kind": "choice", "choices": "Here\n\n There "},
    )
    assert owner.post(url, rows).status_code == 302
    assert [(q["key"], q["required"], q["choices"]) for q in found(team, program).questions] == [
        ("q1", True, []),
        ("q2", False, ["Here", "There"]),
    ]
    assert "There" in owner.get(url).text
    bad = owner.post(url, questions({}, {"label": "Where?", "kind": "choice", "choices": "One"}))
    assert bad.status_code == 422
    assert 'id="id_q-1-choices_error"' in bad.text
    twice = questions({"label": "A", "key": "a"}, {"label": "B", "key": "a"})
    assert owner.post(url, twice).status_code == 422
    assert owner.post(url, {"q-TOTAL_FORMS": "x"}).status_code == 422


def test_another_sellers_program_is_not_found(team: Team) -> None:
    other = make_team()
    with other.scope():
        program = make_program(other)
    owner = signed_in(team.owner)
    for rest in ("", "edit/", "questions/", "close/", "terms/1/"):
        assert owner.get(team.url(f"programs/{program.pk}/{rest}")).status_code == 404
    assert owner.post(team.url(f"programs/{program.pk}/open/")).status_code == 404
    assert signed_in(team.marketer).get(team.url("programs/new/")).status_code == 403


@pytest.mark.parametrize(
    ("kind", "answers", "fields"),
    [
        (
            "licensing",
            {"rate": "8", "guarantee": 50_000, "advance": 30_000, "period": "year"},
            ['value="500.00"', 'value="8"', '<option value="year" selected'],
        ),
        (
            "joint_venture",
            {"part": "40"},
            ['name="part_seller" value="3"', 'name="part_1" value="2"'],
        ),
        (
            "co_branding",
            {"products": ["CUP-1", "CUP-2"]},
            ['value="CUP-1, CUP-2"', 'name="part_1" value="1"'],
        ),
        (
            "distribution",
            {"reported": "period", "amount": 55},
            ['<option value="reports" selected', 'value="0.55"'],
        ),
    ],
)
def test_an_agreement_starts_with_the_programs_answers(
    team: Team, owner: Client, kind: str, answers: dict[str, Any], fields: list[str]
) -> None:
    with team.scope():
        program = start_program(
            seller=team.seller,
            actor=team.actor,
            name=f"Together {token()}",
            slug=f"p-{token()}",
            currency="EUR",
            landing_url=LANDING,
            kind=kind,
            kind_settings=answers,
        )
    page = owner.get(team.url("settlements/agreements/new/"), {"program": str(program.pk)})
    shown = re.sub(r"\s+", " ", page.text)
    shown = re.sub(r'(name="\w+")(?: [\w-]+="[^"]*")*? (value="\d+")', r"\1 \2", shown)
    for field in fields:
        assert field in shown, field


def test_a_program_leads_to_the_rooms_of_its_kind(team: Team, owner: Client) -> None:
    with team.scope():
        made = {
            kind: make_program(team, kind=kind)
            for kind in ("affiliate", "sponsorship", "licensing")
        }
    rooms = {
        kind: {room.url.partition("?")[0] for room in owner.get(url).context["rooms"]}
        for kind, program in made.items()
        if (url := team.url(f"programs/{program.pk}/"))
    }
    assert team.url("links/") in rooms["affiliate"]
    assert rooms["sponsorship"] == {team.url("deliverables/")}
    assert rooms["licensing"] == {team.url("settlements/agreements/")}
    for urls in rooms.values():
        for url in urls:
            assert owner.get(url).status_code == 200
