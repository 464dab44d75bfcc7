"""What storing a click does: the row, the sums, and nothing twice."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum

from sellers.scope import seller_scope
from tests.portal.market import Market, make_market
from tests.tracking.clicks import MACHINE, PHONE, click, click_line, clicks, impressions, keep
from tracking.models import Click, LinkDay, PartnerDay, PartnerMonth, SellerDay, TrafficDay
from tracking.shipping import keep_clicks
from tracking.spool import record

# 2 March in Jakarta, the seller's zone, and still 1 March in UTC
EARLY = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
DAY = EARLY.date() + timedelta(days=1)


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def test_a_click_is_kept_with_what_is_known_of_it(market: Market) -> None:
    click_id = click(
        market.rani.link,
        at=EARLY,
        agent=PHONE,
        address="8.8.8.8",
        referrer="https://Blog.example/post?id=1",
        subs=("a\tb", "\\", "", "", "é"),
    )
    with market.team.scope():
        row = Click.objects.get(id=click_id)
    assert row.at == EARLY
    assert (row.seller_id, row.link_id) == (market.team.id, market.rani.link.pk)
    assert (row.address, row.country, row.device, row.bot_reason) == ("8.8.8.0", "US", "mobile", "")
    assert (row.sub1, row.sub2, row.sub5) == ("a\tb", "\\", "é")
    assert row.referrer == "https://Blog.example/post?id=1"
    assert len(row.visitor) == 22


def test_the_sums_of_a_day_are_in_the_sellers_time_zone() -> None:
    market = make_market()
    clicks(market.rani.link, 3, at=EARLY)
    click(market.rani.link, at=EARLY, agent=MACHINE, country="ID")
    click(market.sekar.link, at=EARLY, referrer="https://blog.example/x", country="ID")
    impressions(market.rani.link, 5, at=EARLY)
    with market.team.scope():
        of_link = LinkDay.objects.get(link_id=market.rani.link.pk)
        assert (of_link.day, of_link.clicks, of_link.bots, of_link.impressions) == (DAY, 3, 1, 5)
        whole = SellerDay.objects.get(dimension="")
        assert (whole.day, whole.clicks, whole.bots, whole.impressions) == (DAY, 4, 1, 5)
        month = PartnerMonth.objects.get(partner_id=market.rani.partner.pk)
        assert (month.day, month.clicks) == (DAY.replace(day=1), 3)
        for dimension, of_seller in (
            ("country", {"": (3, 0), "ID": (1, 1)}),
            ("referrer", {"": (3, 1), "blog.example": (1, 0)}),
            ("program", {str(market.program.pk): (4, 1)}),
        ):
            rows = SellerDay.objects.filter(dimension=dimension)
            assert {row.value: (row.clicks, row.bots) for row in rows} == of_seller
        rani = PartnerDay.objects.filter(partner_id=market.rani.partner.pk)
        subs = rani.filter(dimension="sub1")
        assert {row.value: row.clicks for row in subs} == {"blog": 3}
        for dimension in ("", "country", "device", "referrer"):
            assert rani.filter(dimension=dimension).aggregate(n=Sum("clicks"))["n"] == 3
        assert TrafficDay.objects.get().day == DAY


def test_the_same_click_again_changes_nothing() -> None:
    market = make_market()
    lines = [click_line(market.rani.link, at=EARLY) for _one in range(3)]
    keep(lines)
    keep([*lines[:2], lines[0], click_line(market.rani.link, at=EARLY)])
    with market.team.scope():
        assert Click.objects.count() == 4
        assert LinkDay.objects.get().clicks == 4


def test_clicks_are_kept_several_times_in_one_transaction() -> None:
    market = make_market()
    with transaction.atomic():
        for link in (market.rani.link, market.rani.link, market.sekar.link):
            keep([click_line(link, at=EARLY), click_line(link, at=EARLY)])
    with market.team.scope():
        assert Click.objects.count() == 6
        assert SellerDay.objects.get(dimension="").clicks == 6
        of_links = dict(LinkDay.objects.values_list("link_id", "clicks"))
        assert of_links == {market.rani.link.pk: 4, market.sekar.link.pk: 2}


def test_a_flood_from_one_address_is_a_machines(market: Market) -> None:
    keep(click_line(market.sekar.link, at=EARLY, address="9.9.9.9") for _one in range(40))
    with market.team.scope():
        rows = Click.objects.filter(link_id=market.sekar.link.pk, address="9.9.9.0")
        assert rows.filter(bot_reason="").count() == 30
        assert rows.filter(bot_reason="too many from one address").count() == 10


def test_damaged_lines_and_unknown_links_are_refused(market: Market) -> None:
    line = click_line(market.rani.link)
    with pytest.raises(ValueError, match="1 damaged"):
        keep_clicks([line.replace(b"Chrome", b"Chrome!")])
    with pytest.raises(ValueError, match="unknown links"):
        keep_clicks([record(click_id=uuid.uuid4(), at=1_790_000_000_000, link_id=uuid.uuid4())])


def test_months_are_made_for_clicks_of_long_ago(market: Market) -> None:
    long_ago = datetime(2019, 2, 3, tzinfo=UTC)
    click_id = click(market.rani.link, at=long_ago)
    with seller_scope(market.team.id):
        assert Click.objects.get(id=click_id).at == long_ago
