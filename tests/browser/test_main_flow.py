"""The whole job as the people involved do it: owner, finance and partner, each in a browser."""

import json
import re
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models import F
from playwright.sync_api import Page, expect

from ledger import checks
from payouts.models import HOLD, PayoutMethod
from sellers.scope import seller_scope
from sellers.selectors import seller_by_slug
from tests.browser import mailbox
from tests.browser.conftest import Visitors
from tests.cast import PASSWORD, token
from tests.stack import Stack

pytestmark = pytest.mark.browser


@dataclass
class Walk:
    """What the walk has found out so far."""

    stack: Stack
    slug: str
    key: str = ""

    def console(self, rest: str = "") -> str:
        """An address in the console."""
        return f"/{self.slug}/console/{rest}"

    def portal(self, rest: str = "") -> str:
        """An address in the portal."""
        return f"/{self.slug}/portal/{rest}"

    def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A POST to the API with the shop's key."""
        request = urllib.request.Request(
            f"{self.stack.url}/api/v1/{path}",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def books_are_whole(self) -> None:
        """The trial balance is zero and every line agrees with the ledger."""
        seller = seller_by_slug(self.slug)
        assert seller is not None
        with seller_scope(seller.pk):
            assert checks.faults() == []

    def let_the_hold_pass(self) -> None:
        """As if three days had gone by since the payout account was confirmed."""
        seller = seller_by_slug(self.slug)
        assert seller is not None
        with seller_scope(seller.pk):
            back = {name: F(name) - HOLD for name in ("confirmed_at", "usable_at")}
            assert PayoutMethod.objects.update(**back) == 1


def press(page: Page, name: str) -> None:
    """Press the first button or link of that name, and wait for the page that it leads to."""
    button = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name))
    with page.expect_navigation():
        button.first.click()


def sign_up(page: Page, name: str, address: str) -> None:
    """A new log-in with a verified address."""
    page.goto("/accounts/signup/")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email").fill(address)
    page.locator("input[name=password1]").fill(PASSWORD)
    press(page, "Open account")
    page.goto(mailbox.link_to(address, "/accounts/confirm-email/"))
    press(page, "Yes, confirm it")


def test_the_main_job_end_to_end(stack: Stack, visitors: Visitors) -> None:
    slug = f"kopi-{token()}"
    walk = Walk(stack, slug)
    owner, finance, partner = visitors(), visitors(), visitors()
    open_seller(walk, owner)
    invite_finance(walk, owner, finance)
    walk.books_are_whole()
    open_program(walk, owner)
    walk.books_are_whole()
    apply_and_approve(walk, owner, partner)
    walk.books_are_whole()
    order = sell(walk, owner, partner, visitors())
    walk.books_are_whole()
    refund(walk, partner, order)
    walk.books_are_whole()
    pay_out(walk, owner, finance, partner)
    read_statement(walk, partner)


def open_seller(walk: Walk, owner: Page) -> None:
    """Sign up, open a seller account in euro, and see the first steps."""
    sign_up(owner, "Ola Owner", f"ola-{walk.slug}@example.com")
    owner.goto("/open-account/")
    owner.get_by_label("Company").fill("Kopi Nusantara")
    owner.locator("input[name=slug]").fill(walk.slug)
    owner.locator("select[name=country]").select_option("ID")
    owner.locator("select[name=currency]").select_option("EUR")
    owner.locator("select[name=time_zone]").select_option("Asia/Jakarta")
    press(owner, "Open the account")
    expect(owner).to_have_url(f"{walk.stack.url}{walk.console()}")


def invite_finance(walk: Walk, owner: Page, finance: Page) -> None:
    """A second person, without whom no payout can be approved."""
    address = f"fia-{walk.slug}@example.com"
    owner.goto(walk.console("settings/staff/invite/"))
    owner.get_by_label("E-mail").fill(address)
    owner.locator("[name=role][value=finance]").check()
    press(owner, "Send invitation")
    sign_up(finance, "Fia Finance", address)
    finance.goto(mailbox.link_to(address, "/join/"))
    press(finance, "Join")


def open_program(walk: Walk, owner: Page) -> None:
    """A program without hold that pays 7.5 % of net, with a material, open to partners."""
    owner.goto(walk.console("programs/new/"))
    press(owner, "Affiliate")
    owner.locator("[name=k_rate]").fill("7.5")
    expect(owner.locator("#example")).to_contain_text("earns him EUR 18.75")
    owner.get_by_label("Name").fill("Affiliate Europe")
    owner.locator("input[name=slug]").fill("affiliate-europe")
    owner.locator("[name=currency]").select_option("EUR")
    owner.locator("[name=landing_url]").fill("https://shop.example.com/")
    owner.locator("[name=terms]").fill("Say that you earn from your links.")
    press(owner, "Make draft")
    program = owner.url.rstrip("/").rpartition("/")[2]
    owner.goto(walk.console(f"programs/{program}/edit/"))
    owner.locator("[name=hold_days]").fill("0")
    press(owner, "Save program")
    press(owner, "Open to applicants")


