"""Links in the console: figures, search, stopping one."""

import pytest

from tests.cast import signed_in
from tests.portal.market import Market, make_market
from tracking.models import Link


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def test_links_show_what_they_brought(market: Market) -> None:
    market.sell(amount=20_000)
    client = signed_in(market.team.owner)
    page = client.get(market.team.url("links/"))
    rows = {row.pk: row for row in page.context["page"].slice.rows}
    assert (rows[market.rani.link.pk].sale_count, rows[market.rani.link.pk].earned_minor) == (
        1,
        2_000,
    )
    assert rows[market.sekar.link.pk].earned_minor == 0
    found = client.get(market.team.url(f"links/?q={market.sekar.link.code}")).content.decode()
    assert market.sekar.partner.name in found
    assert market.rani.partner.name not in found


def test_who_may_stop_a_link(market: Market) -> None:
    url = market.team.url(f"links/{market.sekar.link.pk}/disable/")
    assert signed_in(market.team.finance).get(url).status_code == 403
    assert b"Stop" not in signed_in(market.team.finance).get(market.team.url("links/")).content
    client = signed_in(market.team.marketer)
    assert "credited to nobody" in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    with market.team.scope():
        assert Link.objects.get(pk=market.sekar.link.pk).disabled_at is not None
