"""Exported files: typed, and never a formula."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from portal import table_files

ROW = ["=1+1", Decimal("-12.50"), datetime(2026, 11, 19, 2, 40, tzinfo=UTC), date(2026, 1, 2), None]
HEAD = ["What", "Amount", "At", "On", "Empty"]


def content(form: str, rows: list[list[object]]) -> bytes:
    response = table_files.answer("sales", form, HEAD, iter(rows))
    body = b"".join(response.streaming_content)  # type: ignore[arg-type]
    assert response.file_to_stream
    response.file_to_stream.close()
    return body


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_formulas_are_escaped(text: str) -> None:
    assert table_files.safe_text(text).startswith("'")


def test_plain_text_stays() -> None:
    assert table_files.safe_text("Order KN-1, 5 % off") == "Order KN-1, 5 % off"


def test_csv_has_plain_international_values() -> None:
    head, row = csv.reader(io.StringIO(content("csv", [ROW]).decode()))
    assert head == HEAD
    assert row == ["'=1+1", "-12.50", "2026-11-19T02:40:00+00:00", "2026-01-02", ""]


def test_xlsx_is_typed_and_text_is_text() -> None:
    sheet = load_workbook(io.BytesIO(content("xlsx", [[*ROW[:-1], "bell\x07"]]))).active
    assert sheet is not None
    cells = next(iter(sheet.iter_rows(min_row=2)))
    assert [cell.data_type for cell in cells] == ["s", "n", "d", "d", "s"]
    assert cells[0].value == "=1+1"
    assert cells[1].value == pytest.approx(-12.5)
    assert cells[4].value == "bell"


def test_an_amount_takes_two_cells() -> None:
    assert table_files.flat(["a", (Decimal(1), "EUR"), None]) == ["a", Decimal(1), "EUR", None]
