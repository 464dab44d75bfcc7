"""A partner takes a banner and a PDF with his name on them, made by the worker, and opens both."""

import io
from pathlib import Path
from typing import Any

import pytest
import typst
from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from campaigns import services
from campaigns.materials.branding.mark import box_on
from campaigns.models import Material
from partners import services as partners
from tests.browser.conftest import Visitors
from tests.browser.test_pictures import barriers, overhang
from tests.browser.test_rule_builder import sign_in
from tests.campaigns.scene import image, upload
from tests.portal.market import Market, make_market
from tests.stack import Stack

pytestmark = pytest.mark.browser
CARD = b"#set page(width: 105mm, height: 148mm)\nBrew card\n#pagebreak()\nGrind coarse"
SIZE = (1200, 628)
GROUND = (200, 116, 58)
"""What `image` paints, tests/campaigns/scene.py."""
LOGO = (10, 40, 200)


def put_up(market: Market, **fields: Any) -> Material:
    """A material of the market's program."""
    with market.team.scope():
        return services.create_material(program=market.program, actor=market.team.actor, **fields)


def test_a_banner_and_a_pdf_with_his_name(stack: Stack, visitors: Visitors) -> None:
    market = make_market()
    with market.team.scope():
        logo = upload("logo.png", blue_logo())
        partners.save_page(partner=market.sekar.partner, actor=market.team.actor, logo=logo)
    picture = upload("x.png", image(size=SIZE))
    banner = put_up(market, kind="banner", name="Panen Gayo", file=picture, co_brand="free")
    paper = upload("card.pdf", typst.compile(CARD, ignore_system_fonts=True))
    card = put_up(market, kind="document", name="Brew card", file=paper, co_brand="approved")
    partner, staff = visitors(width=375, height=812), visitors()
    sign_in(partner, market.sekar.user)
    sign_in(staff, market.team.marketer)

    drawer = opened(partner, market, "Panen Gayo")
    order(drawer, "Sekar Diseduh", "code SEKAR15")
    made = Image.open(io.BytesIO(taken(partner, drawer, "PNG with your name"))).convert("RGB")
    carries_the_mark(made)
    assert barriers(partner) == []
    assert overhang(partner) == 0
    shown_on_his_site(stack, partner, drawer, made)

    drawer = opened(partner, market, "Brew card")
    order(drawer, "Sekar Diseduh", "sekar.example")
    decide(staff, market, "Brew card", "The name is too long for our card.")
    partner.reload()
    expect(drawer).to_contain_text("The name is too long for our card.")
    order(drawer, "Sekar", "sekar.example")
    decide(staff, market, "Brew card", "")
    pages = PdfReader(io.BytesIO(taken(partner, drawer, "PDF with your name"))).pages
    assert [round(float(page.mediabox.width) / 72 * 25.4) for page in pages] == [105, 105]
    first, last = (page.extract_text() for page in pages)
    assert "Brew card" in first
    assert "Sekar" not in first, "the mark stands on the last page alone"
    assert all(word in last for word in ("Grind coarse", "Sekar", "sekar.example"))
    assert market.team.seller.name in last
    used(staff, market, banner, card)


def blue_logo() -> bytes:
    """A logo of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (200, 100), LOGO).save(out, "PNG")
    return out.getvalue()


def opened(page: Page, market: Market, name: str) -> Locator:
    """The material opened from the list, as a phone shows it."""
    page.goto(market.team.url("materials/", "portal"))
    page.get_by_role("link", name=name, exact=True).click()
    drawer = page.locator("#detail")
    expect(drawer.get_by_role("heading", name=name)).to_be_visible()
    return drawer


def order(drawer: Locator, name: str, contact: str) -> None:
    """Ask for the name on it; the page says that it is being made or that it waits."""
    drawer.get_by_label("Name", exact=True).fill(name)
    drawer.get_by_label("Contact or code").fill(contact)
    drawer.get_by_role("button", name="Put my name on it").click()
    made = drawer.page.get_by_text("It is being made.")
    expect(made.first).to_be_visible()


def taken(page: Page, drawer: Locator, label: str) -> bytes:
    """Wait for the worker, download."""
    ready = drawer.get_by_role("link", name=label)
    for _attempt in range(60):
        if ready.is_visible():
            break
        page.wait_for_timeout(250)
        page.reload()
    with page.expect_download() as download:
        ready.click()
    return Path(download.value.path()).read_bytes()


def carries_the_mark(made: Image.Image) -> None:
    """Outside of the band each pixel is the seller's; inside stand paper, logo and letters."""
    assert made.size == SIZE
    box = box_on(*SIZE, "bottom")
    above = made.crop((0, 0, box.width, box.y))
    assert ImageChops.difference(above, Image.new("RGB", above.size, GROUND)).getbbox() is None
    band = made.crop((box.x, box.y, box.x + box.width, box.y + box.height))
    colours = {colour: count for count, colour in band.getcolors(1 << 20) or []}
    paper = colours[255, 255, 255] / (band.width * band.height)
    assert 0.6 < paper < 0.95, "mostly paper"
    assert colours[LOGO] > 1_000, "his logo"
    assert GROUND not in colours
    for half in (band.crop((200, 6, 600, band.height)), band.crop((900, 6, 1200, band.height))):
        dark = sum(half.convert("L").histogram()[:128])
        assert dark > 200, "letters: the name at the left, the contact at the right"


def shown_on_his_site(stack: Stack, page: Page, drawer: Locator, made: Image.Image) -> None:
    """The embed code's picture is the one with his name; his link is the way it leads."""
    code = drawer.locator("pre.code").first.inner_text()
    address = code.split('<img src="')[1].split('"')[0]
    found = page.request.get(stack.url + "/" + address.split("/", 3)[3])
    shown = Image.open(io.BytesIO(found.body())).convert("RGB")
    assert ImageChops.difference(shown, made).getbbox() is None


def decide(staff: Page, market: Market, name: str, reason: str) -> None:
    """Staff look at the piece that waits, and approve it or say why not."""
    waiting = staff.get_by_role("link", name=name)
    for _attempt in range(60):
        staff.goto(market.team.url("materials/named/?status=waiting"))
        if waiting.first.is_visible():
            break
        staff.wait_for_timeout(250)
    waiting.first.click()
    if not reason:
        staff.get_by_role("button", name="Approve").click()
        return
    staff.get_by_label("What should be different").fill(reason)
    staff.get_by_role("button", name="Send it back").click()


def used(staff: Page, market: Market, *materials: Material) -> None:
    """Each download is counted for the seller."""
    for material in materials:
        staff.goto(market.team.url(f"materials/{material.pk}/"))
        row = staff.get_by_role("row").filter(has_text=market.sekar.partner.name)
        expect(row.get_by_role("cell").nth(2)).to_have_text("1")
