"""The least that granian can do for a redirect."""

from collections.abc import Callable
from typing import Any

HEADERS = [("Location", "https://shop.example/beans"), ("Content-Length", "0")]


def application(
    _environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], Any]
) -> list[bytes]:
    """Every request is led on to one page."""
    start("302 Found", HEADERS)
    return [b""]
