"""Orders and their lines are found by how the number begins, by partner, by refund and by link."""

import pytest
from django.test import Client

from commissions.models import Commission
from portal import order_search
from sellers.scope import seller_scope
from tests.cast import signed_in
from tests.portal.market import Market, make_market
from tracking.models import Sale


@pytest.fixture(scope="module")
def market() -> Market:
    """Two sales by two partners, one of them with a refund."""
    made = make_market()
    for side, number in ((made.rani, "Ord-10-Ä/7"), (made.sekar, "ORD-20")):
        sale = made.sell(side)
        with seller_scope(made.team.id):
            Sale.objects.filter(pk=sale.pk).update(external_id=number)
            sale.refresh_from_db()
        if side is made.sekar:
            made.refund(sale, 500)
    return made


def _sales(market: Market, words: str) -> set[str]:
    client: Client = signed_in(market.team.owner)
    page = client.get(market.team.url("sales/"), {"q": words}).context["page"]
    return {row.external_id for row in page.slice.rows}


def _lines(market: Market, words: str) -> set[str]:
    client: Client = signed_in(market.team.owner)
    page = client.get(market.team.url("commissions/"), {"q": words}).context["page"]
    return {row.partner.name for row in page.slice.rows}


def test_sales_are_found(market: Market) -> None:
    rani, sekar = "Ord-10-Ä/7", "ORD-20"
    assert _sales(market, "Ord-10") == {rani}
    assert _sales(market, " Ord-10-Ä/7 ") == {rani}
    assert _sales(market, "ord-2") == {sekar}  # capitals are tried too
    assert _sales(market, "10-Ä") == set()  # no middle of a number
    assert _sales(market, "%") == set()
    assert _sales(market, market.rani.partner.name.split()[-1].lower()) == {rani}
    assert _sales(market, "nobody at all") == set()


def test_lines_are_found(market: Market) -> None:
    rani, sekar = market.rani.partner.name, market.sekar.partner.name
    assert _lines(market, "Ord-10") == {rani}
    assert _lines(market, "ORD-2") == {sekar}
    assert _lines(market, market.sekar.link.code) == {sekar}
    assert _lines(market, market.sekar.link.code[:-1]) == set()
    assert _lines(market, sekar) == {sekar}
    with seller_scope(market.team.id):
        refund = Commission.objects.get(refund__isnull=False).refund
    assert refund is not None
    assert _lines(market, refund.external_id) == {sekar}
    assert _lines(market, "nobody at all") == set()


def test_where_many_are_named_all_of_them_are_found(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_search, "NAMED", 0)
    test_sales_are_found(market)
    test_lines_are_found(market)
