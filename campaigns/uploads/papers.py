"""Documents: PDF and office files that are what their ending says and run nothing."""

import io
import re
import zipfile
import zlib
from pathlib import PurePath
from typing import Any, Final

from django.core.files.base import File
from django.utils.translation import gettext as _

from campaigns.uploads.files import Checked, file_name, read
from campaigns.uploads.pictures import checked_image
from prm.errors import Unacceptable

MAX_DOCUMENT_BYTES: Final = 25 * 2**20
MAX_ARCHIVE_ENTRIES: Final = 20_000
MAX_UNPACKED_BYTES: Final = 300 * 2**20
MAX_PACKING: Final = 150
"""How much larger an entry of an archive may be than its packed form; text packs to a tenth."""
SMALL_BYTES: Final = 2**20
"""Below it, an entry may be packed as tightly as it likes."""

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."
DOCUMENT_TYPES: Final = {
    "pdf": "application/pdf",
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "pptx": _OFFICE + "presentationml.presentation",
    "odt": _OPEN + "text",
    "ods": _OPEN + "spreadsheet",
    "odp": _OPEN + "presentation",
}
_OFFICE_FOLDERS: Final = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}

_MARKUP: Final = re.compile(rb"<(script|html|svg|!doctype|iframe|body)\b|<\?php", re.IGNORECASE)
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_ESCAPED: Final = re.compile(rb"#([0-9a-fA-F]{2})")
# ISO 32000-1, 12.6.4 and 7.6: what runs by itself, and what hides the rest from us
_RUNS: Final = re.compile(rb"/(JavaScript|JS|Launch|RichMedia)(?![A-Za-z0-9])")
_SEALED: Final = re.compile(rb"/Encrypt(?![A-Za-z0-9])")


def checked_document(upload: "File[Any]") -> Checked:
    """A PDF or office document that is what its ending says; raises Unacceptable on `file`.

    Refused are macros, programs and protection of a PDF, archives made to burst, and files that
    are a second thing besides.
    """
    data = read(upload, MAX_DOCUMENT_BYTES)
    ending = PurePath(upload.name or "").suffix.lower().removeprefix(".")
    if ending not in DOCUMENT_TYPES:
        message = _("Upload a PDF, or an office file: docx, xlsx, pptx, odt, ods, odp.")
        raise Unacceptable(message, field="file", code="type")
    if ending == "pdf":
        fits = data.startswith(b"%PDF-") and not _is_something_else(data)
        _require_quiet(data)
    else:
        fits = _is_office(data, ending)
    if not fits:
        message = _("The file is not what its ending .%(ending)s says, or it holds macros.")
        raise Unacceptable(message % {"ending": ending}, field="file", code="content")
    return Checked(data, file_name(upload.name, ending), DOCUMENT_TYPES[ending])


def checked_proof(upload: "File[Any]") -> Checked:
    """A PDF, or a picture drawn anew; raises Unacceptable on `file`."""
    ending = PurePath(upload.name or "").suffix.lower()
    return checked_document(upload) if ending == ".pdf" else checked_image(upload)


def _is_something_else(data: bytes) -> bool:
    """Whether a PDF would pass for a page or an archive as well."""
    return bool(_MARKUP.search(data[:1024])) or zipfile.is_zipfile(io.BytesIO(data))


def _require_quiet(data: bytes) -> None:
    """Refuse a PDF that runs something, or whose protection keeps us from seeing whether it does.

    Names stand in the open or in packed object streams; other streams hold no names.
    """
    texts = [_STREAM.sub(b"", data), *_object_streams(data)]
    for text in texts:
        plain = _ESCAPED.sub(lambda hit: bytes([int(hit.group(1), 16)]), text)
        if _SEALED.search(plain):
            message = _(
                "The PDF is protected, so it cannot be checked. Save it without a password."
            )
            raise Unacceptable(message, field="file", code="protected")
        if _RUNS.search(plain):
            message = _(
                "The PDF holds a program. Save it as a plain PDF, for example by printing it."
            )
            raise Unacceptable(message, field="file", code="program")


def _object_streams(data: bytes) -> list[bytes]:
    """Unpacked object streams, within MAX_UNPACKED_BYTES altogether; raises Unacceptable beyond."""
    found, left = [], MAX_UNPACKED_BYTES
    for hit in _STREAM.finditer(data):
        head = data[data.rfind(b"obj", 0, hit.start()) : hit.start()]
        if b"/ObjStm" not in _ESCAPED.sub(lambda part: bytes([int(part.group(1), 16)]), head):
            continue
        unpacker = zlib.decompressobj()
        try:
            text = unpacker.decompress(hit.group(1), left)
        except zlib.error:
            text = hit.group(1)
        left -= len(text)
        if left <= 0:
            raise _bursts()
        found.append(text)
    return found


def _is_office(data: bytes, ending: str) -> bool:
    """Looks at the archive's directory only; nothing is unpacked but a 100-byte label."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if not data.startswith(b"PK\x03\x04") or len(names) > MAX_ARCHIVE_ENTRIES:
                return False
            _require_bearable(entries, len(data))
            if any(_is_foreign(name) for name in names):
                return False
            if ending in _OFFICE_FOLDERS:
                folder = _OFFICE_FOLDERS[ending]
                return "[Content_Types].xml" in names and any(n.startswith(folder) for n in names)
            if archive.getinfo("mimetype").file_size > 100:
                return False
            return archive.read("mimetype").decode("ascii").strip() == DOCUMENT_TYPES[ending]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, NotImplementedError, RuntimeError):
        return False


def _require_bearable(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse an archive that would burst: too large unpacked, too tight, or one part used twice."""
    tight = any(
        entry.file_size > SMALL_BYTES and entry.file_size > MAX_PACKING * entry.compress_size
        for entry in entries
    )
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if tight or unpacked > MAX_UNPACKED_BYTES or packed > size:
        raise _bursts()


def _is_foreign(name: str) -> bool:
    """Macros, controls, and names that would leave the folder they are unpacked into."""
    parts = name.replace("\\", "/").split("/")
    last = parts[-1].lower()
    leaves = name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]
    return leaves or last == "vbaproject.bin" or "activex" in (part.lower() for part in parts)


def _bursts() -> Unacceptable:
    message = _("The file would become far too large when it is opened.")
    return Unacceptable(message, field="file", code="too_large")
