"""Load of one and the same request with an empty answer, as fast as one thread can: no parsing."""

import select
import socket
import time
from dataclasses import dataclass

from bench.load import request

END = b"\r\n\r\n"


@dataclass(frozen=True)
class Hammered:
    """Answers a second, and the seconds within which 99 of 100 came."""

    rate: float
    p99: float


def hammer(port: int, path: str, *, status: int, connections: int, seconds: float) -> Hammered:
    """Ask over so many connections, each its next question when it has its answer.

    Every answer must have the status and no body. Raises ValueError for another.
    """
    raw = request("GET", path, {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    begins = f"HTTP/1.1 {status} ".encode()
    clock, delays, sent = time.perf_counter, [], {}
    with select.epoll() as poll:
        lines = {}
        for _number in range(connections):
            line = socket.create_connection(("127.0.0.1", port))
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            lines[line.fileno()] = line
            poll.register(line.fileno(), select.EPOLLIN)
            sent[line.fileno()] = clock()
            line.send(raw)
        begun = clock()
        end = now = begun + seconds
        while (now := clock()) < end:
            for number, _event in poll.poll(1):
                line = lines[number]
                answer = line.recv(4096)
                if not answer.startswith(begins) or not answer.endswith(END):
                    raise ValueError(f"not what was expected: {answer[:300]!r}")
                now = clock()
                delays.append(now - sent[number])
                sent[number] = now
                line.send(raw)
        for line in lines.values():
            line.close()
    delays.sort()
    return Hammered(len(delays) / (now - begun), delays[len(delays) * 99 // 100])
