"""Sums counted anew equal those kept on the way; visitors, months and their retention."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.portal.market import Market, make_market
from tests.superuser import superuser
from tests.tracking.clicks import MACHINE, PHONE, click, click_line, impressions, keep
from tracking.models import Click, LinkDay, PartnerDay, PartnerMonth, SellerDay, TrafficDay
from tracking.shipping import months, rebuilding, visitors

DAY = date(2026, 3, 2)
EARLY = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)  # 1:30 on DAY in the seller's zone, Jakarta
SUMS = (LinkDay, PartnerDay, SellerDay, PartnerMonth)


def busy_market() -> Market:
    """A day of clicks of every sort, and one click each on the days around it."""
    market = make_market()
    rani, sekar = market.rani.link, market.sekar.link
    lines = [
        click_line(
            (rani, sekar)[n % 2],
            at=EARLY + timedelta(minutes=n * 20),
            agent=(PHONE, MACHINE)[n % 5 == 0],
            address=f"36.70.{n % 7}.9",
            referrer=("", "https://blog.example/a", "https://BLOG.example:8443/b", "odd")[n % 4],
            subs=(f"s{n % 3}", "", "x\ty", "", ""),
            country=("", "SG")[n % 2],
        )
        for n in range(60)
    ]
    lines += [
        click_line(rani, at=EARLY - timedelta(days=1)),
        click_line(rani, at=EARLY + timedelta(days=1)),
    ]
    keep(lines)
    impressions(rani, 4, at=EARLY)
    impressions(sekar, 2, at=EARLY + timedelta(days=2))
    return market


def picture(market: Market) -> list[list[tuple[object, ...]]]:
    """Every sum of the seller."""
    with market.team.scope():
        return [sorted(model.objects.values_list(*_columns(model)), key=repr) for model in SUMS]


def _columns(model: type) -> list[str]:
    return [field.attname for field in model._meta.local_concrete_fields if field.attname != "pk"]  # type: ignore[attr-defined]


def rebuild(market: Market, *more: str) -> str:
    """The command over all days of the market; what it printed."""
    said = StringIO()
    call_command(
        "rebuild_rollups", "--from", "2026-02-28", "--to", "2026-03-05",
        "--seller", market.team.seller.slug, *more, stdout=said,
    )  # fmt: skip
    return said.getvalue()


def test_sums_counted_anew_are_the_same() -> None:
    market = busy_market()
    before = picture(market)
    assert "compared" in rebuild(market, "--check")
    rebuild(market)
    assert picture(market) == before


def test_sums_that_went_wrong_are_found_and_put_right() -> None:
    market = busy_market()
    before = picture(market)
    with superuser() as root:
        seller = str(market.team.id)
        root.execute(
            "DELETE FROM tracking_linkday WHERE seller_id = %s AND impressions = 0", [seller]
        )
        root.execute(
            "UPDATE tracking_partnerday SET clicks = clicks + 1 WHERE seller_id = %s", [seller]
        )
        root.execute("UPDATE tracking_partnermonth SET bots = 9 WHERE seller_id = %s", [seller])
        root.execute(
            "INSERT INTO tracking_sellerday (seller_id, dimension, day, value, clicks, bots,"
            " visitors, impressions) VALUES (%s, 'country', %s, 'XX', 3, 0, 0, 0)",
            [seller, DAY],
        )
    with pytest.raises(CommandError, match="sums differ"):
        rebuild(market, "--check")
    rebuild(market)
    assert picture(market) == before
    rebuild(market, "--check")


def test_days_whose_clicks_are_gone_are_left_alone() -> None:
    market = make_market()
    with pytest.raises(ValueError, match="are gone"):
        rebuilding.rebuild(market.team.seller, date(2001, 1, 1))


def count_visitors(market: Market) -> None:
    while visitors.step(market.team.id):
        pass


def test_visitors_are_people_of_a_day() -> None:
    market = make_market()
    rani, sekar = market.rani.link, market.sekar.link
    for address in ("9.1.1.1", "9.1.1.1", "9.1.1.2"):
        click(rani, at=EARLY, address=address)
    click(rani, at=EARLY, address="9.1.1.1", agent=PHONE)
    click(rani, at=EARLY, address="9.1.1.3", agent=MACHINE)
    click(sekar, at=EARLY + timedelta(hours=20), address="9.1.1.1")
    click(rani, at=EARLY + timedelta(days=1), address="9.1.1.1")
    count_visitors(market)
    with market.team.scope():
        assert LinkDay.objects.get(link_id=rani.pk, day=DAY).visitors == 3
        assert SellerDay.objects.get(dimension="", day=DAY).visitors == 3, "he came by both links"
        of_rani = PartnerDay.objects.filter(partner_id=market.rani.partner.pk, day=DAY)
        assert of_rani.get(dimension="device", value="mobile").visitors == 1
        assert of_rani.get(dimension="sub1").visitors == 3
        assert PartnerMonth.objects.get(partner_id=market.rani.partner.pk).visitors == 4
        hashes = set(Click.objects.filter(link_id=rani.pk).values_list("visitor", flat=True))
        assert len(hashes - {""}) == 4, "another day, another hash"
        assert not TrafficDay.objects.filter(counted_at=None).exists()


def test_a_changed_day_is_counted_again_but_not_at_once() -> None:
    market = make_market()
    click(market.rani.link, at=EARLY)
    count_visitors(market)
    click(market.rani.link, at=EARLY)
    count_visitors(market)
    with market.team.scope():
        assert LinkDay.objects.get().visitors == 1
        TrafficDay.objects.update(counted_at=timezone.now() - timedelta(minutes=11))
    count_visitors(market)
    with market.team.scope():
        assert LinkDay.objects.get().visitors == 2


def test_months_are_made_ahead_and_dropped_by_policy(settings: Settings) -> None:
    market = make_market()
    long_ago = datetime(2011, 5, 6, tzinfo=UTC)
    click(market.rani.link, at=long_ago)
    click(market.rani.link, at=EARLY)
    assert date(2011, 5, 1) in [month.first for month in months.present()]
    settings.CLICK_MONTHS = 150
    dropped = months.keep_months()
    assert "m2011_05" in dropped
    held = [month.first for month in months.present()]
    ahead = (timezone.now().date().replace(day=1) + timedelta(days=70)).replace(day=1)
    assert date(2011, 5, 1) not in held
    assert ahead in held
    with market.team.scope():
        assert Click.objects.count() == 1
        assert LinkDay.objects.count() == 2, "sums stay"


def test_sellers_do_not_share_hashes() -> None:
    one, other = make_market(), make_market()
    found = set()
    for market in (one, other):
        click(market.rani.link, at=EARLY, address="9.1.1.1")
        with market.team.scope():
            found.add(Click.objects.get().visitor)
    assert len(found) == 2


def test_the_command_knows_its_sellers() -> None:
    with pytest.raises(CommandError, match="no seller"):
        call_command(
            "rebuild_rollups", "--from", "2026-03-01", "--to", "2026-03-01", "--seller", "no"
        )
