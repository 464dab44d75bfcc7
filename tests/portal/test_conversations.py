"""Conversations: both sides write, each reads, files are checked, others stay out."""

import io
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from activity.mail import send_due
from activity.models import Event, Notification
from partners import services as partners
from partners.models import Conversation, Message, MessageFile, Participant, Question
from sellers.models import User
from tests.cast import join_team, last_mail_to, make_user, signed_in, staff_of
from tests.portal.market import Market, make_market

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "#a4572a").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def market() -> Market:
    """A market whose manager looks after Rani's company, and told of nothing yet."""
    made = make_market()
    with made.team.scope():
        partners.change_partner(
            partner=made.rani.partner,
            actor=made.team.actor,
            manager=staff_of(made.team, made.team.manager),
        )
        Notification.objects.update(mail_due=False)
    getattr(mail, "outbox", []).clear()
    return made


def ask(market: Market, subject: str = "How do I make a link?", **more: Any) -> Conversation:
    """Rani begins a conversation on the page."""
    browser = signed_in(market.rani.user)
    data = {"subject": subject, "text": "I do not find it.", **more}
    answer = browser.post(market.team.url("conversations/new/", "portal"), data)
    assert answer.status_code == 302, answer.text[-3000:]
    with market.team.scope():
        return Conversation.objects.latest("id")


def unread(market: Market, user: User) -> int:
    with market.team.scope():
        rows = Participant.objects.filter(user=user)
        return sum(rows.values_list("unread", flat=True))


def test_both_sides_write_and_read() -> None:
    market = make_market()
    with market.team.scope():
        partners.change_partner(
            partner=market.rani.partner,
            actor=market.team.actor,
            manager=staff_of(market.team, market.team.manager),
        )
    found = ask(market)
    assert unread(market, market.team.manager) == 1
    assert unread(market, market.rani.user) == 0
    assert unread(market, market.team.owner) == 0, "only who looks after the partner is told"
    manager = signed_in(market.team.manager)
    listed = manager.get(market.team.url("conversations/")).text
    assert "How do I make a link?" in listed
    assert "New message" in listed
    page = market.team.url(f"conversations/{found.pk}/")
    assert "I do not find it." in manager.get(page).text
    assert unread(market, market.team.manager) == 0
    assert manager.post(page, {"text": "Under <b>Links</b>."}).status_code == 302
    rani = signed_in(market.rani.user)
    own = market.team.url(f"conversations/{found.pk}/", "portal")
    assert unread(market, market.rani.user) == 1
    assert "New message" in rani.get(market.team.url("conversations/", "portal")).text
    text = rani.get(own).text
    assert "Under &lt;b&gt;Links&lt;/b&gt;." in text
    assert "read it" in text
    assert unread(market, market.rani.user) == 0
    rani.post(own, {"text": "Thank you"})
    assert unread(market, market.team.manager) == 1
    with market.team.scope():
        assert list(Message.objects.order_by("id").values_list("side", flat=True)) == [
            "partner", "seller", "partner",
        ]  # fmt: skip
        verbs = Event.objects.filter(verb__in=("conversation.opened", "message.sent"))
        assert verbs.count() == 4


def test_the_other_side_hears_by_mail_and_the_writer_does_not(market: Market) -> None:
    ask(market)
    assert send_due(market.team.id) == 1
    letter = last_mail_to(market.team.manager.email)
    assert letter.subject == "Rani Wulandari: How do I make a link?"
    assert "I do not find it." in letter.body
    assert not [one for one in mail.outbox if market.rani.user.email in one.to]


def test_who_has_answered_hears_on_and_who_left_does_not(market: Market) -> None:
    second = join_team(market.team.seller, market.team.owner, make_user("Second"), "manager")
    found = ask(market)
    page = market.team.url(f"conversations/{found.pk}/")
    signed_in(second).post(page, {"text": "I help out."})
    signed_in(market.rani.user).post(
        market.team.url(f"conversations/{found.pk}/", "portal"), {"text": "Good"}
    )
    assert unread(market, second) == 1
    assert unread(market, market.team.manager) == 3
    with market.team.scope():
        partners.add_member(
            partner=market.rani.partner, user=make_user("Mia"), role="member",
            actor=market.team.actor,
        )  # fmt: skip
    signed_in(second).post(page, {"text": "For all of you"})
    with market.team.scope():
        assert Participant.objects.filter(side="partner", unread__gt=0).count() == 2


