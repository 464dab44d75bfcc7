"""Seller and partner talk: news with its receipt, a conversation both ways, a review."""

import io
import re
import urllib.request
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from activity import work
from partners import services as partners
from tests.browser import mailbox
from tests.browser.conftest import Visitors
from tests.browser.test_main_flow import press
from tests.browser.test_portal import PHONE
from tests.browser.test_rule_builder import sign_in
from tests.cast import staff_of
from tests.portal.market import Market, make_market
from tests.stack import INBOUND, Stack

pytestmark = pytest.mark.browser
TOLD = "/notifications/"
"""What mails link to: from there the reader goes on to the page itself."""


@pytest.fixture(scope="module")
def market(stack: Stack) -> Market:
    """The manager looks after Rani, who sold this month and the month before."""
    found = make_market()
    for days_ago in (2, 5, 40):
        found.sell(amount=30_000, days_ago=days_ago)
    team = found.team
    work.drain("totals", team.id)
    with team.scope():
        manager = staff_of(team, team.manager)
        partners.change_partner(partner=found.rani.partner, actor=team.actor, manager=manager)
    return found


def test_news_is_written_mailed_read_and_its_receipt_seen(
    visitors: Visitors, market: Market
) -> None:
    marketer, rani = visitors(), visitors(**PHONE)
    sign_in(marketer, market.team.marketer)
    marketer.goto(market.team.url("announcements/"))
    press(marketer, "Write an announcement")
    marketer.get_by_label("Title").fill("Harvest is in")
    marketer.get_by_label("Text", exact=True).fill("# Gayo\n\nThe **new crop** is here.")
    press(marketer, "Save and look at it")
    expect(marketer.get_by_role("heading", name="Gayo")).to_be_visible()
    press(marketer, "Send")
    expect(marketer.get_by_role("main")).to_contain_text("2 partners read it in the portal.")
    press(marketer, "Send it to 2 people")
    page = marketer.url

    letter = mailbox.newest(market.rani.user.email, TOLD, "Harvest is in")
    assert "The new crop is here." in mailbox.text_of(letter)
    sign_in(rani, market.rani.user)
    rani.goto(market.team.url(room="portal"))
    expect(rani.get_by_role("main")).to_contain_text("Harvest is in")
    rani.goto(mailbox.link_in(letter, TOLD))
    expect(rani.locator("article strong")).to_have_text("new crop")

    marketer.goto(page)
    expect(marketer.get_by_role("main")).to_contain_text("1 of 2 read it")
    receipt = marketer.get_by_role("row").filter(has_text="Rani Wulandari")
    expect(receipt).to_contain_text("Read")
    expect(marketer.get_by_role("row").filter(has_text="Sekar Ayu")).to_contain_text("Not read")
    end_such_mails(visitors(**PHONE), str(letter["List-Unsubscribe"]))
    rani.goto(market.team.url("notifications/mail/", room="portal"))
    expect(rani.locator("[name=news]")).to_have_value("never")


def end_such_mails(page: Page, header: str) -> None:
    """The link of the mail's header, opened by somebody who is not signed in."""
    page.goto(header.strip(" <>"))
    page.get_by_role("group", name="How should mails about News").get_by_label("Never").check()
    press(page, "Save")
    expect(page.get_by_role("main")).to_contain_text("Saved")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "#a4572a").save(out, "PNG")
    return out.getvalue()


def unread(page: Page, count: int) -> None:
    """What the navigation says about conversations."""
    entry = page.locator("nav a[href$='/conversations/']").first
    expect(entry).to_have_text(re.compile(rf"^\s*Conversations\s*{count or ''}\s*$"))


