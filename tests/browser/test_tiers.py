"""Tiers over months of moved time, as the manager and two partners see them on their pages.

The manager makes the tiers by hand in the browser; each evaluation is then run with a given
instant, as the worker would have on that day.
"""

from dataclasses import dataclass

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaigns.models import TierClock
from commissions.tiering import evaluation
from commissions.tiering.evaluation import Outcome
from tests.browser.conftest import Visitors
from tests.browser.test_rule_builder import sign_in
from tests.commissions.tier_scene import Ladder, at, make_ladder
from tests.portal.market import Side
from tests.stack import Stack

pytestmark = pytest.mark.browser


@dataclass
class Year:
    """A ladder beside the running product, and who looks at it."""

    ladder: Ladder
    manager: Page
    partner: Page

    def evaluate(self, on: str) -> Outcome:
        """A day's evaluation; the worker leaves the program alone, for whom all of it is past."""
        market = self.ladder.market
        with market.team.scope(), transaction.atomic():
            found = evaluation.evaluate(program_id=market.program.pk, at=at(on))
            TierClock.objects.filter(program=market.program).update(due_at=None)
        return found

    def console(self, rest: str = "") -> str:
        """A page about the program's tiers."""
        return self.ladder.market.team.url(f"programs/{self.ladder.market.program.pk}/{rest}")

    def portal(self, rest: str = "") -> str:
        """A page of the partner's."""
        return self.ladder.market.team.url(rest, "portal")


def test_partners_rise_and_fall_over_a_year(stack: Stack, visitors: Visitors) -> None:
    ladder = make_ladder()
    market = ladder.market
    year = Year(ladder, visitors(), visitors(width=375, height=812))
    sign_in(year.manager, market.team.owner)
    sign_in(year.partner, market.rani.user)
    make_the_tiers(year)
    ladder.sell(60_000, "2025-02-10")
    ladder.sell(95_000, "2025-05-10")
    ladder.sell(10_000, "2025-08-10")
    ladder.sell(55_000, "2025-11-10")

    assert year.evaluate("2025-03-31 23:59") == Outcome()
    stands(year, "None yet")
    assert year.evaluate("2025-04-01") == Outcome(risen=1)
    stands(year, "Silver")
    told(year, "Affiliate: you are Silver now")
    assert year.evaluate("2025-07-01") == Outcome(risen=1)
    stands(year, "Gold")

    assert year.evaluate("2025-10-01") == Outcome(warned=1)
    stands(year, "Gold", "Your figures fell short: you keep Gold until 30 Oct 2025.")
    told(year, "Affiliate: you keep Gold until")
    in_grace(year)
    assert year.evaluate("2025-10-30 23:59") == Outcome()
    stands(year, "Gold")
    assert year.evaluate("2025-10-31") == Outcome(dropped=1)
    stands(year, "None yet")
    told(year, "Affiliate: you are no longer Gold")
    assert year.evaluate("2026-01-01") == Outcome(risen=1)
    stands(year, "Silver")

    its_history(year, market.rani)
    stay_pinned(year, market.sekar)


def make_the_tiers(year: Year) -> None:
    """Silver and Gold, each looked at by the preview before it is saved."""
    manager = year.manager
    for name, rank, threshold in (("Silver", "2", "500"), ("Gold", "3", "900")):
        manager.goto(year.console("tiers/"))
        manager.get_by_role("link", name="Make a tier").click()
        manager.get_by_label("Name", exact=True).fill(name)
        manager.get_by_label("Short key for rules").fill(name.lower())
        manager.get_by_label("Rank").fill(rank)
        manager.get_by_label("What counts").select_option("sales_amount")
        manager.get_by_label("Over which time").select_option("quarter")
        manager.get_by_label("From how much on").fill(threshold)
        manager.get_by_label("Days of grace").fill("30")
        manager.get_by_label("What it brings, a line each").fill(f"{name} rates")
        manager.get_by_role("button", name="See who would move").click()
        expect(manager.get_by_text("0 partners rise at once")).to_be_visible()
        expect(manager.get_by_text("2 partners stay")).to_be_visible()
        manager.get_by_role("button", name="Save tier").click()
        expect(manager.get_by_role("link", name=name, exact=True)).to_be_visible()
    ladder = manager.locator("section", has=manager.get_by_role("heading", name="The ladder"))
    expect(ladder).to_contain_text("EUR 900.00 of sales in a calendar quarter")
    expect(ladder).to_contain_text("Who falls short keeps it 30 days.")
    until_looked_at(year)


