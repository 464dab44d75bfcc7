"""Import a CSV file over the API: a dry run, what it refuses, and then the import itself.

    python3 import_file.py http://localhost:8000 KEY partners partners.csv program=ID
    python3 import_file.py http://localhost:8000 KEY clicks c.csv.gz time_zone=Europe/Berlin apply

KEY holds imports:read, imports:write and the scope of what the file holds, as partners:write.
Without `apply` nothing is written. Standard library only.
"""

import json
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

SECONDS = 0.5


def call(key: str, url: str, data: bytes | None = None, kind: str = "", method: str = "GET") -> Any:
    """The body of one answer."""
    request = Request(url, data, method=method)
    request.add_header("Authorization", f"Bearer {key}")
    if kind:
        request.add_header("Content-Type", kind)
    if method == "POST":
        request.add_header("Idempotency-Key", str(uuid.uuid4()))
    try:
        with urlopen(request, timeout=120) as answer:
            return json.load(answer)
    except HTTPError as error:
        problem = json.load(error)
        raise SystemExit(f"{error.code} {problem['detail']} {problem['errors']}") from None


def finished(key: str, url: str) -> Any:
    """The import once it is over."""
    while (found := call(key, url))["status"] not in {"done", "failed"}:
        time.sleep(SECONDS)
    return found


def refused(key: str, url: str) -> Iterator[str]:
    """Every refused row, page by page."""
    following: str | None = f"{url}/problems?limit=200"
    while following:
        page = call(key, following)
        for row in page["results"]:
            yield f"line {row['line']}: {row['field']}: {row['message']}"
        following = page["next"]


def main(base_url: str, key: str, kind: str, file: str, *options: str) -> Iterator[str]:
    """What happened, sentence by sentence."""
    root = f"{base_url.rstrip('/')}/api/v1/imports"
    given = dict(one.split("=", 1) for one in options if one != "apply")
    media = "application/gzip" if file.endswith(".gz") else "text/csv"
    query = urlencode({"kind": kind, **given})
    made = call(key, f"{root}?{query}", Path(file).read_bytes(), media, "POST")
    url = f"{root}/{made['id']}"
    dry = finished(key, url)
    yield f"dry run {dry['status']}: {dry['counts']} {dry['error']}".rstrip()
    yield from refused(key, url)
    if "apply" in options and dry["status"] == "done":
        call(key, f"{url}/apply", method="POST")
        done = finished(key, url)
        yield f"import {done['status']}: {done['counts']} {done['error']}".rstrip()


if __name__ == "__main__":
    for sentence in main(*sys.argv[1:]):
        print(sentence)
