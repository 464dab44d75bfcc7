"""A session is told by its browser and its system."""

import pytest

from portal.browser_names import browser_name

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/129.0 Safari/537.36 Edg/129.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (CHROME, "Chrome on Linux"),
        (EDGE, "Edge on Windows"),
        (PHONE, "Safari on iPhone"),
        ("curl/8.1", "curl/8.1"),
        ("", "–"),
    ],
)
def test_a_browser_is_named(sent: str, shown: str) -> None:
    assert browser_name(sent) == shown
