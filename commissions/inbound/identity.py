"""The sender's own name for a message, so that the same one counts once."""

import hashlib
from dataclasses import dataclass

from commissions.inbound import fields
from commissions.inbound.meanings import Unreadable
from commissions.inbound.signatures import Headers

ID_LENGTH, TOPIC_LENGTH = 120, 80


@dataclass(frozen=True)
class Identity:
    """A message's id and what it is about, for the log."""

    delivery_id: str
    topic: str


def of_headers(body: bytes, headers: Headers, *, id_header: str, topic_header: str) -> Identity:
    """Id and topic from headers that are not part of what is signed."""
    return Identity(_id(headers.get(id_header, ""), body), _topic(headers.get(topic_header, "")))


def of_body(body: bytes, *, id_path: str, topic_path: str, given: str = "") -> Identity:
    """Id and topic from the signed body; `given` is an id that was signed beside it."""
    try:
        payload = fields.parse(body)
        found = given or fields.text(payload, id_path)
        return Identity(_id(found, body), _topic(fields.text(payload, topic_path)))
    except Unreadable:
        return Identity(_id(given, body), "")


def _id(text: str, body: bytes) -> str:
    """The id where it is one, else the hash of the body: the same bytes are the same message."""
    if 0 < len(text) <= ID_LENGTH and text.isascii() and text.isprintable():
        return text
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _topic(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:TOPIC_LENGTH]
