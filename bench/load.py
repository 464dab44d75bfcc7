"""Load over HTTP from one thread: so many connections, each with its next request at once."""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

END = b"\r\n\r\n"
LENGTH = b"content-length:"
PATIENCE = 60.0


@dataclass
class Load:
    """What came of it; `seconds` from the first request to the last answer."""

    statuses: Counter[int] = field(default_factory=Counter)
    delays: list[float] = field(default_factory=list)
    seconds: float = 0.0
    last_body: bytes = b""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.delays) / self.seconds

    def delay(self, percent: float) -> float:
        """Seconds within which `percent` of the answers came."""
        return sorted(self.delays)[min(int(len(self.delays) * percent / 100), len(self.delays) - 1)]


def request(
    method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> bytes:
    """One HTTP/1.1 request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "host: localhost"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join(lines).encode() + END + body


def drive(port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> Load:
    """Send `requests` over so many connections for so long; waits for the last answers."""
    load = Load()
    with selectors.DefaultSelector() as selector:
        for _number in range(connections):
            one = _Connection(port)
            selector.register(one.socket, selectors.EVENT_READ, one)
            one.send(next(requests))
        begun = time.perf_counter()
        end, open_ = begun + seconds, connections
        while open_:
            ready = selector.select(PATIENCE)
            if not ready:
                raise TimeoutError(f"no answer for {PATIENCE} s")
            for key, _events in ready:
                one = key.data
                if not one.received(load):
                    continue
                if time.perf_counter() < end:
                    one.send(next(requests))
                else:
                    selector.unregister(one.socket)
                    one.socket.close()
                    open_ -= 1
        load.seconds = time.perf_counter() - begun
    return load


class _Connection:
    """One connection with at most one request on its way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self.head = b""
        self.body: list[bytes] = []
        self.missing = 0

    def send(self, raw: bytes) -> None:
        """Send one request whole."""
        self.head, self.body, self.missing = b"", [], 0
        self.sent_at = time.perf_counter()
        self.socket.sendall(raw)

    def received(self, load: Load) -> bool:
        """Whether the answer is whole now; then it stands in `load`."""
        part = self.socket.recv(1 << 20)
        if not part:
            raise ConnectionError(f"the server hung up: {self.head[:200]!r}")
        if self.body:
            self.body.append(part)
            self.missing -= len(part)
        else:
            self.head += part
            head, found, body = self.head.partition(END)
            if not found:
                return False
            self.head, self.body = head, [body]
            self.missing = _length(head) - len(body)
        if self.missing:
            return False
        load.statuses[int(self.head[9:12])] += 1
        load.delays.append(time.perf_counter() - self.sent_at)
        load.last_body = b"".join(self.body)
        return True


def _length(head: bytes) -> int:
    _before, found, after = head.lower().partition(LENGTH)
    if not found:
        raise ValueError(f"an answer without its length: {head!r}")
    return int(after.partition(b"\r\n")[0])
