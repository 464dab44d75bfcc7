"""From a prospect to a partner: manager and invited person, each in a browser."""

import pytest
from playwright.sync_api import Page, expect

from campaigns import services as campaigns
from tests.browser import mailbox
from tests.browser.conftest import Visitors
from tests.browser.test_main_flow import press
from tests.cast import PASSWORD, Team, make_team, token
from tests.stack import Stack

pytestmark = pytest.mark.browser


def signed_in(page: Page, team: Team) -> None:
    """The owner signs in."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(team.owner.email)
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Sign in")


def test_a_prospect_becomes_a_partner(stack: Stack, visitors: Visitors) -> None:
    team, address = make_team(), f"ana-{token()}@example.com"
    with team.scope():
        program = campaigns.create_program(
            seller=team.seller,
            actor=team.actor,
            name="Friends of Beans",
            slug=f"beans-{token()}",
            currency="EUR",
            landing_url="https://shop.example/",
            terms="Be honest.",
        )
        campaigns.open_program(program=program, actor=team.actor)
    owner, ana = visitors(), visitors(width=375)
    signed_in(owner, team)
    note_and_invite(owner, team, address)
    apply_from_the_link(ana, address)
    decide(owner, team)
    ana.reload()
    ana.goto(f"/{team.seller.slug}/portal/")
    expect(ana).to_have_url(f"{stack.url}/{team.seller.slug}/portal/")


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
