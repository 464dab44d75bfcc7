"""Pictures: decoded and drawn anew, so that only their pixels stay."""

import io
from typing import Any, Final

from django.core.files.base import File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from campaigns.uploads.files import Checked, file_name, read
from prm.errors import Unacceptable

MAX_IMAGE_BYTES: Final = 10 * 2**20
MAX_PIXELS: Final = 40_000_000
MAX_FRAMES: Final = 200

# A decoder warns above this and refuses at twice of it; our own check comes first.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

IMAGE_TYPES: Final = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "WEBP": ("image/webp", "webp"),
    "GIF": ("image/gif", "gif"),
}


def checked_image(upload: "File[Any]") -> Checked:
    """The upload as a freshly encoded PNG, JPEG, WebP or GIF; raises Unacceptable on `file`."""
    data = read(upload, MAX_IMAGE_BYTES)
    try:
        with Image.open(io.BytesIO(data), formats=list(IMAGE_TYPES)) as image:
            form = str(image.format)
            _require_bearable(image)
            content, size = _redrawn(image, form)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise _not_an_image() from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        # What decoders raise on broken files.
        raise _not_an_image() from error
    content_type, ending = IMAGE_TYPES[form]
    return Checked(content, file_name(upload.name, ending), content_type, *size)


def _require_bearable(image: Image.Image) -> None:
    frames = getattr(image, "n_frames", 1)
    if frames > MAX_FRAMES or image.width * image.height * frames > MAX_PIXELS:
        raise _too_many_pixels()


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


def _too_many_pixels() -> Unacceptable:
    message = _("The image has too many pixels: at most 40 million, over all frames.")
    return Unacceptable(message, field="file", code="too_large")


def _not_an_image() -> Unacceptable:
    message = _("This is not an image we can read. Upload PNG, JPEG, WebP or GIF.")
    return Unacceptable(message, field="file", code="type")
