"""The console's sales of one partner: all he has a part of, with his part of the amounts."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissions.screening import facts
from tests.cast import signed_in
from tests.commissions.shared import sell_shared
from tests.portal.market import Market, Side, make_market
from tracking import sharing

NOTE = "Part of a shared sale"


def page_of(market: Market, side: Side, more: str = "") -> str:
    client = signed_in(market.team.owner)
    answer = client.get(market.team.url(f"sales/?partner={side.partner.pk}{more}"))
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize("few", [sharing.FEW, 0])
def test_a_partners_list_has_all_he_shares_with_his_part(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "FEW", few)  # one who shares few, and one who shares many
    market = make_market()
    alone = market.sell(market.rani, 5_000)
    others = market.sell(market.sekar, 7_700)
    clicks = [(market.rani, 2), (market.sekar, 1)]
    shared = sell_shared(market, clicks, 10_000)
    market.refund(shared, 1_000)
    mine = page_of(market, market.sekar)
    assert shared.external_id in mine, "he has the smaller part"
    assert others.external_id in mine
    assert alone.external_id not in mine
    assert mine.count(NOTE) == 1
    assert "33.33" in mine
    assert "3.33" in mine
    assert "100.00" not in mine
    assert "66.67" in page_of(market, market.rani)
    every = signed_in(market.team.owner).get(market.team.url("sales/")).content.decode()
    assert "100.00" in every
    assert NOTE not in every


def test_the_file_says_the_same() -> None:
    market = make_market()
    shared = sell_shared(market, [(market.rani, 2), (market.sekar, 1)], 10_000)
    alone = market.sell(market.sekar, 500)
    client = signed_in(market.team.owner)
    address = market.team.url(f"sales/?partner={market.sekar.partner.pk}&export=csv")
    text = client.get(address).getvalue().decode("utf-8-sig")
    rows = {row["Order"]: row for row in csv.DictReader(io.StringIO(text))}
    assert set(rows) == {shared.external_id, alone.external_id}
    assert (rows[shared.external_id]["Net"], rows[shared.external_id]["Part"]) == ("33.33", NOTE)
    assert rows[alone.external_id]["Net"] == "5.00"
    assert rows[alone.external_id]["Part"] != NOTE
    whole = client.get(market.team.url("sales/?export=csv")).getvalue().decode("utf-8-sig")
    assert "Part" not in next(csv.reader(io.StringIO(whole)))


def test_pages_by_key_show_each_shared_sale_once_and_ask_as_often() -> None:
    market = make_market()
    clicks = [(market.rani, 2), (market.sekar, 1), (market.sekar, 1)]
    sales = [sell_shared(market, clicks, 400 + n, compute=False) for n in range(28)]
    market.compute()
    for sort in ("&sort=-occurred_at", "&sort=amount_minor"):
        with CaptureQueriesContext(connection) as asked:
            first = page_of(market, market.sekar, sort)
        after = re.search(r"after=([\w-]+)", first)
        assert after is not None
        with CaptureQueriesContext(connection) as again:
            second = page_of(market, market.sekar, f"{sort}&after={after[1]}")
        assert abs(len(asked) - len(again)) <= 1, "none for a row: 25 rows and 3"
        for sale in sales:
            assert (sale.external_id in first) != (sale.external_id in second)


def test_a_shared_sale_counts_for_each_in_the_look_at_partners() -> None:
    market = make_market()
    sell_shared(market, [(market.rani, 2), (market.sekar, 1), (market.sekar, 1)])
    market.sell(market.rani)
    with market.team.scope():
        found = facts.partner_facts()
    program = market.program.pk
    assert found[market.rani.partner.pk, program].click_sales == 1
    assert found[market.sekar.partner.pk, program].click_sales == 1
