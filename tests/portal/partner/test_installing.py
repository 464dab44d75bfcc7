"""What a phone needs to install the portal: manifest, icons, worker, offline page."""

import io
import json
import re

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from portal import app_icons, brand
from sellers import services as sellers
from tests.cast import Team, make_team, signed_in, stranger
from tests.portal.market import make_market


@pytest.fixture(scope="module")
def team() -> Team:
    return make_team(name="Kopi Nusantara")


def picture(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def test_the_manifest_is_the_sellers(team: Team) -> None:
    answer = stranger().get(team.url("app.webmanifest", room="portal"))
    assert answer.headers["Content-Type"] == "application/manifest+json"
    content = json.loads(answer.content)
    home = team.url(room="portal")
    assert content["name"] == "Kopi Nusantara partner portal"
    assert content["start_url"] == content["scope"] == home
    assert content["display"] == "standalone"
    band = brand.light_palette(team.seller.brand_colour, team.seller.mark_colour).band
    assert content["theme_color"] == band
    sizes = {(icon["sizes"], icon["purpose"]) for icon in content["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for icon in content["icons"]:
        drawn = stranger().get(icon["src"])
        assert drawn.headers["Content-Type"] == "image/png"
        assert "immutable" in drawn.headers["Cache-Control"]
        assert picture(drawn.content).size == tuple(map(int, icon["sizes"].split("x")))


def test_the_icon_shows_the_logo_on_the_sellers_colour() -> None:
    team = make_team()
    plain = stranger().get(team.url("", room="brand") + "1/icon-192.png")
    assert picture(plain.content).getpixel((2, 2)) == rgb(team)
    logo = Image.new("RGBA", (80, 80), (0, 0, 0, 0))
    ImageDraw.Draw(logo).rectangle((10, 10, 70, 70), fill="#ffd24a")
    out = io.BytesIO()
    logo.save(out, "PNG")
    with team.scope():
        seller = sellers.set_branding(
            seller=team.seller,
            brand_colour=team.seller.brand_colour,
            mark_colour=team.seller.mark_colour,
            logo=ContentFile(out.getvalue(), "logo.png"),
            actor=team.actor,
        )
    drawn = stranger().get(f"/{seller.slug}/brand/{seller.brand_version}/icon-192.png")
    shown = picture(drawn.content)
    assert shown.getpixel((96, 96)) == (255, 210, 74)
    assert shown.getpixel((2, 2)) == rgb(team)


def rgb(team: Team) -> tuple[int, ...]:
    band = brand.light_palette(team.seller.brand_colour, team.seller.mark_colour).band
    return tuple(bytes.fromhex(band[1:]))


def test_a_logo_that_would_drown_stands_on_white() -> None:
    dark = Image.new("RGBA", (40, 40), "#0c2b22")
    assert app_icons.icon(180, "#12594b", dark).getpixel((2, 2)) == (255, 255, 255)


def test_other_sizes_and_versions_are_not_drawn(team: Team) -> None:
    root = f"/{team.seller.slug}/brand/"
    for path in ("1/icon-4000.png", "1/icon-1.png", "2/icon-192.png"):
        assert stranger().get(root + path).status_code == 404


def test_the_worker_keeps_nothing_but_the_offline_page_and_its_styles(team: Team) -> None:
    answer = signed_in(team.owner).get(team.url("worker.js", room="portal"))
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer.headers["Cache-Control"]
    text = answer.content.decode()
    found = re.search(r"= (\{.*\});", text)
    assert found
    data = json.loads(found[1])
    assert data["kept"][0] == data["page"]
    assert data["page"].startswith(team.url("offline/", room="portal"))
    assert all(path.endswith(".css") for path in data["kept"][1:])
    assert 'credentials: "omit"' in text
    assert ".put(" not in text  # no answer of the portal is ever kept
    for path in data["kept"]:
        if "/static/" not in path:
            assert stranger().get(path).status_code == 200


def test_the_offline_page_is_the_same_for_everybody(team: Team) -> None:
    url = team.url("offline/", room="portal")
    mine = signed_in(team.owner).get(f"{url}?language=en").content.decode()
    anybodys = stranger().get(f"{url}?language=en").content.decode()
    assert mine == anybodys
    assert "No connection" in mine
    assert team.owner.email not in mine
    assert "<script" not in mine
    assert 'lang="id"' in stranger().get(f"{url}?language=id").content.decode()
    assert stranger().get(f"{url}?language=../x").status_code == 200


def test_portal_pages_name_them_and_the_console_does_not() -> None:
    market = make_market()
    home = signed_in(market.rani.user).get(market.team.url(room="portal")).content.decode()
    assert market.team.url("app.webmanifest", room="portal") in home
    assert market.team.url("worker.js", room="portal") in home
    assert "/icon-180.png" in home
    console = signed_in(market.team.owner).get(market.team.url()).content.decode()
    assert "app.webmanifest" not in console
