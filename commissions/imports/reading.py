"""CSV as people have it: gzip or not, UTF-8, UTF-16 or Windows-1252, any usual delimiter."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from typing import IO, Any

from django.utils.translation import gettext as _

from prm.errors import Malformed

MAX_BYTES = 400 * 2**20
"""Largest file after unpacking: about 4 million lines."""
MAX_COLUMNS = 200
SAMPLE_ROWS = 200
_SNIFFED = 64 * 2**10
_DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Layout:
    """How a file is written: packed or not, encoding, delimiter, and its column names."""

    packed: bool
    encoding: str
    delimiter: str
    header: list[str]

    def as_json(self) -> dict[str, Any]:
        """For keeping beside the file."""
        return asdict(self)


def look(file: IO[bytes]) -> Layout:
    """Find out how a file is written. Raises Malformed, field `file`, when it is no table."""
    file.seek(0)
    packed = file.read(2) == b"\x1f\x8b"
    encoding = _encoding(file, packed=packed)
    with _text(file, packed=packed, encoding=encoding) as text, _in_plain_words():
        start = text.read(_SNIFFED)
    delimiter = _delimiter(start)
    header = next(csv.reader(io.StringIO(start), delimiter=delimiter), [])
    names = [name.strip() for name in header]
    if len([name for name in names if name]) < 2:
        raise _unreadable(_("No columns were found. The first line must name them."))
    if len(names) > MAX_COLUMNS or len(set(names)) < len(names):
        raise _unreadable(_("Give each column a name of its own, at most 200 columns."))
    return Layout(packed, encoding, delimiter, names)


def rows(file: IO[bytes], layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """The rows under the header with their numbers as a spreadsheet shows them; empty ones fall
    away. Raises Malformed, field `file`, when the file cannot be read to its end.
    """
    with _text(file, packed=layout.packed, encoding=layout.encoding) as text, _in_plain_words():
        reader = csv.reader(text, delimiter=layout.delimiter)
        for number, cells in enumerate(reader, start=1):
            if number > 1 and any(cells):
                yield number, cells


def sample(file: IO[bytes], layout: Layout, count: int = SAMPLE_ROWS) -> list[list[str]]:
    """The first rows under the header."""
    return [cells for _number, cells in islice(rows(file, layout), count)]


class _Bounded(io.RawIOBase):
    """Bytes of a file, unpacked where it is packed, up to MAX_BYTES; does not close the file."""

    def __init__(self, file: IO[bytes], *, packed: bool) -> None:
        file.seek(0)
        self._source: Any = gzip.GzipFile(fileobj=file) if packed else file
        self._left = MAX_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._source.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            message = _("The file is larger than %(limit)d MB. Send it in parts.")
            raise _unreadable(message % {"limit": MAX_BYTES // 2**20})
        buffer[: len(data)] = data
        return len(data)


def _text(file: IO[bytes], *, packed: bool, encoding: str) -> io.TextIOWrapper:
    raw = io.BufferedReader(_Bounded(file, packed=packed), buffer_size=2**18)
    # Windows-1252 leaves five bytes undefined; a stray one must not stop a whole file.
    errors = "replace" if encoding == "cp1252" else "strict"
    return io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="")


def _encoding(file: IO[bytes], *, packed: bool) -> str:
    with io.BufferedReader(_Bounded(file, packed=packed), buffer_size=2**18) as data:
        with _in_plain_words():
            start = data.read(4096)
        for bom, name in _BOMS:
            if start.startswith(bom):
                return name
        if start and start.count(0) > len(start) // 4:
            return "utf-16-le" if start[1:2] == b"\x00" else "utf-16-be"
        decoder = codecs.getincrementaldecoder("utf-8")()
        chunk = start
        try:
            while chunk:
                decoder.decode(chunk)
                with _in_plain_words():
                    chunk = data.read(2**20)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _delimiter(start: str) -> str:
    """The delimiter that cuts the first lines into the most columns, the same in each."""

    def score(mark: str) -> int:
        parsed = list(islice(csv.reader(io.StringIO(start), delimiter=mark), 10))
        widths = [len(cells) for cells in parsed[: max(1, len(parsed) - 1)] if cells]
        even = bool(widths) and min(widths) == max(widths)
        return (widths[0] if widths else 0) * (10 if even else 1)

    try:
        return max(_DELIMITERS, key=score)
    except csv.Error:
        return ","


@contextmanager
def _in_plain_words() -> Iterator[None]:
    """Failures of reading as refusals that a person can act on."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise _unreadable(_("The packed file is damaged. Pack it again as .csv.gz.")) from None
    except UnicodeDecodeError:
        raise _unreadable(_("The file changes its encoding midway. Save it as UTF-8.")) from None
    except csv.Error as error:
        message = _("The file cannot be read as CSV: %(why)s.") % {"why": error}
        raise _unreadable(message) from None


def _unreadable(message: str) -> Malformed:
    return Malformed(message, field="file", code="unreadable")
