"""Answers as JSON."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

_plain = JSONEncoder().default


class QuickJSONRenderer(JSONRenderer):
    """Compact JSON in UTF-8."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The bytes of an answer; what the quick encoder cannot hold goes the plain way."""
        if data is None:
            return b""
        try:
            return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)
        except TypeError:  # whole numbers of more than 64 bits, say, in somebody's metadata
            found: bytes = super().render(data, accepted_media_type, renderer_context)
            return found
