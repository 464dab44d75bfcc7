"""A marketer writes a rule in the browser, by mouse and by keys, publishes it and changes it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Response, Route, expect

from commissions.inputs import LineInput
from commissions.models import RuleVersion
from sellers.models import User
from tests.browser.conftest import Visitors
from tests.browser.test_pictures import LOOKS, barriers, overhang
from tests.cast import PASSWORD
from tests.portal.market import Market, make_market
from tests.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def market(stack: Stack) -> Market:
    """A seller in rupiah who has sold beans."""
    found = make_market(currency="IDR")
    beans = LineInput(1, unit_amount=20_000_000, sku="GAYO-250", category="Beans")
    found.sell(lines=[beans], currency="IDR")
    return found


def sign_in(page: Page, user: User) -> None:
    """By the form."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in", exact=True).click()


def rebuilt(answer: Response) -> bool:
    """Whether this is the answer to a change of the rule's shape."""
    return answer.url.endswith("/preview/") and "act=" in (answer.request.post_data or "")


@contextmanager
def swapped(page: Page) -> Iterator[None]:
    """Until the answer stands in the page: what is typed before it goes with the old blanks."""
    page.locator("#rule-card").evaluate("card => { card.dataset.old = 'yes' }")
    with page.expect_response(rebuilt):
        yield
    expect(page.locator("#rule-card:not([data-old])")).to_be_attached()


def press(page: Page, name: str) -> None:
    """A button of the builder; the sentence is swapped in place."""
    with swapped(page):
        page.get_by_role("button", name=name, exact=True).click()


def pick(page: Page, label: str, value: str) -> None:
    """A picker on which other blanks depend."""
    with swapped(page):
        page.get_by_label(label, exact=True).select_option(value)


