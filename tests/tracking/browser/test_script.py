"""The script as it is served, and the counting of banners shown."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import token
from tests.portal.market import Market, make_market
from tests.tracking.redirect.visits import until
from tracking import services
from tracking.browser.pixel import GIF
from tracking.browser.script import SOURCE
from tracking.models import LinkDay
from tracking.redirect.memory import memory
from tracking.shipping import keep_clicks
from tracking.spool import IMPRESSION, Fields, is_whole, read
from tracking.spool.own import own_spool

PERSON = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def test_the_very_bytes_served_are_under_three_kilobytes() -> None:
    answer = Client().get("/t.js")
    assert answer.status_code == 200
    assert len(answer.content) < 3000
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert b"//" not in re.sub(rb"https?://", b"", answer.content), "comments stay with us"
    assert b"use strict" in answer.content
    assert not answer.cookies


def test_it_is_kept_by_browsers_and_asked_for_by_its_mark() -> None:
    answer = Client().get("/t.js")
    assert "max-age=3600" in answer["Cache-Control"]
    again = Client(headers={"if-none-match": answer["ETag"]}).get("/t.js")
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == answer["ETag"]
    weak = Client(headers={"if-none-match": f"W/{answer['ETag']}"}).get("/t.js")
    assert weak.status_code == 304
    other = Client(headers={"if-none-match": '"other"'}).get("/t.js")
    assert other.status_code == 200


def test_its_source_is_readable_and_has_its_comments_on_lines_of_their_own() -> None:
    for line in SOURCE.read_text().splitlines():
        code, found, _rest = line.partition("// ")
        assert not found or not code.strip(), line


# Banners


def _raw(link_id: object) -> list[bytes]:
    """Lines that the spool of this process holds of a link."""
    segments = sorted(own_spool().place.directory.glob("*.log"))
    lines = [line for file in segments for line in file.read_bytes().splitlines(keepends=True)]
    return [line for line in lines if is_whole(line) and read(line).link_id == str(link_id)]


def _lines(link_id: object) -> list[Fields]:
    return [read(line) for line in _raw(link_id)]


def test_a_banner_shown_is_one_line_of_the_spool(market: Market) -> None:
    link = market.rani.link
    before = len(_lines(link.pk))
    visitor = Client(headers={"user-agent": PERSON, "referer": "https://blog.example/post"})
    answer = visitor.get(f"/i/{link.code}.gif", REMOTE_ADDR="203.0.113.9")
    assert (answer.status_code, answer.content) == (200, GIF)
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    (line,) = _lines(link.pk)[before:]
    assert (line.kind, line.address) == (IMPRESSION, "203.0.113.9")
    assert (line.agent, line.referrer) == (PERSON, "https://blog.example/post")
    assert line.sub1 == "blog", "the link's own"


def test_a_view_asks_the_database_nothing(market: Market) -> None:
    visitor = Client(headers={"user-agent": PERSON})
    address = f"/i/{market.rani.link.code}.gif"
    visitor.get(address)
    until(lambda: memory.links.is_told)
    visitor.get(address)
    with CaptureQueriesContext(connection) as asked:
        visitor.get(address)
    assert not asked.captured_queries


def test_what_nobody_looked_at_is_not_counted(market: Market) -> None:
    link = market.sekar.link
    with market.team.scope():
        ended = services.create_link(
            enrollment=market.rani.enrollment,
            destination="https://shop.example/x",
            actor=market.team.actor,
        )
        services.disable_link(link=ended, actor=market.team.actor)
    visitor = Client(headers={"user-agent": PERSON})
    assert visitor.head(f"/i/{link.code}.gif").status_code == 200
    visitor.get(f"/i/{link.code}.gif", headers={"sec-purpose": "prefetch"})
    for code in (f"nobody-{token()}", ended.code):
        assert visitor.get(f"/i/{code}.gif").content == GIF
    assert _lines(link.pk) + _lines(ended.pk) == []


def test_a_view_becomes_part_of_its_links_day(market: Market) -> None:
    """Control of the above: what the spool holds is what the day counts."""
    link = market.sekar.link
    visitor = Client(headers={"user-agent": PERSON})
    for _view in range(3):
        visitor.get(f"/i/{link.code}.gif", REMOTE_ADDR="203.0.113.10")
    keep_clicks(_raw(link.pk))
    with market.team.scope():
        days = list(LinkDay.objects.filter(link_id=link.pk))
    assert [(day.impressions, day.clicks) for day in days] == [(3, 0)]
