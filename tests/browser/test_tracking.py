"""The script and the pixel in a real browser: a shop on one origin, the product on another."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from campaigns import services as campaigns
from commissions.models import BrowserReport, Commission
from prm.ids import new_id
from sellers.scope import seller_scope
from tests.browser.conftest import Visitors
from tests.browser.test_main_flow import press
from tests.browser.test_pictures import barriers, overhang
from tests.cast import PASSWORD, token
from tests.portal.market import Market, make_market
from tests.stack import Stack
from tests.web_server import HTML, serving
from tracking import services, tokens
from tracking.models import Link, Sale

pytestmark = pytest.mark.browser
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "shop.html"


SECONDS = 20
Found = TypeVar("Found")


def eventually(look: Callable[[], Found | None]) -> Found:
    """What `look` finds before the deadline."""
    deadline = time.monotonic() + SECONDS
    while (found := look()) is None:
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
    return found


@contextmanager
def pages(put_up: dict[str, str]) -> Iterator[int]:
    """The port of a site with these pages, whatever is in their queries."""

    class Handler(BaseHTTPRequestHandler):
        """Answers from `put_up`."""

        def do_GET(self) -> None:
            html = put_up.get(urlsplit(self.path).path)
            self.send_response(200 if html else 404)
            for name, value in HTML.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write((html or "").encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its own name
            """Says nothing."""

    with serving(Handler) as port:
        yield port


def window(visitors: Visitors, **options: Any) -> Page:
    """One more person, whose console may complain."""
    context = visitors.browser.new_context(**options)
    visitors.contexts.append(context)
    return context.new_page()


@dataclass
class Shop:
    """Two origins: the shop is `localhost`, the product 127.0.0.1."""

    market: Market
    link: Link
    stack: Stack
    port: int
    pages: dict[str, str]

    def url(self, path: str = "/shop.html") -> str:
        """An address at the shop."""
        return f"http://localhost:{self.port}{path}"

    @property
    def followed(self) -> str:
        """The partner's link."""
        return f"{self.stack.url}/r/{self.link.code}"

    def cookie(self, page: Page) -> str | None:
        """What the script keeps on the shop's own host."""
        kept = page.context.cookies(self.url())
        return next((each["value"] for each in kept if each["name"] == "prm_click"), None)

    def report(self, external_id: str) -> BrowserReport:
        """What was kept of an order."""
        found: BrowserReport = self._row(BrowserReport, external_id)
        return found

    def sale(self, external_id: str) -> Sale:
        """The sale under an id."""
        found: Sale = self._row(Sale, external_id)
        return found

    def _row(self, model: Any, external_id: str) -> Any:
        def found() -> Any:
            with seller_scope(self.market.team.id):
                rows = model.objects.filter(external_id=external_id)
                return rows.select_related("partner" if model is Sale else "program").first()

        return eventually(found)


def example_for(program_id: uuid.UUID, stack: Stack) -> str:
    """The example page of the documentation, as a seller would have filled it in."""
    text = EXAMPLE.read_text().replace("PROGRAM", str(program_id))
    return text.replace("http://localhost:8000", stack.url)


@pytest.fixture
def shop(stack: Stack) -> Iterator[Shop]:
    """A program that takes browsers at their word, and the example page as its shop."""
    market = make_market()
    put_up = {"/shop.html": example_for(market.program.pk, stack)}
    with pages(put_up) as port:
        home = f"http://localhost:{port}/shop.html"
        with market.team.scope():
            campaigns.change_program(
                program=market.program,
                actor=market.team.actor,
                landing_url=home,
                browser_sales=True,
                browser_approval=False,
            )
            market.program.refresh_from_db()
            market.rani.enrollment.refresh_from_db()
            link = services.create_link(
                enrollment=market.rani.enrollment, destination=home, actor=market.team.actor
            )
        yield Shop(market, link, stack, port, put_up)


def say(page: Page, call: str) -> None:
    """Call the script as the shop's own code would."""
    page.evaluate(f"() => {{ {call}; }}")


