"""Files that sellers upload: images drawn anew, documents looked at from the inside.

A sniffer can be fooled, so an image is decoded and encoded again, which leaves behind whatever
else hid in the file; everything else is only ever served as a download.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from django.core.files.base import File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from prm.errors import Unacceptable

MAX_IMAGE_BYTES: Final = 10 * 2**20
MAX_DOCUMENT_BYTES: Final = 25 * 2**20
MAX_PIXELS: Final = 40_000_000
MAX_FRAMES: Final = 200
MAX_ARCHIVE_ENTRIES: Final = 20_000

# A decoder warns above this and refuses at twice of it; our own check comes first.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

IMAGE_TYPES: Final = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "WEBP": ("image/webp", "webp"),
    "GIF": ("image/gif", "gif"),
}
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


@dataclass(frozen=True)
class Checked:
    """A file fit to be kept. `content` is what is written, not what came."""

    content: bytes
    name: str
    content_type: str
    width: int | None = None
    height: int | None = None


def checked_image(upload: "File[Any]") -> Checked:
    """The upload as a freshly encoded PNG, JPEG, WebP or GIF; raises Unacceptable on `file`."""
    data = _read(upload, MAX_IMAGE_BYTES)
    try:
        with Image.open(io.BytesIO(data), formats=list(IMAGE_TYPES)) as image:
            form = str(image.format)
            _require_bearable(image)
            content, size = _redrawn(image, form)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise _not_an_image() from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        # What decoders raise on broken files.
        raise _not_an_image() from error
    content_type, ending = IMAGE_TYPES[form]
    return Checked(content, file_name(upload.name, ending), content_type, *size)


def checked_document(upload: "File[Any]") -> Checked:
    """A PDF or office document that is what its ending says; raises Unacceptable on `file`."""
    data = _read(upload, MAX_DOCUMENT_BYTES)
    ending = PurePath(upload.name or "").suffix.lower().removeprefix(".")
    if ending not in DOCUMENT_TYPES:
        message = _("Upload a PDF, or an office file: docx, xlsx, pptx, odt, ods, odp.")
        raise Unacceptable(message, field="file", code="type")
    fits = data.startswith(b"%PDF-") if ending == "pdf" else _is_office(data, ending)
    if not fits:
        message = _("The file is not what its ending .%(ending)s says, or it holds macros.")
        raise Unacceptable(message % {"ending": ending}, field="file", code="content")
    return Checked(data, file_name(upload.name, ending), DOCUMENT_TYPES[ending])


def checked_proof(upload: "File[Any]") -> Checked:
    """A PDF, or a picture drawn anew; raises Unacceptable on `file`."""
    ending = PurePath(upload.name or "").suffix.lower()
    return checked_document(upload) if ending == ".pdf" else checked_image(upload)


def file_name(name: str | None, ending: str) -> str:
    """A harmless name for the download, with the right ending."""
    stem = re.sub(r"[^\w .()-]+", "-", PurePath(name or "").stem).strip(" .-")
    return f"{stem[:120] or 'file'}.{ending}"


def _read(upload: "File[Any]", limit: int) -> bytes:
    if not upload.size:
        raise Unacceptable(_("The file is empty."), field="file", code="empty")
    if upload.size > limit:
        message = _("The file is larger than %(limit)d MB.") % {"limit": limit // 2**20}
        raise Unacceptable(message, field="file", code="too_large")
    upload.seek(0)
    data: bytes = upload.read()
    return data


def _require_bearable(image: Image.Image) -> None:
    frames = getattr(image, "n_frames", 1)
    if frames > MAX_FRAMES or image.width * image.height * frames > MAX_PIXELS:
        message = _("The image has too many pixels: at most 40 million, over all frames.")
        raise Unacceptable(message, field="file", code="too_large")


def _redrawn(image: Image.Image, form: str) -> tuple[bytes, tuple[int, int]]:
    frames = [_clean(frame, form) for frame in ImageSequence.Iterator(image)]
    first, rest = frames[0], frames[1:] if form in {"GIF", "WEBP"} else []
    out = io.BytesIO()
    options: dict[str, Any] = {"JPEG": {"quality": 90}, "WEBP": {"quality": 90}}.get(form, {})
    if rest:
        durations = [frame.info.get("duration", 100) for frame in ImageSequence.Iterator(image)]
        options |= {"save_all": True, "append_images": rest, "duration": durations, "loop": 0}
    first.save(out, format=form, **options)
    return out.getvalue(), first.size


def _clean(frame: Image.Image, form: str) -> Image.Image:
    """The pixels alone, upright: no comments, profiles or positions."""
    upright = ImageOps.exif_transpose(frame)
    mode = "RGB" if form == "JPEG" else "RGBA" if "transparency" in frame.info else None
    if mode is None:
        mode = "RGBA" if upright.mode in {"RGBA", "LA", "PA"} else "RGB"
    copy = upright.convert(mode)
    copy.info = {}
    return copy


def _is_office(data: bytes, ending: str) -> bool:
    """Looks at the archive's directory only; nothing is unpacked but a 100-byte label."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if not data.startswith(b"PK\x03\x04") or len(names) > MAX_ARCHIVE_ENTRIES:
                return False
            if any(PurePath(name).name.lower() == "vbaproject.bin" for name in names):
                return False
            if ending in _OFFICE_FOLDERS:
                folder = _OFFICE_FOLDERS[ending]
                return "[Content_Types].xml" in names and any(n.startswith(folder) for n in names)
            if archive.getinfo("mimetype").file_size > 100:
                return False
            return archive.read("mimetype").decode("ascii").strip() == DOCUMENT_TYPES[ending]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, NotImplementedError, RuntimeError):
        return False


def _not_an_image() -> Unacceptable:
    message = _("This is not an image we can read. Upload PNG, JPEG, WebP or GIF.")
    return Unacceptable(message, field="file", code="type")
