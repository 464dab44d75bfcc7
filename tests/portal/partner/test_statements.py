"""Statements, payouts and the payout account in the partner's portal."""

import csv
import io
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from payouts import selectors, services, vault
from sellers.models import User
from tests.cast import last_mail_to, link_in, signed_in
from tests.payouts.scene import IBANS, Scene, make_scene


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return unescape(response.content.decode()).replace("\xa0", " ")


def rows_of(client: Client, url: str) -> list[dict[str, str]]:
    response = client.get(url)
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_a_statement_adds_up_line_by_line(scene: Scene) -> None:
    partner = scene.partner()
    client = signed_in(scene.person(partner))
    order = scene.earn(partner, 8000, days_ago=3)
    scene.refund(order, 500)
    batch = scene.approved()
    with scene.scope():
        services.settle_batch(batch=batch, actor=scene.drafter)
    year = timezone.localtime().year
    url = scene.team.url(f"statements/?period={year}", room="portal")
    text = page(client, url)
    assert order in text
    assert "Refund on" in text
    assert f"Paid with {batch.number}-001." in text
    rows = rows_of(client, f"{url}&export=csv")
    assert [(row["Change"], row["Owed to you after"]) for row in rows] == [
        ("80.00", "80.00"),
        ("-5.00", "75.00"),
        ("5.00", "80.00"),
        ("-80.00", "0.00"),
    ]
    every = rows_of(client, f"{url}&shown=all&export=csv")
    assert len(every) == 8  # and both free to pay, and both into the payout
    assert every[-1]["Owed to you after"] == "0.00"
    refund = [row["What, and why"] for row in every if "Refund on" in row["What, and why"]]
    assert "Takes back" in refund[0]  # first it is taken back, then that is free to pay


def test_periods_without_anything_say_so(scene: Scene) -> None:
    partner = scene.partner()
    client = signed_in(scene.person(partner))
    base = scene.team.url("statements/", room="portal")
    assert "Nothing moved in" in page(client, base)
    for odd in ("?period=9999-99", "?period=%00", "?currency=XXX", "?period=0"):
        assert client.get(base + odd).status_code == 200


def test_a_partner_sees_his_own_only(scene: Scene) -> None:
    rani, budi = scene.partner("Rani"), scene.partner("Budi")
    order = scene.earn(rani, 8000)
    scene.earn(budi, 3000)
    batch = scene.approved()
    client = signed_in(scene.person(budi))
    year = timezone.localtime().year
    assert order not in page(client, scene.team.url(f"statements/?period={year}", room="portal"))
    with scene.scope():
        lines = {line.partner_id: line for line in selectors.lines_of(batch)}
    own = scene.team.url(f"payouts/{lines[budi.pk].pk}/", room="portal")
    others = scene.team.url(f"payouts/{lines[rani.pk].pk}/", room="portal")
    assert "30.00" in page(client, own)
    page(client, others, 404)


def test_payouts_show_from_approval_on(scene: Scene) -> None:
    partner = scene.partner("Rani")
    client = signed_in(scene.person(partner))
    listing = scene.team.url("payouts/", room="portal")
    order = scene.earn(partner, 8000)
    batch = scene.draft()
    assert "No payouts yet" in page(client, listing)
    with scene.scope():
        services.approve_batch(batch=batch, actor=scene.approver)
        line = selectors.lines_of(batch).get()
    text = page(client, listing)
    assert "On its way" in text
    assert "IBAN DE•• 3000" in text
    detail = scene.team.url(f"payouts/{line.pk}/", room="portal")
    assert order in page(client, detail)
    with scene.scope():
        services.return_line(line=line, reason="Account closed", actor=scene.drafter)
    assert "Account closed" in page(client, detail)


# The account


def change(client: Client, scene: Scene, **data: str) -> int:
    values = {"kind": "iban", "name": "Rani W", "account": IBANS[1], **data}
    url = scene.team.url("payout-method/", room="portal")
    return int(client.post(url, values).status_code)


