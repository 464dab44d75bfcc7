"""One click as a line of the spool: a checksum, then the fields in PostgreSQL's COPY text format.

`<crc32 of the rest, 8 hex>\\t<fields by tab>\\n`. The shipper hands whole lines on to COPY, so a
field is escaped as COPY wants it (https://www.postgresql.org/docs/current/sql-copy.html).
"""

import uuid
import zlib
from collections.abc import Sequence
from typing import Final, NamedTuple

CLICK: Final = "c"
IMPRESSION: Final = "i"
# flags: the caller told of this click himself, so its address may be his server's
TOLD: Final = "t"

LENGTHS: Final = (2000, 45, 400, 500)  # destination, address, agent, referrer
NO_SUBS: Final = ("", "", "", "", "")
FIELDS: Final = 15
_TABS: Final = FIELDS - 1
_ESCAPES: Final = {0: None, 9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\"}
_PLAIN: Final = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}


class Fields(NamedTuple):
    """What a line says. `at` is epoch milliseconds; an empty destination is the link's own."""

    kind: str
    id: str
    at: str
    link_id: str
    destination: str
    address: str
    agent: str
    referrer: str
    sub1: str
    sub2: str
    sub3: str
    sub4: str
    sub5: str
    country: str
    flags: str


def record(
    *,
    click_id: uuid.UUID | str,
    at: int,
    link_id: uuid.UUID | str,
    kind: str = CLICK,
    destination: str = "",
    address: str = "",
    agent: str = "",
    referrer: str = "",
    subs: Sequence[str] = NO_SUBS,
    country: str = "",
    flags: str = "",
) -> bytes:
    """The line of one click, `at` in epoch milliseconds.

    `address` is whole: the shipper keeps what the policy lets stay of it. `country` is the
    proxy's word for it, or "". Texts too long for their column are cut.
    """
    sub1, sub2, sub3, sub4, sub5 = subs
    fields = (
        kind,
        str(click_id),
        str(at),
        str(link_id),
        destination[:2000],
        address[:45],
        agent[:400],
        referrer[:500],
        sub1[:100],
        sub2[:100],
        sub3[:100],
        sub4[:100],
        sub5[:100],
        country[:2],
        flags,
    )
    body = "\t".join(fields)
    if "\\" in body or "\n" in body or "\r" in body or "\x00" in body or body.count("\t") != _TABS:
        body = "\t".join(field.translate(_ESCAPES) for field in fields)
    raw = body.encode("utf-8", "replace")  # a lone surrogate becomes a question mark
    return b"%08x\t%b\n" % (zlib.crc32(raw), raw)


def is_whole(line: bytes) -> bool:
    """Whether a line (with or without its end) is as it was written."""
    body = line[9:-1] if line.endswith(b"\n") else line[9:]
    return line[8:9] == b"\t" and b"%08x" % zlib.crc32(body) == line[:8]


def read(line: bytes) -> Fields:
    """The fields of a whole line. Raises ValueError for another number of fields or bad UTF-8."""
    fields = line.rstrip(b"\n").split(b"\t")[1:]
    if len(fields) != FIELDS:
        raise ValueError(f"{len(fields)} fields")
    return Fields(*map(text_of, fields))


def escaped(text: str) -> bytes:
    """A field as COPY wants it."""
    return text.translate(_ESCAPES).encode("utf-8", "replace")


def text_of(field: bytes) -> str:
    """What a field of a line says. Raises ValueError for bad UTF-8."""
    text = field.decode()
    if "\\" not in text:
        return text
    pieces = iter(text.split("\\"))
    found = [next(pieces)]
    for piece in pieces:
        if piece:
            found.append(_PLAIN.get(piece[0], piece[0]) + piece[1:])
        else:  # an escaped backslash: what follows it is plain
            found.append("\\" + next(pieces, ""))
    return "".join(found)
