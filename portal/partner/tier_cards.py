"""A partner's tier as he reads it: where he stands, what is missing, what the next one brings."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from campaigns.models import Enrollment, Tier, TierMove
from commissions.goals.words import days_text, figure_text, value_text
from commissions.rules.windows import ROLLING
from commissions.tiering import selectors, words
from commissions.tiering.selectors import Gap, Standing
from sellers.models import Seller

MOST_MOVES: Final = 8


@dataclass(frozen=True)
class Rung:
    """One line of the ladder: the tier, what it asks for, and whether it is the partner's."""

    tier: Tier
    asks: str
    own: bool


@dataclass(frozen=True)
class TierCard:
    """One program's tiers for one partner, in words; empty texts where there is nothing to say."""

    standing: Standing
    program: str
    name: str
    gap: Gap | None
    missing: str
    value: str
    target: str
    pace: str
    notice: str
    benefits: list[str]
    ladder: list[Rung]
    moves: list[tuple[TierMove, str]] = field(default_factory=list)


def cards(enrollments: Iterable[Enrollment], seller: Seller) -> list[TierCard]:
    """A card for each program that has tiers; a query for the tiers, two for each gap."""
    rows = list(enrollments)
    for row in rows:
        row.program.seller = seller
    return [card(one) for one in selectors.standings(rows)]


def with_moves(shown: list[TierCard]) -> list[TierCard]:
    """The same cards with how he came into each tier, newest first; one query."""
    rows = [one.standing.enrollment for one in shown]
    currencies = {row.pk: row.program.currency for row in rows}
    found: dict[uuid.UUID, list[tuple[TierMove, str]]] = {}
    for move in selectors.moves().filter(enrollment__in=rows).order_by("-at", "-id"):
        reason = words.move_reason(move, currencies[move.enrollment_id])
        found.setdefault(move.enrollment_id, []).append((move, reason))
    return [
        replace(one, moves=found.get(one.standing.enrollment.pk, [])[:MOST_MOVES]) for one in shown
    ]


def card(standing: Standing) -> TierCard:
    """One standing in words; needs the program's seller."""
    program, own = standing.enrollment.program, standing.tier
    gap = standing.next or standing.keep
    shown = standing.next.tier if standing.next else own
    return TierCard(
        standing=standing,
        program=program.name,
        name=own.name if own else _("None yet"),
        gap=gap,
        missing=_missing(gap, program.currency, keeps=standing.next is None) if gap else "",
        value=_value(gap, program.currency) if gap else "",
        target=figure_text(gap.tier.metric, gap.target, program.currency) if gap else "",
        pace=_pace(gap, program.currency) if gap else "",
        notice=_notice(standing),
        benefits=list(shown.benefits) if shown else [],
        ladder=[
            Rung(tier, words.condition_text(tier, program.currency), tier == own)
            for tier in reversed(standing.tiers)
        ],
    )


def _missing(gap: Gap, currency: str, *, keeps: bool) -> str:
    """`EUR 184.00 of sales more by 31 Dec 2026 make you Gold.`"""
    values = {
        "missing": value_text(gap.tier.metric, gap.missing, currency),
        "day": days_text(gap.days.last, gap.days.last),
        "from_day": days_text(gap.days.decides_on, gap.days.decides_on),
        "tier": gap.tier.name,
    }
    if not gap.missing:
        if keeps:
            return _("You keep %(tier)s.") % values
        return _("You have reached it: %(tier)s from %(from_day)s.") % values
    if keeps and gap.has_deadline:
        return _("%(missing)s more by %(day)s keep you %(tier)s.") % values
    if keeps:
        return _("%(missing)s more keep you %(tier)s.") % values
    if gap.has_deadline:
        return _("%(missing)s more by %(day)s make you %(tier)s.") % values
    return _("%(missing)s more make you %(tier)s.") % values


def _value(gap: Gap, currency: str) -> str:
    """`EUR 716.00, 1 Oct – 31 Dec 2026`."""
    values = {
        "value": figure_text(gap.tier.metric, gap.value, currency),
        "days": days_text(gap.days.first, gap.days.last),
    }
    if gap.tier.window == ROLLING:
        return _("%(value)s in 90 days") % values
    if not gap.has_deadline:
        return _("%(value)s in all") % values
    return _("%(value)s, %(days)s") % values


def _pace(gap: Gap, currency: str) -> str:
    """When he gets there as in the last four weeks; "" where that says nothing."""
    if gap.reaches_on is None or not gap.missing:
        return ""
    values = {
        "target": figure_text(gap.tier.metric, gap.target, currency),
        "day": days_text(gap.reaches_on, gap.reaches_on),
    }
    return _("At your pace of the last 4 weeks: %(target)s around %(day)s.") % values


def _notice(standing: Standing) -> str:
    """That he is about to lose his tier, or that it is kept by agreement."""
    row, own = standing.enrollment, standing.tier
    if own is None:
        return ""
    if row.tier_pinned_at is not None:
        return _("Kept by agreement, whatever your figures.")
    if row.tier_falls_on is None:
        return ""
    last = row.tier_falls_on - timedelta(days=1)
    values = {"tier": own.name, "day": days_text(last, last)}
    return _("Your figures fell short: you keep %(tier)s until %(day)s.") % values
