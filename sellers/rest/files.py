"""Files as the API takes them: as a form's part called `file`, or as the whole body."""

import hashlib
from collections.abc import Mapping
from typing import IO, Any, NoReturn, cast

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from prm.errors import Malformed

CHUNK = 2**18


class FormParser(BaseParser):
    """A form with one file: its fields as text, and `file` as an Upload."""

    media_type = "multipart/form-data"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The form's parts by name. Raises Malformed with the part, or `body`, named."""
        request = (parser_context or {})["request"]._request
        meta = {**request.META, "CONTENT_TYPE": media_type}
        try:
            parser = MultiPartParser(meta, cast("Any", stream), request.upload_handlers, "utf-8")
            data, files = parser.parse()
        except (MultiPartParserError, SuspiciousOperation, ValueError):
            _refuse(_("The form cannot be read."), "malformed")
        except UnreadablePostError:
            _refuse(_("The body broke off."), "incomplete")
        found: dict[str, Any] = {}
        for name, values in [*data.lists(), *files.lists()]:
            if name in found or len(values) > 1:
                message = _("This field is given twice.")
                raise Malformed(message, field=name[:100], code="repeated")
            found[name] = values[0]
        return {
            name: Upload(value) if isinstance(value, UploadedFile) else value
            for name, value in found.items()
        }


class CsvParser(BaseParser):
    """A file as the whole body; what would stand beside it in a form stands in the query."""

    media_type = "text/csv"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The body as `file`. Raises Malformed."""
        file = TemporaryUploadedFile(f"import{self.suffix}", self.media_type, 0, None)
        try:
            while chunk := stream.read(CHUNK):
                file.write(chunk)
        except UnreadablePostError:
            _refuse(_("The body broke off."), "incomplete")
        file.size = file.tell()
        file.seek(0)
        return {"file": Upload(file)}

    suffix = ".csv"


class GzipParser(CsvParser):
    """The same, packed."""

    media_type = "application/gzip"
    suffix = ".csv.gz"


class Upload:
    """A file that was sent. As text it is the hash of its content, which tells calls apart."""

    def __init__(self, file: "UploadedFile[Any]") -> None:
        self.file = file
        self.name = file.name or "import.csv"

    def __str__(self) -> str:
        digest = hashlib.sha256()
        for chunk in self.file.chunks(CHUNK):
            digest.update(chunk)
        self.file.seek(0)
        return f"{self.name} {digest.hexdigest()}"


def _refuse(message: str, code: str) -> NoReturn:
    raise Malformed(message, field="body", code=code)
