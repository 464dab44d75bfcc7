"""Payouts in the console, as the people involved see them."""

import csv
import io
from html import unescape

import pytest
from django.test import Client

from partners import services as partners
from payouts import selectors, services
from payouts.models import Batch
from tests.cast import signed_in, stranger
from tests.payouts.scene import IBANS, Scene, make_scene


@pytest.fixture
def scene() -> Scene:
    return make_scene(minimum=1000)


@pytest.fixture
def finance(scene: Scene) -> Client:
    return signed_in(scene.team.finance)


@pytest.fixture
def owner(scene: Scene) -> Client:
    return signed_in(scene.team.owner)


def page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return unescape(response.content.decode())


def url(scene: Scene, batch: Batch, rest: str = "") -> str:
    return scene.team.url(f"payouts/{batch.pk}/{rest}")


def test_an_empty_list_offers_the_first_act(scene: Scene, finance: Client) -> None:
    text = page(finance, scene.team.url("payouts/"))
    assert "No payouts yet" in text
    assert scene.team.url("payouts/draft/") in text


def test_drafting_shows_first_who_is_in_and_who_waits(scene: Scene, finance: Client) -> None:
    scene.earn(scene.partner("Ngopi Pagi"), 8000)
    scene.earn(scene.partner("Sekar Diseduh"), 999)
    scene.earn(scene.partner("Rumah Seduh", iban=None), 5000)
    text = page(finance, scene.team.url("payouts/draft/"))
    assert "Draft EUR 80.00 for 1 partner" in text.replace("\xa0", " ")
    assert "The minimum is EUR 10.00." in text.replace("\xa0", " ")
    assert "No payout method yet" in text
    assert "DE•• 3000" in text
    assert IBANS[0] not in text
    response = finance.post(scene.team.url("payouts/draft/"), follow=True)
    text = unescape(response.content.decode())
    assert "You drafted this batch," in text
    assert str(scene.team.owner) in text
    with scene.scope():
        batch = selectors.batches().get()
        assert (batch.status, batch.drafted_by) == ("draft", scene.team.finance)
    assert "Approve batch" not in text
    text = page(finance, scene.team.url("payouts/draft/"))
    assert "is still a draft." in text


@pytest.mark.parametrize(
    "data",
    [
        {"currency": "XXX"},
        {"until": "2999-01-01"},
        {"until": "0000-00-00"},
        {"until": "9999-12-31"},
        {"currency": "EUR\x00"},
    ],
)
def test_a_draft_that_cannot_be_is_refused_by_the_field(
    scene: Scene, finance: Client, data: dict[str, str]
) -> None:
    scene.earn(scene.partner(), 8000)
    response = finance.post(scene.team.url("payouts/draft/"), data)
    assert response.status_code == 422
    assert finance.get(scene.team.url("payouts/draft/"), data).status_code == 200
    with scene.scope():
        assert not selectors.batches().exists()


def test_a_day_before_leaves_later_lines_out(scene: Scene, finance: Client) -> None:
    scene.earn(scene.partner(), 8000, days_ago=1)
    text = page(finance, scene.team.url("payouts/draft/?until=2020-01-31"))
    assert "Nobody is due in EUR" in text


def test_the_whole_way_of_a_batch(scene: Scene, finance: Client, owner: Client) -> None:
    rani, budi = scene.partner("Rani"), scene.partner("Budi", iban=IBANS[1])
    order = scene.earn(rani, 8000)
    scene.earn(budi, 3000)
    batch = scene.draft()
    scene.refund(order, 500)
    text = page(owner, url(scene, batch)).replace("\xa0", " ")
    assert "105.00" in text  # lowered by the refund before the owner looks at it
    assert finance.post(url(scene, batch, "approve/")).status_code == 403
    confirm = page(owner, url(scene, batch, "approve/")).replace("\xa0", " ")
    assert "EUR 105.00 goes to 2 partners." in confirm
    assert "Approve EUR 105.00" in confirm
    assert owner.post(url(scene, batch, "approve/")).status_code == 302
    assert owner.post(url(scene, batch, "approve/")).status_code == 409

    first = finance.post(url(scene, batch, "file/"))
    assert first["Content-Disposition"].endswith(f'"{batch.number}.csv"')
    assert first.content == owner.post(url(scene, batch, "file/")).content
    rows = list(csv.DictReader(io.StringIO(first.content.decode())))
    assert {row["account"]: row["amount"] for row in rows} == {IBANS[0]: "75.00", IBANS[1]: "30.00"}

    with scene.scope():
        line = selectors.lines_of(batch).get(partner=budi)
    line_url = f"lines/{line.pk}/"
    assert "It came back" in page(finance, url(scene, batch, line_url))
    response = finance.post(url(scene, batch, f"{line_url}return/"), {"reason": " "})
    assert response.status_code == 422
    response = finance.post(url(scene, batch, f"{line_url}return/"), {"reason": "Account closed"})
    assert response.status_code == 302
    assert "Account closed" in page(finance, url(scene, batch, line_url))
    assert "1 payout of EUR 75.00 counts as paid." in page(
        finance, url(scene, batch, "settle/")
    ).replace("\xa0", " ")
    assert finance.post(url(scene, batch, "settle/")).status_code == 302
    text = page(finance, url(scene, batch))
    assert "Payout batch settled" in text
    assert scene.statuses(budi) == [(3000, "payable")]
    assert scene.statuses(rani) == [(8000, "paid"), (-500, "paid")]


