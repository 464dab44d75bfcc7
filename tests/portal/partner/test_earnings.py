"""Earnings: a reason on every line, traces, filters, files; a partner reads his own lines only."""

from typing import Any

import pytest

from commissions import services
from tests.cast import make_user, signed_in
from tests.portal.market import Market, make_market


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def _url(market: Market, rest: str = "") -> str:
    return market.team.url(f"earnings/{rest}", room="portal")


def _total(answer: Any) -> int:
    """How many rows an answered list says there are."""
    if b"Nothing matches" in answer.content:
        return 0
    return int(answer.context["page"].total)


def test_every_line_has_its_reason_and_the_sum_of_those_shown() -> None:
    market = make_market()
    sale = market.sell(amount=48_390)
    market.refund(sale, 8_390)
    page = signed_in(market.rani.user).get(_url(market))
    text = page.content.decode()
    assert "because the sale named your link" in text
    assert "Takes back its part of EUR\u00a048.39" in text
    assert "The 2 lines shown" in text
    assert "40.00</span>" in text
    tiles = {one["label"]: one["tile"] for one in page.context["tiles"]}
    assert (tiles["Pending"].lines, tiles["Pending"].amount) == (2, 4_000)
    assert (tiles["Reversed"].lines, tiles["Reversed"].amount) == (1, -839)


def test_an_opened_line_shows_three_steps_and_can_be_copied(market: Market) -> None:
    line = market.line_of(market.sell(amount=12_300))
    text = signed_in(market.rani.user).get(_url(market, f"?open={line.pk}")).content.decode()
    assert "1. Who gets the credit" in text
    assert f"Your link /r/{market.rani.link.code}" in text
    assert "Your commission" in text
    assert "Copy as text" in text
    assert 'data-copy="Order ' in text


def test_a_held_line_says_why_and_a_rejected_one_too(market: Market) -> None:
    held = market.line_of(market.sell())
    rejected = market.line_of(market.sell())
    with market.team.scope():
        services.hold_commission(commission=held, actor=market.team.actor, reason="add tax id")
        services.reject_commission(commission=rejected, actor=market.team.actor, reason="own order")
    client = signed_in(market.rani.user)
    assert "Held: add tax id" in client.get(_url(market, "?status=held")).content.decode()
    assert "Rejected: own order" in client.get(_url(market, "?status=rejected")).content.decode()


def test_a_partner_never_sees_anothers_line(market: Market) -> None:
    theirs = market.line_of(market.sell(market.sekar, amount=33_300))
    client = signed_in(market.rani.user)
    text = client.get(_url(market, f"?open={theirs.pk}")).content.decode()
    assert str(theirs.pk) not in text.replace(f"open={theirs.pk}", "")
    assert market.sekar.partner.name not in text
    assert "1. Who gets the credit" not in text
    file = client.get(_url(market, "?export=csv")).getvalue().decode()
    assert theirs.sale is not None
    assert theirs.sale.external_id not in file
    own = signed_in(market.sekar.user).get(_url(market, "?export=csv")).getvalue().decode()
    assert theirs.sale.external_id in own


def test_filters_by_kind_search_and_period() -> None:
    market = make_market()
    sale = market.sell(days_ago=1)
    market.sell(days_ago=40)
    market.refund(sale, 500)
    with market.team.scope():
        services.adjust(
            enrollment=market.rani.enrollment,
            amount_minor=700,
            currency="EUR",
            reason="thanks",
            actor=market.team.actor,
        )
    client = signed_in(market.rani.user)
    totals = {
        query: _total(client.get(_url(market, f"?{query}")))
        for query in (
            "kind=earned",
            "kind=back",
            "kind=hand",
            "kind=nonsense",
            f"q={sale.external_id}",
            "q=thanks",
            "until=2020-01-01",
            "since=9999-99-99",
        )
    }
    assert totals == {
        "kind=earned": 2,
        "kind=back": 1,
        "kind=hand": 1,
        "kind=nonsense": 4,
        f"q={sale.external_id}": 2,
        "q=thanks": 1,
        "until=2020-01-01": 0,
        "since=9999-99-99": 4,
    }


def test_several_currencies_have_a_tab_each_and_are_never_added() -> None:
    market = make_market()
    market.sell(amount=10_000)
    market.sell(amount=20_000)
    market.sell(amount=90_000, currency="USD")
    client = signed_in(market.rani.user)
    euros = client.get(_url(market))
    assert (euros.context["currency"], _total(euros)) == ("EUR", 2)
    assert [code for code, _url_of in euros.context["currencies"]] == ["EUR", "USD"]
    dollars = client.get(_url(market, "?currency=USD&kind=earned"))
    assert (dollars.context["currency"], _total(dollars)) == ("USD", 1)
    assert ("currency", "USD") in dollars.context["page"].kept
    assert client.get(_url(market, "?currency=%00")).context["currency"] == "EUR"


def test_no_earnings_yet_says_what_belongs_here() -> None:
    market = make_market()
    assert "No earnings yet" in signed_in(market.rani.user).get(_url(market)).content.decode()


def test_strangers_and_staff_without_a_seat_find_nothing(market: Market) -> None:
    assert signed_in(make_user()).get(_url(market)).status_code == 404
    assert signed_in(market.team.marketer).get(_url(market)).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_rows(
    django_assert_max_num_queries: object,
) -> None:
    market = make_market()
    for days in range(1, 9):
        market.refund(market.sell(days_ago=days), 1_000)
    client = signed_in(market.rani.user)
    client.get(_url(market))
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get(_url(market))
