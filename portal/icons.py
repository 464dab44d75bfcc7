"""Icons from @tabler/icons, inlined as SVG so that no icon font has to be loaded."""

import re
from functools import lru_cache

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_NAME = re.compile(r"[a-z0-9-]+")
_EMPTY_BOX = re.compile(r'<path stroke="none"[^>]*/>')


@lru_cache(maxsize=512)
def drawing(name: str) -> SafeString:
    """The paths of icon `name`; raises LookupError where the set has no such icon."""
    if not _NAME.fullmatch(name):
        raise LookupError(f"no icon {name!r}")
    folder = settings.BASE_DIR / "node_modules/@tabler/icons/icons/outline"
    file = folder / f"{name}.svg"
    if not file.exists():
        raise LookupError(f"no icon {name!r} in {folder}")
    body = file.read_text().split(">", 1)[1].rsplit("</svg>", 1)[0]
    inner = " ".join(_EMPTY_BOX.sub("", body).split())
    return mark_safe(inner)  # noqa: S308  our own asset, read from disk by a checked name


@lru_cache(maxsize=1024)
def icon(name: str, css: str = "") -> SafeString:
    """Icon `name` as decorative SVG: it never stands alone, so screen readers skip it."""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        f" {css}" if css else "",
        drawing(name),
    )
