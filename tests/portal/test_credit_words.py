"""How a customer came: on the sale's page with names, in the partner's earnings without."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commissions import services
from commissions.inputs import CustomerInput, SaleInput
from commissions.models import Commission
from portal import credit_words
from tests.cast import signed_in, token
from tests.portal.market import Market, make_market
from tests.tracking.attribution_stage import click_id
from tests.tracking.attribution_tables import examples
from tracking import tokens
from tracking.attribution import decide
from tracking.models import Sale
from tracking.services import coupons


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


@pytest.fixture(scope="module")
def sale(market: Market) -> Sale:
    """Sekar's click, then Rani's, and a coupon of both."""
    now = timezone.now()
    clicks = [
        tokens.make(side.link.pk, click_id(now - timedelta(days=days)))
        for side, days in ((market.sekar, 9), (market.rani, 2))
    ]
    code = f"BOTH-{token()}"
    with market.team.scope():
        for side in (market.rani, market.sekar):
            coupons.create_coupon(enrollment=side.enrollment, code=code, actor=market.team.actor)
        taken = services.take_sale(
            seller=market.team.seller,
            actor=market.team.actor,
            sale=SaleInput(
                f"KN-{token()}",
                "EUR",
                amount=10_000,
                click_tokens=clicks,
                coupon=code,
                customer=CustomerInput("C-1"),
                occurred_at=now,
            ),
        )
    market.compute()
    return taken.sale


def test_staff_read_every_step_with_names_and_the_flag(market: Market, sale: Sale) -> None:
    page = signed_in(market.team.finance).get(market.team.url(f"sales/{sale.pk}/")).text
    assert "How the customer came" in page
    for side in (market.rani, market.sekar):
        assert f"Click on /r/{side.link.code} · {side.partner.name}" in page
    assert "Another click came later." in page
    assert "Counts: 100" in page
    assert f"Several partners have coupon {sale.coupon}, so it counted as absent." in page


def test_a_partner_reads_that_there_was_another_and_not_who(market: Market, sale: Sale) -> None:
    with market.team.scope():
        line = Commission.objects.get(sale=sale)
    url = market.team.url(f"earnings/?open={line.pk}", room="portal")
    page = signed_in(market.rani.user).get(url).text
    assert "Another partner" in page
    assert f"Click on /r/{market.rani.link.code} · You" in page
    assert market.sekar.partner.name not in page
    assert market.sekar.link.code not in page


def test_every_decision_has_its_words() -> None:
    """No reason of the worked examples stands without a sentence."""
    for example in examples():
        attribution = decide(example.given()).as_json()
        sale = Sale(attribution=attribution, occurred_at=example.given().at, coupon="X")
        assert credit_words.credit_words(sale), attribution["why"]
        for step in attribution.get("path", []):
            assert credit_words._outcome(step), step