def apply_and_approve(walk: Walk, owner: Page, partner: Page) -> None:
    """The partner applies on the public page; the owner approves him."""
    page = f"/{walk.slug}/programs/affiliate-europe/"
    sign_up(partner, "Rani Wulandari", f"rani-{walk.slug}@example.com")
    partner.goto(page)
    press(partner, "Apply")
    partner.locator("input[name=name]").fill("Ngopi Pagi")
    partner.locator("select[name=country]").select_option("ID")
    partner.locator("input[name=accept]").check()
    press(partner, "Hand in application")
    owner.goto(walk.console())
    expect(owner.get_by_text("Ngopi Pagi").first).to_be_visible()
    owner.goto(walk.console("applications/"))
    press(owner, "Ngopi Pagi")
    press(owner, "Approve")


def sell(walk: Walk, owner: Page, partner: Page, visitor: Page) -> str:
    """Link, click and sale; the partner sees the amount with its reason. Returns the order."""
    partner.goto(walk.portal())
    partner.locator("[name=destination]").first.fill("https://shop.example.com/toraja")
    press(partner, "Make link")
    link = re.search(r"/r/[A-Za-z0-9_-]+", partner.content())
    assert link is not None
    answer = visitor.request.get(link.group(0), max_redirects=0)
    assert answer.status == 302
    click = parse_qs(urlsplit(answer.headers["location"]).query)["prm_click"][0]
    walk.key = make_key(walk, owner)
    order = f"KN-{token()}"
    body = {"external_id": order, "currency": "EUR", "amount": 12_345, "click_token": click}
    assert walk.call("sales", body)["commission_state"] == "pending"
    wait_for(partner, walk.portal("earnings/"), order)
    expect(partner.get_by_text("7.5 % of EUR 123.45").first).to_be_visible()
    expect(partner.get_by_text("9.26").first).to_be_visible()
    return order


def make_key(walk: Walk, owner: Page) -> str:
    """An API key for the shop, shown once."""
    owner.goto(walk.console("settings/api-keys/new/"))
    owner.get_by_label("Name").fill("Shop")
    owner.locator("[name=scopes][value='sales:write']").check()
    press(owner, "Make the key")
    found = re.search(r"prm_live_[A-Za-z0-9_-]+", owner.content())
    assert found is not None
    return found.group(0)


def wait_for(page: Page, path: str, text: str) -> None:
    """Look again until the worker has done its part."""
    for _look in range(30):
        page.goto(path)
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{text!r} did not come up at {path}")


def refund(walk: Walk, partner: Page, order: str) -> None:
    """A third comes back, and takes its part of the commission along."""
    body = {"external_id": f"R-{order}", "sale_external_id": order, "amount": 4_115}
    walk.call("refunds", body)
    wait_for(partner, walk.portal("earnings/"), "Takes back its part")


def pay_out(walk: Walk, owner: Page, finance: Page, partner: Page) -> None:
    """Finance drafts, may not approve; the owner approves; finance settles."""
    partner.goto(walk.portal("payout-method/"))
    partner.locator("[name=kind]").select_option("paypal")
    partner.locator("[name=name]").fill("Rani Wulandari")
    partner.locator("[name=account]").fill("rani@example.com")
    press(partner, "Save account")
    partner.goto(mailbox.link_to(f"rani-{walk.slug}@example.com", "/payout-method/confirm/"))
    press(partner, "Confirm this account")
    expect(partner.get_by_role("main")).to_contain_text("you are left out of payouts")
    walk.let_the_hold_pass()
    walk.books_are_whole()
    finance.goto(walk.console("payouts/draft/"))
    press(finance, "Show who is due")
    agree(finance)
    batch = finance.url.rstrip("/").rpartition("/")[2]
    expect(finance.get_by_text("someone else approves").first).to_be_visible()
    finance.goto(walk.console(f"payouts/{batch}/approve/"))
    agree(finance)
    finance.goto(walk.console(f"payouts/{batch}/"))
    expect(finance.get_by_text("someone else approves").first).to_be_visible()
    walk.books_are_whole()
    owner.goto(walk.console(f"payouts/{batch}/approve/"))
    agree(owner)
    walk.books_are_whole()
    finance.goto(walk.console(f"payouts/{batch}/settle/"))
    agree(finance)
    walk.books_are_whole()


def agree(page: Page) -> None:
    """Press the one filled button of a form that names its consequences."""
    with page.expect_navigation():
        page.locator("main form button.btn-primary, main form button.btn-bad").last.click()


def read_statement(walk: Walk, partner: Page) -> None:
    """The statement shows the very transfers: what was earned, taken back and paid."""
    partner.goto(walk.portal("statements/"))
    for amount in ("9.26", "3.09", "6.17"):
        expect(partner.get_by_text(amount).first).to_be_visible()
