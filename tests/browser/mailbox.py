"""Reads the mails that the running product wrote to files."""

import email
import email.policy
import os
import re
import time
from pathlib import Path

LINK = re.compile(r"https?://\S+")
SECONDS = 20


def link_to(address: str, part: str) -> str:
    """The newest link to a path with `part` that was mailed to `address`; waits for the mail.

    Raises LookupError when none comes.
    """
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for text in _texts_to(address):
            found = [str(link) for link in LINK.findall(text) if part in link]
            if found:
                return found[-1].rstrip(".")
        time.sleep(0.2)  # a mail comes from another process; nothing tells us
    raise LookupError(f"no mail to {address} with a link to {part}")


def _texts_to(address: str) -> list[str]:
    """Bodies of the mails to `address`, newest first."""
    directory = Path(os.environ["PRM_VAR_DIR"]) / "mail"
    files = sorted(directory.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)
    texts = []
    for path in files:
        for raw in path.read_bytes().split(b"-" * 79 + b"\n"):
            message = email.message_from_bytes(raw, policy=email.policy.default)
            if address in str(message["To"]):
                body = message.get_body(("plain",))
                texts.append(str(body.get_content()) if body else "")
    return texts
