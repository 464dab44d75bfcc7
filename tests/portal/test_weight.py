"""What a first visit loads: at most 200 kB compressed, 75 kB more with charts, all our own."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.test import override_settings

from tests.cast import make_user, signed_in

LIMIT = 200_000
CHARTS = 75_000
_LOADED = re.compile(r'(?:href|src)="(/static/[^"]+)"')
_ELSEWHERE = re.compile(r'<(?:link|script|img|iframe)[^>]+(?:href|src)="(?:https?:)?//')


def weight(address: str) -> int:
    """Compressed size of a static file; fonts are compressed already."""
    found = finders.find(address.removeprefix("/static/"))
    assert isinstance(found, str), address
    content = Path(found).read_bytes()
    return len(content) if found.endswith("woff2") else len(gzip.compress(content))


def page(path: str) -> str:
    with override_settings(DEBUG=True):
        response = signed_in(make_user()).get(path)
    assert response.status_code == 200
    return response.content.decode()


def weigh(html: str) -> int:
    assert not _ELSEWHERE.search(html)
    return len(gzip.compress(html.encode())) + sum(
        weight(one) for one in set(_LOADED.findall(html))
    )


def test_a_page_without_charts() -> None:
    assert weigh(page("/profile/")) <= LIMIT


def test_a_page_with_every_part_and_charts() -> None:
    assert weigh(page("/kit/")) <= LIMIT + CHARTS
