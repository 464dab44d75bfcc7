"""What claims of missing sales say, to staff and to the partner."""

from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions.claims import terms
from commissions.claims.selectors import Known
from commissions.models import Claim, ClaimMessage
from portal import time_format
from portal.templatetags import prm_states

KNOWN: Final = {
    "unknown": gettext_lazy("No sale of this order is known."),
    "nobody": gettext_lazy("The sale is known, and credits nobody."),
    "theirs": gettext_lazy("The sale is credited to this partner already."),
    "another": gettext_lazy("The sale is credited to another partner."),
}


def console_url(claim: Claim) -> str:
    """Where staff look at it."""
    return reverse("console:claims-detail", args=[claim.seller.slug, claim.pk])


def partner_url(claim: Claim) -> str:
    """Where the partner looks at it."""
    return reverse("partner:claims-detail", args=[claim.seller.slug, claim.pk])


def clock_cell(claim: Claim) -> Any:
    """Time left for the answer with its bar; that it stands; or nothing once it is answered."""
    if claim.status == Claim.Status.OPEN:
        return prm_states.clock(claim.due_at, claim.created_at)
    if claim.status == Claim.Status.ASKED:
        return format_html('<span class="dim">{}</span>', _("paused"))
    return "–"


def clock_plain(claim: Claim) -> str:
    """The deadline, for a file; empty once it is answered."""
    waits = claim.status in (Claim.Status.OPEN, Claim.Status.ASKED)
    return claim.due_at.isoformat() if waits else ""


def clock_words(claim: Claim, *, reader_is_partner: bool) -> str:
    """By when an answer is due, in a sentence."""
    if claim.status == Claim.Status.ASKED:
        if reader_is_partner:
            return _("The clock is stopped until you have answered.")
        return _("The clock is stopped until the partner has answered.")
    if claim.status != Claim.Status.OPEN:
        return ""
    day = {"when": time_format.moment_text(claim.due_at)}
    if terms.is_overdue(claim.status, claim.due_at, timezone.now()):
        return _("An answer was due on %(when)s.") % day
    return _("An answer is due by %(when)s.") % day


def outcome_words(claim: Claim) -> str:
    """What became of it; empty while it waits."""
    if claim.status == Claim.Status.ACCEPTED:
        return str(claim.get_outcome_display())
    return ""


def status_note(claim: Claim) -> str:
    """The same beside the status."""
    words = outcome_words(claim)
    return f"· {words}" if words else ""


def said_step(message: ClaimMessage, *, reader_is_partner: bool) -> dict[str, Any]:
    """One question or answer, as a step of components/trail.html."""
    mine = message.by_partner == reader_is_partner
    who = message.author
    if not mine and reader_is_partner:
        who = _("The seller")
    return {
        "title": message.text,
        "meta": f"{who}, {time_format.moment_text(message.created_at)}",
        "state": "done" if message.by_partner else "now",
        "extra": "",
    }


def known_words(known: Known) -> str:
    """What is known of the order, in a sentence."""
    return str(KNOWN[known.state])
