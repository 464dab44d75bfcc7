"""A person's own profile, language and display."""

from tests.cast import make_team, make_user, signed_in, stranger


def test_a_profile_is_changed() -> None:
    user = make_user("Old Name")
    browser = signed_in(user)
    answer = browser.post(
        "/profile/", {"name": "New Name", "language": "id", "time_zone": "Asia/Tokyo"}
    )
    assert answer.headers["Location"] == "/profile/"
    user.refresh_from_db()
    assert (user.name, user.language, user.time_zone) == ("New Name", "id", "Asia/Tokyo")
    assert 'lang="id"' in browser.get("/profile/").text


def test_a_bad_profile_says_where() -> None:
    answer = signed_in(make_user()).post("/profile/", {"name": "", "time_zone": "Mars"})
    assert answer.status_code == 422
    assert 'id="id_name_error"' in answer.text
    assert 'id="id_time_zone_error"' in answer.text


def test_the_language_stays_with_the_log_in() -> None:
    user = make_user()
    browser = signed_in(user)
    answer = browser.post("/language/", {"language": "id", "next": "/switch/"})
    assert answer.headers["Location"] == "/switch/"
    user.refresh_from_db()
    assert user.language == "id"
    assert 'lang="id"' in signed_in(user).get("/switch/").text


def test_strangers_keep_their_language_in_a_cookie() -> None:
    browser = stranger()
    browser.post("/language/", {"language": "id"})
    assert 'lang="id"' in browser.get("/").text
    browser.post("/language/", {"language": "tlh"})
    assert 'lang="id"' in browser.get("/").text


def test_no_form_leads_to_another_host() -> None:
    for address in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = stranger().post("/language/", {"language": "en", "next": address})
        assert answer.headers["Location"] == "/"
    team = make_team()
    for address in ("https://evil.example/", "//evil.example/"):
        answer = signed_in(team.owner).get("/accounts/login/", {"next": address})
        assert "evil" not in answer.headers.get("Location", "")
