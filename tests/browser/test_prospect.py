"""From a prospect to his first sale: manager and invited person, each in a browser."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from campaigns import services as campaigns
from campaigns.services import onboarding, welcome
from commissions import services as commissions
from commissions.services.rulebook import RuleInput
from sellers import services as sellers
from tests.browser import mailbox
from tests.browser.conftest import Visitors
from tests.browser.test_main_flow import Walk, press, wait_for
from tests.cast import PASSWORD, Team, make_team, token
from tests.stack import Stack

pytestmark = pytest.mark.browser

STEPS: list[dict[str, Any]] = [
    {"kind": "own", "label": "Read how we roast", "ticked_by": "partner", "gates": ["links"]},
    {"kind": "link"},
    {"kind": "own", "label": "Call with your manager", "ticked_by": "staff"},
]


def signed_in(page: Page, team: Team) -> None:
    """The owner signs in."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(team.owner.email)
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Sign in")


def open_program(team: Team) -> str:
    """A program that pays 10 % at once, with first steps. Returns a key for sales."""
    with team.scope():
        program = campaigns.create_program(
            seller=team.seller,
            actor=team.actor,
            name="Friends of Beans",
            slug=f"beans-{token()}",
            currency="EUR",
            landing_url="https://shop.example/",
            terms="Be honest.",
            hold_days=0,
        )
        campaigns.open_program(program=program, actor=team.actor)
        rule = RuleInput("All sales", {"type": "percent", "rate": "10", "base": "net"})
        commissions.create_rule(program=program, rule=rule, actor=team.actor)
        onboarding.set_checklist(program=program, steps=STEPS, actor=team.actor)
        welcome.create_welcome_mail(
            program=program,
            days=0,
            subject="Good to have you, {partner}",
            body="Take your first steps, {person}.",
            actor=team.actor,
        )
        _key, secret = sellers.make_api_key(
            seller=team.seller, name="Shop", scopes=["sales:write"], actor=team.actor
        )
    return secret


def test_a_prospect_comes_to_his_first_sale(stack: Stack, visitors: Visitors) -> None:
    team, address = make_team(), f"ana-{token()}@example.com"
    walk = Walk(stack, team.seller.slug, open_program(team))
    owner, ana = visitors(), visitors(width=375)
    signed_in(owner, team)
    note_and_invite(owner, team, address)
    apply_from_the_link(ana, address)
    decide(owner, team)
    open_the_welcome(walk, ana, address)
    take_first_steps(walk, owner, ana)
    order = sell(walk, ana, visitors())
    earned(walk, owner, ana, order)
    walk.books_are_whole()


def note_and_invite(owner: Page, team: Team, address: str) -> None:
    """Noted, with a channel, then invited."""
    owner.goto(team.url("prospects/new/"))
    owner.get_by_label("Name", exact=True).fill("Blue Parrot")
    owner.locator("[name=email]").fill(address)
    owner.locator("[name=country]").select_option("DE")
    owner.locator("[name=niches]").fill("coffee, travel")
    press(owner, "Add prospect")
    press(owner, "Add channels")
    owner.locator("[name=platform_0]").select_option("youtube")
    owner.locator("[name=handle_0]").fill("@blueparrot")
    owner.locator("[name=audience_0]").fill("48000")
    press(owner, "Save channels")
    expect(owner.get_by_text("48,000").first).to_be_visible()
    press(owner, "Invite to apply")
    owner.locator("[name=message]").fill("We like your films.")
    press(owner, "Send invitation")
    expect(owner.locator(".st").first).to_contain_text("Invited")


def apply_from_the_link(ana: Page, address: str) -> None:
    """The link in the mail, an account without a second mail, the form filled in."""
    ana.goto(mailbox.link_to(address, "/invited/"))
    expect(ana.get_by_text("We like your films.")).to_be_visible()
    press(ana, "Start the application")
    ana.get_by_label("Your name").fill("Ana Parrot")
    ana.get_by_label("Email").fill(address)
    ana.locator("input[name=password1]").fill(PASSWORD)
    press(ana, "Open account")
    expect(ana.locator("[name=name]")).to_have_value("Blue Parrot")
    expect(ana.locator("[name=country]")).to_have_value("DE")
    ana.locator("[name=accept]").check()
    press(ana, "Hand in application")


