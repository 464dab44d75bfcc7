"""What every upload has: a size, a harmless name, and what is kept of it."""

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from prm.errors import Unacceptable


@dataclass(frozen=True)
class Checked:
    """A file fit to be kept. `content` is what is written, not what came."""

    content: bytes
    name: str
    content_type: str
    width: int | None = None
    height: int | None = None


def file_name(name: str | None, ending: str) -> str:
    """A harmless name for the download, with the right ending: no path, no marks that hide it."""
    stem = re.sub(r"[^\w .()-]+", "-", PurePath(name or "").stem).strip(" .-")
    return f"{stem[:120] or 'file'}.{ending}"


def read(upload: "File[Any]", limit: int) -> bytes:
    """The whole upload, at most `limit` bytes; raises Unacceptable on `file`."""
    if not upload.size:
        raise Unacceptable(_("The file is empty."), field="file", code="empty")
    if upload.size > limit:
        message = _("The file is larger than %(limit)d MB.") % {"limit": limit // 2**20}
        raise Unacceptable(message, field="file", code="too_large")
    upload.seek(0)
    data: bytes = upload.read()
    return data
