"""Files out of storage: streamed, named, and never run by the browser."""

import json
from typing import Any, cast

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header

from campaigns.models import ApplicationFile, BrandedMaterial, Material, MaterialVersion
from campaigns.uploads import file_name
from commissions.models import Claim, Deliverable, SettlementEntry
from partners.models import MessageFile
from tracking.models import Landing

SAFE_INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


def kept_file(
    kept: ApplicationFile
    | Material
    | MaterialVersion
    | BrandedMaterial
    | Deliverable
    | SettlementEntry
    | Claim
    | Landing
    | MessageFile,
    *,
    inline: bool = False,
) -> HttpResponse:
    """The file of a material, a piece or a proof: a download, or inline for redrawn images only.

    Raises Http404 where there is none, and for a file that is gone from storage.
    """
    if not kept.file:
        raise Http404
    shown = inline and kept.content_type in SAFE_INLINE
    response = FileResponse(
        _opened(kept.file),
        as_attachment=not shown,
        filename=kept.file_name,
        content_type=kept.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600" if shown else "private, no-store"
    # Streams are responses to everybody but the stubs.
    return cast("HttpResponse", response)


def kept_picture(file: FieldFile, content_type: str) -> HttpResponse:
    """A picture that we drew ourselves, shown in pages. Raises Http404 where it is gone."""
    response = FileResponse(_opened(file), content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return cast("HttpResponse", response)


def text_file(name: str, text: str) -> HttpResponse:
    """A text as a plain file, for whoever does not copy it from the page."""
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=file_name(f"{name}.txt", "txt")
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def json_file(name: str, value: Any) -> HttpResponse:
    """A value as a JSON file to keep."""
    response = HttpResponse(
        json.dumps(value, default=str, ensure_ascii=False, indent=2),
        content_type="application/json",
    )
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=file_name(f"{name}.json", "json")
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _opened(file: FieldFile) -> FieldFile:
    try:
        file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return file
