"""Money, numbers, dates and clocks as people read them."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from portal import money_format, time_format


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def render(text: str, **context: object) -> str:
    return Template(text).render(Context(context))


@pytest.mark.parametrize(
    ("minor", "currency", "language", "shown"),
    [
        (431_625_000, "IDR", "en", "IDR 4,316,250"),
        (431_625_000, "IDR", "id", "IDR 4.316.250"),
        (431_625_050, "IDR", "en", "IDR 4,316,250.50"),
        (128_460, "EUR", "en", "EUR 1,284.60"),
        (128_460, "EUR", "id", "EUR 1.284,60"),
        (-4_210, "USD", "en", "USD −42.10"),
        (500, "JPY", "en", "JPY 500"),
        (1_234_567, "KWD", "en", "KWD 1,234.567"),
        (0, "GBP", "en", "GBP 0.00"),
    ],
)
def test_exact_amount(minor: int, currency: str, language: str, shown: str) -> None:
    with translation.override(language):
        assert money_format.plain(minor, currency) == shown


@pytest.mark.parametrize(
    ("minor", "shown"),
    [
        (128_412_345_600, "IDR 1.284\u00a0bn"),
        (9_640_000_000, "IDR 96.4\u00a0m"),
        (-9_640_000_000, "IDR −96.4\u00a0m"),
        (99_999_900, "IDR 999,999"),
    ],
)
def test_short_amount_only_from_a_million(minor: int, shown: str) -> None:
    assert str(money_format.short(minor, "IDR")) == shown


def test_money_tag_marks_negatives_and_escapes() -> None:
    html = render("{% money a c %}", a=-100, c="<b>")
    assert "neg" in html
    assert "<b>" not in html
    assert render("{% money a c %}", a=None, c="EUR") == "–"


def test_delta_says_direction_and_whether_it_is_good() -> None:
    assert 'class="delta good"' in render("{% delta 120 100 %}")
    assert "20.0\u00a0%" in render("{% delta 120 100 %}")
    assert 'class="delta bad"' in render('{% delta 120 100 good="down" %}')
    assert 'class="delta good"' in render('{% delta 9.8 10.2 good="down" unit="points" %}')
    assert "0.4\u00a0pt" in render('{% delta 9.8 10.2 good="down" unit="points" %}')
    assert "no period before" in render("{% delta 5 0 %}")
    assert 'class="delta "' in render("{% delta 5 5 %}")


def test_moment_in_the_readers_zone() -> None:
    when = datetime(2026, 11, 19, 2, 40, tzinfo=UTC)
    with timezone.override(zoneinfo.ZoneInfo("Asia/Jakarta")):
        assert time_format.moment_text(when) == "19 Nov 2026, 09:40 WIB"
    with timezone.override(zoneinfo.ZoneInfo("America/Sao_Paulo")):
        assert time_format.moment_text(when).endswith("UTC−03")


def test_day_shows_the_year_only_when_it_is_another() -> None:
    today = timezone.localdate()
    assert str(today.year) not in time_format.day_text(today)
    assert time_format.day_text(date(2001, 2, 3)) == "3 Feb 2001"


@pytest.mark.parametrize(
    ("since", "until", "text"),
    [
        (date(2026, 11, 1), date(2026, 11, 19), "1–19 Nov 2026"),
        (date(2026, 9, 21), date(2026, 11, 19), "21 Sep – 19 Nov 2026"),
        (date(2025, 12, 1), date(2026, 1, 2), "1 Dec 2025 – 2 Jan 2026"),
        (date(2026, 11, 1), date(2026, 11, 1), "1 Nov 2026"),
    ],
)
def test_period(since: date, until: date, text: str) -> None:
    assert time_format.period_text(since, until) == text


@pytest.mark.parametrize(
    ("left", "of", "tone", "words"),
    [
        (timedelta(days=3), timedelta(days=10), "warn", "3 d left"),
        (timedelta(days=8), timedelta(days=10), "", "8 d left"),
        (timedelta(hours=7, minutes=20), timedelta(days=10), "bad", "7 h 20 min left"),
        (timedelta(days=1, hours=5), timedelta(days=2), "", "1 d 5 h left"),
        (timedelta(days=-2), timedelta(days=10), "bad", "2 d late"),
    ],
)
def test_clock(left: timedelta, of: timedelta, tone: str, words: str) -> None:
    due = timezone.now() + left + timedelta(seconds=1 if left > timedelta() else -1)
    standing = time_format.deadline(due, due - of)
    assert (standing.tone, standing.words) == (tone, words)
    assert 0 <= standing.used <= 100


def test_sparkline_needs_two_points_and_no_inline_style() -> None:
    assert render("{% spark values %}", values=[1]) == ""
    html = render("{% spark values %}", values=[3, 3, 3])
    assert html.startswith("<svg")
    assert "style=" not in html


def test_bar_parts_fill_the_whole() -> None:
    html = render('{% bar "Coverage" "good" 82 "warn" 0 "bad" 4 %}')
    assert html.count("<rect") == 2
    assert 'aria-label="Coverage"' in html
