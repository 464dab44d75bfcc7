"""Trying out and saving the portal's look, and what is served of it."""

from django.core.files.uploadedfile import SimpleUploadedFile

from sellers.models import Seller
from tests.cast import make_team, signed_in, stranger
from tests.sellers.test_branding import picture


def _form(**more: object) -> dict[str, object]:
    return {"brand_colour": "#ffe45c", "mark_colour": "#a4572a", **more}


def test_a_look_is_saved_and_served() -> None:
    team = make_team()
    browser = signed_in(team.owner)
    logo = SimpleUploadedFile("l.png", picture(), "image/png")
    answer = browser.post(team.url("settings/branding/"), _form(logo=logo), follow=True)
    assert "to be readable" in answer.text, "yellow text had to be darkened"
    style = stranger().get(f"/{team.seller.slug}/brand/2/style.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert "immutable" in style.headers["Cache-Control"]
    assert "--brand:" in style.text
    served = stranger().get(f"/{team.seller.slug}/brand/2/logo.png")
    assert served.headers["Content-Type"] == "image/png"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert f"/{team.seller.slug}/brand/2/logo.png" in browser.get(team.url("settings/")).text


def test_old_and_invented_versions_are_gone() -> None:
    team = make_team()
    for address in ("brand/9/style.css", "brand/1/logo.png", "brand/0/style.css"):
        assert stranger().get(f"/{team.seller.slug}/{address}").status_code == 404
    assert stranger().get(f"/{team.seller.slug}/brand/1/style.css").status_code == 200


def test_what_is_no_picture_is_refused_by_the_field() -> None:
    team = make_team()
    logo = SimpleUploadedFile("l.png", b"<svg onload='alert(1)'/>", "image/png")
    answer = signed_in(team.owner).post(team.url("settings/branding/"), _form(logo=logo))
    assert answer.status_code == 422
    assert 'id="id_logo_error"' in answer.text
    with team.scope():
        assert Seller.objects.get(pk=team.id).brand_version == 1


def test_a_bad_colour_is_refused() -> None:
    team = make_team()
    answer = signed_in(team.owner).post(team.url("settings/branding/"), _form(brand_colour="red;}"))
    assert answer.status_code == 422
    assert 'id="id_brand_colour_error"' in answer.text


def test_the_preview_holds_colours_only() -> None:
    team = make_team()
    browser = signed_in(team.owner)
    url = team.url("settings/branding/preview.css")
    fine = browser.get(url, {"brand": "#003366", "mark": "#aa0000"}).text
    assert fine.startswith("[data-brand-preview]")
    for bad in ("red", "#12345", "}body{", "#zzzzzz", "\x00"):
        answer = browser.get(url, {"brand": bad})
        assert answer.status_code == 200
        assert "body" not in answer.text
