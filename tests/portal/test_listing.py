"""One list mechanism: filters, chips, order, key paging and files, all in the address."""

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import django_filters
import django_tables2 as tables
import pytest
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from partners.models import Partner
from portal import keyset, list_counts
from portal.columns import DayColumn, MoneyColumn, NameColumn, StatusColumn, TextColumn
from portal.filters import ChoicesFilter, SearchFilter, SinceFilter, UntilFilter
from portal.listing import Empty, Listing, Page
from portal.statuses import labels
from sellers.scope import seller_scope
from tests.cast import make_team

COUNTRIES = ("ID", "DE", "GB", "")


class PartnerTable(tables.Table):
    name = NameColumn("Partner")
    country = TextColumn("Country", label=True)
    status = StatusColumn("Status", kind="partner")
    created_at = DayColumn("Since")


class PartnerFilters(django_filters.FilterSet):
    q = SearchFilter("name")
    status = ChoicesFilter(label="Status", choices=labels("partner"))
    country = ChoicesFilter(label="Country", choices=[(code, code) for code in COUNTRIES if code])
    since = SinceFilter("created_at")
    until = UntilFilter("created_at")

    class Meta:
        model = Partner
        fields: list[str] = []


LIST = Listing(
    table=PartnerTable,
    filters=PartnerFilters,
    name="partners",
    default="name",
    orders={"name": "name", "country": "country", "created_at": "created_at"},
    chips=("status", "partner", "status"),
    size=10,
)


@pytest.fixture(scope="module")
def rows() -> Iterator[QuerySet[Partner]]:
    """64 partners, many alike in country, so that ties are decided by id."""
    team = make_team()
    with seller_scope(team.id):
        dice = random.Random(7)
        Partner.objects.bulk_create(
            Partner(
                seller=team.seller,
                name=f"Partner {dice.randrange(40):02}",
                email=f"p{n}@example.com",
                country=dice.choice(COUNTRIES),
                status="active" if n % 4 else "suspended",
            )
            for n in range(64)
        )
        yield Partner.objects.all()


def ask(rows: QuerySet[Any], **query: str) -> Page:
    request: HttpRequest = RequestFactory().get("/x/", query)
    return LIST.show(request, rows)


def walk(rows: QuerySet[Any], direction: str, **query: str) -> list[Any]:
    """All rows page by page, following the page's own links."""
    page = ask(rows, **query)
    seen: list[Any] = []
    for _turn in range(20):
        seen.append([row.pk for row in page.slice.rows])
        url = page.older_url if direction == "older" else page.newer_url
        if not url:
            return seen
        page = LIST.show(RequestFactory().get(url), rows)
    raise AssertionError("no end")


@pytest.mark.parametrize(
    "sort", ["name", "-name", "country", "-country", "created_at", "-created_at"]
)
def test_pages_show_every_row_once_in_order(rows: QuerySet[Partner], sort: str) -> None:
    column = sort.removeprefix("-")
    pages = walk(rows, "older", sort=sort)
    flat = [key for page in pages for key in page]
    sign = "-" if sort.startswith("-") else ""
    assert flat == list(rows.order_by(f"{sign}{column}", f"{sign}pk").values_list("pk", flat=True))
    assert [len(page) for page in pages] == [10] * 6 + [4]


def test_the_way_back_shows_the_same_pages(rows: QuerySet[Partner]) -> None:
    forth = walk(rows, "older", sort="-country")
    page = ask(rows, sort="-country")
    while page.older_url:
        page = LIST.show(RequestFactory().get(page.older_url), rows)
    back = [[row.pk for row in page.slice.rows]]
    while page.newer_url:
        page = LIST.show(RequestFactory().get(page.newer_url), rows)
        back.append([row.pk for row in page.slice.rows])
    assert back[::-1] == forth


