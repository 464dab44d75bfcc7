"""What people read of briefs, pieces and the looks at their links; the same in both rooms."""

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commissions.deliverable_rules import piece_fee
from commissions.models import Brief, Deliverable, LinkLook
from commissions.reasons import number
from portal import money_format, statuses, time_format
from portal.templatetags import prm_states
from prm.money import LOYALTY_POINTS

WHY_NOT: Final[dict[str, str | Promise]] = {
    "no_link": gettext_lazy("The page has no such link."),
    "too_long": gettext_lazy("The page is longer than 2 MB; its first part has no such link."),
    "no_page": gettext_lazy("The address leads to a file (%(type)s), not to a page."),
    "status": gettext_lazy("The page answered with error %(http)s."),
    "private": gettext_lazy("The address leads into a closed network, so it was not asked."),
    "port": gettext_lazy("The address names an unusual port, so it was not asked."),
    "login": gettext_lazy("The address holds a password, so it was not asked."),
    "scheme": gettext_lazy("The address is not one of the web."),
    "address": gettext_lazy("The address cannot be read."),
    "unknown_host": gettext_lazy("There is no such website."),
    "unreachable": gettext_lazy("The website does not answer."),
    "timeout": gettext_lazy("The website took longer than 10 seconds."),
    "tls": gettext_lazy("The website’s certificate is not valid."),
    "too_many_redirects": gettext_lazy("The address leads on and on."),
    "not_http": gettext_lazy("The answer could not be read."),
}


def fee_words(brief: Brief) -> str:
    """`EUR 50.00 for each piece`, `EUR 500.00 for all 5 pieces`, or that rules decide."""
    if brief.fee == Brief.Fee.RULE:
        return _("by the program’s rules")
    amount = money_format.plain(brief.amount_minor, brief.program.currency)
    if brief.pieces == 1:
        return amount
    if brief.fee == Brief.Fee.PIECE:
        return _("%(amount)s for each piece") % {"amount": amount}
    return _("%(amount)s for all %(n)d pieces") % {"amount": amount, "n": brief.pieces}


def pays_words(piece: Any) -> str:
    """What a piece pays, or has paid; `piece` comes from the selectors with its sums."""
    brief = piece.brief
    fee = piece.fee_minor
    if fee is None:
        fee = piece_fee(
            fee=brief.fee,
            amount_minor=brief.amount_minor,
            pieces=brief.pieces,
            number=piece.number,
        )
    if fee is not None:
        return money_format.plain(fee, brief.program.currency)
    earned = []
    if piece.earned_minor:
        earned.append(money_format.plain(piece.earned_minor, brief.program.currency))
    if piece.points:
        earned.append(_("%(n)s points") % {"n": number(str(piece.points))})
    return " + ".join(earned) or _("by the rules")


def unit_words(amount_minor: int, currency: str) -> str:
    """An amount of a line, points in words."""
    if currency == LOYALTY_POINTS:
        return _("%(n)s points") % {"n": number(str(amount_minor))}
    return money_format.plain(amount_minor, currency)


def proof_words(brief: Brief) -> str:
    """What must be handed in."""
    if brief.needs_url and brief.needs_file:
        return _("the page’s address, and a PDF or picture")
    return _("the page’s address") if brief.needs_url else _("a PDF or picture")


def stay_words(brief: Brief) -> str:
    """How long the link must stay."""
    if not brief.live_days:
        return _("when it is approved")
    words = ngettext("for %(n)d day", "for %(n)d days", brief.live_days)
    return words % {"n": brief.live_days}


def due_note(brief: Brief, *, late: bool) -> str:
    """`due 2 Dec`, with that it has passed."""
    if brief.due_on is None:
        return ""
    day = time_format.day_text(brief.due_on)
    return _("was due %(day)s") % {"day": day} if late else _("due %(day)s") % {"day": day}


def status_note(piece: Deliverable) -> str:
    """What stands behind a piece's status."""
    words = ""
    if piece.taken_back_at:
        words = _("fee taken back")
    elif piece.agreed_at:
        words = _("approved, its link is being looked at")
    elif piece.lost_at:
        words = _("link gone")
    return f"· {words}" if words else ""


def link_state(piece: Deliverable) -> SafeString | str:
    """The state of the agreed link with its look; nothing where none is agreed."""
    if not piece.link_state:
        return "–"
    if piece.lost_at:
        return prm_states.status("bad", _("Link is gone"), "unlink")
    return prm_states.state("page_link", piece.link_state)


def link_plain(piece: Deliverable) -> str:
    """The same for a file."""
    return str(statuses.look("page_link", piece.link_state).label) if piece.link_state else ""


def look_step(look: LinkLook) -> dict[str, Any]:
    """One look for the trail: what was found, when, and how it stood on the page."""
    facts = look.facts
    if look.result == Deliverable.Link.LIVE:
        said = [_("leads to %(href)s") % {"href": facts["href"]}]
        if facts.get("rel"):
            said.append(_("marked %(rel)s") % {"rel": ", ".join(facts["rel"])})
    else:
        said = [str(WHY_NOT.get(facts.get("code", ""), "")) % facts]
    if facts.get("moved_to"):
        said.append(_("moved to %(url)s") % {"url": facts["moved_to"]})
    return {
        "title": str(statuses.look("page_link", look.result).label),
        "meta": time_format.moment_text(look.created_at),
        "state": "done" if look.result == Deliverable.Link.LIVE else "now",
        "extra": format_html('<span class="wrap-any">{}</span>', " · ".join(filter(None, said))),
    }
