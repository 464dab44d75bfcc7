"""The team's pages."""

from django.utils import translation

from portal.console.staff import ROLE_WORDS
from sellers import selectors
from sellers.models import Invitation, Staff
from tests.cast import last_mail_to, link_in, make_team, open_invitation, signed_in, staff_of, token


def test_the_list_shows_searches_and_exports() -> None:
    team = make_team()
    browser = signed_in(team.owner)
    page = browser.get(team.url("settings/staff/"), {"q": team.finance.email})
    assert team.finance.email in page.text
    assert team.manager.email not in page.text
    page = browser.get(team.url("settings/staff/"), {"role": "auditor"})
    assert team.auditor.email in page.text
    file = browser.get(team.url("settings/staff/"), {"export": "csv"})
    content = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert content.count("\n") == 6


def test_inviting_sends_a_link_and_lists_it() -> None:
    team, address = make_team(), f"gita-{token()}@example.com"
    browser = signed_in(team.owner)
    form = {"email": address, "role": "marketer"}
    assert browser.post(team.url("settings/staff/invite/"), form).status_code == 302
    assert link_in(last_mail_to(address), "/join/")
    assert address in browser.get(team.url("settings/staff/")).text
    again = browser.post(team.url("settings/staff/invite/"), form)
    assert again.status_code == 422
    assert "open invitation" in again.text


def test_an_invitation_is_sent_again_and_withdrawn() -> None:
    team, address = make_team(), f"gita-{token()}@example.com"
    invitation = open_invitation(team, address)
    first, browser = link_in(last_mail_to(address), "/join/"), signed_in(team.owner)
    base = team.url(f"settings/staff/invitations/{invitation.pk}")
    assert browser.post(f"{base}/resend/").status_code == 302
    assert link_in(last_mail_to(address), "/join/") != first
    assert browser.post(f"{base}/withdraw/").status_code == 302
    assert browser.post(f"{base}/withdraw/").status_code == 404
    assert browser.get(f"{base}/withdraw/").status_code == 405
    with team.scope():
        assert Invitation.objects.get(pk=invitation.pk).withdrawn_at


def test_a_role_is_changed() -> None:
    team = make_team()
    staff = staff_of(team, team.marketer)
    browser = signed_in(team.owner)
    url = team.url(f"settings/staff/{staff.pk}/")
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"role": "manager"}).status_code == 302
    assert staff_of(team, team.marketer).role == "manager"
    assert browser.post(url, {"role": "emperor"}).status_code == 422


def test_the_last_owner_is_told_why_he_stays() -> None:
    team = make_team()
    owner, browser = staff_of(team, team.owner), signed_in(team.owner)
    answer = browser.post(team.url(f"settings/staff/{owner.pk}/"), {"role": "finance"})
    assert answer.status_code == 422
    assert "the only owner" in answer.text
    answer = browser.post(team.url(f"settings/staff/{owner.pk}/remove/"))
    assert answer.status_code == 409
    assert "the only owner" in answer.text
    with team.scope():
        assert Staff.objects.get(pk=owner.pk).is_active


def test_removing_says_what_happens_and_does_it() -> None:
    team = make_team()
    staff, browser = staff_of(team, team.finance), signed_in(team.owner)
    url = team.url(f"settings/staff/{staff.pk}/remove/")
    assert "can no longer open this console" in browser.get(url).text
    assert browser.post(url).status_code == 302
    assert selectors.memberships_of(team.finance) == []
    assert browser.post(url).status_code == 409


def test_roles_are_told_in_the_readers_language() -> None:
    team = make_team()
    url = team.url("settings/staff/invite/")
    with translation.override("id"):
        theirs = str(ROLE_WORDS["auditor"])
    assert theirs != str(ROLE_WORDS["auditor"])
    assert theirs in signed_in(team.owner, language="id").get(url).text
    assert theirs not in signed_in(team.owner).get(url).text


def test_another_sellers_people_are_not_found() -> None:
    team, other = make_team(), make_team()
    staff, browser = staff_of(other, other.finance), signed_in(team.owner)
    assert browser.get(team.url(f"settings/staff/{staff.pk}/")).status_code == 404
    assert browser.post(team.url(f"settings/staff/{staff.pk}/remove/")).status_code == 404
