"""Claims in the console: the list with its clocks, what is known, every answer, who may."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Program
from commissions.models import Claim, Commission
from tests.campaigns.scene import upload
from tests.cast import signed_in
from tests.commissions.claiming import claim, sale_of_nobody
from tests.commissions.delivering import PDF
from tests.commissions.test_claims import lines_of
from tests.portal.market import Market, make_market


@pytest.fixture(scope="module")
def market() -> Market:
    """A program with two partners."""
    return make_market()


@pytest.fixture
def ola(market: Market) -> Client:
    """The owner's browser."""
    return signed_in(market.team.owner)


@pytest.fixture
def rani(market: Market) -> Client:
    """The partner's browser."""
    return signed_in(market.rani.user)


def url(market: Market, row: Claim, act: str = "", room: str = "console") -> str:
    return market.team.url(f"claims/{row.pk}/{act}", room)


def test_from_filing_to_the_money(market: Market, ola: Client, rani: Client) -> None:
    sale = sale_of_nobody(market)
    new = market.team.url("claims/new/", "portal")
    assert "within 14 days" in rani.get(new).text
    with market.team.scope():
        program = Program.objects.get()
    fields = {
        "program": str(program.pk),
        "order": sale.external_id,
        "bought_on": (timezone.localdate() - timedelta(days=2)).isoformat(),
        "amount": "100.00",
        "currency": "EUR",
        "statement": "She showed me the receipt",
        "file": upload("receipt.pdf", PDF),
    }
    wrong = rani.post(new, {**fields, "amount": "1.001", "file": ""})
    assert wrong.status_code == 422
    assert 'id="id_amount_error"' in wrong.text
    filed = rani.post(new, fields)
    assert filed.status_code == 302
    with market.team.scope():
        row = Claim.objects.get(order=sale.external_id)
    assert rani.get(f"{filed['Location']}file/").getvalue().startswith(b"%PDF")
    again = rani.post(new, {**fields, "file": ""})
    assert again.status_code in {409, 422}
    assert f"claim {row.number}" in again.text
    assert sale.external_id in ola.get(market.team.url("claims/"), {"state": "open"}).text
    assert f"{market.rani.partner.name}: {sale.external_id}" in ola.get(market.team.url()).text
    page = ola.get(url(market, row)).text
    for words in ("credits nobody", "She showed me the receipt", "receipt.pdf", "Credit the sale"):
        assert words in page
    asked = ola.post(url(market, row, "ask/"), {"text": "Who is she?"})
    assert asked.status_code == 302
    own = rani.get(url(market, row, room="portal")).text
    assert "Who is she?" in own
    assert market.team.owner.name not in own
    assert rani.post(url(market, row, "answer/", "portal"), {"text": "Ann"}).status_code == 302
    assert ola.post(url(market, row, "credit/")).status_code == 302
    market.compute()
    assert lines_of(market, sale) == [1_000]
    done = rani.get(url(market, row, room="portal")).text
    assert "The sale is credited" in done
    assert "10.00" in done
    assert ola.post(url(market, row, "credit/")).status_code == 409


def test_an_unknown_order_is_recorded_by_the_sellers_data(market: Market, ola: Client) -> None:
    row = claim(market)
    assert "No sale of this order is known" in ola.get(url(market, row)).text
    fields = {"amount": "80.00", "currency": "EUR", "occurred_at": "2026-11-01T10:00"}
    assert ola.post(url(market, row, "record/"), {**fields, "amount": ""}).status_code == 422
    assert ola.post(url(market, row, "record/"), fields).status_code == 302
    market.compute()
    with market.team.scope():
        line = Commission.objects.get(sale__external_id=row.order)
    assert (line.amount_minor, line.partner_id) == (800, market.rani.partner.pk)


def test_goodwill_and_declining_ask_for_their_reasons(market: Market, ola: Client) -> None:
    sale = market.sell(market.sekar)
    first, second = claim(market, order=sale.external_id), claim(market)
    assert "credited to another partner" in ola.get(url(market, first)).text
    gift = {"amount": "5.00", "currency": "EUR", "reason": ""}
    assert ola.post(url(market, first, "goodwill/"), gift).status_code == 422
    given = ola.post(url(market, first, "goodwill/"), {**gift, "reason": "Sorry"})
    assert given.status_code == 302
    assert ola.post(url(market, second, "decline/"), {"reason": ""}).status_code == 422
    assert ola.post(url(market, second, "decline/"), {"reason": "Not ours"}).status_code == 302
    rows = ola.get(market.team.url("claims/"), {"state": "declined"}).text
    assert second.order in rows
    assert first.order not in rows


def test_another_partner_finds_nothing(market: Market) -> None:
    row = claim(market)
    sekar = signed_in(market.sekar.user)
    for act in ("", "file/", "withdraw/"):
        assert sekar.get(url(market, row, act, "portal")).status_code == 404
    assert row.order not in sekar.get(market.team.url("claims/", "portal")).text


def test_a_claim_is_withdrawn_after_it_was_said_what_that_means(
    market: Market, rani: Client
) -> None:
    row = claim(market)
    page = url(market, row, "withdraw/", "portal")
    assert "need not answer any more" in rani.get(page).text
    assert rani.post(page).status_code == 302
    assert "Withdrawn" in rani.get(url(market, row, room="portal")).text
    assert rani.post(page).status_code == 409
