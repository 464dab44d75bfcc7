"""The pages of traffic in both rooms: sums of days, divided, compared, exported, each his own."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissions import selectors as commissions
from commissions.best_links import best_links
from tests.cast import signed_in
from tests.portal.market import Market, make_market
from tests.tracking.clicks import MACHINE, PHONE, click, clicks, impressions
from tracking import selectors as tracking

JAKARTA = ZoneInfo("Asia/Jakarta")


def noon(days_ago: int) -> datetime:
    """Noon in the seller's zone."""
    day = timezone.localdate(timezone=JAKARTA) - timedelta(days=days_ago)
    return datetime.combine(day, time(12), tzinfo=JAKARTA)


@pytest.fixture(scope="module")
def market() -> Market:
    """Rani: 4 people and 2 machines now, 2 people before; Sekar: 3 people now."""
    market = make_market()
    for country, agent in (("ID", PHONE), ("ID", PHONE), ("SG", PHONE)):
        click(market.rani.link, at=noon(3), country=country, agent=agent,
              referrer="https://blog.example/a")  # fmt: skip
    click(market.rani.link, at=noon(5), country="ID", subs=("story", "", "", "", ""))
    for _number in range(2):
        click(market.rani.link, at=noon(3), agent=MACHINE)
    clicks(market.rani.link, 2, at=noon(40))
    clicks(market.sekar.link, 3, at=noon(2))
    return market


def _page(market: Market, query: str = "", *, room: str = "console"):  # type: ignore[no-untyped-def]
    user = market.team.owner if room == "console" else market.rani.user
    answer = signed_in(user).get(market.team.url(f"traffic/{query}", room=room))
    assert answer.status_code == 200
    return answer


def _parts(market: Market, query: str, room: str = "console") -> dict[str, tuple[int, int]]:
    rows = _page(market, query, room=room).context["page"].shown
    return {row.name: (row.part.now.clicks, row.part.before.clicks) for row in rows}


def test_the_seller_sees_all_and_the_partner_his_own(market: Market) -> None:
    for room, expected in (("console", (7, 2, 2)), ("portal", (4, 2, 2))):
        now, before = _page(market, room=room).context["page"].totals
        assert (now.clicks, now.bots, before.clicks) == expected
    text = _page(market, room="portal").content.decode()
    assert market.sekar.partner.name not in text
    assert "Machines, counted apart" in text
    assert 'id="chart-traffic"' in text


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("country", {"Indonesia": (3, 0), "Singapore": (1, 0), "Unknown": (3, 2)}),
        ("device", {"Phone": (3, 0), "Computer": (4, 2), "Something else": (0, 0)}),
        ("referrer", {"blog.example": (3, 0), "No site named": (4, 2)}),
        ("sub1", {"blog": (6, 2), "story": (1, 0)}),
        ("program", {"Affiliate": (7, 2)}),
    ],
)
def test_it_is_divided_by_what_was_asked(
    market: Market, by: str, expected: dict[str, tuple[int, int]]
) -> None:
    assert _parts(market, f"?by={by}") == expected


def test_partners_and_links_are_named_and_lead_to_their_rows(market: Market) -> None:
    rani, sekar = market.rani.partner, market.sekar.partner
    assert _parts(market, "") == {rani.name: (4, 2), sekar.name: (3, 0)}
    row = _page(market).context["page"].shown[0]
    assert f"partner={rani.pk}" in row.url
    only = _page(market, f"?partner={rani.pk}")
    assert [one.name for one in only.context["page"].shown] == [str(market.rani.link)]
    assert f"Only {rani.name}" in only.content.decode()
    own = _page(market, room="portal").context["page"].shown[0]
    assert own.url.endswith(f"/links/{market.rani.link.pk}/")


def test_a_partner_cannot_ask_for_another(market: Market) -> None:
    query = f"?partner={market.sekar.partner.pk}&by=partner"
    page = _page(market, query, room="portal")
    assert page.context["page"].totals[0].clicks == 4
    assert market.sekar.partner.name not in page.content.decode()


def test_days_are_those_of_the_seller_and_odd_ones_never_fail(market: Market) -> None:
    day = noon(3).date()
    page = _page(market, f"?since={day}&until={day}").context["page"]
    assert page.totals[0].clicks == 3
    assert (page.span.before.first, page.span.before.last) == (day - timedelta(days=1),) * 2
    for query in ("?since=nonsense&until=9999-12-31", "?since=0001-01-01", "?by=nothing",
                  "?program=7&partner=x", f"?since={day}&until=1999-01-01"):  # fmt: skip
        span = _page(market, query).context["page"].span
        assert date(2000, 1, 1) <= span.first <= span.last
    long = _page(market, "?since=2020-01-01").context["page"]
    assert (long.span.last - long.span.first).days <= 731
    assert len(long.chart["labels"]) <= 106


def test_midnight_is_the_sellers_and_not_that_of_greenwich() -> None:
    market = make_market()
    day = noon(4).date()
    click(market.rani.link, at=datetime.combine(day, time(0, 5), tzinfo=JAKARTA))
    click(market.rani.link, at=datetime.combine(day, time(23, 55), tzinfo=JAKARTA))
    assert _page(market, f"?since={day}&until={day}").context["page"].totals[0].clicks == 2


@pytest.mark.parametrize("room", ["console", "portal"])
def test_all_parts_are_in_the_file(market: Market, room: str) -> None:
    answer = _page(market, "?by=country&export=csv", room=room)
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0] == "Country,Clicks,Clicks before,Visitors,Visitors before,Machines,Banner views"
    assert [line for line in lines if line.startswith("Indonesia,3,0,")]


def test_banner_views_are_shown_where_there_are_any() -> None:
    market = make_market()
    assert "Nobody has come through" in _page(market).content.decode()
    impressions(market.rani.link, 3, at=noon(1))
    text = _page(market).content.decode()
    assert "Banner views" in text
    assert _page(market).context["page"].totals[0].impressions == 3


def test_queries_do_not_grow_with_the_clicks(market: Market) -> None:
    client = signed_in(market.team.owner)
    address = market.team.url("traffic/?by=link")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for days in range(1, 9):
        clicks(market.sekar.link, 2, at=noon(60 + days))
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few)
    assert not [one for one in many.captured_queries if "tracking_click" in one["sql"]]


def test_best_links_have_the_figures_of_the_list_of_links() -> None:
    market = make_market()
    clicks(market.rani.link, 3, at=noon(1))
    market.sell(amount=10_000, days_ago=1)
    market.sell(amount=4_000, days_ago=1, currency="USD")
    market.sell(market.sekar, amount=9_000, days_ago=1)
    since = noon(10)
    with market.team.scope():
        (best,) = best_links(market.rani.partner.pk, since)
        own = commissions.with_figures(tracking.links_of(market.rani.partner.pk), since).get()
        assert (best.link.pk, best.clicks, best.sales, best.earned) == (
            own.pk, own.click_count, own.sale_count, own.earned_minor,
        )  # fmt: skip
        assert (best.clicks, best.sales, best.earned) == (3, 2, 1_000)
