"""Partners in the console: list, adding, changing, acts with consequences."""

import csv
import io

import pytest
from django.test import Client

from partners.models import Partner
from partners.services import add_member
from sellers.models import Staff
from tests.campaigns.scene import make_partner, make_program
from tests.cast import Team, make_team, make_user, signed_in, token

NEW = {"name": "Ngopi Pagi", "kind": "company", "email": "", "country": "ID", "website": ""}


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


@pytest.fixture
def owner(team: Team) -> Client:
    """The owner's browser."""
    return signed_in(team.owner)


def manager_id(team: Team) -> str:
    with team.scope():
        return str(Staff.objects.get(user=team.owner).pk)


def test_the_list_filters_searches_and_exports(team: Team, owner: Client) -> None:
    with team.scope():
        one, two = make_partner(team), make_partner(team)
        Partner.objects.filter(pk=two.pk).update(country="SG", name="=cmd|bad")
    page = owner.get(team.url("partners/"), {"q": one.name})
    assert page.status_code == 200
    assert one.name in page.text
    assert "=cmd" not in page.text
    assert "=cmd" in owner.get(team.url("partners/"), {"country": "SG"}).text
    nothing = owner.get(team.url("partners/"), {"q": one.name, "country": "SG"}).text
    assert "Nothing matches" in nothing
    export = owner.get(team.url("partners/"), {"export": "csv", "country": "SG"})
    content = b"".join(export.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = list(csv.DictReader(io.StringIO(content)))
    assert row["Partner"] == "'=cmd|bad"
    for bad in ({"q": "\x00"}, {"country": "'"}, {"sort": "pk"}, {"after": "x"}, {"open": "x"}):
        assert owner.get(team.url("partners/"), bad).status_code == 200


def test_adding_a_partner_who_may_be_known(team: Team, owner: Client) -> None:
    url, name = team.url("partners/new/"), f"Kedai {token()}"
    data = {**NEW, "name": name, "manager": manager_id(team)}
    assert owner.get(url).status_code == 200
    answer = owner.post(url, data)
    assert answer.status_code == 302
    assert name in owner.get(answer.headers["Location"]).text
    again = owner.post(url, data)
    assert again.status_code == 422
    assert "You may have this partner already" in again.text
    assert owner.post(url, {**data, "anyway": "1"}).status_code == 302
    with team.scope():
        assert Partner.objects.filter(name=name).count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a\x00b"),
        ("name", "x" * 161),
        ("email", "x"),
        ("website", "javascript:1"),
        ("country", "XX"),
        ("manager", "00000000-0000-0000-0000-000000000000"),
        ("manager", "no id"),
    ],
)
def test_mistakes_stand_by_their_field(team: Team, owner: Client, field: str, value: str) -> None:
    data = {**NEW, "manager": manager_id(team), field: value}
    answer = owner.post(team.url("partners/new/"), data)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.text


def test_changing_a_taken_id_is_refused_by_its_field(team: Team, owner: Client) -> None:
    with team.scope():
        one, two = make_partner(team), make_partner(team)
        Partner.objects.filter(pk=one.pk).update(external_id="K-1")
    data = {**NEW, "manager": manager_id(team), "external_id": "K-1"}
    answer = owner.post(team.url(f"partners/{two.pk}/edit/"), data)
    assert answer.status_code == 422
    assert 'id="id_external_id_error"' in answer.text


def test_suspending_asks_first_and_can_be_lifted(team: Team, owner: Client) -> None:
    with team.scope():
        partner = make_partner(team, make_program(team))
    url = team.url(f"partners/{partner.pk}/")
    question = owner.get(f"{url}suspend/").text
    assert "earn nothing" in question
    assert owner.post(f"{url}suspend/", {"reason": ""}).status_code == 422
    assert owner.post(f"{url}suspend/", {"reason": "Brand bidding"}).status_code == 302
    shown = owner.get(url).text
    assert "Brand bidding" in shown
    assert f"{url}reactivate/" in shown, "the way back, also as the toast's undo"
    late = owner.post(f"{url}suspend/", {"reason": "again"})
    assert late.status_code == 422
    assert "“Suspended”" in late.text
    assert owner.post(f"{url}reactivate/").status_code == 302
    assert owner.post(f"{url}reactivate/").status_code == 409
    assert owner.post(f"{url}terminate/", {"reason": "Over"}).status_code == 302
    with team.scope():
        assert Partner.objects.get(pk=partner.pk).status == "terminated"


def test_programs_of_a_partner(team: Team, owner: Client) -> None:
    with team.scope():
        partner, program = make_partner(team), make_program(team)
    url = team.url(f"partners/{partner.pk}/")
    assert owner.post(f"{url}enroll/", {"program": str(program.pk)}).status_code == 302
    with team.scope():
        enrollment = partner.enrollments.get()
        foreign = make_partner(team, program).enrollments.get()
    for bad, status in (("", 422), ("x", 422), (str(partner.pk), 404)):
        assert owner.post(f"{url}enroll/", {"program": bad}).status_code == status
    owner.post(f"{url}enrollments/{foreign.pk}/end/")
    owner.post(f"{url}enrollments/{enrollment.pk}/end/")
    with team.scope():
        enrollment.refresh_from_db()
        foreign.refresh_from_db()
    assert (enrollment.status, foreign.status) == ("ended", "active")


def test_people_of_a_partner(team: Team, owner: Client) -> None:
    rani, address = make_user("Rani"), f"nia-{token()}@example.com"
    with team.scope():
        partner = make_partner(team, user=rani)
        member = partner.members.get()
        other = add_member(partner=make_partner(team), user=rani, role="member", actor=team.actor)
    url = team.url(f"partners/{partner.pk}/")
    assert owner.post(f"{url}people/invite/", {"email": "x", "role": "member"}).status_code == 422
    known = owner.post(f"{url}people/invite/", {"email": rani.email, "role": "member"})
    assert 'id="id_email_error"' in known.text
    owner.post(f"{url}people/invite/", {"email": address, "role": "member"})
    assert address in owner.get(url).text
    asked = owner.get(f"{url}people/{member.pk}/remove/")
    assert f"{rani.email} can no longer open the portal of {partner.name}" in asked.text
    assert owner.post(f"{url}people/{member.pk}/remove/").status_code == 409, "the last admin"
    assert owner.post(f"{url}people/{other.pk}/remove/").status_code == 404, "not of this partner"


def test_who_may_not_is_told_and_strangers_find_nothing(team: Team) -> None:
    with team.scope():
        partner = make_partner(team)
    url = team.url(f"partners/{partner.pk}/")
    auditor = signed_in(team.auditor)
    shown = auditor.get(url)
    assert shown.status_code == 200
    assert "suspend/" not in shown.text
    assert auditor.post(f"{url}suspend/", {"reason": "x"}).status_code == 403
    other = make_team()
    assert signed_in(other.owner).get(url).status_code == 404
    swapped = other.url(f"partners/{partner.pk}/")
    assert signed_in(other.owner).get(swapped).status_code == 404
    marketer = signed_in(team.marketer).get(team.url("partners/"))
    assert "Earned this month" not in marketer.text