def write_the_mockup_rule(page: Page) -> None:
    """12 % for new customers' beans, 15 % above a step, for a year, with a limit."""
    page.get_by_label("Customer", exact=True).select_option("new")
    pick(page, "Goods", "category:Beans")
    page.get_by_label("Smallest order").fill("150,000")
    page.get_by_label("Pays", exact=True).fill("12")
    press(page, "Step")
    expect(page.get_by_label("Pays from step 1")).to_be_focused()
    # from here on by keys alone: the number, over the picker, the amount
    page.keyboard.type("15")
    page.keyboard.press("Tab")
    expect(page.get_by_label("The step’s rate holds")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("25000000")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Step 1", exact=True)).to_have_value("25,000,000")
    pick(page, "How long", "months")
    page.get_by_label("Months").fill("12")
    press(page, "Limit")
    expect(page.get_by_label("Limit 1", exact=True)).to_be_focused()
    page.keyboard.type("500000")
    page.get_by_label("Name", exact=True).fill("New customers, beans")


def test_a_marketer_writes_publishes_and_changes_a_rule(visitors: Visitors, market: Market) -> None:
    page = visitors()
    sign_in(page, market.team.marketer)
    page.goto(market.team.url(f"programs/{market.program.pk}/rules/new/"))
    write_the_mockup_rule(page)
    example = page.locator("#example")
    page.get_by_label("Order, net of discount, IDR").fill("345,000")
    page.get_by_label("Sales before it, this month").fill("24,880,000")
    expect(example).to_contain_text("IDR 120,000 lies below, IDR 225,000 above")
    expect(example).to_contain_text("IDR 48,150")
    expect(page.locator("#cases")).to_contain_text("All 4 as expected")
    expect(page.locator("#checks")).to_contain_text("All sales catches what this rule does not")
    page.get_by_label("Pays", exact=True).fill("10")
    expect(example).to_contain_text("IDR 45,750")
    page.get_by_label("Pays", exact=True).fill("12")
    expect(example).to_contain_text("IDR 48,150")
    # Enter in a field works it out; only the button publishes
    page.get_by_label("Pays", exact=True).press("Enter")
    expect(page.get_by_role("button", name="Publish rule")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Publish rule").click()
    expect(page.get_by_text("The rule is published.")).to_be_visible()
    assert stored(market).brackets == {
        "metric": "sales_amount",
        "window": "month",
        "mode": "marginal",
        "steps": [{"from": 2_500_000_000, "rate": "15"}],
    }
    change_it(page)


def test_what_is_typed_while_an_answer_is_under_way_stays(
    visitors: Visitors, market: Market
) -> None:
    page = visitors()
    sign_in(page, market.team.marketer)
    page.goto(market.team.url(f"programs/{market.program.pk}/rules/new/"))
    page.get_by_label("Pays", exact=True).fill("7")
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "act=" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/rules/preview/", hold)
    page.get_by_role("button", name="Step", exact=True).click()
    pays = page.get_by_label("Pays", exact=True)
    pays.fill("12.5")
    page.get_by_label("Smallest order").focus()
    page.keyboard.type("150")
    held[0].continue_()
    expect(page.get_by_label("Step 1", exact=True)).to_be_visible()
    expect(pays).to_have_value("12.5")
    expect(page.get_by_label("Smallest order")).to_have_value("150")
    expect(page.get_by_label("Smallest order")).to_be_focused()
    page.keyboard.type("000")
    expect(page.get_by_label("Smallest order")).to_have_value("150000")


def change_it(page: Page) -> None:
    """The next version, with what differs struck and inserted."""
    with page.expect_navigation():
        page.get_by_role("link", name="Change").click()
    page.get_by_label("Smallest order").fill("100,000")
    expect(page.locator("#draft-step ins")).to_have_text("IDR 100,000")
    expect(page.locator("#example")).to_contain_text("Version 1 would pay")
    page.get_by_label("Why, for the history").fill("harvest push")
    with page.expect_navigation():
        page.get_by_role("button", name="Publish version 2").click()
    versions = page.get_by_role("main").locator(".trail").first
    expect(versions.locator("del")).to_have_text("IDR 150,000")
    expect(versions.locator("ins")).to_have_text("IDR 100,000")
    expect(versions).to_contain_text("harvest push")
    expect(page.get_by_role("heading", name="Compare any two versions")).to_be_visible()


def stored(market: Market) -> RuleVersion:
    """The rule that the marketer made."""
    with market.team.scope():
        return RuleVersion.objects.get(name="New customers, beans")


def test_the_builder_has_no_barriers_and_fits(visitors: Visitors, market: Market) -> None:
    page = visitors()
    sign_in(page, market.team.marketer)
    page.goto(market.team.url(f"programs/{market.program.pk}/rules/new/"))
    page.get_by_label("Pays", exact=True).fill("12")
    for name in ("Step", "Limit", "Group of conditions", "Condition here", "Group here"):
        press(page, name)
    press(page, "Different rate for later orders")
    for look in LOOKS:
        page.set_viewport_size({"width": look.width, "height": look.height})
        page.emulate_media(color_scheme="dark" if look.dark else "light")
        for view in ("Table", "Sentence"):
            press(page, view)
            assert barriers(page) == [], (look, view)
            assert overhang(page) == 0, (look, view)
    page.get_by_label("Name", exact=True).fill("Half a rule")
    with page.expect_navigation():
        page.get_by_role("button", name="Publish rule").click()
    expect(page.get_by_text("To put right:")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("alert").get_by_role("link", name="Condition 2, value").click()
    assert page.evaluate("location.hash") == "#id_c1-value"


def test_it_is_written_without_script_too(browser_without_script: Page, market: Market) -> None:
    page = browser_without_script
    sign_in(page, market.team.marketer)
    page.goto(market.team.url(f"programs/{market.program.pk}/rules/new/"))
    page.get_by_label("Name", exact=True).fill("By buttons")
    page.get_by_label("Pays", exact=True).fill("9")
    page.get_by_role("button", name="Limit", exact=True).click()
    page.get_by_label("Limit 1", exact=True).fill("500000")
    page.get_by_role("button", name="Work it out").click()
    expect(page.locator("#example")).to_contain_text("9 % of")
    page.get_by_role("button", name="Publish rule").click()
    expect(page.get_by_text("The rule is published.")).to_be_visible()


@pytest.fixture
def browser_without_script(visitors: Visitors) -> Page:
    """A window in which no script runs."""
    context = visitors.browser.new_context(
        base_url=visitors.base_url, java_script_enabled=False, locale="en-GB"
    )
    visitors.contexts.append(context)
    return context.new_page()
