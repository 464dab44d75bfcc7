"""Kinds of work and their queues in words, for the operator's page."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activity import work
from activity.standing import Standing

Words = str | Promise

KINDS: Final[dict[str, Words]] = {
    "announcements": _("Sending news"),
    "backlinks": _("Looking whether links in articles still stand"),
    "books_check": _("Checking the books"),
    "branding": _("Putting names on materials"),
    "browser-reports": _("Confirming what browsers reported"),
    "chain": _("Sealing the trail"),
    "claims": _("Deadlines of claimed sales"),
    "clicks": _("Paying for clicks and views"),
    "commissions": _("Computing commissions"),
    "deliverables-late": _("Deadlines of deliverables"),
    "friend-rewards": _("Rewards for friends"),
    "goals": _("Goals and bonuses"),
    "holds": _("Ending holds"),
    "import_files": _("Deleting files of imports never run"),
    "imports": _("Imports"),
    "inbound": _("Messages of shop systems"),
    "inbound_bodies": _("Deleting old messages of shop systems"),
    "link-domains": _("Checking hosts for links"),
    "loyalty": _("Points, stamps and their expiry"),
    "mail": _("Mail"),
    "prospect_fit": _("Scoring prospects"),
    "prospect_mail": _("Inviting prospects"),
    "screening": _("Looking at sales for fraud"),
    "screening_partners": _("Looking at partners for fraud"),
    "settlements": _("Settlements"),
    "simulations": _("Simulations"),
    "standings": _("Health of partners"),
    "tiers": _("Moving partners between tiers"),
    "totals": _("Adding up sums of days"),
    "trail_check": _("Verifying the chain"),
    "visitors": _("Counting visitors"),
    "welcome": _("Welcome mails"),
}
QUEUES: Final[dict[str, Words]] = {
    work.MONEY_QUEUE: _("first in line"),
    work.BACKGROUND_QUEUE: _("in the background"),
}


@dataclass(frozen=True)
class Said:
    """What a kind of work does, and which line it waits in."""

    kind: Words
    queue: Words


def words_of(one: Standing) -> Said:
    """Both in words; a kind without words keeps its name."""
    return Said(KINDS.get(one.kind, one.kind), QUEUES.get(one.queue, one.queue))
