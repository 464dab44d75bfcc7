"""QR codes of links, as SVG in the page and as files to print."""

import io
from typing import Final

import segno
from django.http import Http404, HttpResponse
from django.utils.safestring import SafeString

TYPES: Final = {"svg": "image/svg+xml", "png": "image/png"}
_SCALE: Final = {"svg": 8, "png": 12}


def svg(text: str) -> SafeString:
    """The code as an inline SVG: dark on white in both themes, since scanners need it so."""
    buffer = io.BytesIO()
    segno.make(text, error="m").save(
        buffer, kind="svg", xmldecl=False, svgns=True, svgclass="qr", lineclass=None, omitsize=True,
        light="#fff", border=2,
    )  # fmt: skip
    return SafeString(buffer.getvalue().decode())


def download(text: str, form: str, name: str) -> HttpResponse:
    """The code as a file; raises Http404 for a format that we do not make."""
    if form not in TYPES:
        raise Http404
    buffer = io.BytesIO()
    segno.make(text, error="m").save(buffer, kind=form, scale=_SCALE[form], border=4, light="#fff")
    response = HttpResponse(buffer.getvalue(), content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
