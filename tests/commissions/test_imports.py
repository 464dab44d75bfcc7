"""Sales from files: what is taken, what is refused and why, and that it happens once."""

import gzip
import io
import itertools
import os
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files import File

from activity.models import Event, Job
from commissions.imports import cells, jobs, mapping, reading
from commissions.imports.kinds.sales import SalesRunner
from commissions.models import Commission
from partners.models import Partner
from prm.errors import Malformed
from tests.commissions.imported import COLUMNS, DATA, REAL, Shop, expected_totals, make_shop
from tracking.models import Customer, Refund, Sale

FIRST = 20_000

FIXTURE = DATA / "sales.csv"


@pytest.fixture(scope="module")
def shop() -> Shop:
    """A shop that imported the fixture."""
    made = make_shop()
    made.job = made.bring(FIXTURE)  # type: ignore[attr-defined]
    return made


def job_of(shop: Shop) -> Job:
    found: Job = shop.job  # type: ignore[attr-defined]
    return found


def test_every_partner_earns_what_plain_arithmetic_says(shop: Shop) -> None:
    assert shop.totals() == expected_totals(FIXTURE)
    assert shop.totals()["France"] == 565 - 57
    assert shop.faults() == []


def test_bad_rows_are_reported_by_number_and_field_and_stop_nothing(shop: Shop) -> None:
    with shop.team.scope():
        found = list(job_of(shop).problems.order_by("row").values_list("row", "field"))
    assert found == [
        (9, "quantity"),
        (10, "unit_price"),
        (11, "quantity"),
        (13, "quantity"),
        (14, "date"),
        (15, "unit_price"),
        (16, "invoice"),
        (21, "partner"),
        (22, "occurred_at"),
    ]
    report = jobs.Report.of(job_of(shop).result)
    assert (report.rows, report.bad_rows, report.refused) == (22, 8, 1)
    assert (report.sales, report.notes) == (8, 2)
    assert sorted(report.new_partners) == ["EIRE", "France", "Germany", "Italy", "Spain"]


def test_an_invoice_in_two_places_is_one_sale_at_its_earliest_time(shop: Shop) -> None:
    with shop.team.scope():
        sale = Sale.objects.get(external_id="500002")
        assert sale.occurred_at == datetime(2010, 12, 1, 8, 44, tzinfo=UTC)
        assert [line["net"] for line in sale.lines] == [4500, 38, 3000]
        assert sale.lines[1]["unit_price"] == "0.125"
        assert sale.commissions.count() == 1


def test_lines_round_half_up_to_the_penny(shop: Shop) -> None:
    with shop.team.scope():
        assert Sale.objects.get(external_id="500003").amount_minor == 704
        free = Sale.objects.get(external_id="500004")
        assert (free.amount_minor, free.outcome) == (0, Sale.Outcome.NOTHING)


def test_sales_of_an_ignored_value_are_kept_without_partner(shop: Shop) -> None:
    with shop.team.scope():
        sale = Sale.objects.get(external_id="500001")
        assert (sale.partner_id, sale.outcome) == (None, Sale.Outcome.NO_PARTNER)
        assert sale.country == "GB"
        assert not Partner.objects.filter(name="United Kingdom").exists()
        assert Customer.objects.filter(external_id="17850").count() == 1


def test_a_credit_note_takes_back_at_the_rule_of_its_own_date(shop: Shop) -> None:
    with shop.team.scope():
        note = Refund.objects.get(external_id="C500011")
        line = Commission.objects.get(refund=note)
        assert (note.kind, note.amount_minor, note.sale_id) == ("credit_note", 763, None)
        assert (line.kind, line.amount_minor) == ("credit_note", -57)
        assert not Commission.objects.filter(refund__external_id="C500012").exists()