def test_a_line_shows_the_very_commissions(scene: Scene, finance: Client) -> None:
    partner = scene.partner("Rani")
    orders = [scene.earn(partner, 8000), scene.earn(partner, 2000)]
    batch = scene.draft()
    with scene.scope():
        line = selectors.lines_of(batch).get()
    text = page(finance, url(scene, batch, f"lines/{line.pk}/"))
    assert all(order in text for order in orders)
    export = finance.get(url(scene, batch, f"lines/{line.pk}/?export=csv"))
    assert b"".join(export.streaming_content).decode().count("\n") == 3  # type: ignore[attr-defined]


def test_one_line_can_be_settled_alone(scene: Scene, finance: Client) -> None:
    scene.earn(scene.partner("Rani"), 8000)
    batch = scene.approved()
    with scene.scope():
        line = selectors.lines_of(batch).get()
    assert finance.post(url(scene, batch, f"lines/{line.pk}/settle/")).status_code == 302
    assert finance.post(url(scene, batch, f"lines/{line.pk}/settle/")).status_code == 409
    with scene.scope():
        assert selectors.batch_by_id(batch.pk).status == "settled"


def test_a_draft_can_be_cancelled(scene: Scene, finance: Client) -> None:
    scene.earn(scene.partner("Rani"), 8000)
    batch = scene.draft()
    assert "are free for the next batch" in page(finance, url(scene, batch, "cancel/"))
    assert finance.post(url(scene, batch, "cancel/")).status_code == 302
    assert "Cancelled" in page(finance, url(scene, batch))
    assert finance.post(url(scene, batch, "file/")).status_code == 409


def test_the_list_counts_filters_and_exports(scene: Scene, finance: Client) -> None:
    partner = scene.partner("Rani")
    scene.earn(partner, 8000)
    scene.earn(partner, 1000)
    batch = scene.approved()
    with scene.scope():
        services.export_file(batch=batch, actor=scene.drafter)
    scene.earn(scene.partner("Budi"), 2000)
    second = scene.draft()
    listing = scene.team.url("payouts/")
    text = page(finance, listing)
    assert text.count(batch.number) >= 1
    assert "At the bank" in text
    only = page(finance, f"{listing}?status=exported")
    assert batch.number in only
    assert second.number not in only
    export = finance.get(f"{listing}?export=csv")
    rows = list(csv.reader(io.StringIO(b"".join(export.streaming_content).decode())))  # type: ignore[attr-defined]
    assert [row[0] for row in rows[1:]] == [second.number, batch.number]
    assert "90.00" in rows[2]


def test_who_only_reads_gets_no_buttons(scene: Scene) -> None:
    scene.earn(scene.partner("Rani"), 8000)
    batch = scene.draft()
    auditor = signed_in(scene.team.auditor)
    text = page(auditor, url(scene, batch))
    assert "This draft waits for approval by" in text
    for act in ("approve/", "cancel/", "settle/"):
        assert act not in text
        assert auditor.post(url(scene, batch, act)).status_code == 403
    assert auditor.post(url(scene, batch, "file/")).status_code == 403
    assert signed_in(scene.team.marketer).get(url(scene, batch)).status_code == 403
    assert stranger().get(url(scene, batch)).status_code in (302, 404)
    assert signed_in(make_scene().team.owner).get(url(scene, batch)).status_code == 404


def test_an_approved_batch_says_who_was_stopped_since_and_can_be_cancelled(scene: Scene) -> None:
    partner = scene.partner("Stopped")
    scene.earn(partner, 8000)
    batch = scene.approved()
    page = scene.team.url(f"payouts/{batch.pk}/")
    client = signed_in(scene.team.finance)
    assert "something stops these partners" not in client.get(page).content.decode()
    with scene.scope():
        partners.suspend_partner(partner=partner, reason="Brand bidding", actor=scene.approver)
    text = client.get(page).content.decode()
    assert "something stops these partners" in text
    assert partner.name in text
    assert client.post(f"{page}file/").status_code == 409
    assert client.post(f"{page}cancel/").status_code == 302
    assert scene.statuses(partner) == [(8000, "payable")]
