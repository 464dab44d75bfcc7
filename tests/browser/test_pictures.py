"""The demo seller's main pages: what they show, for whom, at which size; and the README's pictures.

`PRM_PICTURES=1` writes docs/pictures/ anew.
"""

import io
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from portal.demo import people, scene
from tests.browser.conftest import Visitors
from tests.stack import ROOT, Stack

pytestmark = [pytest.mark.browser, pytest.mark.demo]

PICTURES = ROOT / "docs" / "pictures"
MAX_BYTES = 200_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SEAL_SECONDS = 30


class Look(NamedTuple):
    """A window: CSS pixels, and whether the reader likes it dark."""

    width: int
    height: int
    dark: bool = False


LOOKS = (Look(1280, 960), Look(1280, 960, dark=True), Look(375, 812))
Arrive = Callable[[Page], None]


@pytest.fixture(scope="module", autouse=True)
def demo(stack: Stack) -> None:
    """The demo seller, in the running product."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(stack.environ, "PRM_DEMO", "1")
        stack.manage("load_demo")


@cache
def _axe() -> str:
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


_sessions: dict[str, Any] = {}


def sign_in(page: Page, role: str) -> None:
    """As the first demo person of that role; by the form once, then with the same session."""
    if role in _sessions:
        page.context.add_cookies(_sessions[role])
        return
    login = next(one for one in people.LOGINS if one.role == role)
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(login.email)
    page.locator("[name=password]").fill(people.password())
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in", exact=True).click()
    _sessions[role] = page.context.cookies()


def address(rest: str) -> str:
    """A page of the demo seller's."""
    return f"/{scene.SLUG}/{rest}"


def barriers(page: Page) -> list[str]:
    """What axe finds wrong by WCAG 2.2 A and AA, one line each."""
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [
        f"{fault['id']}: {node['html'][:160]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def overhang(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(wide, 0)


def look_at(
    visitors: Visitors, role: str, picture: str, arrive: Arrive, looks: tuple[Look, ...] = LOOKS
) -> None:
    """Go there in each look, check it, and keep the first as a picture where that is asked for."""
    page = visitors()
    sign_in(page, role)
    for look in looks:
        page.set_viewport_size({"width": look.width, "height": look.height})
        page.emulate_media(color_scheme="dark" if look.dark else "light")
        arrive(page)
        assert barriers(page) == [], look
        assert overhang(page) == 0, look
        if picture and look is LOOKS[0] and os.environ.get("PRM_PICTURES") == "1":
            keep(page, PICTURES / f"{picture}.png")
    page.context.close()


def keep(page: Page, path: Path) -> None:
    """The window as a PNG of 256 colours."""
    page.mouse.move(0, 0)
    page.evaluate("window.scrollTo(0, 0)")
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    path.parent.mkdir(parents=True, exist_ok=True)
    shot.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < MAX_BYTES


def shows(page: Page, *texts: str) -> None:
    """Each text can be seen on the page."""
    main = page.get_by_role("main")
    for text in texts:
        expect(main.get_by_text(text).locator("visible=true").first).to_be_visible()


def test_console_home(visitors: Visitors) -> None:
    def arrive(page: Page) -> None:
        page.goto(address("console/"))
        shows(page, "What needs you now", "applications to Affiliate Indonesia", "Owed to partners")
        shows(page, "waits for your approval", "Sales through partners")

    look_at(visitors, "owner", "console", arrive)


def test_partner_home(visitors: Visitors) -> None:
    def arrive(page: Page) -> None:
        page.goto(address("portal/"))
        shows(page, "Make a link", "Your best links", "Where your money is", "12 % of net")

    look_at(visitors, "partner", "portal", arrive)


def test_earnings_tell_their_reason(visitors: Visitors) -> None:
    def arrive(page: Page) -> None:
        page.goto(address("portal/earnings/?status=paid"))
        with page.expect_navigation():
            page.get_by_role("link", name=re.compile(r"^Open KN-")).first.click()
        shows(page, "as agreed with you, because the customer came by your link")
        expect(page.locator(".trace").first).to_be_visible()
        page.locator(".trace").first.scroll_into_view_if_needed()

    look_at(visitors, "partner", "earnings", arrive)


def test_payouts(visitors: Visitors) -> None:
    def arrive(page: Page) -> None:
        page.goto(address("console/payouts/"))
        shows(page, "drafted by one of you, approved by another", "Draft", "Settled")

    look_at(visitors, "finance", "", arrive)


def test_partners_side_by_side(visitors: Visitors) -> None:
    def arrive(page: Page) -> None:
        page.goto(address("console/performance/"))
        shows(page, "Growing", "Steady", "Fading", "Dormant")

    look_at(visitors, "owner", "performance", arrive, LOOKS[:1])


def test_prospects_on_their_board(visitors: Visitors) -> None:
    def arrive(page: Page) -> None:
        page.goto(address("console/prospects/board/"))
        shows(page, "Found", "In talks", "Invited", "Applied", "Partner")

    look_at(visitors, "owner", "board", arrive, LOOKS[:1])


def test_materials_of_a_partner(visitors: Visitors) -> None:
    def arrive(page: Page) -> None:
        page.goto(address("portal/materials/"))
        shows(page, "Three bags, wide", "V60 brew card", "Products with prices")
        page.wait_for_load_state("networkidle")

    look_at(visitors, "partner", "materials", arrive, LOOKS[:1])


def test_trail(visitors: Visitors) -> None:
    wait_for_seal(visitors)

    def arrive(page: Page) -> None:
        page.goto(address("audit/trail/"))
        shows(page, "Chain verified.", "Payout batch drafted", "Payout batch settled")

    look_at(visitors, "auditor", "trail", arrive)


def wait_for_seal(visitors: Visitors) -> None:
    """Until the worker has sealed the demo's events; then let the page verify the chain."""
    page = visitors()
    sign_in(page, "auditor")
    for _look in range(SEAL_SECONDS):
        page.goto(address("audit/trail/"))
        if not page.get_by_role("main").get_by_text("soon", exact=True).count():
            break
        page.wait_for_timeout(1000)
    with page.expect_navigation():
        page.get_by_role("button", name="Verify the chain").first.click()
    shows(page, "Chain verified.")
    page.context.close()


def test_the_checks_of_these_tests_bite(visitors: Visitors) -> None:
    page = visitors()
    page.goto("/")
    assert (barriers(page), overhang(page)) == ([], 0)
    page.evaluate(
        """() => document.querySelector('main').insertAdjacentHTML('beforeend',
        '<button></button><hr class="too-wide">')"""
    )
    page.evaluate("document.querySelector('.too-wide').style.width = '3000px'")
    assert any(fault.startswith("button-name") for fault in barriers(page))
    assert overhang(page) > 0
