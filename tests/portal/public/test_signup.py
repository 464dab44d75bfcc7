"""From nothing to an open seller account, through the pages."""

from sellers import selectors
from sellers.models import User
from tests.cast import PASSWORD, last_mail_to, link_in, make_user, signed_in, stranger, token

FINE = {
    "name": "Tahta Kopi",
    "country": "ID",
    "currency": "IDR",
    "time_zone": "Asia/Jakarta",
    "language": "id",
}


def test_a_person_signs_up_verifies_and_lands_on_the_switcher() -> None:
    browser, address = stranger(), f"new-{token()}@example.com"
    person = {"name": "Nia New", "email": address, "password1": PASSWORD}
    answer = browser.post("/accounts/signup/", person)
    assert answer.status_code == 302
    assert browser.get("/switch/").status_code == 302, "not signed in before verifying"
    message = last_mail_to(address)
    assert message.subject == "Verify your e-mail address to sign in"
    link = link_in(message, "confirm-email")
    assert browser.get(link).status_code == 200
    answer = browser.post(link)
    assert answer.headers["Location"] == "/"
    assert browser.get("/").headers["Location"] == "/switch/"
    assert "Open a seller account" in browser.get("/switch/").text
    assert User.objects.get(email=address).name == "Nia New"


def test_signing_up_with_a_known_address_does_not_tell() -> None:
    known = make_user()
    person = {"name": "Who", "email": known.email, "password1": PASSWORD}
    fresh = {**person, "email": f"fresh-{token()}@example.com"}
    answers = [stranger().post("/accounts/signup/", who) for who in (person, fresh)]
    assert len({(one.status_code, one.headers["Location"]) for one in answers}) == 1
    assert last_mail_to(known.email).subject == "You have a log-in already"


def test_a_name_is_needed() -> None:
    answer = stranger().post(
        "/accounts/signup/", {"email": f"x-{token()}@example.com", "password1": PASSWORD}
    )
    assert "This field is required" in answer.text


def test_opening_an_account_enters_its_console() -> None:
    user, slug = make_user(), f"tahta-{token()}"
    answer = signed_in(user).post("/open-account/", {**FINE, "slug": slug})
    assert answer.status_code == 302
    (membership,) = selectors.memberships_of(user)
    assert membership.seller.slug == slug


def test_the_address_comes_from_the_name() -> None:
    user, name = make_user(), f"Kopi {token()}"
    signed_in(user).post("/open-account/", {**FINE, "name": name})
    (membership,) = selectors.memberships_of(user)
    assert membership.seller.slug == name.lower().replace(" ", "-")


def test_mistakes_stand_by_their_fields() -> None:
    browser = signed_in(make_user())
    bad = {**FINE, "slug": "accounts", "currency": "IDR"}
    answer = browser.post("/open-account/", bad)
    assert answer.status_code == 422
    assert "This address is taken" in answer.text
    answer = browser.post("/open-account/", {**FINE, "name": "北京", "currency": "NOPE"})
    assert answer.status_code == 422
    assert "Write an address" in answer.text
    assert 'id="id_currency_error"' in answer.text


def test_hostile_input_is_refused_in_words() -> None:
    browser = signed_in(make_user())
    for value in ("a\x00b", "x" * 5000, "<script>alert(1)</script>" * 9):
        answer = browser.post("/open-account/", {**FINE, "name": value, "slug": value})
        assert answer.status_code == 422
        assert "<script>alert" not in answer.text


def test_strangers_sign_in_first() -> None:
    answer = stranger().get("/open-account/")
    assert answer.headers["Location"].startswith("/accounts/login/")