def order_of(page: Page, **facts: Any) -> str:
    """Report an order from the page; its number."""
    order = f"B-{token()}"
    body = {"external_id": order, "amount": "12.34", "currency": "EUR", **facts}
    with page.expect_response(lambda answer: "/t/events" in answer.url) as answer:
        page.evaluate("(body) => prm('sale', body)", body)
    assert answer.value.status == 202, answer.value.text()
    return order


def click_of(page: Page) -> str:
    """The token in the page's address."""
    return parse_qs(urlsplit(page.url).query)["prm_click"][0]


def test_consent_given_keeps_the_click_and_the_partner_is_paid(
    shop: Shop, visitors: Visitors
) -> None:
    page = visitors()
    page.goto(shop.followed)
    click = click_of(page)
    assert shop.cookie(page) is None, "nothing is kept before consent"
    page.get_by_role("button", name="Yes").click()
    assert shop.cookie(page) == click
    page.goto(shop.url())  # another page of the shop, without the click in its address
    assert "prm_click" not in page.url
    order = order_of(page)
    sale = shop.sale(order)
    assert (sale.partner, sale.source) == (shop.market.rani.partner, "script")

    def line() -> Commission | None:
        with seller_scope(shop.market.team.id):
            return Commission.objects.filter(sale=sale).first()

    assert eventually(line).amount_minor == 123
    ours = page.context.cookies(shop.stack.url)
    assert [each["name"] for each in ours if each["name"] != "prm_click"] == []


def test_consent_unknown_counts_on_this_page_alone(shop: Shop, visitors: Visitors) -> None:
    page = visitors()
    page.goto(shop.followed)
    here = order_of(page)
    assert shop.cookie(page) is None
    page.goto(shop.url())
    there = order_of(page)
    assert shop.sale(here).partner == shop.market.rani.partner
    assert shop.sale(there).partner is None


def test_consent_refused_keeps_and_sends_no_click(shop: Shop, visitors: Visitors) -> None:
    page = visitors()
    page.goto(shop.followed)
    page.get_by_role("button", name="No").click()
    order = order_of(page)
    assert shop.cookie(page) is None
    assert shop.sale(order).partner is None
    page.goto(shop.followed)  # refused from the start this time
    assert shop.cookie(page) is None
    assert shop.sale(order_of(page)).partner is None


def test_consent_withdrawn_deletes_at_once(shop: Shop, visitors: Visitors) -> None:
    page = visitors()
    page.goto(shop.followed)
    page.get_by_role("button", name="Yes").click()
    assert shop.cookie(page)
    page.get_by_role("button", name="No").click()
    assert shop.cookie(page) is None
    assert shop.sale(order_of(page)).partner is None
    page.goto(shop.url())
    assert shop.sale(order_of(page)).partner is None


def _click(shop: Shop, at: int) -> str:
    """A token of a click at so many milliseconds."""
    random = new_id().int & ((1 << 80) - 1)
    return tokens.make(shop.link.pk, uuid.UUID(int=(at << 80) | random))


def test_the_last_ten_clicks_of_the_window_are_kept_in_order(
    shop: Shop, visitors: Visitors
) -> None:
    page = visitors()
    page.goto(shop.url())
    say(page, "prm('consent', 'given'); localStorage.consent = 'given'")
    now = new_id().int >> 80
    day = 86_400_000
    old = [_click(shop, now - (40 - n) * day) for n in range(2)]
    fresh = [_click(shop, now - (20 - n) * day) for n in range(12)]
    for click in [*old, *fresh, fresh[-1]]:
        page.goto(shop.url(f"/shop.html?prm_click={click}"))
    page.goto(shop.url("/shop.html?prm_click=%3Cscript%3E&prm_click=1short"))
    kept = (shop.cookie(page) or "").split("~")
    assert kept == fresh[-10:]
    (cookie,) = [each for each in page.context.cookies(shop.url()) if each["name"] == "prm_click"]
    newest = (now - 9 * day) / 1000
    assert abs(cookie["expires"] - (newest + 30 * 86_400)) < 60, "no longer than a click counts"
    assert (cookie["sameSite"], cookie["path"]) == ("Lax", "/")