def test_a_conversation_goes_both_ways_with_a_file_and_by_mail(
    visitors: Visitors, market: Market, stack: Stack
) -> None:
    rani, manager = visitors(), visitors()
    sign_in(rani, market.rani.user)
    sign_in(manager, market.team.manager)
    rani.goto(market.team.url("conversations/new/", room="portal"))
    rani.locator("[name=subject]").fill("A banner for my shop")
    rani.locator("[name=text]").fill("Does this colour fit?")
    file = {"name": "shop.png", "mimeType": "image/png", "buffer": picture()}
    rani.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    press(rani, "Send")

    manager.goto(market.team.url())
    unread(manager, 1)
    manager.goto(mailbox.link_to(market.team.manager.email, TOLD, "A banner for my shop"))
    shown = manager.get_by_role("img", name="shop.png")
    expect(shown).to_have_js_property("naturalWidth", 40)
    page = manager.url
    manager.goto(market.team.url())
    unread(manager, 0)
    manager.goto(page)
    manager.locator("[name=text]").fill("It does. Shall we make one?")
    press(manager, "Send")

    rani.goto(market.team.url(room="portal"))
    unread(rani, 1)
    letter = mailbox.newest(market.rani.user.email, TOLD, "A banner for my shop")
    assert "Shall we make one?" in mailbox.text_of(letter)
    assert answer_by_mail(stack, letter, "Yes, please.") == "taken"

    manager.reload()
    said = manager.locator(".thread > li").filter(has_text="Yes, please.")
    expect(said).to_contain_text("by mail")
    expect(manager.get_by_role("main")).not_to_contain_text("Answer above this line")
    rani.goto(market.team.url("conversations/", room="portal"))
    unread(rani, 0)
    with manager.expect_navigation():
        manager.get_by_role("button", name="Close", exact=True).click()
    rani.goto(market.team.url("conversations/", room="portal"))
    expect(rani.get_by_role("row").filter(has_text="A banner for my shop")).to_contain_text(
        "Closed"
    )


def answer_by_mail(stack: Stack, letter: EmailMessage, text: str) -> str:
    """What a mail program sends, handed in as the operator's mail server does."""
    answer = EmailMessage()
    answer["From"], answer["To"] = str(letter["To"]), parseaddr(str(letter["Reply-To"]))[1]
    answer["Message-ID"] = f"<{timezone.now().timestamp()}@mail.example>"
    quoted = "\n".join(f"> {line}" for line in mailbox.text_of(letter).splitlines())
    answer.set_content(f"{text}\n\nOn Sunday, Tahta Kopi wrote:\n{quoted}\n")
    request = urllib.request.Request(
        f"{stack.url}/hooks/mail",
        answer.as_bytes(),
        {
            "Authorization": f"Bearer {INBOUND['PRM_INBOUND_MAIL_SECRET']}",
            "Content-Type": "message/rfc822",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as found:
        return str(found.read().decode())


def test_a_review_is_written_shared_and_followed(visitors: Visitors, market: Market) -> None:
    manager, rani = visitors(), visitors(**PHONE)
    sign_in(manager, market.team.manager)
    manager.goto(market.team.url(f"partners/{market.rani.partner.pk}/performance/"))
    press(manager, "Write a review")
    today = timezone.localdate()
    manager.locator("[name=first_on]").fill(str(today - timedelta(days=29)))
    manager.locator("[name=last_on]").fill(str(today))
    manager.locator("[name=target_amount]").fill("500")
    manager.locator("[name=target_sales]").fill("4")
    manager.locator("[name=score_results]").select_option("4")
    manager.locator("[name=score_cooperation]").select_option("5")
    manager.locator("[name=notes]").fill("A strong month.")
    manager.locator("[name=private_notes]").fill("Offer gold soon.")
    press(manager, "Save the review")
    net = manager.get_by_role("row").filter(has_text="Net sales")
    expect(net).to_contain_text("600.00")
    expect(net).to_contain_text("120")
    agree(manager, "Two films before Christmas", "partner")
    agree(manager, "Send samples", "seller")
    press(manager, "Share with the partner")

    sign_in(rani, market.rani.user)
    rani.goto(mailbox.link_to(market.rani.user.email, TOLD, "Your review of"))
    main = rani.get_by_role("main")
    for words in ("A strong month.", "600.00", "4 · above", "4.5 of 5", "Send samples"):
        expect(main).to_contain_text(words)
    expect(main).not_to_contain_text("Offer gold soon.")
    films = rani.get_by_role("listitem").filter(has_text="Two films before Christmas")
    films.get_by_role("button", name="Mark as done").click()
    expect(rani.get_by_role("button", name="Mark as done")).to_have_count(0)

    manager.reload()
    done = manager.get_by_role("listitem").filter(has_text="Two films before Christmas")
    expect(done).to_contain_text("Done")
    opened = manager.get_by_role("listitem").filter(has_text="Send samples")
    expect(opened.get_by_role("button", name="Mark as done")).to_be_visible()


def agree(page: Page, what: str, side: str) -> None:
    """Note what was agreed."""
    page.locator("[name=text]").fill(what)
    page.locator("[name=side]").select_option(side)
    press(page, "Add to what is agreed")
