"""Kinds of mail that a person may choose about, and when a day's mail goes out. Pure.

A notification's kind follows from the verb of its event, so whoever tells somebody something need
not think of it.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DIGEST_HOUR: Final = time(8)
"""When the daily mail is due, by the reader's clock."""


@dataclass(frozen=True)
class MailKind:
    """What a person reads about a kind; `choice` is false for what always comes at once."""

    key: str
    label: str | Promise
    hint: str | Promise
    choice: bool = True


ACCOUNT: Final = "account"
OTHER: Final = "work"
KINDS: Final = (
    MailKind("messages", _("Conversations"), _("Somebody wrote to you.")),
    MailKind("news", _("News"), _("Announcements to partners.")),
    MailKind("money", _("Money"), _("Earnings, approvals, payouts.")),
    MailKind("partners", _("Partnership"), _("Applications, programs, tiers, terms.")),
    MailKind(OTHER, _("Work"), _("What waits for you, and answers to what you did.")),
    MailKind(
        ACCOUNT,
        _("Account"),
        _("Access, people and account numbers. Always at once."),
        choice=False,
    ),
)
_BY_SUBJECT: Final = {
    "message": "messages",
    "conversation": "messages",
    "announcement": "news",
    **dict.fromkeys(
        ("agreement", "batch", "commission", "commissions", "credit_note", "goal", "payout",
         "settlement", "statement"), "money"
    ),
    **dict.fromkeys(
        ("application", "enrollment", "onboarding", "partner", "program", "prospect", "review",
         "terms", "tier"), "partners"
    ),
    **dict.fromkeys(
        ("account", "api_key", "invitation", "member", "payout_data", "payout_method", "staff",
         "tax_data", "tax_number"), ACCOUNT
    ),
}  # fmt: skip


def kind_of(verb: str) -> str:
    """The kind of mail that an event of this verb makes."""
    return _BY_SUBJECT.get(verb.partition(".")[0], OTHER)


def choices() -> list[MailKind]:
    """The kinds that a person may choose about."""
    return [kind for kind in KINDS if kind.choice]


def label_of(key: str) -> str | Promise:
    """What a kind is called; the key itself where there is no such kind."""
    return next((kind.label for kind in KINDS if kind.key == key), key)


def next_digest(now: datetime, zone: ZoneInfo) -> datetime:
    """The next instant, after `now`, at which the clock of `zone` shows the digest's hour."""
    local = now.astimezone(zone)
    due = local.replace(hour=DIGEST_HOUR.hour, minute=0, second=0, microsecond=0)
    if due <= local:
        due += timedelta(days=1)
    return due.astimezone(now.tzinfo)
