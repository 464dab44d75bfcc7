"""The script that shops include, as it is served: without comments and indentation."""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

SOURCE: Final = Path(__file__).with_name("t.js")
MAX_AGE: Final = 3600
"""Seconds until a browser asks again whether it has changed."""


@cache
def served() -> tuple[bytes, str]:
    """The script's bytes and their ETag. The source keeps comments on lines of their own."""
    text = SOURCE.read_text("utf-8")
    lines = (line.strip() for line in text.splitlines())
    body = "\n".join(x for x in lines if x and not re.match(r"//|/\*", x)).encode()
    return body, quote_etag(hashlib.sha256(body).hexdigest()[:20])


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """`GET /t.js`: kept by browsers for an hour, then asked for by its ETag."""
    body, etag = served()
    known = parse_etags(request.headers.get("If-None-Match", ""))
    response: HttpResponse = HttpResponseNotModified()
    if etag not in known and f"W/{etag}" not in known:
        response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={MAX_AGE}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
