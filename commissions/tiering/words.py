"""Tiers in words, in the active language: what they ask for, who moved and why."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.models import Program, Tier, TierCause, TierMove
from campaigns.services.placing import Shift
from commissions.goals.words import days_text, figure_text, value_text
from commissions.tiering.rules import Verdict
from commissions.tiering.windows import CALENDAR

ASKS: Final[dict[str, str | Promise]] = {
    "previous_month": gettext_lazy("%(value)s in a calendar month"),
    "rolling_90_days": gettext_lazy("%(value)s in 90 days"),
    "quarter": gettext_lazy("%(value)s in a calendar quarter"),
    "year": gettext_lazy("%(value)s in a calendar year"),
    "lifetime": gettext_lazy("%(value)s in all"),
}


def name_of(tier: Tier | None) -> str:
    """The tier's name; "" for none."""
    return tier.name if tier else ""


def condition_text(tier: Tier, currency: str) -> str:
    """`EUR 1,000.00 of sales in a calendar quarter`, or who places partners there."""
    if not tier.has_condition:
        return _("Placed by people, not by figures")
    if not tier.threshold:
        return _("Every partner of the program has it")
    value = value_text(tier.metric, tier.threshold or 0, currency)
    return str(ASKS[tier.window]) % {"value": value}


def grace_text(tier: Tier) -> str:
    """How long who falls short keeps the tier; "" where nobody can."""
    if not tier.has_condition or not tier.threshold:
        return ""
    if not tier.grace_days:
        return _("Who falls short leaves at once.")
    return ngettext(
        "Who falls short keeps it %(n)d day.",
        "Who falls short keeps it %(n)d days.",
        tier.grace_days,
    ) % {"n": tier.grace_days}


def facts_text(facts: Mapping[str, Any], currency: str) -> str:
    """`EUR 1,200.00 of sales, 1 Jul – 30 Sep 2026; it takes EUR 1,000.00`; "" without facts."""
    if not facts:
        return ""
    first, last = date.fromisoformat(facts["from"]), date.fromisoformat(facts["to"])
    values = {
        "value": value_text(facts["metric"], facts["value"], currency),
        "days": days_text(last, last) if facts["window"] == "lifetime" else days_text(first, last),
        "threshold": figure_text(facts["metric"], facts["threshold"], currency),
    }
    if facts["window"] == "lifetime":
        return _("%(value)s up to %(days)s; it takes %(threshold)s") % values
    return _("%(value)s, %(days)s; it takes %(threshold)s") % values


def move_reason(move: TierMove, currency: str) -> str:
    """Why a partner moved, in a sentence without its full stop."""
    if move.cause == TierCause.STAFF:
        return _("Placed by a person")
    if move.facts and not move.facts["threshold"] and move.cause == TierCause.REACHED:
        return _("Every partner of the program has it")
    return facts_text(move.facts, currency) or str(move.get_cause_display())


def moved_news(program: Program, moved: Shift, language: str) -> tuple[str, str]:
    """Subject and body for a partner who rose or dropped."""
    with translation.override(language):
        values = {"program": program.name, "tier": name_of(moved.after)}
        reason = facts_text(moved.facts, program.currency)
        body = f"{reason}." if reason else ""
        if moved.cause == TierCause.REACHED:
            return _("%(program)s: you are %(tier)s now") % values, body
        if moved.after is None:
            values["tier"] = name_of(moved.before)
            return _("%(program)s: you are no longer %(tier)s") % values, body
        return _("%(program)s: your tier is %(tier)s now") % values, body


def warning(
    program: Program, tier: Tier | None, verdict: Verdict, language: str
) -> tuple[str, str]:
    """Subject and body for a partner whose figures fell short of his tier."""
    with translation.override(language):
        day = days_text(verdict.falls_on, verdict.falls_on) if verdict.falls_on else ""
        values = {"program": program.name, "tier": name_of(tier), "day": day}
        subject = _("%(program)s: you keep %(tier)s until %(day)s") % values
        body = _("Your figures fell short of it.")
        if tier is not None and tier.window not in CALENDAR:
            body += " " + _("Reach them again before that day, and you stay.")
        return subject, body
