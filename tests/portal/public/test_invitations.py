"""The page behind the mailed link."""

from allauth.account.models import EmailAddress

from sellers import selectors
from sellers.models import User
from tests.cast import (
    PASSWORD,
    last_mail_to,
    link_in,
    make_team,
    make_user,
    open_invitation,
    signed_in,
    stranger,
    token,
)


def test_a_new_person_joins_without_a_second_mail() -> None:
    team, address = make_team(), f"nia-{token()}@example.com"
    open_invitation(team, address, "finance")
    link, browser = link_in(last_mail_to(address), "/join/"), stranger()
    page = browser.get(link).text
    assert team.seller.name in page
    assert f"/accounts/signup/?next={link}" in page
    answer = browser.post(
        f"/accounts/signup/?next={link}",
        {"name": "Nia New", "email": address, "password1": PASSWORD},
    )
    assert answer.headers["Location"] == link
    assert browser.post(link).status_code == 302
    (membership,) = selectors.memberships_of(User.objects.get(email=address))
    assert membership.staff is not None
    assert membership.staff.role == "finance"
    assert browser.get(team.url("notifications/")).status_code == 200


def test_the_link_verifies_only_the_invited_address() -> None:
    team, address = make_team(), f"nia-{token()}@example.com"
    open_invitation(team, address)
    browser, other = stranger(), f"other-{token()}@example.com"
    link = link_in(last_mail_to(address), "/join/")
    browser.get(link)
    browser.post(
        f"/accounts/signup/?next={link}",
        {"name": "Oto Other", "email": other, "password1": PASSWORD},
    )
    assert browser.get("/switch/").status_code == 302, "the other address is not verified"
    assert not EmailAddress.objects.filter(email=address).exists()


def test_a_link_to_a_known_person_gives_nobody_his_address() -> None:
    team, known = make_team(), make_user()
    open_invitation(team, known.email)
    browser, other = stranger(), f"other-{token()}@example.com"
    link = link_in(last_mail_to(known.email), "/join/")
    for address in (other, known.email):
        browser.get(link)
        answer = browser.post(
            f"/accounts/signup/?next={link}",
            {"name": "Oto Other", "email": address, "password1": PASSWORD},
        )
        assert answer.status_code == 302
    assert EmailAddress.objects.get(email=known.email).user == known


def test_another_persons_log_in_cannot_accept() -> None:
    team, guest, other = make_team(), make_user(), make_user()
    open_invitation(team, guest.email)
    link, browser = link_in(last_mail_to(guest.email), "/join/"), signed_in(other)
    page = browser.get(link).text
    assert guest.email in page
    assert "Sign out" in page
    browser.post(link)
    assert selectors.memberships_of(other) == []


def test_an_over_or_invented_link_says_so() -> None:
    team, guest = make_team(), make_user()
    open_invitation(team, guest.email)
    link, browser = link_in(last_mail_to(guest.email), "/join/"), signed_in(guest)
    assert browser.post(link).status_code == 302
    for over in (link, "/join/invented/", f"/join/{'x' * 400}/"):
        answer = browser.get(over)
        assert answer.status_code == 404
        assert "This invitation is over" in answer.text


def test_the_switcher_shows_what_waits_and_takes_it() -> None:
    team, guest = make_team(), make_user()
    invitation = open_invitation(team, guest.email, "manager")
    browser = signed_in(guest)
    assert team.seller.name in browser.get("/switch/").text
    stranger_answer = signed_in(make_user()).post(f"/invitations/{invitation.pk}/accept/")
    assert stranger_answer.status_code == 404
    assert browser.post(f"/invitations/{invitation.pk}/accept/").status_code == 302
    assert len(selectors.memberships_of(guest)) == 1


def test_an_unverified_address_sees_no_invitations() -> None:
    team, guest = make_team(), make_user(verified=False)
    open_invitation(team, guest.email)
    assert team.seller.name not in signed_in(guest).get("/switch/").text
