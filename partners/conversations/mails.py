"""A mail as it came in, read into what a conversation keeps of it. Pure.

Formats: RFC 5322 messages with MIME parts (RFC 2045 to 2049); automatic answers are told by RFC
3834 and by what common programs add.
"""

import email.policy
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from typing import Final

from prm import rich_text

MARK: Final = "-" * 40
"""Our mails have this line: what stands above it is the answer (templates/mail/notification)."""

_TO: Final = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
_ORIGINAL: Final = re.compile(r"^-{2,}\s*(original message|pesan asli)\s*-{2,}$", re.IGNORECASE)
_HEAD: Final = re.compile(r"^\*?(from|dari|von|de):\*? ", re.IGNORECASE)
_HEAD_NEXT: Final = re.compile(
    r"^\*?(sent|date|to|dikirim|tanggal|kepada|gesendet|datum|an|envoyé|à):\*? ", re.IGNORECASE
)
_WROTE: Final = re.compile(r"^(on|pada|am|le|el|op)\b.*:$", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A file of a mail: the name that its sender gave, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Incoming:
    """What a mail says. `key` tells it from every other; `automatic` needs no reader."""

    key: str
    sender: str
    recipients: Sequence[str]
    text: str
    parts: Sequence[Part]
    automatic: bool


def read(raw: bytes) -> Incoming:
    """The mail. Whatever comes is read as far as it goes; nothing is raised for bad mails."""
    message = message_from_bytes(raw, policy=email.policy.default)
    key = _header(message, "message-id").strip()
    return Incoming(
        key=(key or f"sha256:{hashlib.sha256(raw).hexdigest()}")[:255],
        sender=parseaddr(_header(message, "from"))[1].lower(),
        recipients=[address.lower() for address in _recipients(message)],
        text=answer_only(_text(message)),
        parts=list(_parts(message)),
        automatic=_is_automatic(message),
    )


def answer_only(text: str) -> str:
    """What was written, without the mail that it answers and without a signature."""
    lines = text.replace("\r\n", "\n").replace("\x00", "").split("\n")
    cut = next((at for at in range(len(lines)) if _ends(lines, at)), len(lines))
    kept = lines[:cut]
    if cut < len(lines) and lines[cut].lstrip("> ").rstrip() == MARK and kept:
        kept.pop()  # the sentence above the mark
    while kept and (not kept[-1].strip() or kept[-1].startswith(">")):
        kept.pop()
    for several in (1, 2, 3):
        if _WROTE.match("\n".join(kept[-several:]).strip()):
            kept = kept[:-several]
            break
    return "\n".join(kept).strip()


def _ends(lines: Sequence[str], at: int) -> bool:
    """Whether the answer ends before this line."""
    line = lines[at]
    bare = line.lstrip("> ").rstrip()
    if bare == MARK or line in ("--", "-- ") or _ORIGINAL.match(bare):
        return True
    if _HEAD.match(line) and at + 1 < len(lines) and _HEAD_NEXT.match(lines[at + 1]):
        return True
    rest = [one for one in lines[at:] if one.strip()]
    return line.startswith(">") and all(one.startswith(">") for one in rest)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError, TypeError):  # what broken headers raise
        return ""


def _recipients(message: EmailMessage) -> list[str]:
    found: list[str] = []
    for name in _TO:
        try:
            values = [str(one) for one in message.get_all(name, [])]
        except (ValueError, IndexError, AttributeError, TypeError):
            continue
        found += [address for _name, address in getaddresses(values) if address]
    return found


def _text(message: EmailMessage) -> str:
    try:
        body = message.get_body(preferencelist=("plain", "html"))
        if body is None:
            return ""
        content = str(body.get_content())
    except (LookupError, ValueError, AttributeError, TypeError):  # unknown charset, broken part
        return ""
    is_html = body.get_content_type() == "text/html"
    return rich_text.to_text(content) if is_html else content


def _parts(message: EmailMessage) -> Iterator[Part]:
    try:
        attachments = list(message.iter_attachments())
    except (AttributeError, TypeError, ValueError):
        return
    for part in attachments:
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content:
            yield Part(str(part.get_filename() or "file")[:160], content)


def _is_automatic(message: EmailMessage) -> bool:
    submitted = _header(message, "auto-submitted").partition(";")[0].strip().lower()
    precedence = _header(message, "precedence").strip().lower()
    return (
        submitted not in ("", "no")
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or bool(_header(message, "x-autoreply") or _header(message, "list-id"))
        or _header(message, "return-path").strip() == "<>"
    )
