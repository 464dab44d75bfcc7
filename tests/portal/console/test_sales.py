"""Sales in the console: list, detail, by hand, refund, another try."""

import pytest

from campaigns.models import Program
from commissions import services
from commissions.inputs import LineInput, SaleInput
from tests.cast import signed_in
from tests.portal.market import Market, make_market
from tracking.models import Refund, Sale


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def _sale(market: Market, external_id: str) -> Sale:
    with market.team.scope():
        return Sale.objects.get(external_id=external_id)


def test_the_list_finds_filters_and_exports() -> None:
    market = make_market()
    one = market.sell()
    other = market.sell(market.sekar)
    client = signed_in(market.team.owner)
    page = client.get(market.team.url("sales/")).content.decode()
    assert one.external_id in page
    assert other.external_id in page
    found = client.get(market.team.url(f"sales/?q={one.external_id}")).content.decode()
    assert other.external_id not in found
    mine = client.get(market.team.url(f"sales/?partner={market.sekar.partner.pk}"))
    assert one.external_id not in mine.content.decode()
    nobodys = client.get(market.team.url("sales/?outcome=no_partner")).content.decode()
    assert "Nothing matches these filters" in nobodys
    credited = client.get(market.team.url("sales/?outcome=credited")).content.decode()
    assert other.external_id in credited
    file = client.get(market.team.url("sales/?export=csv")).getvalue()
    assert one.external_id.encode() in file
    assert client.get(market.team.url("sales/?export=xlsx")).status_code == 200


def test_a_sale_recorded_by_hand_earns_by_the_rule(market: Market) -> None:
    client = signed_in(market.team.finance)
    form = client.get(market.team.url("sales/new/"))
    assert form.status_code == 200
    data = {
        "external_id": "HAND-1",
        "enrollment": str(market.rani.enrollment.pk),
        "amount": "120.50",
        "currency": "EUR",
        "tax": "",
        "shipping": "5",
        "customer": "someone@example.com",
        "occurred_at": "",
    }
    answer = client.post(market.team.url("sales/new/"), data)
    assert answer.status_code == 302
    market.compute()
    sale = _sale(market, "HAND-1")
    assert (sale.amount_minor, sale.shipping_minor, sale.source) == (12_050, 500, "hand")
    assert market.line_of(sale).amount_minor == 1_205
    page = client.get(answer["Location"]).content.decode()
    assert "The sale named the partner, which goes before any click." in page
    assert "recorded by hand" in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("amount", "-1", "greater than or equal to 0"),
        ("amount", "1.234", "at most 2 decimals"),
        ("amount", "99999999999999999999", "17 digits"),
        ("amount", "NaN", "Enter a number"),
        ("external_id", "", "required"),
        ("external_id", "x" * 121, "at most 120"),
        ("external_id", "a\x00b", "Null characters"),
        ("currency", "XXX", "not one of the available choices"),
        ("occurred_at", "9999-12-31T23:59", "lies in the future"),
        ("occurred_at", "0001-01-01T00:00", ""),
        ("enrollment", "nobody", "not one of the available choices"),
    ],
)
def test_a_mistake_stands_by_its_field(market: Market, field: str, value: str, words: str) -> None:
    data = {"external_id": "HAND-X", "amount": "10", "currency": "EUR", field: value}
    page = signed_in(market.team.owner).post(market.team.url("sales/new/"), data)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert words in str(page.context["form"].errors[field])


def test_the_same_order_number_with_another_amount_is_refused(market: Market) -> None:
    sale = market.sell()
    data = {"external_id": sale.external_id, "amount": "1", "currency": "EUR"}
    page = signed_in(market.team.owner).post(market.team.url("sales/new/"), data)
    assert page.status_code == 422
    assert "external_id" in page.context["form"].errors


def test_a_refund_says_what_it_takes_back_and_does_so(market: Market) -> None:
    sale = market.sell(amount=10_000)
    client = signed_in(market.team.finance)
    url = market.team.url(f"sales/{sale.pk}/refund/")
    page = client.get(url).content.decode()
    assert f"{market.rani.partner.name} loses EUR 10.00 at once and keeps EUR 0.00." in page
    look = {"external_id": "BACK-0", "amount": "25.00", "look": "1"}
    shown = client.post(url, look).content.decode()
    assert f"{market.rani.partner.name} loses EUR 2.50 at once and keeps EUR 7.50." in shown
    data = {"external_id": "BACK-1", "amount": "25.00", "reason": "one bag"}
    assert client.post(url, data).status_code == 302
    market.compute()
    assert market.line_of(sale).reversed_minor == 250
    detail = client.get(market.team.url(f"sales/{sale.pk}/")).content.decode()
    assert "BACK-1" in detail
    assert "Takes back its part of EUR\u00a010.00" in detail
    more = client.post(url, {"external_id": "BACK-2", "amount": "75.01"})
    assert more.status_code == 422
    assert "amount" in more.context["form"].errors


