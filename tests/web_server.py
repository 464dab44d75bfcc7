"""A small web server on this machine, for tests of what asks other people's servers."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = {"Content-Type": "text/html; charset=utf-8"}
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """What stands at each path, and what was asked for."""

    port: int
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def put(self, path: str, html: str, status: int = 200) -> str:
        """Put a page up; its address."""
        self.pages[path] = (status, dict(HTML), html.encode())
        return self.url(path)

    def lead(self, path: str, to: str, status: int = 302) -> str:
        """Let a path lead on to another address."""
        self.pages[path] = (status, {"Location": to}, b"")
        return self.url(path)

    def remove(self, path: str) -> None:
        """Take a page down: it answers 404."""
        self.pages.pop(path, None)


@contextmanager
def running_site() -> Iterator[Site]:
    """A site for as long as the block runs."""
    site = Site(0)

    class Handler(BaseHTTPRequestHandler):
        """Answers from `site.pages`."""

        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            status, headers, body = site.pages.get(self.path, (404, HTML, b"<p>gone</p>"))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its own name
            """Says nothing."""

    with serving(Handler) as port:
        site.port = port
        yield site


@contextmanager
def serving(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[int]:
    """The port of a server with this handler."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
