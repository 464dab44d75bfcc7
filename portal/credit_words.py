"""Who is credited with a sale, in words: why, and the path of what was looked at.

Staff read everybody's name. A partner reads his own steps; of others he learns that they were
there, never who they are or by which link.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from commissions.reasons.paid import share_text
from partners import selectors as partners
from portal import time_format
from portal.templatetags import prm_states
from tracking.models import Sale

Step = dict[str, Any]


def credit_words(sale: Sale) -> str:
    """Who is credited and why, in one sentence for staff."""
    credit = sale.attribution
    values = {
        "link": credit.get("link", ""),
        "days": credit.get("window_days") or 0,
        "coupon": credit.get("coupon") or sale.coupon,
    }
    why = str(credit.get("why"))
    words = {
        "last_click": _("The customer’s last click within %(days)d days was on link %(link)s."),
        "first_click": _("The customer’s first click within %(days)d days was on link %(link)s."),
        "linear": _("Each of the customer’s clicks within %(days)d days has the same part."),
        "position": _("The customer’s first and last click within %(days)d days have most of it."),
        "time_decay": _("Of the customer’s clicks within %(days)d days later ones have more."),
        "link_named": _("The sale named link %(link)s."),
        "coupon": _("The customer used coupon %(coupon)s."),
        "customer_bound": _("The customer stays with the partner who brought him first."),
        "first_charge": _("It stays with whom the subscription’s first charge was credited to."),
        "named_by_seller": _("The sale named the partner, which goes before any click."),
        "claim_accepted": _("The partner claimed this sale, and the claim was accepted."),
        "nothing_given": _("The sale came without a click, a link or a partner."),
    }
    return (words | _refusals()).get(why, "") % values


def _refusals() -> dict[str, str]:
    return {
        "link_ended": _("Link %(link)s or its enrollment had ended."),
        "token_not_ours": _("The click token was not one of ours, or was changed."),
        "click_after_sale": _("The click on link %(link)s came after the sale."),
        "window_over": _("The click on link %(link)s was more than %(days)d days before the sale."),
        "partner_inactive": _("The partner was suspended when the sale came in."),
        "enrollment_ended": _("The partner had left the program when the sale came in."),
        "other_program": _("What brought the customer belongs to another program."),
        "coupon_unknown": _("No partner has coupon %(coupon)s."),
        "coupon_not_valid": _("Coupon %(coupon)s was not valid on the day of the sale."),
        "coupon_of_several": _("Several partners have coupon %(coupon)s, so it credits nobody."),
    }


def flag_words(sale: Sale) -> str:
    """What staff should look at; "" for nothing."""
    if sale.attribution.get("flagged") != "coupon_of_several":
        return ""
    words = _("Several partners have coupon %(coupon)s, so it counted as absent.")
    return words % {"coupon": sale.attribution.get("coupon", "")}


def path_for_staff(sale: Sale) -> list[Step]:
    """The path with names, as components/trail.html shows it; one read of names."""
    path = sale.attribution.get("path", [])
    names = partners.partner_names({step["partner"] for step in path if step.get("partner")})
    return [_step(step, sale, names.get(str(step.get("partner")), "")) for step in path]


def path_for_partner(sale: Sale, partner_id: uuid.UUID) -> list[Step]:
    """The path as one partner may read it."""
    return [
        _step(step, sale, _("You"))
        if step.get("partner") == str(partner_id)
        else _anonymous(step, sale)
        for step in sale.attribution.get("path", [])
        if step.get("partner")
    ]


def _step(step: Mapping[str, Any], sale: Sale, name: str) -> Step:
    return {
        "title": " · ".join(filter(None, [_what(step), name])),
        "meta": _when(step, sale),
        "state": "done" if "share" in step else "",
        "extra": _outcome(step),
    }


def _anonymous(step: Mapping[str, Any], sale: Sale) -> Step:
    return {
        "title": _("Another partner"),
        "meta": _when(step, sale) if step["by"] == "click" else "",
        "state": "",
        "extra": "",
    }


def _what(step: Mapping[str, Any]) -> str:
    words = {
        "click": _("Click on /r/%(link)s"),
        "link": _("Link /r/%(link)s, named by the sale"),
        "coupon": _("Coupon %(coupon)s"),
        "bond": _("Brought the customer first"),
        "token": _("A click token"),
    }
    return words[step["by"]] % step


def _when(step: Mapping[str, Any], sale: Sale) -> str:
    if not step.get("at") or step["by"] == "link":
        return ""
    at = datetime.fromisoformat(step["at"])
    if step["by"] == "bond":
        return _("since %(when)s") % {"when": time_format.moment_text(at)}
    if at > sale.occurred_at:
        return _("%(when)s, after the order") % {"when": time_format.moment_text(at)}
    values = {
        "when": time_format.moment_text(at),
        "span": time_format.span_text(sale.occurred_at - at),
    }
    return _("%(when)s, %(span)s before the order") % values


def _outcome(step: Mapping[str, Any]) -> SafeString | str:
    """Its part, or why it has none."""
    if "share" in step:
        weight, whole = step["share"]
        part = share_text({"weight": weight, "sum": whole})
        return prm_states.status("good", _("Counts: %(part)s") % {"part": part}, "check")
    words = {
        "not_last": _("Another click came later."),
        "not_first": _("Another click came before."),
        "window_over": _("Too long before the order."),
        "click_after_sale": _("Came after the order."),
        "link_ended": _("The link had ended by then."),
        "partner_inactive": _("The partner was suspended."),
        "enrollment_ended": _("The partner had left the program."),
        "other_program": _("Belongs to another program."),
        "coupon_first": _("A coupon went before it."),
        "click_first": _("A click goes before it."),
        "partner_named": _("The sale named a partner."),
        "subscription_kept": _("The subscription stays with its first partner."),
        "customer_bound": _("The customer stays with another partner."),
        "coupon_unknown": _("No partner has this code."),
        "coupon_not_valid": _("It was not valid on that day."),
        "coupon_of_several": _("Several partners have this code."),
        "token_not_ours": _("It is not one of ours, or was changed."),
    }
    return words.get(step.get("why", ""), "")
