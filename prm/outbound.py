"""Asking other people's servers over HTTP, without becoming anybody's way into our own network.

An address that a person typed may lead anywhere: to this machine, to a cloud's keys, to a printer.
So the host is resolved first, every address is checked, and the connection goes to the very
address that was checked. Each redirect is checked again. Time and size are bounded, no cookies
are kept. For workers only: never call it in a request or a transaction.
"""

import http.client
import io
import ipaddress
import queue
import socket
import ssl
import threading
import time
import zlib
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings

PORTS: Final = {"http": 80, "https": 443}
MAX_SECONDS: Final = 10.0
MAX_BYTES: Final = 2 * 2**20
MAX_HOPS: Final = 3
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
HTML: Final = ("text/html", "application/xhtml+xml")

# `ipaddress.is_global` of Python 3.11 lets several of these through, so they are named here
# (IANA special-purpose registries, and the address at which one cloud answers its machines).
_CLOSED_4: Final = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "168.63.129.16/32", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
# Of IPv6 only what is handed out to the public is open, so that ::1, fc00::/7, fe80::/10, ff00::/8,
# mapped and NAT64 addresses need no line; these are its parts that lead elsewhere.
_OPEN_6: Final = ipaddress.IPv6Network("2000::/3")
_CLOSED_6: Final = tuple(
    ipaddress.IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class OutboundError(Exception):
    """The page could not be had. `code` says why; `detail` names what, for the words.

    Codes: address (a malformed one), scheme, port, login, private, unknown_host, unreachable,
    tls, timeout, too_many_redirects, not_http.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Fetched:
    """An answer. `url` is where it came from after `hops` redirects; `cut` where it was longer."""

    url: str
    status: int
    content_type: str
    charset: str
    body: bytes
    cut: bool = False
    hops: tuple[str, ...] = ()

    @property
    def is_html(self) -> bool:
        """Whether it says of itself that it is a page."""
        return self.content_type in HTML

    @property
    def text(self) -> str:
        """The body as text; what is no text becomes replacement characters."""
        try:
            return self.body.decode(self.charset or "utf-8", "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")


def fetch(
    url: str, *, hops: int = 0, seconds: float = MAX_SECONDS, most_bytes: int = MAX_BYTES
) -> Fetched:
    """GET `url`, following at most `hops` redirects, each checked like the first.

    All together takes at most `seconds`. A redirect that is not followed is returned as it is,
    with `hops` (at most three) used up raises. Raises OutboundError.
    """
    end = time.monotonic() + seconds
    seen: list[str] = []
    while True:
        answer, target = _ask(url, end, most_bytes)
        if not target or hops == 0:
            return Fetched(**{**vars(answer), "hops": tuple(seen)})
        if len(seen) >= min(hops, MAX_HOPS):
            raise OutboundError("too_many_redirects", target)
        seen.append(target)
        url = target


def is_open(address: Address) -> bool:
    """Whether the address belongs to the public internet."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in net for net in _CLOSED_4)
    return address in _OPEN_6 and not any(address in net for net in _CLOSED_6)


def _ask(url: str, end: float, most_bytes: int) -> tuple[Fetched, str]:
    """One request: the answer, and where it redirects to or an empty text."""
    parts, host = _taken_apart(url)
    port = parts.port or PORTS[parts.scheme]
    addresses = _checked_addresses(host, port, end)
    raw = _connected(addresses, port, end)
    try:
        raw = _secured(raw, host, end) if parts.scheme == "https" else raw
        return _talk(raw, parts, host, end, most_bytes)
    except TimeoutError as error:
        raise OutboundError("timeout", host) from error
    except ssl.SSLError as error:
        raise OutboundError("tls", host) from error
    except (http.client.HTTPException, zlib.error, ValueError) as error:
        raise OutboundError("not_http", host) from error
    except OSError as error:
        raise OutboundError("unreachable", host) from error
    finally:
        raw.close()


def _taken_apart(url: str) -> tuple[SplitResult, str]:
    try:
        parts = urlsplit(url.strip())
        port, name = parts.port, parts.hostname or ""
    except ValueError as error:
        raise OutboundError("address", url) from error
    if parts.scheme not in PORTS:
        raise OutboundError("scheme", parts.scheme)
    if parts.username is not None or parts.password is not None:
        raise OutboundError("login", name)
    try:
        host = name if ":" in name else name.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise OutboundError("address", url) from error
    if not host or port == 0:
        raise OutboundError("address", url)
    return parts, host


def _checked_addresses(host: str, port: int, end: float) -> list[str]:
    """Where the host is, every address of it open. One closed address among them refuses all."""
    allowed = [ipaddress.ip_network(text) for text in settings.OUTBOUND_ALLOWED_TEST_NETS]
    found = _resolved(host, port, end)
    addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in found]
    for_tests = [any(one in net for net in allowed) for one in addresses]
    if port not in PORTS.values() and not all(for_tests):
        raise OutboundError("port", str(port))
    if any(
        not (is_open(one) or for_test) for one, for_test in zip(addresses, for_tests, strict=True)
    ):
        raise OutboundError("private", host)
    return found


