"""Conversations with files: checked here, because partners is below what checks them."""

from collections.abc import Sequence
from typing import Any

from django.core.files.base import File

from campaigns import uploads
from partners.conversations import services
from partners.conversations.services import MOST_FILES, Attachment, Said
from partners.models import Conversation, Message, Partner
from prm.errors import FieldError, Unacceptable
from sellers.actors import Actor

Files = Sequence["File[Any]"]


def start(
    *, partner: Partner, subject: str, text: str, files: Files, side: str, actor: Actor
) -> Conversation:
    """Begin a conversation. Raises Unacceptable by the field (`subject`, `text`, `attached`)."""
    return services.open_conversation(
        partner=partner, subject=subject, said=Said(text, checked(files)), side=side, actor=actor
    )


def say(*, conversation: Conversation, text: str, files: Files, side: str, actor: Actor) -> Message:
    """Answer in one. Raises Unacceptable by the field (`text`, `attached`)."""
    return services.write_message(
        conversation=conversation, said=Said(text, checked(files)), side=side, actor=actor
    )


def checked(files: Files) -> list[Attachment]:
    """The files as they are kept: pictures drawn anew, papers looked into.

    Raises Unacceptable on `attached`, with one error for each file that is refused.
    """
    if len(files) > MOST_FILES:
        files = files[: MOST_FILES + 1]  # refused below; no more than that is looked at
    kept, errors = [], []
    for file in files:
        try:
            kept.append(checked_one(file))
        except Unacceptable as refusal:
            errors.append(FieldError("attached", "refused", f"{_name(file)}: {refusal.message}"))
    if errors:
        raise Unacceptable(errors[0].message, errors=errors)
    return kept


def checked_one(file: "File[Any]") -> Attachment:
    """One file as it is kept; raises Unacceptable."""
    ending = (file.name or "").rpartition(".")[2].lower()
    paper = ending in uploads.DOCUMENT_TYPES
    found = uploads.checked_document(file) if paper else uploads.checked_image(file)
    return Attachment(found.content, found.name, found.content_type)


def _name(file: "File[Any]") -> str:
    return uploads.file_name(file.name, (file.name or "file").rpartition(".")[2][:8])
