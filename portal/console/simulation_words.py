"""What a simulation tried and what came of it, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import selectors as campaigns
from campaigns.models import Program, Tier
from commissions.models import Rule, Simulation, SimulationLine
from commissions.reasons import rule_words
from commissions.rules.history import SALES
from commissions.simulation import selectors
from commissions.simulation.selectors import Sums, Tried
from portal import money_format, time_format
from portal.console.rules.words import changed_parts, names_from, scope_words
from prm.money import to_major


@dataclass(frozen=True)
class ShownRule:
    """One candidate in words: its name, what happens to it, and what it says or changes."""

    name: str
    act: str
    tone: str
    says: str | SafeString
    for_whom: str
    key: str
    is_stale: bool
    place: int
    may_go_on: bool = True


def period_words(simulation: Simulation) -> str:
    """`21 Aug – 18 Nov 2026`."""
    return time_format.period_text(simulation.since, simulation.until)


def title_of(simulation: Simulation) -> str:
    """What the page of a simulation is called: the rules it tries, or how many they are."""
    names = [name for one in simulation.candidates if (name := _name(one))]
    if len(simulation.candidates) == 1 and names:
        return names[0]
    count = len(simulation.candidates)
    return ngettext("%(n)d rule changed", "%(n)d rules changed", count) % {"n": count}


def _name(stored: Mapping[str, Any]) -> str:
    content = stored.get("content")
    return str(content["name"]) if content else ""


def shown_rules(simulation: Simulation, tried: Sequence[Tried]) -> list[ShownRule]:
    """The candidates, each against the rule as it stood when they were tried."""
    program = simulation.program
    tiers = list(campaigns.tiers().filter(program=program))
    return [_shown(program, tiers, one, place) for place, one in enumerate(tried)]


def _shown(program: Program, tiers: Sequence[Tier], tried: Tried, place: int) -> ShownRule:
    content = tried.stored.get("content")
    scope = {f"{name}_id": key for name, key in tried.stored["scope"].items()}
    rule = tried.rule or Rule(program=program, **scope)
    names, whom = names_from(tiers, rule), scope_words(rule)
    key = str(tried.rule.pk) if tried.rule else ""
    if tried.newest is None:
        says = rule_words.sentence_of(content, program.currency, names) if content else ""
        name = _name(tried.stored)
        return ShownRule(name, _("New"), "good", says, whom, key, tried.is_stale, place)
    old = rule_words.content_of(tried.newest)
    name = tried.newest.name
    if content is None:
        says = rule_words.sentence_of(old, program.currency, names)
        return ShownRule(name, _("Ends"), "warn", says, whom, key, tried.is_stale, place, False)
    differs = changed_parts(old, content, program.currency, names)
    says = differs or _("It says the same under another name.")
    return ShownRule(content["name"], _("Changes"), "move", says, whom, key, tried.is_stale, place)


@dataclass(frozen=True)
class Move:
    """What pays instead of what: the sentence, and what it makes of the amounts."""

    words: str
    difference: int
    currency: str


def moves_of(simulation: Simulation) -> list[Move]:
    """The largest changes of what pays, most first."""
    is_sold = all(
        (one.get("content") or {"event": "sale"})["event"] in SALES for one in simulation.candidates
    )
    return [
        Move(_move_text(move, is_sold), move["difference"], move["currency"])
        for move in simulation.moves
    ]


def _move_text(move: Mapping[str, Any], is_sold: bool) -> str:
    before, after = move["from"], move["to"]
    counted = _counted(move["sales"], is_sold)
    values = {"counted": counted, "old": before, "new": after}
    if before == after:
        return _("%(counted)s: “%(new)s” pays another amount") % values
    if not before:
        return _("%(counted)s: “%(new)s” pays too, and no rule pays less") % values
    if not after:
        return _("%(counted)s: “%(old)s” pays no more, and nothing instead") % values
    return _("%(counted)s: “%(new)s” pays instead of “%(old)s”") % values


def _counted(count: int, is_sold: bool) -> str:
    shown = money_format.number(count)
    if is_sold:
        return ngettext("%(n)s order", "%(n)s orders", count) % {"n": shown}
    return ngettext("%(n)s event", "%(n)s events", count) % {"n": shown}


@dataclass(frozen=True)
class Figures:
    """The sums of one currency with their shares in percent; None where nothing was sold."""

    sums: Sums
    percent: Decimal | None
    share_now: Decimal | None
    share_then: Decimal | None
    largest: list[SimulationLine]
    chart: dict[str, Any] | None

    @property
    def is_money(self) -> bool:
        """Whether it is a currency, which has a cost of sales, and not points."""
        return self.share_now is not None

    @property
    def chart_css(self) -> str:
        """How high the chart is: by how many bars it has."""
        return "tall" if len(self.largest) > 6 else "low"

    @property
    def sign(self) -> str:
        """What stands before the difference where it is more."""
        return "+" if self.sums.difference > 0 else ""


def figures_of(simulation: Simulation) -> list[Figures]:
    """The sums by currency, each with its ten largest differences."""
    return [_figures(simulation, sums) for sums in selectors.sums_of(simulation)]


def _figures(simulation: Simulation, sums: Sums) -> Figures:
    largest = selectors.largest(simulation, sums.currency)
    return Figures(
        sums,
        _share(sums.difference, sums.now),
        _share(sums.now, sums.net),
        _share(sums.then, sums.net),
        largest,
        _chart(largest, sums.currency),
    )


def _share(part: int, whole: int) -> Decimal | None:
    if whole <= 0:
        return None
    return round(Decimal(part) * 100 / whole, 1)


def _chart(largest: Sequence[SimulationLine], currency: str) -> dict[str, Any] | None:
    """Differences as bars in major units, gains and losses in two colours."""
    if not largest:
        return None
    values = [float(to_major(line.difference_minor, currency)) for line in largest]
    series = {"name": _("Difference"), "values": values, "colour": "accent", "below": "brand-mark"}
    return {"labels": [line.partner.name for line in largest], "series": [series]}


def spans(today: date) -> list[tuple[str, str, date, date]]:
    """The ready periods: key, words, first and last day."""
    from_month = (today.month - 1) // 3 * 3 + 1
    this_quarter = today.replace(month=from_month, day=1)
    quarter_end = date.fromordinal(this_quarter.toordinal() - 1)
    quarter_start = quarter_end.replace(month=quarter_end.month - 2, day=1)
    return [
        ("90", _("Last 90 days"), _back(today, 89), today),
        ("30", _("Last 30 days"), _back(today, 29), today),
        ("quarter", _("Last quarter"), quarter_start, quarter_end),
        ("year", _("Last 12 months"), _back(today, 364), today),
    ]


def _back(today: date, days: int) -> date:
    return date.fromordinal(today.toordinal() - days)
