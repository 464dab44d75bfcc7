"""A partner's person at a phone, by keyboard alone: money, account, taxes, offline."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from payouts import selectors as payouts
from tests.browser import mailbox
from tests.browser.conftest import Visitors
from tests.browser.test_pictures import barriers, overhang
from tests.browser.test_rule_builder import sign_in
from tests.portal.market import Market, make_market
from tests.stack import Stack

pytestmark = pytest.mark.browser

IBAN = "GB82WEST12345698765432"
PHONE: Any = {"width": 375, "height": 740}
FAR = 90
"""So many presses of Tab reach anything on a page of the portal, or something is wrong."""


@pytest.fixture(scope="module")
def market(stack: Stack) -> Market:
    """Two partners, one with money that may be paid."""
    found = make_market()
    found.sell(days_ago=40, amount=90_000)
    found.sell()
    return found


def reach(page: Page, wanted: Locator) -> None:
    """Go there by Tab, and see that the focus can be seen."""
    expect(wanted).to_be_attached()
    for _press in range(FAR):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            break
    else:
        raise AssertionError(f"{wanted} is out of reach of the keyboard")
    # A link that fills its card has the ring around the card.
    ring = wanted.evaluate(
        "one => { for (let at = one; at; at = at.parentElement)"
        " if (getComputedStyle(at).outlineStyle !== 'none') return true;"
        " return getComputedStyle(one).boxShadow !== 'none' }"
    )
    assert ring, f"{wanted} does not show that it has the focus"


def enter(page: Page) -> None:
    """Press Enter, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def follow(page: Page, wanted: Locator) -> None:
    """Go to a link or button by Tab, and use it."""
    reach(page, wanted)
    enter(page)


def in_both_themes(page: Page) -> None:
    """Nothing sticks out at this size, and axe finds nothing in light and in dark."""
    assert overhang(page) == 0, page.url
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert barriers(page) == [], f"{page.url}, {scheme}"
    page.emulate_media(color_scheme="light")


def test_a_phone_and_a_keyboard_are_enough(visitors: Visitors, market: Market) -> None:
    page = visitors(**PHONE)
    sign_in(page, market.rani.user)
    page.goto(market.team.url(room="portal"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    in_both_themes(page)
    read_earnings(page)
    change_the_account(page, market)
    give_the_tax_number(page, market)
    for rest in ("profile/", "people/", "statements/", "programs/", "payouts/", "notifications/"):
        page.goto(market.team.url(rest, room="portal"))
        in_both_themes(page)


def read_earnings(page: Page) -> None:
    """By the tab at the bottom to the earnings, and into a line with its three steps."""
    tabs = page.get_by_role("navigation", name="Main")
    follow(page, tabs.get_by_role("link", name="Earnings"))
    in_both_themes(page)
    follow(page, page.get_by_role("link", name=re.compile(r"^Open KN-")).first)
    expect(page.locator(".trace").first).to_be_visible()
    in_both_themes(page)


def change_the_account(page: Page, market: Market) -> None:
    """Ask for an account, confirm it by the link in the mail, see its clock."""
    page.goto(market.team.url("payout-method/", room="portal"))
    in_both_themes(page)
    reach(page, page.get_by_label("Account holder"))
    page.keyboard.type("Rani Wulandari")
    page.keyboard.press("Tab")
    page.keyboard.type(IBAN[:-1])
    enter(page)  # a character is missing: the mistake stands by its field
    expect(page.get_by_role("main")).to_contain_text("check digits")
    in_both_themes(page)
    reach(page, page.get_by_label("Account", exact=True))
    page.keyboard.press("Control+A")
    page.keyboard.type(IBAN)
    enter(page)
    expect(page.get_by_role("main")).to_contain_text("IBAN GB•• 5432 is not confirmed yet.")
    in_both_themes(page)
    page.goto(mailbox.link_to(market.rani.user.email, "/payout-method/confirm/"))
    in_both_themes(page)
    follow(page, page.get_by_role("button", name="Confirm this account"))
    main = page.get_by_role("main")
    expect(main).to_contain_text("Payouts use IBAN GB•• 5432 from")
    expect(main.locator(".clock").first).to_contain_text("left")
    in_both_themes(page)
    with market.team.scope():
        method = payouts.current_method(market.rani.partner.pk)
        assert method is not None
        assert method.held_until is not None
    page.goto(market.team.url(room="portal"))
    expect(page.get_by_role("main")).to_contain_text("you are left out of payouts")


def give_the_tax_number(page: Page, market: Market) -> None:
    """A number that its country would not give out, then a right one."""
    page.goto(market.team.url("tax/", room="portal"))
    page.get_by_label("Country of your taxes").select_option("ID")
    reach(page, page.get_by_label("Tax number", exact=True))
    page.keyboard.type("01.300.066.6-091")
    enter(page)
    expect(page.get_by_role("main")).to_contain_text("This is no valid NPWP.")
    in_both_themes(page)
    reach(page, page.get_by_label("Tax number", exact=True))
    page.keyboard.type("01.300.066.6-091.000")  # reached by Tab, the old is chosen whole
    enter(page)
    expect(page.get_by_role("main")).to_contain_text("•••• 1000")


def test_without_a_network_the_portal_says_so(visitors: Visitors, market: Market) -> None:
    page = visitors(**PHONE)
    sign_in(page, market.sekar.user)
    home = market.team.url(room="portal")
    page.goto(home)
    page.evaluate("navigator.serviceWorker.ready")
    page.goto(market.team.url("earnings/", room="portal"))
    kept = page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map("
        "async name => (await (await caches.open(name)).keys()).map(one => one.url)))).flat()"
    )
    assert all(re.search(r"/offline/\?language=\w+$|\.css$", url) for url in kept), kept
    page.context.set_offline(True)
    page.goto(market.team.url("earnings/", room="portal"))
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    assert "Sekar" not in page.content()
    in_both_themes(page)
    page.context.set_offline(False)
    follow(page, page.get_by_role("link", name="Try again"))
    expect(page.get_by_role("main")).to_contain_text("Your best links")
