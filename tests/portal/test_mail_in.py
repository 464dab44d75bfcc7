"""Answers by mail reach their conversation; nobody else's do."""

import io
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from django.core import mail
from django.test import Client
from PIL import Image
from pytest_django import Settings

from activity.mail import send_due
from activity.models import Notification
from campaigns import conversing, mail_in
from partners import services as partners
from partners.conversations import addresses
from partners.conversations.mails import answer_only
from partners.models import Member, Message, Participant
from sellers.actors import Actor
from sellers.models import User
from tests.cast import last_mail_to, staff_of
from tests.portal.market import Market, make_market

SECRET = "only-for-tests-inbound"
QUOTED = """Under Links, I think.

On Sat, 22 Nov 2026 at 10:00, Tahta Kopi
<reply+abc@in.example.com> wrote:
> Answer above this line, or open the conversation.
> ----------------------------------------
> I do not find it.
"""


@pytest.fixture
def market(settings: Settings) -> Market:
    """A market with mail coming in; the manager was told of Rani's question by mail."""
    settings.INBOUND_MAIL_ADDRESS = "reply@in.example.com"
    settings.INBOUND_MAIL_SECRET = SECRET
    made = make_market()
    team = made.team
    with team.scope():
        partners.change_partner(
            partner=made.rani.partner, actor=team.actor, manager=staff_of(team, team.manager)
        )
        made.rani.partner.refresh_from_db()
        Notification.objects.update(mail_due=False)
        conversing.start(
            partner=made.rani.partner, subject="How do I make a link?", text="I do not find it.",
            files=[], side="partner", actor=Actor.person(made.rani.user),
        )  # fmt: skip
    getattr(mail, "outbox", []).clear()
    send_due(team.id)
    return made