def until_looked_at(year: Year) -> None:
    """The worker evaluates by itself what was just saved; then nothing is due before tomorrow."""
    market = year.ladder.market
    for _attempt in range(60):
        with market.team.scope():
            due = TierClock.objects.filter(due_at__gt=timezone.now())
            looked_at = due.filter(program=market.program, evaluated_at__isnull=False).exists()
        if looked_at:
            year.manager.goto(year.console("tiers/"))
            expect(year.manager.get_by_text("Last looked at:")).to_be_visible()
            return
        year.manager.wait_for_timeout(250)
    raise AssertionError("no worker evaluated the new tiers")


def stands(year: Year, tier: str, notice: str = "") -> None:
    """What partner and manager read of his tier at this point."""
    year.partner.goto(year.portal("programs/"))
    card = year.partner.locator("section", has_text="Your tier in Affiliate")
    expect(card.get_by_role("heading", name=tier, exact=True)).to_be_visible()
    if notice:
        expect(card).to_contain_text(notice)
    year.manager.goto(year.console("tiers/") + "?q=Ngopi")
    row = year.manager.get_by_role("row").filter(has_text="Ngopi Pagi")
    expect(row).to_contain_text("–" if tier == "None yet" else tier)


def told(year: Year, subject: str) -> None:
    """The partner finds it among his messages and in his mail."""
    year.partner.goto(year.portal("notifications/"))
    expect(year.partner.get_by_text(subject).first).to_be_visible()


def in_grace(year: Year) -> None:
    """Staff see who keeps a tier by grace alone, and until when."""
    manager = year.manager
    manager.goto(year.console("tiers/"))
    expect(manager.get_by_text("1 in grace")).to_be_visible()
    row = manager.get_by_role("row").filter(has_text="Ngopi Pagi")
    expect(row).to_contain_text("Falls short, leaves on 31 Oct 2025")


def its_history(year: Year, side: Side) -> None:
    """Each move with its figures: from the partner's page in the console, and in his portal."""
    moves = [
        ("– → Silver", "EUR 550.00 of sales, 1 Oct – 31 Dec 2025; it takes EUR 500.00"),
        ("Gold → –", "EUR 100.00 of sales, 1 Jul – 30 Sep 2025; it takes EUR 900.00"),
        ("Silver → Gold", "EUR 950.00 of sales, 1 Apr – 30 Jun 2025; it takes EUR 900.00"),
        ("– → Silver", "EUR 600.00 of sales, 1 Jan – 31 Mar 2025; it takes EUR 500.00"),
    ]
    year.manager.goto(year.ladder.market.team.url(f"partners/{side.partner.pk}/"))
    year.manager.get_by_role("link", name="Silver", exact=True).click()
    expect(year.manager.get_by_role("heading", name="How he came here")).to_be_visible()
    year.partner.goto(year.portal("programs/"))
    year.partner.get_by_text("How you came here").click()
    for page in (year.manager, year.partner):
        lines = page.get_by_role("listitem").filter(has_text="→")
        for line, (move, why) in zip(lines.all(), moves, strict=True):
            expect(line).to_contain_text(move)
            expect(line).to_contain_text(why.replace("EUR ", "EUR\u00a0"), use_inner_text=True)


def stay_pinned(year: Year, side: Side) -> None:
    """Staff keep a partner in Gold whatever his figures; the next evaluation leaves him there."""
    manager = year.manager
    manager.goto(year.console("tiers/"))
    manager.get_by_role("link", name=side.partner.name).click()
    manager.locator("[name=tier]").select_option(label="Gold")
    manager.get_by_label("Keep him there whatever his figures say").check()
    manager.get_by_label("Why").fill("Agreed in May")
    manager.get_by_role("button", name="Place him").click()
    expect(manager.get_by_text("Saved. Sales from now on earn by it.")).to_be_visible()
    assert year.evaluate("2026-04-01") == Outcome(warned=1), "Rani alone falls short"
    manager.goto(year.console("tiers/"))
    row = manager.get_by_role("row").filter(has_text=side.partner.name)
    expect(row).to_contain_text("Gold")
    expect(row).to_contain_text("Pinned")