class AmountTable(tables.Table):
    """Names stand for amounts, countries for their currencies."""

    name = MoneyColumn("Amount", currency="country")


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_amounts_are_in_order_within_their_currency(rows: QuerySet[Partner], sort: str) -> None:
    money = replace(LIST, table=AmountTable, chips=None)
    page = money.show(RequestFactory().get("/x/", {"sort": sort}), rows)
    forth = [[row.pk for row in page.slice.rows]]
    while page.older_url:
        page = money.show(RequestFactory().get(page.older_url), rows)
        forth.append([row.pk for row in page.slice.rows])
    back = [[row.pk for row in page.slice.rows]]
    while page.newer_url:
        page = money.show(RequestFactory().get(page.newer_url), rows)
        back.append([row.pk for row in page.slice.rows])
    sign = sort.removesuffix("name")
    wanted = rows.order_by(f"{sign}country", sort, f"{sign}pk").values_list("pk", flat=True)
    assert [key for keys in forth for key in keys] == list(wanted)
    assert back[::-1] == forth
    elsewhere = ask(rows, sort=sort).older_url  # made for an order without currencies
    assert money.show(RequestFactory().get(elsewhere), rows).first_place == 1


def test_place_in_the_whole(rows: QuerySet[Partner]) -> None:
    page = ask(rows)
    assert (page.first_place, page.last_place, page.total) == (1, 10, 64)
    second = LIST.show(RequestFactory().get(page.older_url), rows)
    assert (second.first_place, second.last_place) == (11, 20)


@pytest.mark.parametrize("cursor", ["x", "AAAA", "W10", "bnVsbA", "%00", "e30", "9" * 5000])
def test_a_broken_cursor_starts_at_the_top(rows: QuerySet[Partner], cursor: str) -> None:
    assert ask(rows, after=cursor).first_place == 1
    assert ask(rows, before=cursor, sort="created_at").first_place == 1


@given(st.text(max_size=60))
def test_any_text_as_cursor_is_harmless(text: str) -> None:
    field = Partner._meta.get_field("name")
    found = keyset.decode(text, field, Partner._meta.pk)
    assert found is None or "\x00" not in f"{found.value}"


def test_an_order_off_the_list_is_the_default(rows: QuerySet[Partner]) -> None:
    assert ask(rows, sort="seller__name").sort == ("name", False)


def test_search_status_and_chips(rows: QuerySet[Partner]) -> None:
    page = ask(rows, q="PARTNER 17", status="suspended")
    assert {row.status for row in page.slice.rows} <= {"suspended"}
    counts = {chip.value: chip.count for chip in page.chips}
    assert counts[""] == rows.filter(name="Partner 17").count()
    assert counts["suspended"] == page.total
    assert [chip.value for chip in page.chips if chip.on] == ["suspended"]


def test_many_rows_are_counted_value_by_value_as_few_are_in_one(rows: QuerySet[Partner]) -> None:
    values = ["active", "suspended", "ended"]
    few = list_counts.by_value(rows, "status", values, 64)
    many = list_counts.by_value(rows, "status", values, list_counts.COUNT_UP_TO + 1)
    assert few == {"active": 48, "suspended": 16}
    assert many == few | {"ended": 0}
    assert list_counts.by_value(rows.none(), "status", values, list_counts.COUNT_UP_TO + 1) == {}


def test_chips_of_a_huge_list_say_that_there_are_more() -> None:
    team = make_team()
    with seller_scope(team.id):
        Partner.objects.bulk_create(
            Partner(seller=team.seller, name=f"{n}", status="active" if n else "suspended")
            for n in range(list_counts.COUNT_UP_TO + 2)
        )
        page = ask(Partner.objects.all())
        chips = {chip.value: (chip.count, chip.more) for chip in page.chips}
        assert chips == {"": (10_000, True), "active": (10_000, True), "suspended": (1, False)}
        request = RequestFactory().get("/x/")
        html = render_to_string("components/list.html", {"page": page, "label": "All"}, request)
        assert "10,000+" in html


@pytest.mark.parametrize(
    "query",
    [
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"since": "nonsense"},
        {"status": "nonsense"},
        {"q": "a" * 500},
        {"q": "\x00"},
        {"country": "XX"},
    ],
)
def test_bad_filters_never_fail(rows: QuerySet[Partner], query: dict[str, str]) -> None:
    page = ask(rows, **query)
    assert page.state in {"rows", "nomatch"}
    assert page.chips