def written(sender: str, to: str, text: str = QUOTED, **headers: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"] = f"Somebody <{sender}>", f"Reply <{to}>"
    letter["Message-ID"] = headers.pop("message_id", "<1@mail.example>")
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    return letter


def reply_to(user: User) -> str:
    (found,) = last_mail_to(user.email).reply_to
    return parseaddr(found)[1]


def post(letter: EmailMessage, secret: str = SECRET) -> str:
    answer = Client(enforce_csrf_checks=True).post(
        "/hooks/mail", letter.as_bytes(), content_type="message/rfc822",
        headers={"authorization": f"Bearer {secret}"},
    )  # fmt: skip
    return answer.text if answer.status_code == 200 else str(answer.status_code)


def messages(market: Market) -> list[tuple[str, str, str]]:
    with market.team.scope():
        rows = Message.objects.order_by("id").values_list("side", "text", "via")
        return list(rows)[1:]


def test_an_answer_by_mail_goes_into_the_thread_and_on_to_the_other_side(market: Market) -> None:
    manager = market.team.manager
    letter = written(manager.email.upper(), reply_to(manager).upper())
    assert post(letter) == mail_in.TAKEN
    assert messages(market) == [("seller", "Under Links, I think.", "mail")]
    assert post(letter) == mail_in.REPEATED
    assert len(messages(market)) == 1
    assert send_due(market.team.id) == 1
    back = last_mail_to(market.rani.user.email)
    assert "Under Links, I think." in back.body
    assert "Answer above this line" in back.body
    thanks = written(
        market.rani.user.email, reply_to(market.rani.user), "Thanks", message_id="<2@mail.example>"
    )
    assert post(thanks) == mail_in.TAKEN
    assert messages(market)[1] == ("partner", "Thanks", "mail")


def test_what_is_not_from_its_owner_is_left_alone(market: Market) -> None:
    manager = market.team.manager
    address = reply_to(manager)
    local, _at, domain = address.partition("@")
    forged = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
    assert post(written("other@example.com", address)) == mail_in.STRANGER
    assert post(written(manager.email, forged)) == mail_in.UNKNOWN
    assert post(written(manager.email, "reply@in.example.com")) == mail_in.UNKNOWN
    assert post(written(manager.email, address.replace("in.", "out."))) == mail_in.UNKNOWN
    assert post(written(manager.email, address), secret="guessed") == "401"
    assert post(written(manager.email, address, auto_submitted="auto-replied")) == (
        mail_in.AUTOMATIC
    )
    assert post(written(manager.email, address, "> only\n> quoted")) == mail_in.EMPTY
    assert messages(market) == []


def test_who_left_can_no_longer_answer(market: Market) -> None:
    with market.team.scope():
        found = Participant.objects.get(user=market.rani.user)
        address = addresses.address_for(found.pk)
        Member.objects.filter(user=market.rani.user).update(is_active=False)
    assert post(written(market.rani.user.email, address)) == mail_in.UNKNOWN


def test_files_are_checked_and_what_was_left_out_is_named(market: Market) -> None:
    out = io.BytesIO()
    Image.new("RGB", (20, 10)).save(out, "PNG")
    manager = market.team.manager
    letter = written(manager.email, reply_to(manager), "See the picture")
    letter.add_attachment(out.getvalue(), maintype="image", subtype="png", filename="a.png")
    letter.add_attachment(b"<svg/>", maintype="image", subtype="svg+xml", filename="b.svg")
    assert post(letter) == mail_in.TAKEN
    with market.team.scope():
        message = Message.objects.get(via="mail")
        assert [one.file_name for one in message.files.all()] == ["a.png"]
        assert message.left_out.startswith("b.svg (")


def test_an_html_mail_is_read_as_text(market: Market) -> None:
    manager = market.team.manager
    letter = written(manager.email, reply_to(manager))
    letter.clear_content()
    letter.set_content("<p>Hello <b>you</b><script>alert(1)</script></p>", subtype="html")
    assert post(letter) == mail_in.TAKEN
    assert messages(market)[0][1] == "Hello you"


def test_broken_mails_do_no_harm(market: Market) -> None:
    manager = market.team.manager
    address = reply_to(manager)
    head = f"From: {manager.email}\nTo: {address}\nContent-Type: "
    for raw in (
        b"",
        b"\x00\xff\xfe",
        b"From: <\r\nTo: \r\n\r\n",
        f"{head}text/plain; charset=nope\n\nx".encode(),
        f"{head}multipart/mixed\n\nx".encode(),
    ):
        assert mail_in.take(raw) in (mail_in.UNKNOWN, mail_in.EMPTY, mail_in.TAKEN)


def test_without_the_operators_settings_there_is_no_such_address(
    market: Market, settings: Settings
) -> None:
    settings.INBOUND_MAIL_SECRET = ""
    assert post(written("a@example.com", "b@example.com")) == "404"
    with market.team.scope():
        assert addresses.address_for(Participant.objects.latest("id").pk) == ""


def test_an_address_fits_into_a_mail(market: Market) -> None:
    local = reply_to(market.team.manager).partition("@")[0]
    assert len(local) <= 64
    assert local == local.lower()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (QUOTED, "Under Links, I think."),
        ("Yes\n\n-- \nRani\nNgopi Pagi", "Yes"),
        ("Yes\n\n-----Original Message-----\nFrom: x", "Yes"),
        ("Ya\n\nPada Sab, 22 Nov 2026 pukul 10.00 X menulis:\n\n> lama", "Ya"),
        ("Yes\r\n\r\nFrom: Tahta\r\nSent: Monday\r\nTo: Rani\r\n\r\nold", "Yes"),
        ("> What about A?\nGood\n> And B?\nBad", "> What about A?\nGood\n> And B?\nBad"),
        ("Answer above this line\n" + "-" * 40 + "\nold", ""),
        ("From: here on we wait", "From: here on we wait"),
    ],
)
def test_only_the_answer_is_kept(text: str, kept: str) -> None:
    assert answer_only(text) == kept
