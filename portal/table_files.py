"""Tables as files: CSV and XLSX, built inside the request because rows need the seller's scope."""

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from portal import list_cells
from portal.columns import MoneyColumn

MAX_ROWS = 50_000
_CHUNK = 2_000
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


def of_table(
    name: str, form: str, table: type[tables.Table], queryset: QuerySet[Any], **table_kwargs: Any
) -> FileResponse:
    """The rows of `queryset` as `table` shows them, typed; an amount takes two columns."""
    columns = [
        (bound.name, str(bound.header), isinstance(bound.column, MoneyColumn))
        for bound in table([], orderable=False, **table_kwargs).columns
        if not getattr(bound.column, "exclude_from_export", False)
    ]
    names, monies = [one[0] for one in columns], [one[2] for one in columns]
    head: list[str] = []
    for _name, words, is_money in columns:
        head += [words, _("%(head)s, currency") % {"head": words}] if is_money else [words]

    def rows() -> Iterator[list[Any]]:
        for chunk in _chunks(queryset):
            for row in list_cells.values(table(chunk, orderable=False, **table_kwargs), names):
                values = zip(row, monies, strict=True)
                yield flat(
                    (None, "") if money and value is None else value for value, money in values
                )

    return answer(name, form, head, rows())


def answer(name: str, form: str, head: Sequence[str], rows: Iterator[list[Any]]) -> FileResponse:
    """`rows` under `head` as a download called `name`.`form`; `form` is csv or xlsx."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  the response closes it
    (_write_csv if form == "csv" else _write_xlsx)(file, head, rows)
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=f"{name}.{form}", content_type=_TYPES[form]
    )


def _chunks(queryset: QuerySet[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for record in queryset.iterator(chunk_size=_CHUNK):
        chunk.append(record)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


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
