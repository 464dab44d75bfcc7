"""multipart/form-data for the few routes that take a file: plain fields, each once, and files."""

import hashlib
import re
from collections.abc import Mapping
from typing import IO, Any, Final, cast

from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.files.base import File
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import BaseParser

from prm.errors import Malformed

MAX_BYTES: Final = 27 * 2**20
"""A file of 25 MB, the largest that is taken, with the fields around it."""
WHOLE: Final = re.compile(r"-?\d{1,18}", re.ASCII)


class FormParser(BaseParser):
    """Reads a form with files. Fields named in the view's `form_numbers` are read as numbers."""

    media_type = "multipart/form-data"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The fields as JSON would have them, and the files. Raises Malformed, named."""
        context = parser_context or {}
        meta = {**context["request"].META, "CONTENT_TYPE": media_type}
        length = str(meta.get("CONTENT_LENGTH") or "0")
        if not length.isdecimal() or int(length) > MAX_BYTES:
            raise Malformed(_("The body is too large."), field="body", code="too_large")
        handlers = context["request"]._request.upload_handlers
        try:
            fields, files = MultiPartParser(meta, cast("Any", stream), handlers, "utf-8").parse()
        except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent) as error:
            raise Malformed(_("The form is too large."), field="body", code="too_large") from error
        except (MultiPartParserError, UnreadablePostError) as error:
            message = _("The form cannot be read.")
            raise Malformed(message, field="body", code="not_a_form") from error
        found: dict[str, Any] = {}
        numbers = getattr(context.get("view"), "form_numbers", ())
        for name, values in [*fields.lists(), *files.lists()]:
            if len(values) > 1 or name in found:
                message = _("This field is given twice.")
                raise Malformed(message, field=name[:100], code="repeated")
            found[name] = _read(values[0], is_number=name in numbers)
        return found


class Sent(File):  # type: ignore[type-arg]
    """A file as it came. As text it is its name and hash: equal ones are sent again alike."""

    def __str__(self) -> str:
        self.seek(0)
        mark = hashlib.file_digest(self.file, "sha256").hexdigest()  # type: ignore[arg-type]
        self.seek(0)
        return f"{self.name} {mark}"


@extend_schema_field({"type": "string", "format": "binary"})
class Upload(serializers.Field[Any, Any, Any, Any]):
    """A file in a form."""

    default_error_messages = {
        "wrong_type": gettext_lazy("Send this as a file in multipart/form-data.")
    }

    def to_internal_value(self, data: Any) -> "File[Any]":
        if not isinstance(data, File):
            self.fail("wrong_type")
        return data


def _read(value: Any, *, is_number: bool) -> Any:
    if isinstance(value, str):
        return int(value) if is_number and WHOLE.fullmatch(value) else value
    return Sent(value.file, value.name)
