"""The part of S3 that keeping files needs, over HTTP: put, get, head, delete of an object."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    kept: dict[str, bytes]

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256"):
            self.kept[urlsplit(self.path).path] = _plain(body, self.headers)
            self._answer(200)
        else:
            self._answer(403)

    def do_GET(self) -> None:
        self._object()

    def do_HEAD(self) -> None:
        self._object()

    def do_DELETE(self) -> None:
        self.kept.pop(urlsplit(self.path).path, None)
        self._answer(204)

    def log_message(self, *_args: object) -> None:
        """Quiet."""

    def _object(self) -> None:
        body = self.kept.get(urlsplit(self.path).path)
        self._answer(404 if body is None else 200, body or b"")

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Sun, 22 Nov 2026 09:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _plain(body: bytes, headers: object) -> bytes:
    """A body without the chunk marks that signed uploads carry (aws-chunked)."""
    if b"aws-chunked" not in str(headers).encode():
        return body
    found, rest = b"", body
    while rest:
        head, _line, rest = rest.partition(b"\r\n")
        size = int(head.partition(b";")[0], 16)
        if not size:
            break
        found, rest = found + rest[:size], rest[size + 2 :]
    return found


@contextmanager
def bucket() -> Iterator[tuple[str, dict[str, bytes]]]:
    """A running store: its address, and what it keeps by path."""
    kept: dict[str, bytes] = {}
    handler = type("Handler", (_Handler,), {"kept": kept})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", kept
    finally:
        server.shutdown()
        server.server_close()
