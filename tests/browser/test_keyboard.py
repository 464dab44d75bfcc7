"""Both sides of a partnership without a mouse: each thing is reached by Tab and shows its focus."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from campaigns import selectors
from campaigns.models import Application, Program
from campaigns.services import Company
from tests.browser.conftest import Visitors
from tests.browser.test_portal import enter, follow, reach
from tests.campaigns.scene import hand_in
from tests.cast import PASSWORD, Team, make_team, make_user
from tests.portal.market import Market, make_market
from tests.stack import Stack

pytestmark = pytest.mark.browser

NAME = "Kedai Malam"


def type_in(page: Page, field: Locator, text: str) -> None:
    """Go to a field by Tab, and replace what stands in it."""
    reach(page, field)
    if field.evaluate("one => one.tagName") != "SELECT":
        page.keyboard.press("Control+A")
    page.keyboard.type(text)


def sign_in(page: Page, email: str) -> None:
    """The log-in page, without a mouse."""
    page.goto("/accounts/login/")
    login = page.locator("[name=login]")
    if not login.evaluate("one => one === document.activeElement"):
        reach(page, login)
    page.keyboard.type(email)
    type_in(page, page.locator("[name=password]"), PASSWORD)
    enter(page)


def test_a_program_and_an_approval_by_keyboard(stack: Stack, visitors: Visitors) -> None:
    team, applicant = make_team(), make_user("Kim Kedai")
    page = visitors()
    sign_in(page, team.owner.email)
    page.goto(team.url())
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    make_a_program(page)
    with team.scope():
        program = Program.objects.get(name="Night shift")
        assert program.status == "open"
        application = hand_in(program, applicant, company=Company(name=NAME, country="ID"))
    approve(page, team, application)


def make_a_program(page: Page) -> None:
    """From the navigation to a program that takes applicants."""
    main, rooms = page.get_by_role("main"), page.get_by_role("navigation", name="Console")
    follow(page, rooms.get_by_role("link", name="Programs"))
    follow(page, main.get_by_role("link", name="Make a program").first)
    follow(page, main.get_by_role("link", name=re.compile("^Affiliate")).first)
    type_in(page, page.locator("[name=k_rate]"), "7.5")
    type_in(page, main.get_by_label("Name", exact=True), "Night shift")
    type_in(page, page.locator("[name=currency]"), "EUR")
    type_in(page, page.locator("[name=landing_url]"), "https://shop.example/")
    type_in(page, page.locator("[name=terms]"), "Say that you earn from your links.")
    follow(page, main.get_by_role("button", name="Make draft"))
    follow(page, main.get_by_role("button", name="Open to applicants"))
    expect(main).to_contain_text("Night shift")


def approve(page: Page, team: Team, application: Application) -> None:
    """From the home page to the application, read and approved."""
    page.goto(team.url("applications/"))
    main = page.get_by_role("main")
    follow(page, main.get_by_role("link", name=NAME).first)
    follow(page, main.get_by_role("button", name="Approve"))
    expect(page.get_by_text(f"{NAME} is in Night shift").first).to_be_visible()
    with team.scope():
        assert selectors.application_by_id(application.pk).status == "approved"


@pytest.fixture
def market(stack: Stack) -> Market:
    """A partner with a sale."""
    found = make_market()
    found.sell()
    return found


def test_a_link_and_its_earnings_by_keyboard(visitors: Visitors, market: Market) -> None:
    page = visitors()
    sign_in(page, market.rani.user.email)
    page.goto(market.team.url(room="portal"))
    main, rooms = page.get_by_role("main"), page.get_by_role("navigation", name="Partner portal")
    type_in(page, main.locator("[name=destination]").first, "/toraja")
    follow(page, main.get_by_role("button", name="Make link"))
    made = main.get_by_role("status").first
    expect(made).to_contain_text("/r/")
    reach(page, made.get_by_role("button", name=re.compile("Copy")).first)
    follow(page, rooms.get_by_role("link", name="Links"))
    expect(main).to_contain_text("Toraja")
    follow(page, rooms.get_by_role("link", name="Earnings"))
    follow(page, main.get_by_role("link", name=re.compile(r"^Open KN-")).first)
    expect(main.locator(".trace").first).to_be_visible()
    expect(main).to_contain_text("10 % of EUR 100.00")