def test_strangers_to_a_conversation_find_nothing(market: Market) -> None:
    found = ask(market, attached=[SimpleUploadedFile("a.png", picture())])
    with market.team.scope():
        file = MessageFile.objects.get()
    other = signed_in(market.sekar.user)
    base = market.team.url(f"conversations/{found.pk}/", "portal")
    assert other.get(base).status_code == 404
    assert other.post(base, {"text": "Hello"}).status_code == 404
    assert other.get(f"{base}files/{file.pk}/").status_code == 404
    assert "How do I make" not in other.get(market.team.url("conversations/", "portal")).text
    mine = signed_in(market.rani.user).get(f"{base}files/{file.pk}/")
    assert mine.status_code == 200
    mine.close()
    own = ask_as(market)
    crossed = market.team.url(f"conversations/{own.pk}/files/{file.pk}/", "portal")
    assert other.get(crossed).status_code == 404, "a file belongs to its conversation"


def ask_as(market: Market) -> Conversation:
    browser = signed_in(market.sekar.user)
    browser.post(
        market.team.url("conversations/new/", "portal"), {"subject": "Mine", "text": "Text"}
    )
    with market.team.scope():
        return Conversation.objects.get(partner=market.sekar.partner)


def test_files_are_looked_into_drawn_anew_and_only_served_safely(market: Market) -> None:
    hidden = picture() + b"<script>alert(1)</script>"
    found = ask(
        market,
        attached=[
            SimpleUploadedFile("../../etc/pass wd.png", hidden),
            SimpleUploadedFile("terms.pdf", b"%PDF-1.7\n%%EOF\n"),
        ],
    )
    with market.team.scope():
        kept = {one.content_type: one for one in MessageFile.objects.all()}
        with kept["image/png"].file.open("rb") as stored:
            assert b"script" not in stored.read()
    assert ".." not in kept["image/png"].file_name
    assert "pass" not in str(kept["image/png"].file.name)
    base = market.team.url(f"conversations/{found.pk}/files/")
    manager = signed_in(market.team.manager)
    answer = manager.get(f"{base}{kept['application/pdf'].pk}/?inline=1")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    shown = manager.get(f"{base}{kept['image/png'].pk}/?inline=1")
    assert shown["Content-Type"] == "image/png"
    answer.close()
    shown.close()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", SVG),
        ("page.png", b"<html><script>alert(1)</script></html>"),
        ("run.exe", b"MZ\x90\x00"),
        ("sheet.xlsx", b"PK\x03\x04 not a sheet"),
    ],
)
def test_what_is_not_what_it_says_is_refused(market: Market, name: str, content: bytes) -> None:
    browser = signed_in(market.rani.user)
    answer = browser.post(
        market.team.url("conversations/new/", "portal"),
        {"subject": "Look", "text": "Text", "attached": [SimpleUploadedFile(name, content)]},
    )
    assert answer.status_code == 422
    assert name in answer.text
    with market.team.scope():
        assert not Message.objects.exists()
        assert not Conversation.objects.exists()


def test_nothing_is_not_a_message_and_six_files_are_too_many(market: Market) -> None:
    found = ask(market)
    browser = signed_in(market.rani.user)
    page = market.team.url(f"conversations/{found.pk}/", "portal")
    assert browser.post(page, {"text": "  "}).status_code == 422
    files = [SimpleUploadedFile(f"{n}.png", picture()) for n in range(6)]
    assert browser.post(page, {"text": "All", "attached": files}).status_code == 422
    with market.team.scope():
        assert Message.objects.count() == 1


def test_staff_write_to_a_partner_by_name(market: Market) -> None:
    manager = signed_in(market.team.manager)
    url = market.team.url("conversations/new/")
    data = {"partner": "nobody", "subject": "Hello", "text": "Text"}
    assert "No partner has this name" in manager.post(url, data).text
    name = market.sekar.partner.name
    assert name in manager.get(f"{url}?partner={market.sekar.partner.pk}").text
    assert manager.post(url, {**data, "partner": name.upper()}).status_code == 302
    assert unread(market, market.sekar.user) == 1
    assert unread(market, market.rani.user) == 0


def test_a_closed_one_is_opened_by_the_next_message(market: Market) -> None:
    found = ask(market)
    manager = signed_in(market.team.manager)
    page = market.team.url(f"conversations/{found.pk}/")
    assert manager.post(f"{page}close/").status_code == 302
    assert manager.post(f"{page}close/").status_code == 409
    assert "Closed" in manager.get(market.team.url("conversations/?state=closed")).text
    signed_in(market.rani.user).post(
        market.team.url(f"conversations/{found.pk}/", "portal"), {"text": "One more"}
    )
    with market.team.scope():
        assert Conversation.objects.get(pk=found.pk).status == "open"


def test_messages_are_searched(market: Market) -> None:
    ask(market)
    browser = signed_in(market.rani.user)
    url = market.team.url("conversations/", "portal")
    assert "How do I make a link?" in browser.get(f"{url}?q=not+find").text
    assert "How do I make a link?" not in browser.get(f"{url}?q=unfindable").text


def test_what_partners_open_with_counts_as_a_question(market: Market) -> None:
    ask(market)
    ask(market, "how do i  make a LINK?")
    with market.team.scope():
        assert Question.objects.get().asked == 2
