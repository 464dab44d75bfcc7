"""The picture of one clear dot that answers wherever a page can show nothing but pictures."""

from typing import Final

from django.http import HttpResponse

GIF: Final = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
"""43 bytes, GIF89a: one pixel, transparent."""


def dot() -> HttpResponse:
    """The picture, never kept by a browser, so that every view asks for it."""
    response = HttpResponse(GIF, content_type="image/gif")
    response["Cache-Control"] = "no-store"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