def test_the_account_is_confirmed_by_mail_held_and_never_shown_again(scene: Scene) -> None:
    partner = scene.partner(iban=None)
    user = scene.person(partner)
    client = signed_in(user)
    url = scene.team.url("payout-method/", room="portal")
    assert "None yet." in page(client, url)
    assert change(client, scene) == 302
    text = page(client, url)
    assert "IBAN GB•• 5432 is not confirmed yet." in text
    assert IBANS[1] not in text
    link = link_in(last_mail_to(user.email), "/payout-method/confirm/")
    assert "GB•• 5432" in page(client, link)
    with scene.scope():
        assert selectors.current_method(partner.pk) is None  # looking confirms nothing
    assert client.post(link).status_code == 302
    text = page(client, url)
    assert "Payouts use IBAN GB•• 5432 from" in text
    assert "2 d 23 h left" in text or "3 d left" in text or "2 d left" in text
    assert "This link is over" in page(client, link)
    with scene.scope():
        method = selectors.current_method(partner.pk)
        assert method is not None
        assert vault.account_of(method) == IBANS[1]
    listing = page(client, scene.team.url("payouts/", room="portal"))
    assert "Payouts go to IBAN GB•• 5432 from" in listing
    client.post(scene.team.url("payout-method/stop/", room="portal"))
    assert "None yet." in page(client, url)


def test_another_person_cannot_use_the_link(scene: Scene) -> None:
    partner = scene.partner()
    rani, sekar = scene.person(partner), scene.person(partner)
    assert change(signed_in(rani), scene) == 302
    link = link_in(last_mail_to(rani.email), "/payout-method/confirm/")
    client = signed_in(sekar)
    assert "Only Rani Wulandari can confirm this change" in page(client, link)
    client.post(link)
    with scene.scope():
        method = selectors.current_method(partner.pk)
        assert method is not None
        assert method.account_tail == "DE•• 3000"


def test_staff_see_the_clock_and_can_stop_the_change(scene: Scene) -> None:
    partner = scene.partner()
    user = scene.person(partner)
    change(signed_in(user), scene)
    signed_in(user).post(link_in(last_mail_to(user.email), "/payout-method/confirm/"))
    staff = signed_in(scene.team.finance)
    own = scene.team.url(f"partners/{partner.pk}/")
    text = page(staff, own)
    assert "Changed from IBAN DE•• 3000." in text
    assert "GB•• 5432" in text
    stopping = f"{own}payout-account/stop/"
    assert stopping in text
    assert staff.post(stopping, {"reason": ""}).status_code == 422
    assert staff.post(stopping, {"reason": "He did not ask for it"}).status_code == 302
    text = page(staff, own)
    assert "DE•• 3000" in text
    assert stopping not in text


def test_the_tax_number_is_checked_and_never_shown_again(scene: Scene) -> None:
    partner = scene.partner()
    client = signed_in(scene.person(partner))
    url = scene.team.url("tax/", room="portal")
    wrong = client.post(url, {"country": "ID", "number": "01.300.066.6-091"})
    assert wrong.status_code == 422
    assert "no valid NPWP" in unescape(wrong.content.decode())
    right = client.post(url, {"country": "ID", "number": "01.300.066.6-091.000"})
    assert right.status_code == 302
    text = page(client, url)
    assert "•••• 1000" in text
    assert "013000666" not in text.replace(".", "")
    own = scene.team.url(f"partners/{partner.pk}/")
    assert "NPWP" in page(signed_in(scene.team.finance), own)


@pytest.mark.parametrize(
    "wrong",
    [
        {"account": "DE89 3704 0044 0532 0130 01"},
        {"account": ""},
        {"kind": "gold"},
        {"name": ""},
        {"name": "x" * 500},
        {"kind": "paypal", "account": "nobody"},
        {"account": "a\x00b"},
    ],
)
def test_a_mistake_stands_by_its_field(scene: Scene, wrong: dict[str, str]) -> None:
    client = signed_in(scene.person(scene.partner(iban=None)))
    assert change(client, scene, **wrong) == 422


def test_members_see_money_but_do_not_choose_where_it_goes(scene: Scene) -> None:
    partner = scene.partner()
    member: User = scene.person(partner, "member")
    client = signed_in(member)
    assert change(client, scene) == 403
    assert "payout-method" not in page(client, scene.team.url("payouts/", room="portal"))