def _resolved(host: str, port: int, end: float) -> list[str]:
    """The host's addresses; the system's own resolver knows no deadline, so it has a thread."""
    answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            rows = []
        answers.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))

    threading.Thread(target=look_up, daemon=True).start()
    try:
        found = answers.get(timeout=_left(end))
    except (queue.Empty, TimeoutError) as error:
        raise OutboundError("timeout", host) from error
    if not found:
        raise OutboundError("unknown_host", host)
    return found


def _connected(addresses: list[str], port: int, end: float) -> socket.socket:
    last: OSError | None = None
    for address in addresses[:4]:
        try:
            return socket.create_connection((address, port), timeout=min(_left(end), 5.0))
        except OSError as error:
            last = error
    code = "timeout" if isinstance(last, TimeoutError) else "unreachable"
    raise OutboundError(code, addresses[0]) from last


def _secured(raw: socket.socket, host: str, end: float) -> socket.socket:
    raw.settimeout(_left(end))
    try:
        return ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    except BaseException:
        raw.close()
        raise


def _talk(
    raw: socket.socket, parts: SplitResult, host: str, end: float, most_bytes: int
) -> tuple[Fetched, str]:
    connection = http.client.HTTPConnection("checked")  # the name goes nowhere: it is connected
    connection.auto_open = 0
    connection.sock = _Timed(raw, end)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    headers = {
        "Host": _host_header(parts, host),
        "User-Agent": f"PRM/1.0 (+{settings.BASE_URL})",
        "Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    connection.request("GET", f"{path}?{query}" if query else path, headers=headers)
    response = connection.getresponse()
    target = response.headers.get("Location", "") if response.status in REDIRECTS else ""
    body, cut = (b"", False) if target else _body(response, most_bytes)
    url = parts.geturl()
    answer = Fetched(
        url=url,
        status=response.status,
        content_type=response.headers.get_content_type(),
        charset=response.headers.get_content_charset() or "",
        body=body,
        cut=cut,
    )
    return answer, urljoin(url, target) if target else ""


def _host_header(parts: SplitResult, host: str) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"{name}:{parts.port}" if parts.port else name


def _body(response: http.client.HTTPResponse, most: int) -> tuple[bytes, bool]:
    """At most `most` bytes, unpacked, and whether there was more."""
    packed = response.headers.get("Content-Encoding", "").strip().lower() in {"gzip", "x-gzip"}
    unpack = zlib.decompressobj(wbits=31) if packed else None
    found = bytearray()
    read = 0
    while len(found) <= most and read <= most:
        part = response.read(min(64 * 1024, most + 1))
        if not part:
            break
        read += len(part)
        found += unpack.decompress(part, most + 1 - len(found)) if unpack else part
    return bytes(found[:most]), len(found) > most or read > most


def _left(end: float) -> float:
    """Seconds until `end`. Raises TimeoutError when there are none."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Timed:
    """A socket that keeps one deadline over all it does, however slowly the other side drips."""

    def __init__(self, raw: socket.socket, end: float) -> None:
        self._raw = raw
        self._end = end

    def sendall(self, data: Any) -> None:
        """Send what http.client has to say."""
        self._raw.settimeout(_left(self._end))
        self._raw.sendall(data)

    def makefile(self, mode: str, *args: Any) -> io.BufferedReader:
        """What http.client reads from."""
        return io.BufferedReader(_TimedReader(self._raw, self._end))

    def close(self) -> None:
        """The socket itself is closed by whoever opened it, after the answer is read."""


class _TimedReader(io.RawIOBase):
    def __init__(self, raw: socket.socket, end: float) -> None:
        self._raw = raw
        self._end = end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._raw.settimeout(_left(self._end))
        return self._raw.recv_into(buffer)
