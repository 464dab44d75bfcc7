"""Applications in the console: reading, deciding one, deciding many."""

import pytest
from django.test import Client

from campaigns import selectors
from campaigns.models import Application
from campaigns.services import Company
from tests.campaigns.scene import hand_in, image, make_partner, make_program, upload
from tests.cast import Team, make_team, make_user, signed_in, token


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


@pytest.fixture
def manager(team: Team) -> Client:
    """The partner manager's browser."""
    return signed_in(team.manager)


def waiting(team: Team, count: int = 1) -> list[Application]:
    with team.scope():
        program = make_program(
            team, questions=[{"key": "how", "label": "How do you sell?", "kind": "long"}]
        )
        return [hand_in(program, answers={"how": "<b>A blog</b>"}) for _n in range(count)]


def status(team: Team, application: Application) -> str:
    with team.scope():
        return selectors.application_by_id(application.pk).status


def test_answers_are_shown_as_text(team: Team, manager: Client) -> None:
    (application,) = waiting(team)
    page = manager.get(team.url(f"applications/{application.pk}/"))
    assert "How do you sell?" in page.text
    assert "&lt;b&gt;A blog&lt;/b&gt;" in page.text
    assert application.terms_hash in page.text


def test_a_known_partner_is_hinted_at(team: Team, manager: Client) -> None:
    (application,) = waiting(team)
    with team.scope():
        known = make_partner(team)
        type(known).objects.filter(pk=known.pk).update(name_key=application.partner.name_key)
    page = manager.get(team.url(f"applications/{application.pk}/"))
    assert "You may have this partner already" in page.text
    assert known.name in page.text


def test_approving_and_rejecting_one(team: Team, manager: Client) -> None:
    one, two = waiting(team, 2)
    url = team.url(f"applications/{one.pk}/")
    assert manager.post(f"{url}approve/").status_code == 302
    assert manager.post(f"{url}approve/").status_code == 409
    assert status(team, one) == "approved"
    url = team.url(f"applications/{two.pk}/")
    for reason in ("", "x" * 501, "a\x00b"):
        answer = manager.post(f"{url}reject/", {"reason": reason})
        assert answer.status_code == 422
        assert 'id="id_reason_error"' in answer.text
    answer = manager.post(f"{url}reject/", {"reason": "Full", "again": "days"})
    assert 'id="id_days_error"' in answer.text
    assert manager.post(f"{url}reject/", {"reason": "Too few readers"}).status_code == 302
    assert "Too few readers" in manager.get(url).text


def test_deciding_many_at_once(team: Team, manager: Client) -> None:
    rows = waiting(team, 4)
    url = team.url("applications/")
    ids = [str(row.pk) for row in rows]
    manager.post(url, {"act": "approve", "chosen": [*ids[:2], "x"]})
    assert [status(team, row) for row in rows] == ["approved", "approved", *["submitted"] * 2]
    question = manager.post(url, {"act": "reject", "chosen": ids})
    assert question.status_code == 200
    assert "Reject 2 applications?" in question.text
    manager.post(url, {"act": "reject", "chosen": ids, "reason": "Full for now"})
    assert [status(team, row) for row in rows[2:]] == ["rejected", "rejected"]
    assert manager.post(url, {"act": "explode", "chosen": ids}).status_code == 302


def test_rejecting_for_good_and_reasons_given_before(team: Team, manager: Client) -> None:
    one, two = waiting(team, 2)
    data = {"reason": "We know you already", "again": "never"}
    manager.post(team.url(f"applications/{one.pk}/reject/"), data)
    assert (
        "May not apply to this program again"
        in manager.get(team.url(f"applications/{one.pk}/")).text
    )
    page = manager.get(team.url(f"applications/{two.pk}/")).text
    assert '<option value="We know you already">' in page


def test_who_looks_like_a_partner_is_left_out_of_many(team: Team, manager: Client) -> None:
    host = f"{token()}.example"
    with team.scope():
        program = make_program(team)
        known = make_partner(team)
        type(known).objects.filter(pk=known.pk).update(domain=host)
        company = Company(name=f"Like {token()}", country="ID", website=f"https://{host}/")
        alike, new = hand_in(program, company=company), hand_in(program)
    url = team.url("applications/")
    listed = manager.get(f"{url}?alike=yes").text
    assert company.name in listed
    assert f"same website: {host}" in listed
    assert company.name not in manager.get(f"{url}?alike=no").text
    chosen = [str(alike.pk), str(new.pk)]
    told = manager.post(url, {"act": "approve", "chosen": chosen}, follow=True).text
    assert "looks like a partner you have" in told
    assert (status(team, alike), status(team, new)) == ("submitted", "approved")


def test_a_file_is_only_ever_a_download(team: Team, manager: Client) -> None:
    with team.scope():
        questions = [{"key": "kit", "label": "Media kit", "kind": "file"}]
        program = make_program(team, questions=questions)
        row = hand_in(program, files={"kit": upload("kit.png", image())})
        kept = row.files.get()
    assert kept.file_name in manager.get(team.url(f"applications/{row.pk}/")).text
    url = team.url(f"applications/files/{kept.pk}/")
    answer = manager.get(url)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer.close()
    assert signed_in(make_team().owner).get(url).status_code == 404


def test_all_that_match_are_those_of_the_filter(team: Team, manager: Client) -> None:
    mine, others = waiting(team, 2), waiting(team, 1)
    query = f"program={mine[0].program_id}"
    manager.post(team.url("applications/"), {"act": "approve", "all": "1", "query": query})
    assert {status(team, row) for row in mine} == {"approved"}
    assert status(team, others[0]) == "submitted"


def test_who_only_reads_decides_nothing(team: Team) -> None:
    (application,) = waiting(team)
    auditor = signed_in(team.auditor)
    page = auditor.get(team.url(f"applications/{application.pk}/"))
    assert page.status_code == 200
    assert "approve/" not in page.text
    chosen = {"act": "approve", "chosen": [str(application.pk)]}
    assert auditor.post(team.url("applications/"), chosen).status_code == 403
    assert auditor.post(team.url(f"applications/{application.pk}/approve/")).status_code == 403
    foreigner = signed_in(make_team().owner)
    assert foreigner.get(team.url(f"applications/{application.pk}/")).status_code == 404
    assert status(team, application) == "submitted"


def test_the_count_beside_the_navigation(team: Team, manager: Client) -> None:
    waiting(team)
    with team.scope():
        count = selectors.waiting_applications().count()
    assert count
    assert f">{count}<" in manager.get(team.url("programs/")).text.replace(" ", "").replace(
        "\n", ""
    )
    assert signed_in(make_user()).get(team.url("applications/")).status_code == 404
