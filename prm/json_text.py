"""JSON text, quickly; also of whole numbers of more than 64 bits, which the quick encoder lacks."""

import json
from typing import Any

import orjson


def compact(value: Any) -> str:
    """JSON for a column."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value)


def canonical(value: Any) -> bytes:
    """One text for equal values, to be hashed: sorted keys; what JSON lacks, as its text."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str)
    except TypeError:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain)
        return text.encode("utf-8", "surrogatepass")


def _plain(value: object) -> object:
    return vars(value) if hasattr(value, "__dataclass_fields__") else str(value)