def decide(owner: Page, team: Team) -> None:
    """The board shows him where he stands; approved, he is a partner with his channel."""
    owner.goto(team.url("prospects/board/"))
    applied = owner.locator("section", has=owner.locator("#stage-applied"))
    expect(applied.get_by_text("Blue Parrot")).to_be_visible()
    owner.goto(team.url("applications/"))
    press(owner, "Blue Parrot")
    press(owner, "Approve")
    owner.goto(team.url("prospects/board/"))
    joined = owner.locator("section", has=owner.locator("#stage-joined"))
    with owner.expect_navigation():
        joined.get_by_role("link", name="Blue Parrot").click()
    with owner.expect_navigation():
        owner.get_by_role("link", name="Blue Parrot").first.click()
    expect(owner.get_by_text("@blueparrot")).to_be_visible()


def open_the_welcome(walk: Walk, ana: Page, address: str) -> None:
    """The mail of the day of joining comes by itself; its link leads to the first steps."""
    mail = mailbox.newest(address, "/portal/notifications/", "Good to have you, Blue Parrot")
    assert "Take your first steps, Ana Parrot." in mailbox.text_of(mail)
    ana.goto(mailbox.link_in(mail, "/portal/notifications/"))
    expect(ana).to_have_url(f"{walk.stack.url}{walk.portal('onboarding/')}")


def take_first_steps(walk: Walk, owner: Page, ana: Page) -> None:
    """One step opens the links; staff tick theirs; both see how far he is."""
    partner = owner.url.rstrip("/")
    ana.goto(walk.portal("onboarding/"))
    expect(ana.get_by_text("0 of 3 done")).to_be_visible()
    expect(ana.get_by_text("Opens: making links")).to_be_visible()
    ana.goto(walk.portal())
    ana.locator("[name=destination]").first.fill("https://shop.example/toraja")
    press(ana, "Make link")
    expect(ana.get_by_text("Finish the first steps of Friends of Beans").first).to_be_visible()
    ana.goto(walk.portal("onboarding/"))
    press(ana, "Done: Read how we roast")
    expect(ana.get_by_text("1 of 3 done")).to_be_visible()
    owner.goto(f"{partner}/onboarding/")
    expect(owner.get_by_text("1 of 3 done")).to_be_visible()
    press(owner, "Done: Call with your manager")
    ana.reload()
    expect(ana.get_by_text("2 of 3 done")).to_be_visible()


def sell(walk: Walk, ana: Page, visitor: Page) -> str:
    """A link, a click by it, a sale by the click. Returns the order."""
    ana.goto(walk.portal())
    ana.locator("[name=destination]").first.fill("https://shop.example/toraja")
    press(ana, "Make link")
    link = re.search(r"/r/[A-Za-z0-9_-]+", ana.content())
    assert link is not None
    answer = visitor.request.get(link.group(0), max_redirects=0)
    assert answer.status == 302
    where = urlsplit(answer.headers["location"])
    assert (where.netloc, where.path) == ("shop.example", "/toraja")
    order = f"KN-{token()}"
    click = parse_qs(where.query)["prm_click"][0]
    sale = {"external_id": order, "currency": "EUR", "amount": 12_340, "click_token": click}
    assert walk.call("sales", sale)["commission_state"] == "pending"
    return order


def earned(walk: Walk, owner: Page, ana: Page, order: str) -> None:
    """Both sides read the same amount for the same order; the last step has ticked itself."""
    wait_for(ana, walk.portal("earnings/"), order)
    expect(ana.get_by_text("12.34").first).to_be_visible()
    expect(ana.get_by_text("10 % of EUR 123.40").first).to_be_visible()
    ana.goto(walk.portal("onboarding/"))
    expect(ana.get_by_text("3 of 3 done")).to_be_visible()
    owner.goto(walk.console(f"commissions/?q={order}"))
    row = owner.get_by_role("row").filter(has_text=order)
    expect(row).to_contain_text("Blue Parrot")
    expect(row).to_contain_text("12.34")
    owner.goto(walk.console("sales/"))
    expect(owner.get_by_role("row").filter(has_text=order)).to_contain_text("Blue Parrot")
