"""Why a rule paid, and why the others that were looked at did not, in the reader's words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from commissions.reasons import PARTNER, STAFF


def notes(rule: Mapping[str, Any], audience: str) -> list[str]:
    """What a reader should know of the rule that paid and of those beside it."""
    others = [why_not(other) for other in rule["others"]]
    return [words for words in (*_own(rule, audience), *others) if words]


def _own(rule: Mapping[str, Any], audience: str) -> list[str]:
    scopes = {
        ("partner", STAFF): _("made for this partner alone, so it goes before general rules"),
        ("partner", PARTNER): _("agreed with you alone, so it goes before general rules"),
        ("group", STAFF): _("made for the partner’s group, so it goes before general rules"),
        ("group", PARTNER): _("made for your group, so it goes before general rules"),
        ("campaign", STAFF): _("made for the campaign, so it goes before general rules"),
        ("campaign", PARTNER): _("made for the campaign, so it goes before general rules"),
        ("tier", STAFF): _("made for the partner’s tier, so it goes before general rules"),
        ("tier", PARTNER): _("made for your tier, so it goes before general rules"),
    }
    goods = {
        "sku": _("made for this product, so it goes before rules for all goods"),
        "category": _("made for this category, so it goes before rules for all goods"),
    }
    found = [scopes.get((rule["scope"], audience), ""), goods.get(rule.get("goods", ""), "")]
    if rule.get("adds"):
        found.append(_("paid on top of what else pays"))
    return found


def why_not(other: Mapping[str, Any]) -> str:
    """Why another rule did not pay."""
    words = {
        "not_yet": _("“%(name)s”, version %(version)d, was not yet in force"),
        "no_longer": _("“%(name)s”, version %(version)d, was no longer in force"),
        "other_currency": _("“%(name)s” pays in another currency"),
        "conditions": _("“%(name)s” has conditions that this did not meet"),
        "over": _("“%(name)s” had run out for this customer"),
        "no_cost": _("“%(name)s” pays of the margin, and no cost was sent"),
        "renewals_first": _("“%(name)s” is for first sales; the rule for renewals goes first"),
        "less_specific": _("“%(name)s” is more general, so it comes after"),
        "wider_goods": _("“%(name)s” is for more goods, so it comes after"),
        "lower_priority": _("“%(name)s” has a lower priority"),
        "newer": _("“%(name)s” was made later; the older rule goes first"),
    }
    return words.get(other["why"], "") % other
