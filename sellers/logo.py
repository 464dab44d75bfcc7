"""Logos: taken in as pictures of a few kinds, kept as a PNG that we drew ourselves."""

import io
from typing import Final

from django.core.files import File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from prm.errors import Unacceptable

MAX_BYTES: Final = 2 * 2**20
MAX_SIDE: Final = 512
MAX_PIXELS: Final = 16_000_000
FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
# A picture that is also a page, a script or an archive is not taken, even though only its
# pixels would be kept.
FOREIGN: Final = (b"<script", b"<svg", b"<html", b"<!doctype", b"<?php", b"%pdf-", b"pk\x05\x06")

Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def redrawn(file: "File[bytes]") -> bytes:
    """The picture in `file` as PNG, at most 512 pixels a side, with nothing else from the file.

    Raises Unacceptable on field `logo`.
    """
    if (file.size or 0) > MAX_BYTES:
        raise _refused(_("A logo may weigh 2 MB. Save it smaller."), "too_large")
    data = file.read()
    lowered = data.lower()
    if any(mark in lowered for mark in FOREIGN):
        raise _refused(
            _("This file is not a plain picture. Save it as PNG, JPEG, WebP or GIF."), "format"
        )
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _refused(_("A logo may have 16 million pixels."), "too_large")
            drawn = ImageOps.exif_transpose(picture).convert("RGBA")
    except Unacceptable:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _refused(
            _("This file could not be read as a picture. Save it as PNG, JPEG, WebP or GIF."),
            "format",
        ) from error
    drawn.thumbnail((MAX_SIDE, MAX_SIDE))
    clean = Image.new("RGBA", drawn.size)
    clean.paste(drawn)
    out = io.BytesIO()
    clean.save(out, "PNG", optimize=True)
    return out.getvalue()


def _refused(message: str, code: str) -> Unacceptable:
    return Unacceptable(message, field="logo", code=code)
