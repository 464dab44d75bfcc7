"""Product feeds: read from CSV or XML into plain rows, written for each partner with his links.

The XML is that of RSS 2.0 with Google's product attributes, which most price comparisons read:
https://support.google.com/merchants/answer/7052112. Column names are theirs, some others are
understood: `sku` for `id`, `name` for `title`, `url` for `link`.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from django.core.files.base import File
from django.utils.translation import gettext as _

from campaigns.materials.kinds import is_on_hosts
from campaigns.uploads import Checked, file_name, read
from prm.errors import Unacceptable

MAX_BYTES: Final = 20 * 2**20
MAX_PRODUCTS: Final = 50_000
MAX_COLUMNS: Final = 60
MAX_CELL: Final = 5000
MAX_DEPTH: Final = 20
CSV_TYPE: Final = "text/csv"
SAMPLE: Final = 6
_OTHER_NAMES: Final = {
    "sku": "id", "product_id": "id", "item_id": "id",
    "name": "title", "product_name": "title",
    "url": "link", "product_url": "link", "deeplink": "link",
    "image": "image_link", "image_url": "image_link",
}  # fmt: skip
_NEEDED: Final = ("id", "title", "link")
_ITEMS: Final = frozenset({"item", "entry", "product"})
_NAME: Final = re.compile(r"[^a-z0-9]+")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, str]


def checked_feed(upload: "File[Any]", hosts: list[str]) -> tuple[Checked, int]:
    """The products of a CSV or XML file as a CSV of ours, and how many they are.

    Every product needs an id, a title and a link to one of `hosts`. Raises Unacceptable on `file`
    and names the product.
    """
    data = read(upload, MAX_BYTES)
    rows = (
        _from_xml(data) if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else _from_csv(data)
    )
    if not rows:
        raise _refused(_("No products were found in this file."), "empty")
    _require_products(rows, hosts)
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) > MAX_COLUMNS:
        raise _refused(_("At most %(n)d columns.") % {"n": MAX_COLUMNS}, "too_large")
    content = "".join(_csv_lines(names, rows)).encode()
    return Checked(content, file_name(upload.name, "csv"), CSV_TYPE), len(rows)


def products(file: Any) -> Iterator[Row]:
    """The rows of a kept feed, in order; `file` is open for reading bytes."""
    yield from csv.DictReader(io.TextIOWrapper(file, "utf-8", newline=""))


def as_csv(rows: Iterable[Row], link: Callable[[str], str]) -> Iterator[str]:
    """The feed as CSV, its links made by `link`; no cell is a formula to a spreadsheet."""
    names: list[str] = []
    for row in rows:
        if not names:
            names = list(row)
            yield _line(names)
        yield _line(_safe(link(v) if name == "link" else v) for name, v in row.items())


def as_xml(rows: Iterable[Row], link: Callable[[str], str], title: str, home: str) -> Iterator[str]:
    """The feed as RSS 2.0 with Google's names, its links made by `link`."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n'
    yield f"<title>{_text(title)}</title><link>{_text(home)}</link>"
    yield f"<description>{_text(title)}</description>\n"
    for row in rows:
        cells = (
            _element(name, link(value) if name == "link" else value)
            for name, value in row.items()
            if value
        )
        yield f"<item>{''.join(cells)}</item>\n"
    yield "</channel></rss>\n"


def _element(name: str, value: str) -> str:
    if not name[0].isalpha():
        return f"<g:custom name={quoteattr(name)}>{_text(value)}</g:custom>"
    tag = name if name in {"title", "link", "description"} else f"g:{name}"
    return f"<{tag}>{_text(value)}</{tag}>"


def _text(value: str) -> str:
    return escape(_UNPRINTABLE.sub("", value))


def _safe(value: str) -> str:
    return "'" + value if value.startswith(_FORMULA) else value


def _csv_lines(names: list[str], rows: Iterable[Row]) -> Iterator[str]:
    yield _line(names)
    for row in rows:
        yield _line(row.get(name, "") for name in names)


def _line(values: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(values)
    return out.getvalue()


def _from_csv(data: bytes) -> list[Row]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(_("Save the file as UTF-8 and upload it again."), "encoding") from None
    head = text.partition("\n")[0]
    delimiter = max("\t;,|", key=head.count)
    rows: list[Row] = []
    try:
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter):
            _add(rows, {name: value for name, value in row.items() if isinstance(value, str)})
    except csv.Error as error:
        raise _refused(_("This is neither CSV nor XML that we can read."), "type") from error
    return rows


def _from_xml(data: bytes) -> list[Row]:
    reader = _XmlReader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = reader.refuse_types
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        message = _("The XML cannot be read: line %(line)d is not well-formed.")
        raise _refused(message % {"line": error.lineno}, "type") from error
    return reader.rows


class _XmlReader:
    """Collects items and the texts of their parts. Types are refused, and with them entities."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._path: list[str] = []
        self._row: Row | None = None

    def refuse_types(self, *_args: object) -> None:
        raise _refused(_("XML with a DOCTYPE is not taken. Export it without."), "type")

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._path.append(name.rpartition(" ")[2].lower())
        if len(self._path) > MAX_DEPTH:
            raise _refused(_("The XML is nested too deeply."), "type")
        if self._row is None and self._path[-1] in _ITEMS:
            self._row = {}

    def text(self, data: str) -> None:
        if self._row is not None and self._path[-1] not in _ITEMS:
            name = self._path[-1]
            self._row[name] = self._row.get(name, "") + data

    def end(self, _name: str) -> None:
        if self._path.pop() in _ITEMS and self._row is not None:
            _add(self.rows, self._row)
            self._row = None


def _add(rows: list[Row], found: dict[str, str]) -> None:
    """One more product, its columns named as Google does."""
    if len(rows) >= MAX_PRODUCTS:
        message = _("At most %(n)d products in one feed.") % {"n": MAX_PRODUCTS}
        raise _refused(message, "too_large")
    row: Row = {}
    for raw, value in found.items():
        name = _NAME.sub("_", (raw or "").strip().lower().removeprefix("g:")).strip("_")
        name = _OTHER_NAMES.get(name, name)
        if name and len(name) <= 40:
            row.setdefault(name, _UNPRINTABLE.sub("", value).strip()[:MAX_CELL])
    rows.append(row)


def _require_products(rows: list[Row], hosts: list[str]) -> None:
    for number, row in enumerate(rows, 1):
        for name in _NEEDED:
            if not row.get(name):
                message = _("Product %(number)d has no %(column)s.")
                raise _refused(message % {"number": number, "column": name}, "required")
        if not is_on_hosts(row["link"], hosts):
            message = _("The link of product %(number)d does not lead to %(hosts)s.")
            values = {"number": number, "hosts": ", ".join(hosts)}
            raise _refused(message % values, "host")


def _refused(message: str, code: str) -> Unacceptable:
    return Unacceptable(message, field="file", code=code)
