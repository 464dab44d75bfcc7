"""The review of signs of fraud in the console: the queue, a decision, what is looked for."""

import re
from datetime import timedelta

import pytest

from commissions.models import Commission, Signal
from commissions.screening.settings import settings_of
from sellers.models import User
from tests.cast import signed_in
from tests.commissions.test_screening import look, setting, sold
from tests.portal.market import Market, make_market

Status = Commission.Status


@pytest.fixture(scope="module")
def market() -> Market:
    market = make_market()
    setting(market, "time_to_sale")
    return market


def page(market: Market, rest: str = "", user: User | None = None) -> str:
    answer = signed_in(user or market.team.owner).get(market.team.url(f"review/{rest}"))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def found(market: Market) -> tuple[Signal, Commission]:
    sale = sold(market, after=timedelta(seconds=4))
    look(market)
    with market.team.scope():
        return Signal.objects.get(sale=sale), market.line_of(sale)


def test_the_queue_tells_what_was_seen_and_leads_to_it(market: Market) -> None:
    signal, line = found(market)
    html = page(market)
    assert "Sale right after the click" in html
    assert "The sale came 4 seconds after the click." in html
    assert f"review/{signal.pk}/" in html
    html = page(market, f"{signal.pk}/", market.team.auditor)
    assert "Held" in html
    assert market.rani.partner.name in html
    assert "It is fraud" not in html, "an auditor reads and decides nothing"
    assert str(line) in html


def test_all_right_lets_the_money_go(market: Market) -> None:
    signal, line = found(market)
    client = signed_in(market.team.owner)
    url = market.team.url(f"review/{signal.pk}/clear/")
    html = client.post(url, {"note": "Paid from the basket of a tablet"}, follow=True)
    assert "What was held for this goes on its way" in html.content.decode()
    assert market.line(line.pk).status == Status.PAYABLE
    again = client.post(url, {"note": ""})
    assert again.status_code == 422
    assert "decided already" in again.content.decode()


def test_fraud_needs_a_reason_and_rejects(market: Market) -> None:
    signal, line = found(market)
    client = signed_in(market.team.owner)
    url = market.team.url(f"review/{signal.pk}/confirm/")
    assert client.post(url, {"note": ""}).status_code == 422
    assert market.line(line.pk).status == Status.HELD
    client.post(url, {"note": "Ordered by a script."})
    rejected = market.line(line.pk)
    assert (rejected.status, rejected.reason) == (Status.REJECTED, "Ordered by a script.")


def test_what_waits_is_counted_beside_the_navigation(market: Market) -> None:
    found(market)
    with market.team.scope():
        waiting = Signal.objects.filter(status="open", action="hold").count()
    entry = re.search(r'href="[^"]*/review/"[^>]*>(.*?)</a>', page(market))
    assert entry
    assert str(waiting) in re.sub(r"<[^>]+>", " ", entry.group(1)).split()


def test_what_is_looked_for_is_saved_as_one(market: Market) -> None:
    client, url = signed_in(market.team.owner), market.team.url("review/settings/")
    html = client.get(url).content.decode()
    assert "less than 10 seconds between click and sale" in html
    data: dict[str, str] = {}
    with market.team.scope():
        before = settings_of()
    for kind, one in before.items():
        data |= {f"{kind}-strictness": one.strictness, f"{kind}-action": one.action}
    data |= {"click_flood-strictness": "high", "banned_source-words": "no host"}
    answer = client.post(url, data)
    assert answer.status_code == 422
    assert "is no site" in answer.content.decode()
    with market.team.scope():
        assert settings_of() == before, "nothing is half saved"
    client.post(url, data | {"banned_source-words": "https://deals.example/x\nwww.bad.example"})
    with market.team.scope():
        after = settings_of()
    assert after["click_flood"].strictness == "high"
    assert after["banned_source"].words == ("bad.example", "deals.example")
    assert after["time_to_sale"] == before["time_to_sale"]


def test_lists_of_signs_ask_the_same_however_many_there_are(
    market: Market, django_assert_max_num_queries: object
) -> None:
    for _each in range(3):
        found(market)
    client = signed_in(market.team.owner)
    client.get(market.team.url("review/"))
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get(market.team.url("review/"))
