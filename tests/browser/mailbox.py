"""Reads the mails that the running product wrote to files."""

import email
import email.policy
import os
import re
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

LINK = re.compile(r"https?://\S+")
SECONDS = 60


def link_to(address: str, part: str, about: str = "") -> str:
    """The link to a path with `part` in the newest mail to `address` with `about` in its subject;
    waits for the mail.

    Raises LookupError when none comes.
    """
    return link_in(newest(address, part, about), part)


def link_in(message: EmailMessage, part: str) -> str:
    """The last link of a mail to a path with `part`."""
    return _links_in(message, part)[-1].rstrip(".")


def newest(address: str, part: str, about: str = "") -> EmailMessage:
    """The newest mail to `address` with such a link and `about` in its subject; waits for it.

    Raises LookupError when none comes.
    """
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for message in _mails_to(address):
            if about in str(message["Subject"]) and _links_in(message, part):
                return message
        time.sleep(0.2)  # a mail comes from another process; nothing tells us
    raise LookupError(f"no mail to {address} about {about or 'anything'} with a link to {part}")


def text_of(message: EmailMessage) -> str:
    """What a mail says in plain text."""
    body = message.get_body(("plain",))
    return str(body.get_content()) if body else ""


def _links_in(message: EmailMessage, part: str) -> list[str]:
    return [str(link) for link in LINK.findall(text_of(message)) if part in link]


def _mails_to(address: str) -> Iterator[EmailMessage]:
    """Mails to `address`, newest first."""
    directory = Path(os.environ["PRM_VAR_DIR"]) / "mail"
    files = sorted(directory.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files:
        for raw in reversed(path.read_bytes().split(b"-" * 79 + b"\n")):
            message = email.message_from_bytes(raw, policy=email.policy.default)
            if address in str(message["To"]):
                yield message