def test_pages_of_a_third_origin_are_refused(shop: Shop, visitors: Visitors) -> None:
    page = window(visitors)
    with pages(shop.pages) as port:
        page.goto(f"http://127.0.0.1:{port}/shop.html")
        order = f"B-{token()}"
        body = {"external_id": order, "amount": "12.34", "currency": "EUR"}
        with page.expect_response(lambda answer: "/px.gif" in answer.url) as pixel:
            page.evaluate("(body) => prm('sale', body)", body)
        assert pixel.value.headers["x-prm-report"].startswith("refused"), "nor by the pixel"
        readable = page.evaluate(
            "(url) => fetch(url, {method: 'POST', body: '{}'}).then(() => true, () => false)",
            f"{shop.stack.url}/t/events",
        )
        assert readable is False
    with seller_scope(shop.market.team.id):
        assert not BrowserReport.objects.filter(external_id=order).exists()


def test_the_pixel_needs_no_script(shop: Shop, visitors: Visitors) -> None:
    page = window(visitors, java_script_enabled=False)
    page.goto(shop.followed)
    order = f"P-{token()}"
    address = (
        f"{shop.stack.url}/px.gif?program={shop.market.program.pk}&amp;event=sale"
        f"&amp;external_id={order}&amp;amount=12.34&amp;currency=EUR&amp;click={click_of(page)}"
    )
    shop.pages["/thanks.html"] = f'<!doctype html><img src="{address}" alt="">'
    with page.expect_response(lambda answer: "/px.gif" in answer.url) as pixel:
        page.goto(shop.url("/thanks.html"))
    assert pixel.value.headers["x-prm-report"] == "new"
    sale = shop.sale(order)
    assert (sale.partner, sale.source) == (shop.market.rani.partner, "pixel")


def test_a_report_outlives_a_page_that_is_left(shop: Shop, visitors: Visitors) -> None:
    page = visitors()
    page.goto(shop.followed)
    order = f"B-{token()}"
    body = f"{{external_id: '{order}', amount: '12.34', currency: 'EUR'}}"
    say(page, f"prm('sale', {body}); location.href = '/shop.html?left=1'")
    assert shop.sale(order).partner == shop.market.rani.partner


def test_without_fetch_the_picture_carries_it(shop: Shop, visitors: Visitors) -> None:
    page = visitors()
    page.add_init_script("delete window.fetch; navigator.sendBeacon = undefined;")
    page.goto(shop.followed)
    order = f"B-{token()}"
    body = {
        "external_id": order,
        "amount": "12.34",
        "currency": "EUR",
        "customer": {"external_id": "C-1", "email": "ann@example.com"},
    }
    with page.expect_request(lambda request: "/px.gif" in request.url) as asked:
        page.evaluate("(body) => prm('sale', body)", body)
    assert "ann" not in asked.value.url, "an address ends up in logs"
    assert shop.sale(order).partner == shop.market.rani.partner


def test_what_is_wrong_is_said_to_the_shops_developer(shop: Shop, visitors: Visitors) -> None:
    page = visitors()
    page.goto(shop.url())
    with page.expect_console_message(lambda message: message.type == "warning") as told:
        say(page, "prm('sale', {external_id: 'X', amount: '12,34', currency: 'EUR'})")
    assert "amount" in told.value.text


def test_the_live_test_shows_what_comes_back(shop: Shop, visitors: Visitors) -> None:
    """On the program's own page, which asks by itself, in each look and without barriers."""
    page = visitors()
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(shop.market.team.owner.email)
    page.locator("input[name=password]").fill(PASSWORD)
    press(page, "Sign in")
    page.goto(shop.market.team.url(f"programs/{shop.market.program.pk}/tracking/"))
    press(page, "Begin the test")
    expect(page.get_by_text("Waiting", exact=True)).to_have_count(3)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open your shop through the test link").click()
    buyer = opened.value
    buyer.get_by_role("button", name="Yes").click()
    buyer.goto(shop.url())
    buyer.get_by_role("button", name="Buy").click()
    done = page.locator("#progress").get_by_text("Done", exact=True)
    expect(done).to_have_count(3)
    expect(page.locator("#progress")).to_contain_text("It was a test and is not kept.")
    with seller_scope(shop.market.team.id):
        assert not Sale.objects.exists()
    for width, dark in ((1280, False), (375, True)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        assert barriers(page) == []
        assert overhang(page) == 0