def test_the_same_import_again_changes_nothing() -> None:
    shop = make_shop()
    shop.bring(FIXTURE)
    before = shop.picture()
    with shop.team.scope():
        events = Event.objects.exclude(verb__startswith="import.").count()
    again = jobs.Report.of(shop.bring(FIXTURE).result)
    assert shop.picture() == before
    assert (again.sales, again.notes, again.sales_known, again.notes_known) == (0, 0, 8, 2)
    with shop.team.scope():
        assert Event.objects.exclude(verb__startswith="import.").count() == events


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    shop = make_shop()
    dry = jobs.Report.of(shop.bring(FIXTURE, dry=True).result)
    with shop.team.scope():
        assert not Sale.objects.exists()
        assert not Refund.objects.exists()
        assert not Partner.objects.exists()
    wet = jobs.Report.of(shop.bring(FIXTURE).result)
    assert dry == wet


def test_unknown_partners_are_refused_unless_they_may_be_made() -> None:
    shop = make_shop()
    job = shop.bring(FIXTURE, create_partners=False)
    report = jobs.Report.of(job.result)
    assert (report.sales, report.notes) == (1, 1)
    with shop.team.scope():
        assert not Partner.objects.exists()
        assert job.problems.filter(row=3, field="partner").exists()


def test_another_content_under_a_known_number_is_reported(tmp_path: Path) -> None:
    shop = make_shop()
    shop.bring(FIXTURE)
    before = shop.picture()
    changed = tmp_path / "sales.csv"
    text = FIXTURE.read_text().replace("500005,21791,VINTAGE HEADS,2", "500005,21791,X,3")
    changed.write_text(text)
    job = shop.bring(changed)
    assert shop.picture() == before
    with shop.team.scope():
        problem = job.problems.get(field="external_id")
    assert problem.row == 7
    assert "500005" in problem.message


def test_an_import_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = make_shop()
    whole.bring(FIXTURE)
    shop = make_shop()
    monkeypatch.setattr(SalesRunner, "batch", 2)
    job = shop.queue(FIXTURE)
    for _round in range(20):
        job = shop.read(job)
        if job.status == Job.Status.DONE:
            break
        jobs.advance(job, until=time.monotonic() - 1)
    again = shop.bring(FIXTURE)
    assert shop.picture() == whole.picture()
    assert jobs.Report.of(again.result).sales_known == 8
    assert jobs.Report.of(job.result) == jobs.Report.of(shop.read(job).result)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("packed", [False, True])
def test_files_are_read_as_people_write_them(encoding: str, delimiter: str, packed: bool) -> None:
    text = (
        'No;Date;Price;Name\r\n1;2011-01-02;2;"Café; two\r\nlines"\r\n;;;\r\n2;2011-01-03;3;Ü\r\n'
    )
    data = text.replace(";", delimiter).encode(encoding)
    file = io.BytesIO(gzip.compress(data) if packed else data)
    layout = reading.look(file)
    assert layout.header == ["No", "Date", "Price", "Name"]
    rows = list(reading.rows(file, layout))
    assert [number for number, _cells in rows] == [2, 4]
    assert rows[0][1][3] == f"Café{delimiter} two\r\nlines"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"one column\n1\n",
        b"a,a\n1,2\n",
        gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9],
        b"\x00\x01\x02" * 99,
    ],
)
def test_what_is_no_table_is_refused_by_the_field(data: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        list(reading.rows(file := io.BytesIO(data), reading.look(file)))
    assert refused.value.errors[0].field == "file"


def test_a_file_that_unpacks_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 1000)
    file = io.BytesIO(gzip.compress(b"a,b\n" + b"1,2\n" * 1000))
    with pytest.raises(Malformed):
        reading.look(file)


def test_columns_are_guessed_from_their_names() -> None:
    header = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice"]
    found = mapping.guess([*header, "CustomerID", "Country"])
    assert found == {key: name for key, name in COLUMNS.items() if key != "partner"}
    assert cells.guess_dates(["12/31/2010 8:00"]) == "month"
    assert cells.guess_dates(["31.12.2010"]) == "day"
    assert cells.guess_dates(["2010-12-31"]) == "year"
    assert cells.guess_comma(["1.234,50"])
    assert not cells.guess_comma(["1,234.50"])