def test_a_failed_sale_and_a_failed_refund_get_another_try(market: Market) -> None:
    sale = market.sell(amount=5_000)
    with market.team.scope():
        Sale.objects.filter(pk=sale.pk).update(state="failed", error="KeyError: rate")
        market.line_of(sale)
    client = signed_in(market.team.owner)
    assert b"KeyError: rate" in client.get(market.team.url(f"sales/{sale.pk}/")).content
    url = market.team.url(f"sales/{sale.pk}/retry/")
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 302
    assert _sale(market, sale.external_id).state == "pending"
    assert client.post(url).status_code == 409
    with market.team.scope():
        Sale.objects.filter(pk=sale.pk).update(state="computed")
    market.refund(sale, 1_000)
    with market.team.scope():
        refund = Refund.objects.filter(sale=sale).first()
        assert refund is not None
        Refund.objects.filter(pk=refund.pk).update(state="failed", error="no")
    assert refund.external_id in client.get(market.team.url("sales/")).content.decode()
    retry = market.team.url(f"sales/refunds/{refund.pk}/retry/")
    assert client.post(retry).status_code == 302
    with market.team.scope():
        assert Refund.objects.get(pk=refund.pk).state == "pending"
        Refund.objects.filter(pk=refund.pk).update(state="computed")


def test_a_retried_sale_is_computed_once(market: Market) -> None:
    with market.team.scope():
        taken = services.take_sale(
            seller=market.team.seller,
            actor=market.team.actor,
            sale=SaleInput(
                external_id="RETRY-1", currency="EUR", amount=1_000, link=market.rani.link.code
            ),
        )
        Sale.objects.filter(pk=taken.sale.pk).update(state="failed", error="x")
        services.retry_sale(sale=taken.sale, actor=market.team.actor)
    market.compute()
    assert market.line_of(taken.sale).amount_minor == 100


def test_auditors_read_and_marketers_do_not_record(market: Market) -> None:
    sale = market.sell()
    auditor = signed_in(market.team.auditor)
    page = auditor.get(market.team.url(f"sales/{sale.pk}/"))
    assert page.status_code == 200
    assert b"Record a refund" not in page.content
    assert signed_in(market.team.marketer).get(market.team.url("sales/new/")).status_code == 403
    assert auditor.post(market.team.url(f"sales/{sale.pk}/refund/"), {}).status_code == 403


def test_a_chargeback_of_one_article_is_told_to_the_partner() -> None:
    market = make_market()
    lines = [
        LineInput(quantity=3, unit_amount=1_000, sku="MUG", name="Mug"),
        LineInput(quantity=1, unit_amount=2_000, sku="BAG", name="Bag"),
    ]
    sale = market.sell(lines=lines)
    client = signed_in(market.team.finance)
    url = market.team.url(f"sales/{sale.pk}/refund/")
    data = {
        "external_id": "CB-1",
        "why": "chargeback",
        "amount": "50.00",
        "line_0_quantity": "2",
    }
    shown = client.post(url, data | {"look": "1"})
    assert "loses EUR 2.00 at once and keeps EUR 3.00" in shown.content.decode()
    over = client.post(url, data | {"line_0_amount": "30.01"})
    assert "line_0_amount" in over.context["form"].errors
    lone = client.post(url, data | {"line_0_quantity": "", "line_1_amount": "1", "amount": ""})
    assert {"line_1_quantity", "amount"} <= lone.context["form"].errors.keys()
    assert client.post(url, data).status_code == 302
    market.compute()
    with market.team.scope():
        refund = Refund.objects.get(sale=sale)
    assert refund.lines == [{"sku": "MUG", "quantity": 2, "amount": 2_000}]
    detail = client.get(market.team.url(f"sales/{sale.pk}/")).content.decode()
    assert "Charged back by the customer’s bank" in detail
    earned = signed_in(market.rani.user).get(market.team.url("earnings/", "portal"))
    text = earned.content.decode()
    assert f"Chargeback on {sale.external_id}" in text
    assert "was charged back by the customer’s bank" in text


def test_a_sale_is_marked_as_paid_and_its_hold_begins() -> None:
    market = make_market()
    with market.team.scope():
        Program.objects.filter(pk=market.program.pk).update(hold_from="payment")
    sale = market.sell(days_ago=5)
    assert market.line_of(sale).payable_at is None
    client = signed_in(market.team.finance)
    listed = client.get(market.team.url("commissions/?kind=payment"))
    assert len(listed.context["page"].rows) == 1
    url = market.team.url(f"sales/{sale.pk}/paid/")
    assert url in client.get(market.team.url(f"sales/{sale.pk}/")).content.decode()
    early = client.post(url, {"paid_at": "2001-01-01T00:00"})
    assert "paid_at" in early.context["form"].errors
    assert client.post(url, {"paid_at": ""}).status_code == 302
    assert market.line_of(sale).payable_at is not None
    assert url not in client.get(market.team.url(f"sales/{sale.pk}/")).content.decode()
