"""Asking other servers: every address of our own network is refused, time and size are bounded."""

import gzip
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from prm import outbound
from prm.outbound import OutboundError, fetch, is_open
from tests.web_server import HTML, Site, running_site, serving

CLOSED = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200",
    "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "168.63.129.16", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1",
    "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "4000::1",
)  # fmt: skip
OPEN = (
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
    "128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.0.1",
    "198.17.255.255", "198.20.0.0", "223.255.255.255", "2001:200::1", "2606:4700::1111",
    "2a00:1450:4001::200e", "3ffe::1",
)  # fmt: skip


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    """A server on this machine that may be asked."""
    settings.OUTBOUND_ALLOWED_TEST_NETS = ["127.0.0.0/8"]
    with running_site() as found:
        yield found


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name be at these addresses, as an attacker's name server would say."""
    rows = [
        (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80))
        for one in addresses
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)


def refused(url: str, **options: Any) -> str:
    """The code with which the address is refused."""
    with pytest.raises(OutboundError) as caught:
        fetch(url, **options)
    return caught.value.code


@pytest.mark.parametrize("address", CLOSED)
def test_closed_addresses(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_open(ipaddress.ip_address(address))
    connected: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: connected.append(args))
    resolve_to(monkeypatch, address)
    assert refused("http://shop.example/") == "private"
    assert connected == []


@pytest.mark.parametrize("address", OPEN)
def test_open_addresses_and_the_borders_of_closed_ranges(address: str) -> None:
    assert is_open(ipaddress.ip_address(address))


def test_the_library_alone_would_let_some_through() -> None:
    """Why the ranges are written down: the interpreter's own list has holes.

    That of 2002::/16 was closed together with the one of 64:ff9b:1::/48 (CVE-2024-4032), which
    some builds carry back.
    """
    holes = {"64:ff9b::7f00:1", "224.0.0.1", "168.63.129.16"}
    if ipaddress.ip_address("64:ff9b:1::1").is_global:
        holes.add("2002:7f00:1::")
    missed = [one for one in CLOSED if ipaddress.ip_address(one).is_global]
    assert holes <= set(missed)


def test_one_closed_address_among_open_ones_refuses_all(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "1.1.1.1", "127.0.0.1")
    assert refused("http://shop.example/") == "private"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
    ],
)
def test_this_machine_and_its_neighbours_in_every_spelling(url: str) -> None:
    assert refused(url) == "private"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://shop.example/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("shop.example", "scheme"),
        ("http:///path", "address"),
        ("http://[::1", "address"),
        ("http://shop.example:99999/", "address"),
        ("http://a..b/", "address"),
        ("http://me:secret@shop.example/", "login"),
        ("http://1.1.1.1:22/", "port"),
        ("http://1.1.1.1:6379/", "port"),
        ("https://1.1.1.1:8443/", "port"),
        ("http://nowhere.invalid/", "unknown_host"),
    ],
)
def test_addresses_that_are_not_asked(url: str, code: str) -> None:
    assert refused(url) == code


def test_a_page_with_no_cookie_and_an_honest_name(site: Site) -> None:
    url = site.put("/über uns?x=1 2", "<p>Grüße</p>")
    site.pages["/%C3%BCber%20uns?x=1%202"] = site.pages.pop("/über uns?x=1 2")
    page = fetch(url)
    assert (page.status, page.is_html, page.text) == (200, True, "<p>Grüße</p>")
    _path, headers = site.asked[0]
    assert headers["User-Agent"].startswith("PRM/")
    assert headers["Host"] == f"127.0.0.1:{site.port}"
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


def test_without_the_allowance_of_the_tests_the_same_page_is_refused(
    site: Site, settings: Settings
) -> None:
    url = site.put("/", "hello")
    settings.OUTBOUND_ALLOWED_TEST_NETS = []
    assert refused(url) == "port"
    assert refused("http://127.0.0.1/") == "private"
    assert site.asked == []


def test_it_connects_to_the_address_that_it_checked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that answers differently the second time is not asked a second time."""
    site.put("/", "pinned")
    asked: list[str] = []

    def look_up(host: str, *args: Any, **kwargs: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", site.port))]

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        assert address == ("127.0.0.1", site.port)
        found = socket.socket()
        found.connect(address)
        return found

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert fetch(f"http://shop.example:{site.port}/").text == "pinned"
    assert asked == ["shop.example"]
    assert site.asked[0][1]["Host"] == f"shop.example:{site.port}"


def test_redirects_are_followed_only_when_asked_and_each_is_checked(site: Site) -> None:
    there = site.put("/there", "arrived")
    url = site.lead("/here", "/there")
    still = fetch(url)
    assert (still.status, still.hops) == (302, ())
    moved = fetch(url, hops=3)
    assert (moved.text, moved.url, moved.hops) == ("arrived", there, (there,))
    for inside in ("http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/"):
        assert refused(site.lead("/in", inside), hops=3) == "private"
    assert refused(site.lead("/file", "file:///etc/passwd"), hops=3) == "scheme"
    site.lead("/round", "/round")
    assert refused(site.url("/round"), hops=99) == "too_many_redirects"
    assert len([path for path, _headers in site.asked if path == "/round"]) == 4


def test_a_long_page_is_cut_and_a_packed_one_cannot_swell(site: Site) -> None:
    site.put("/long", "x" * 50_000)
    page = fetch(site.url("/long"), most_bytes=10_000)
    assert (len(page.body), page.cut) == (10_000, True)
    assert not fetch(site.url("/long"), most_bytes=50_000).cut
    bomb = gzip.compress(b"0" * 20_000_000)
    site.pages["/bomb"] = (200, {**HTML, "Content-Encoding": "gzip"}, bomb)
    page = fetch(site.url("/bomb"), most_bytes=100_000)
    assert (len(page.body), page.cut) == (100_000, True)
    site.pages["/small"] = (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(b"small"))
    assert fetch(site.url("/small")).body == b"small"
    site.pages["/broken"] = (200, {**HTML, "Content-Encoding": "gzip"}, b"not packed")
    assert refused(site.url("/broken")) == "not_http"


def test_a_server_that_drips_is_left_after_the_deadline(site: Site, settings: Settings) -> None:
    over = threading.Event()

    class Dripping(BaseHTTPRequestHandler):
        """One byte at a time, for ever."""

        def do_GET(self) -> None:
            try:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not over.wait(0.05):
                    self.wfile.write(b"x")
            except OSError:
                pass

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Says nothing."""

    with serving(Dripping) as port:
        began = time.monotonic()
        assert refused(f"http://127.0.0.1:{port}/", seconds=0.6) == "timeout"
        assert time.monotonic() - began < 3
        over.set()


def test_what_does_not_speak_http_or_does_not_answer(site: Site) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        assert refused(f"http://127.0.0.1:{port}/") == "unreachable"
    assert refused(f"https://127.0.0.1:{site.port}/") == "tls"
    site.pages["/odd"] = (200, {"Content-Type": "text/html; charset=klingon"}, b"ok")
    assert fetch(site.url("/odd")).text == "ok"
    site.pages["/pdf"] = (200, {"Content-Type": "application/pdf"}, b"%PDF")
    assert not fetch(site.url("/pdf")).is_html


def test_a_name_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: over.wait(20) and [])
    assert refused("http://shop.example/", seconds=0.2) == "timeout"
    over.set()


def test_the_limits_are_bounded() -> None:
    assert outbound.MAX_HOPS == 3
    assert outbound.MAX_SECONDS <= 10
