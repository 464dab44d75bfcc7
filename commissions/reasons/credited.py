"""Why a line belongs to its partner, in words: the second half of its sentence."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from commissions.models import Commission, OccasionKind
from commissions.reasons.figures import PARTNER, STAFF


def why(line: Commission, audience: str) -> str:
    """`, because the customer came by your link kopi` without the full stop."""
    rule = line.trace.get("rule", {})
    return _agreed(rule.get("scope", ""), audience) + _on_top(rule) + _credit(line, audience)


def _agreed(scope: str, audience: str) -> str:
    words = {
        ("partner", PARTNER): _(", as agreed with you"),
        ("partner", STAFF): _(", agreed with this partner"),
        ("group", PARTNER): _(", as agreed with your group"),
        ("group", STAFF): _(", agreed with the partner’s group"),
        ("tier", PARTNER): _(", by your tier"),
        ("tier", STAFF): _(", by the partner’s tier"),
        ("campaign", PARTNER): _(", by the campaign of your link"),
        ("campaign", STAFF): _(", by the campaign of the link"),
    }
    return words.get((scope, audience), "")


def _on_top(rule: Mapping[str, Any]) -> str:
    return _(", paid on top") if rule.get("adds") else ""


def _credit(line: Commission, audience: str) -> str:
    credit = line.trace["credit"]
    if credit["method"] == "recruit":
        return ""
    if line.occasion is not None:
        return _occasion(line, audience)
    if credit["method"] in {"click", "link"} and "share" in line.trace.get("amount", {}):
        if audience == STAFF:
            return _(", because the customer came by this partner and by others")
        return _(", because the customer came by you and by others")
    if credit["method"] in {"click", "link"}:
        words = {
            ("click", PARTNER): _(", because the customer came by your link %(link)s"),
            ("click", STAFF): _(", because the customer came by link %(link)s"),
            ("link", PARTNER): _(", because the sale named your link %(link)s"),
            ("link", STAFF): _(", because the sale named link %(link)s"),
        }
        return str(words[credit["method"], audience] % credit)
    words = {
        ("coupon", PARTNER): _(", because the customer used your coupon %(coupon)s"),
        ("coupon", STAFF): _(", because the customer used coupon %(coupon)s"),
        ("bond", PARTNER): _(", because the customer stays with you since an earlier order"),
        ("bond", STAFF): _(", because the customer stays with this partner"),
        ("subscription", PARTNER): _(", because the subscription began with you"),
        ("subscription", STAFF): _(", because the subscription began with this partner"),
        ("claim", PARTNER): _(", because your claim %(claim)s was accepted"),
        ("claim", STAFF): _(", because the partner’s claim %(claim)s was accepted"),
        ("partner", PARTNER): _(", because the seller named you for this sale"),
        ("partner", STAFF): _(", because the sale named the partner"),
    }
    method = credit["method"] if (credit["method"], audience) in words else "partner"
    values = {"coupon": credit.get("coupon", ""), "claim": credit.get("claim", "")}
    return str(words[method, audience] % values)


def _occasion(line: Commission, _audience: str) -> str:
    if line.occasion is None:
        return ""
    values = {"label": line.occasion.label}
    words = {
        OccasionKind.CLICK: _(", for clicks: %(label)s"),
        OccasionKind.IMPRESSION: _(", for impressions: %(label)s"),
        OccasionKind.LEAD: _(", for the lead %(label)s"),
        OccasionKind.SIGNUP: _(", for the sign-up %(label)s"),
        OccasionKind.DELIVERABLE: _(", for what was approved: %(label)s"),
        OccasionKind.PERIOD: _(", for the period: %(label)s"),
    }
    kind = OccasionKind(line.occasion.kind)
    return words.get(kind, _(", for %(label)s")) % values
