"""One search finds things of every kind, and says when nothing has the words."""

import pytest

from tests.cast import signed_in
from tests.portal.market import Market, make_market


@pytest.fixture(scope="module")
def market() -> Market:
    """A seller with partners, links and a sale."""
    market = make_market()
    market.sell(market.sekar)
    return market


def test_a_partner_is_found_with_links_and_sales(market: Market) -> None:
    page = signed_in(market.team.owner).get(market.team.url("search/"), {"q": "sekar"})
    text = page.content.decode()
    assert {group.label for group in page.context["found"]} == {"Partners", "Sales", "Links"}
    assert f"partners/{market.sekar.partner.pk}/" in text


def test_nothing_found_says_what_is_searched(market: Market) -> None:
    page = signed_in(market.team.owner).get(market.team.url("search/"), {"q": "zzz zzz"})
    assert "Nothing has these words" in page.content.decode()
    assert signed_in(market.team.owner).get(market.team.url("search/")).status_code == 200


def test_a_list_of_one_partner_says_so(market: Market) -> None:
    query = {"partner": str(market.sekar.partner.pk)}
    for place in ("links/", "sales/", "commissions/"):
        text = signed_in(market.team.owner).get(market.team.url(place), query).content.decode()
        assert "Only Sekar" in text
        assert f'name="partner" value="{market.sekar.partner.pk}"' in text
