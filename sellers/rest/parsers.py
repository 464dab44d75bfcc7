"""JSON as the API takes it: UTF-8, no duplicate keys, no NaN, no NUL, bounded depth.

What is plainly right is read by a quick parser; anything else by the strict one, which names what
is wrong.
"""

import json
import math
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any, NoReturn

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from prm.errors import Malformed

MAX_DEPTH = 20
UNSURE = (b"\\u", b" :", b"\t:", b"\n:", b"\r:")
"""Escapes may hide what no field can hold. A name's colon must follow it, so that colons count."""


class StrictJSONParser(BaseParser):
    """Reads one JSON object, or an array where the view says `takes_array = True`."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The body as Python values. Raises Malformed with the field, or `body`, named."""
        raw = _raw(stream)
        value = _quickly(raw)
        if value is None:
            value = _parsed(_text(raw))
            _check(value)
        view = (parser_context or {}).get("view")
        wanted = list if getattr(view, "takes_array", False) else dict
        if not isinstance(value, wanted):
            if wanted is list:
                _refuse(_("Send a JSON array."), "not_a_list")
            _refuse(_("Send a JSON object."), "not_a_dict")
        return value


def _raw(stream: IO[Any]) -> bytes:
    try:
        raw: bytes = stream.read()
        return raw
    except RequestDataTooBig:
        _refuse(_("The body is too large. Send it in parts."), "too_large")
    except UnreadablePostError:
        _refuse(_("The body broke off."), "incomplete")


def _quickly(raw: bytes) -> Any:
    """The body where it is plainly right, else None.

    The quick parser keeps the last of two equal names and makes fractions of very large whole
    numbers. So names are counted twice, parsed and by their colons, and fractions are left to the
    strict parser.
    """
    if any(sign in raw for sign in UNSURE):
        return None
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    names = _names(value, MAX_DEPTH)
    return value if names is not None and names == raw.count(b'":') else None


def _names(value: Any, depth: int) -> int | None:
    """How many names the objects in `value` have; None where a fraction is, or too deep."""
    items: Collection[Any]
    if isinstance(value, dict):
        found, items = len(value), value.values()
    elif isinstance(value, list):
        found, items = 0, value
    else:
        return None if isinstance(value, float) else 0
    kinds = set(map(type, items))
    if float in kinds or not depth:
        return None
    if dict in kinds or list in kinds:
        for item in items:
            if type(item) is dict or type(item) is list:
                inner = _names(item, depth - 1)
                if inner is None:
                    return None
                found += inner
    return found


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        _refuse(_("The body is not UTF-8 text."), "not_utf8")


def _parsed(text: str) -> Any:
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except RecursionError:
        _refuse(_("The body is nested too deeply."), "too_deep")
    except ValueError as error:
        _refuse(_("The body is not JSON: %(error)s") % {"error": str(error)[:200]}, "not_json")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            message = _("This field is given twice.")
            raise Malformed(message, field=name[:100], code="repeated")
        found[name] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _check(value: Any) -> None:
    """Refuse what no field can hold, wherever it stands."""
    for path, depth, leaf in _leaves(value):
        if depth > MAX_DEPTH:
            _refuse(_("The body is nested too deeply."), "too_deep")
        if isinstance(leaf, str) and not _storable(leaf):
            message = _("This text has a NUL character or half a character.")
            raise Malformed(message, field=path or "body", code="bad_text")


def _storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _leaves(value: Any) -> Iterator[tuple[str, int, Any]]:
    waiting: list[tuple[str, int, Any]] = [("", 0, value)]
    while waiting:
        path, depth, item = waiting.pop()
        if depth > MAX_DEPTH:
            yield path, depth, None
        elif isinstance(item, dict):
            for name, inner in item.items():
                yield f"{path}.{name[:100]}".lstrip("."), depth, name
                waiting.append((f"{path}.{name[:100]}".lstrip("."), depth + 1, inner))
        elif isinstance(item, list):
            waiting += [(f"{path}[{i}]", depth + 1, inner) for i, inner in enumerate(item)]
        else:
            yield path, depth, item


def _refuse(message: str, code: str) -> NoReturn:
    raise Malformed(message, field="body", code=code)