@pytest.mark.parametrize(
    ("text", "comma", "value"),
    [
        ("1.234,50", True, "1234.50"),
        ("£1,234.50", False, "1234.50"),
        ("-2", False, "-2"),
        ("1 234,5 €", True, "1234.5"),
        ("IDR 97.900", True, "97900"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, comma: bool, value: str) -> None:
    assert cells.number(text, "unit_price", comma=comma) == Decimal(value)


@pytest.mark.parametrize("text", ["", "x", "NaN", "Infinity", "1e30", "--1", "1" * 50])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(cells.Unreadable):
        cells.number(text, "unit_price", comma=False)


@pytest.mark.parametrize(
    ("text", "order", "value"),
    [
        ("2010-12-01T08:26:00", "day", "2010-12-01T08:26:00"),
        ("1/2/2011 8:05 PM", "month", "2011-01-02T20:05:00"),
        ("1/2/11", "day", "2011-02-01T00:00:00"),
        ("2011/02/01 07:00", "day", "2011-02-01T07:00:00"),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, order: str, value: str) -> None:
    assert cells.moment(text, order).isoformat() == value


@pytest.mark.parametrize("text", ["31/31/2011", "0000-01-01", "2011-02-30", "soon", "1.1.99999"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(cells.Unreadable):
        cells.moment(text, "day")


def test_zero_characters_and_overlong_cells_are_bad_rows(tmp_path: Path) -> None:
    shop = make_shop()
    head = FIXTURE.read_text().splitlines()[0]
    path = tmp_path / "odd.csv"
    rows = [
        "7,A\x00,N,1,2010-12-01,1,,France",
        f"{'8' * 121},A,N,1,2010-12-01,1,,France",
        "9,A,N,1,2010-12-01,1,,France",
        "10,A,N,1",
    ]
    path.write_text("\n".join([head, *rows]))
    job = shop.bring(path)
    report = jobs.Report.of(job.result)
    assert (report.sales, report.bad_rows) == (1, 3)


def test_a_file_that_breaks_off_fails_the_job_in_plain_words(tmp_path: Path) -> None:
    shop = make_shop()
    path = tmp_path / "broken.csv.gz"
    lines = FIXTURE.read_text() + "".join(
        f"6{n:05},A,{os.urandom(8).hex()},1,2010-12-01,1,,Spain\n" for n in range(9000)
    )
    path.write_bytes(gzip.compress(lines.encode())[:-2000])
    with shop.team.scope(), path.open("rb") as source, pytest.raises(Malformed):
        jobs.upload(
            seller=shop.team.seller, file=File(source), name="broken.csv.gz", actor=shop.team.actor
        )


def test_two_imports_of_the_same_batch_at_once_agree() -> None:
    shop = make_shop()
    job = shop.queue(FIXTURE)
    first = shop.read(job)
    second = shop.read(job)
    assert jobs.advance(first)
    assert not jobs.advance(second)
    assert shop.read(job).status == Job.Status.DONE


@pytest.mark.skipif(not REAL.exists(), reason=f"{REAL.name} is not on this machine")
@pytest.mark.slow
def test_the_real_orders_agree_to_the_penny(tmp_path: Path, rounds: int) -> None:
    """The first of them; in the long run all."""
    is_long = rounds >= 20
    path = REAL if is_long else _first_rows(REAL, tmp_path / "orders.csv", FIRST)
    shop = make_shop()
    job = shop.bring(path)
    assert job.status == Job.Status.DONE
    assert shop.totals() == expected_totals(path)
    assert shop.faults() == []
    report = jobs.Report.of(job.result)
    assert report.refused == 0
    if is_long:
        assert (report.rows, report.bad_rows) == (320_705, 927)
        assert report.sales + report.notes == 15_532
        assert report.net_minor == {"GBP": 578_405_550}
    else:
        assert report.rows == FIRST


def _first_rows(source: Path, target: Path, rows: int) -> Path:
    with gzip.open(source, "rt", newline="") as lines, target.open("w", newline="") as output:
        output.writelines(itertools.islice(lines, rows + 1))
    return target
