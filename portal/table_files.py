"""Tables as files: CSV and XLSX, built inside the request because rows need the seller's scope."""

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.http import FileResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

MAX_ROWS = 50_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_IN_MEMORY = 2 * 2**20
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMATS = tuple(_TYPES)


def safe_text(value: str) -> str:
    """`value` so that no spreadsheet takes it for a formula."""
    clean = _UNPRINTABLE.sub("", value)
    return "'" + clean if clean.startswith(_FORMULA) else clean


def csv_cell(value: Any) -> Any:
    """A value as CSV text: numbers and dates in the plain international form."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else value
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return safe_text(str(value))


def xlsx_cell(sheet: Any, value: Any) -> Any:
    """A typed cell; text is always text, never a formula."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        return value
    cell = WriteOnlyCell(sheet, value=_UNPRINTABLE.sub("", str(value))[:32_000])
    cell.data_type = "s"
    return cell


def flat(values: Iterable[Any]) -> list[Any]:
    """Cells of one row; an amount is a pair and takes two."""
    cells: list[Any] = []
    for value in values:
        cells.extend(value if isinstance(value, tuple) else (value,))
    return cells


def answer(name: str, form: str, head: Sequence[str], rows: Iterator[list[Any]]) -> FileResponse:
    """`rows` under `head` as a download called `name`.`form`; `form` is csv or xlsx."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  the response closes it
    (_write_csv if form == "csv" else _write_xlsx)(file, head, rows)
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=f"{name}.{form}", content_type=_TYPES[form]
    )


def _write_csv(file: IO[bytes], head: Sequence[str], rows: Iterator[list[Any]]) -> None:
    class Encoder:
        def write(self, text: str) -> int:
            return file.write(text.encode())

    writer = csv.writer(Encoder())
    writer.writerow([safe_text(str(cell)) for cell in head])
    writer.writerows([csv_cell(cell) for cell in row] for row in rows)


def _write_xlsx(file: IO[bytes], head: Sequence[str], rows: Iterator[list[Any]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([xlsx_cell(sheet, str(cell)) for cell in head])
    for row in rows:
        sheet.append([xlsx_cell(sheet, cell) for cell in row])
    book.save(file)
