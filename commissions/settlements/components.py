"""What each party is owed for each period of an agreement, component by component. Pure.

All periods from the first are computed together: a contract year's guarantee and an advance run
over several of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from commissions.settlements import calendar, rules
from commissions.settlements.calendar import Span
from commissions.settlements.sold import Sold
from commissions.settlements.terms import DistributionTerms, RoyaltyTerms, SharedTerms, Terms


@dataclass(frozen=True)
class Entered:
    """What was reported and approved: minor units, and units of goods."""

    amount: int = 0
    quantity: int = 0

    def __add__(self, other: "Entered") -> "Entered":
        return Entered(self.amount + other.amount, self.quantity + other.quantity)


@dataclass(frozen=True)
class Known:
    """All that is known of one period. `entered` is by kind and party id."""

    span: Span
    terms: Terms
    sold: Sold = field(default_factory=Sold)
    entered: Mapping[tuple[str, str], Entered] = field(default_factory=dict)
    granted: int = 0

    @property
    def from_sales(self) -> Sold:
        """What was sold, where the terms count sales."""
        return self.sold if self.terms.source != "reports" else Sold()

    def reported(self, kind: str) -> Entered:
        """What all parties reported of `kind`, where the terms count reports."""
        if self.terms.source == "sales":
            return Entered()
        return sum((one for (k, _), one in self.entered.items() if k == kind), Entered())

    def by_party(self, kind: str) -> dict[str, int]:
        """Reported amounts of `kind` by party id."""
        return {party: one.amount for (k, party), one in self.entered.items() if k == kind}


@dataclass(frozen=True)
class Parties:
    """Ids of the parties: the seller's own, "" where he is none, and all others."""

    seller: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class Component:
    """One signed amount for a party, what it is computed from, and the facts that explain it."""

    party: str
    code: str
    base: int
    amount: int
    facts: dict[str, Any] = field(default_factory=dict)


def components(
    known: Sequence[Known], parties: Parties, ends_on: date | None
) -> list[list[Component]]:
    """For each known period, in their order, what makes up what each party is owed."""
    if not known:
        return []
    if isinstance(known[0].terms, RoyaltyTerms):
        return _royalties(known, parties, ends_on)
    if isinstance(known[0].terms, SharedTerms):
        return [_shared(one, one.terms, parties) for one in known]  # type: ignore[arg-type]
    return [_distribution(one, one.terms, parties) for one in known]  # type: ignore[arg-type]


# Royalties


def _royalties(
    known: Sequence[Known], parties: Parties, ends_on: date | None
) -> list[list[Component]]:
    party = parties.others[0]
    rows = [[_royalty(one, one.terms, party)] for one in known]  # type: ignore[arg-type]
    _add_guarantees(rows, known, ends_on)
    earned = [sum(one.amount for one in row) for row in rows]
    granted = [one.granted for one in known]
    before = 0
    for row, more, part in zip(rows, granted, rules.recoup(earned, granted), strict=True):
        if before + more:
            facts = {"before": before + more, "left": part.left}
            row.append(Component(party, "recouped", before + more, -part.amount, facts))
        before = part.left
    return rows


def _royalty(known: Known, terms: RoyaltyTerms, party: str) -> Component:
    sold, reported = known.from_sales, known.reported("net_sales").amount
    net = sold.net + reported
    found = rules.royalty(net, terms.rate, terms.steps)
    slices = [
        {"base": one.base, "rate": str(one.rate), "exact": str(one.exact)} for one in found.slices
    ]
    facts = {
        "net": net,
        "sold": sold.sold,
        "refunded": sold.refunded,
        "reported": reported,
        "rate": str(terms.rate),
        "slices": slices,
    }
    return Component(party, "royalty", net, found.amount, facts)


def _add_guarantees(
    rows: list[list[Component]], known: Sequence[Known], ends_on: date | None
) -> None:
    """Top-ups to the guarantee: of each period, or at the period that ends a contract year."""
    in_year: dict[int, int] = {}
    places = calendar.years([one.span for one in known], ends_on)
    for row, one, (year, last) in zip(rows, known, places, strict=True):
        earned = row[0].amount
        in_year[year] = in_year.get(year, 0) + earned
        guarantee = one.terms.guarantee if isinstance(one.terms, RoyaltyTerms) else None
        if guarantee is None or (guarantee.per == "year" and not last):
            continue
        days, whole = one.span.days, one.span.full_days
        if guarantee.per == "year":
            days, whole = calendar.year_days(known[0].span.starts_on, year, ends_on)
            earned = in_year[year]
        due = rules.cut_to_days(guarantee.amount, days, whole)
        facts = {"guarantee": due, "per": guarantee.per, "earned": earned}
        if days < whole:
            facts |= {"days": days, "of_days": whole, "agreed": guarantee.amount}
        more = rules.top_up(earned, due)
        in_year[year] += more
        row.append(Component(row[0].party, "guarantee", due, more, facts))


# Shared revenue and cost


def _shared(known: Known, terms: SharedTerms, parties: Parties) -> list[Component]:
    sales = known.from_sales.net
    revenue = known.by_party("revenue") if terms.source != "sales" else {}
    if sales:
        revenue[parties.seller] = revenue.get(parties.seller, 0) + sales
    cost = known.by_party("cost") if terms.costs else {}
    results = rules.share(terms.parts, revenue, cost)
    held, borne, whole = sum(revenue.values()), sum(cost.values()), sum(terms.parts.values())
    rows = []
    for party, result in results.items():
        parts = terms.parts.get(party, 0)
        facts = {"parts": parts, "of_parts": whole, "revenue": held, "cost": borne}
        rows.append(Component(party, "share", held - borne, result.part, facts))
        if result.cost:
            rows.append(Component(party, "cost", result.cost, result.cost))
        if result.revenue:
            rows.append(Component(party, "revenue", result.revenue, -result.revenue))
    return rows


# Distribution


def _distribution(known: Known, terms: DistributionTerms, parties: Parties) -> list[Component]:
    party, sold, moved = parties.others[0], known.from_sales, known.reported("units")
    units, net = sold.units_net + moved.quantity, sold.net + moved.amount
    facts: dict[str, Any] = {"fee": terms.fee, "units": units, "net": net}
    if terms.fee == "per_unit":
        facts["each"] = terms.amount
        fee = Component(party, "fee", units, rules.fee_per_unit(units, terms.amount), facts)
    else:
        facts["rate"] = str(terms.rate)
        fee = Component(party, "fee", net, rules.fee_percent(net, terms.rate), facts)
    if not terms.minimum:
        return [fee]
    span = known.span
    due = rules.cut_to_days(terms.minimum, span.days, span.full_days)
    least: dict[str, Any] = {"minimum": due, "earned": fee.amount}
    if span.is_short:
        least |= {"days": span.days, "of_days": span.full_days, "agreed": terms.minimum}
    return [fee, Component(party, "minimum", due, rules.top_up(fee.amount, due), least)]
