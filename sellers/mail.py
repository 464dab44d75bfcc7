"""Plain-text mails in the reader's language, from templates whose first line is the subject."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone, translation

from sellers.zones import zone_of

LANGUAGES = {code for code, _name in settings.LANGUAGES}


@dataclass(frozen=True)
class Letter:
    """A mail ready to be sent."""

    to: str
    subject: str
    body: str
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, connection: BaseEmailBackend | None = None) -> None:
        """Hand it to the mail server; raises what the mail server's client raises."""
        EmailMessage(
            subject=" ".join(self.subject.split()),
            body=self.body,
            to=[self.to],
            reply_to=[self.reply_to] if self.reply_to else None,
            headers=dict(self.headers),
            connection=connection,
        ).send()


def compose(
    template: str,
    *,
    to: str,
    language: str,
    context: Mapping[str, Any],
    reply_to: str = "",
    time_zone: str = "",
    headers: Mapping[str, str] | None = None,
) -> Letter:
    """The letter of `templates/mail/<template>.txt` in `language` (else the product's own).

    Times in it are those of `time_zone`, UTC without one.
    """
    own = translation.override(language if language in LANGUAGES else settings.LANGUAGE_CODE)
    with own, timezone.override(zone_of(time_zone)):
        text = render_to_string(f"mail/{template}.txt", {"base_url": settings.BASE_URL, **context})
    subject, _newline, body = text.strip().partition("\n")
    return Letter(
        to=to,
        subject=subject.strip(),
        body=body.strip() + "\n",
        reply_to=reply_to,
        headers=headers or {},
    )
