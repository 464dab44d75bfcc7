"""The OpenAPI document as a judge: every answer in the tests must be what it declares."""

import json
import re
from functools import cache
from typing import Any

from django.test import Client
from jsonschema import (  # type: ignore[import-untyped]
    Draft202012Validator,
    FormatChecker,
)


@cache
def document() -> dict[str, Any]:
    """The document as it is served, without a key."""
    answer = Client().get("/api/v1/schema", headers={"host": "localhost"})
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


@cache
def _paths() -> list[tuple[re.Pattern[str], str]]:
    return [
        (re.compile(re.sub(r"\{\w+\}", r"[0-9a-f-]{36}", path)), path)
        for path in document()["paths"]
    ]


def operation(method: str, path: str) -> dict[str, Any] | None:
    """The operation at an address, None where the document has none."""
    for pattern, name in _paths():
        if pattern.fullmatch(path):
            found: dict[str, Any] | None = document()["paths"][name].get(method.lower())
            return found
    return None


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    return Draft202012Validator(schema, format_checker=FormatChecker())


def judge(method: str, path: str, status: int, content_type: str, raw: bytes) -> None:
    """Fails where an answer's status, media type or body is not declared."""
    found = operation(method, path)
    if found is None or status >= 500:
        return
    declared = found["responses"].get(str(status))
    assert declared is not None, f"{method} {path} answered {status}, which is not declared"
    if status == 204:
        assert raw == b"", f"{method} {path} answered 204 with a body"
        return
    media = declared["content"].get(content_type)
    assert media is not None, f"{method} {path} answered {status} as {content_type}"
    reference = media["schema"].get("$ref")
    if reference:
        errors = _validator(reference.rsplit("/", 1)[1]).iter_errors(json.loads(raw))
        assert not (wrong := [error.message for error in errors]), wrong