def test_period_takes_whole_days(rows: QuerySet[Partner]) -> None:
    day = rows.latest("created_at").created_at.date().isoformat()
    assert ask(rows, since=day, until=day).total == 64
    assert ask(rows, until="2001-01-01").state == "nomatch"


def test_no_match_offers_to_drop_what_hides(rows: QuerySet[Partner]) -> None:
    page = ask(rows, q="zzz", status="suspended", sort="-name")
    assert page.state == "nomatch"
    droppings = {one.label: one for one in page.droppings}
    assert droppings["zzz"].count == 16
    assert droppings["Suspended"].count == 0
    assert page.clear_url == "/x/?sort=-name"


def test_empty_is_not_no_match(rows: QuerySet[Partner]) -> None:
    request = RequestFactory().get("/x/")
    page = LIST.show(
        request, rows.none(), empty=Empty("No partners yet", "Why.", (("Invite", "/i"),))
    )
    assert page.state == "empty"
    html = render_to_string("components/list.html", {"page": page, "label": "Partners"}, request)
    assert "No partners yet" in html
    assert 'href="/i"' in html


def test_the_address_keeps_everything_but_the_place(rows: QuerySet[Partner]) -> None:
    page = ask(rows, q="partner", sort="-name", after="x", open="1")
    assert (
        page.url(keep_position=False, status="active") == "/x/?q=partner&sort=-name&status=active"
    )
    assert "sort=-name" in page.older_url
    assert page.csv_url == "/x/?q=partner&sort=-name&export=csv"


def test_the_rendered_list_sorts_and_opens(rows: QuerySet[Partner]) -> None:
    request = RequestFactory().get("/x/", {"sort": "-name"})
    page = LIST.show(request, rows)
    html = render_to_string("components/list.html", {"page": page, "label": "Partners"}, request)
    assert 'aria-sort="descending"' in html
    assert 'data-l="Country"' in html
    assert html.count('id="row-') == 10
    assert "style=" not in html


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_holds_the_filtered_rows(rows: QuerySet[Partner], form: str) -> None:
    page = ask(rows, status="suspended", export=form)
    file: Any = page.download
    assert file is not None
    body = b"".join(file.streaming_content)
    file.file_to_stream.close()
    assert f".{form}" in file["Content-Disposition"]
    if form == "csv":
        lines = body.decode().splitlines()
        assert lines[0] == "Partner,Country,Status,Since"
        assert len(lines) == 17
        assert all(",Suspended," in line for line in lines[1:])


def test_no_file_unless_asked(rows: QuerySet[Partner]) -> None:
    assert ask(rows).download is None
    assert ask(rows, export="exe").download is None


def test_chosen_rows(rows: QuerySet[Partner]) -> None:
    keys = [str(key) for key in rows.values_list("pk", flat=True)[:3]]
    post = RequestFactory().post("/x/", {"chosen": [*keys, "nonsense"]})
    assert LIST.chosen(post, rows).count() == 3
    every = RequestFactory().post("/x/", {"all": "1", "query": "status=suspended", "chosen": keys})
    assert LIST.chosen(every, rows).count() == 16


def test_period_in_words_and_ready_choices(rows: QuerySet[Partner]) -> None:
    period = ask(rows, q="partner").period
    assert period is not None
    assert (period.words, period.on) == ("Any time", False)
    month = next(choice for choice in period.choices if choice.label == "This month")
    chosen = LIST.show(RequestFactory().get(month.url), rows)
    assert chosen.period is not None
    assert (chosen.period.words, chosen.period.on) == ("This month", True)
    assert "q=partner" in month.url
    bounded = ask(rows, since="2026-01-05", until="2026-01-07").period
    assert bounded is not None
    assert bounded.words == "5–7 Jan 2026"


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("2026-01-05", "", "From 5 Jan 2026"),
        ("", "2026-01-05", "To 5 Jan 2026"),
        ("nonsense", "", "Any time"),
        ("2026-02-01", "2026-01-01", "From 1 Feb 2026"),
    ],
)
def test_half_a_period(rows: QuerySet[Partner], since: str, until: str, words: str) -> None:
    period = ask(rows, since=since, until=until).period
    assert period is not None
    assert period.words == words
