"""Who is paid and who waits. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from partners.models import PartnerStatus

SUSPENDED: Final = "suspended"
NOTHING_OWED: Final = "nothing_owed"
BELOW_MINIMUM: Final = "below_minimum"
NO_METHOD: Final = "no_method"
UNCONFIRMED: Final = "unconfirmed_method"
NEW_METHOD: Final = "new_method"
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


def why_left_out(*, status: str, total: int, minimum: int, method: str) -> str:
    """The key in REASONS, or "" for a partner who is paid `total` minor units.

    `method` is what keeps his account from being paid to (`why_not_there`), or "".
    """
    if status not in PAID_STATUSES:
        return SUSPENDED
    if total <= 0:
        return NOTHING_OWED
    if total < minimum:
        return BELOW_MINIMUM
    return method


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
