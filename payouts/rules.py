"""Who is paid and who waits. Pure."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from partners.models import PartnerStatus

SUSPENDED: Final = "suspended"
NOTHING_OWED: Final = "nothing_owed"
BELOW_MINIMUM: Final = "below_minimum"
NO_METHOD: Final = "no_method"
UNCONFIRMED: Final = "unconfirmed_method"
NEW_METHOD: Final = "new_method"
OTHER_METHOD: Final = "other_method"
HELD: Final = "held"
ONBOARDING: Final = "onboarding"

REASONS: Final = {
    SUSPENDED: _("Suspended. What was earned stays owed."),
    NOTHING_OWED: _("The sum is not above zero. It is carried over."),
    BELOW_MINIMUM: _("Below the minimum payout. It is carried over."),
    NO_METHOD: _("No payout method yet. The partner can add one in the portal."),
    UNCONFIRMED: _(
        "The payout account is not confirmed. Who entered it has a link in the mail for that."
    ),
    NEW_METHOD: _(
        "The payout account was changed less than three days ago. The money is in the next payout."
    ),
    OTHER_METHOD: _("The payout account was changed after the batch was approved."),
    ONBOARDING: _("The first steps of a program are not done; its check-list says which."),
    HELD: _("Held: it is paid when somebody has decided the review or lets it go."),
}
"""Why a partner with money has no line, in words."""

# A partnership that ended is still owed what it earned; other states were never partners.
PAID_STATUSES: Final = frozenset({PartnerStatus.ACTIVE.value, PartnerStatus.TERMINATED.value})


def minimum(programs: Iterable[Mapping[str, int]], currency: str) -> int:
    """The sum from which a partner is paid: the smallest minimum of the programs in it.

    A partner's sum joins all his programs. The smallest holds, so that earning in a second program
    never delays what the first one would have paid by itself.
    """
    return min((int(each.get(currency, 0)) for each in programs), default=0)


def why_stopped(*, status: str, method: str, unfinished: bool) -> str:
    """The key in REASONS of what stops a partner whatever he earned, or "".

    `method` is what keeps his account from being paid to (`why_not_there`), or ""; `unfinished`
    tells of first steps without which a program pays nobody.
    """
    if status not in PAID_STATUSES:
        return SUSPENDED
    return method or (ONBOARDING if unfinished else "")


def why_left_out(*, status: str, total: int, minimum: int, gate: str) -> str:
    """The key in REASONS, or "" for a partner who is paid `total` minor units.

    `gate` is what stops him whatever he earned (`why_stopped`), or "".
    """
    if status not in PAID_STATUSES:
        return SUSPENDED
    if total <= 0:
        return NOTHING_OWED
    if total < minimum:
        return BELOW_MINIMUM
    return gate


def why_not_there(*, usable_at: datetime | None, requested: bool, now: datetime) -> str:
    """The key in REASONS for an account that no payout may use at `now`, or "".

    `usable_at` is that of the account in force, None without one; `requested` tells of one that
    waits for its confirmation. While a change is held nobody is paid: neither the new account,
    which a thief may have entered, nor the old one, which the partner no longer wants. A change
    that nobody confirmed stops nothing, so a stolen log-in alone cannot even delay a payout.
    """
    if usable_at is None:
        return UNCONFIRMED if requested else NO_METHOD
    return NEW_METHOD if usable_at > now else ""


def next_day(day: int | None, today: date) -> date | None:
    """The next day on which the seller pays, today included; None without a fixed day.

    `day` is one of the month, 1 to 31; a shorter month pays on its last.
    """
    if day is None:
        return None
    this = _in_month(today, day)
    return this if this >= today else _in_month(_next_month(today), day)


def missed_day(day: int | None, today: date, usable: date) -> date | None:
    """The next day of payouts that an account misses which may be used from `usable` on."""
    following = next_day(day, today)
    return following if following is not None and following < usable else None


def _in_month(of: date, day: int) -> date:
    return of.replace(day=min(day, monthrange(of.year, of.month)[1]))


def _next_month(of: date) -> date:
    return (of.replace(day=1) + timedelta(days=31)).replace(day=1)


def letters(place: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA: the last part of a batch's number."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def number_prefix(moment: datetime) -> str:
    """`P-2026-11-` for a batch drafted in that month of the seller's own time."""
    return f"P-{moment:%Y-%m}-"
