"""Computing one settlement: the period's own amounts, and what earlier periods became since.

Everything is computed anew from what is known now. A correction is the difference to what the
settlements before stated, so that nothing is paid twice and nothing is lost.
"""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum

from commissions.models import (
    Agreement,
    AgreementVersion,
    EntryStatus,
    SettlementLine,
)
from commissions.settlements import calendar, sold, terms
from commissions.settlements.calendar import Span
from commissions.settlements.components import Component, Entered, Known, Parties, components
from commissions.settlements.sold import Sold

MAIN = frozenset({"royalty", "share", "fee"})
Key = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One line to be written; `belongs_on` is the first day of the period it is about."""

    party_id: str
    code: str
    belongs_on: date
    base: int
    amount: int
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Computed:
    """A settlement as it would be now."""

    span: Span
    late: bool
    version: AgreementVersion
    lines: list[Line]
    facts: dict[str, Any]

    def owed(self) -> dict[str, int]:
        """What each party is owed, by party id."""
        found: dict[str, int] = {}
        for line in self.lines:
            found[line.party_id] = found.get(line.party_id, 0) + line.amount
        return found

    @property
    def digest(self) -> str:
        """A fingerprint of what would be approved."""
        rows = [
            [one.party_id, one.code, one.belongs_on.isoformat(), one.base, one.amount]
            for one in self.lines
        ]
        return hashlib.sha256(json.dumps(sorted(rows)).encode()).hexdigest()


def compute(agreement: Agreement, span: Span, *, given: terms.Terms | None = None) -> Computed:
    """The settlement of `span` from what is known now; a span after the end only corrects.

    `given` terms stand in for those in force from `span` on, for a preview.
    """
    spans = calendar.spans(agreement.starts_on, agreement.ends_on, span.length, span.ends_on)
    versions = list(agreement.versions.order_by("number"))
    late = all(one.starts_on != span.starts_on for one in spans)
    known = _known(agreement, spans, span, versions, given)
    rows = components(known, parties_of(agreement), agreement.ends_on)
    stated = _stated(agreement, span)
    own: list[Line] = []
    late_lines: list[Line] = []
    for one, parts in zip(known, rows, strict=True):
        if one.span.starts_on == span.starts_on:
            own += [_line(part, span.starts_on) for part in parts]
        else:
            late_lines += corrections(one.span.starts_on, parts, stated)
    version = version_for(versions, span.starts_on)
    facts = _figures(agreement, span, None if late or not known else known[-1])
    return Computed(span, late, version, [*own, *late_lines], facts)


def version_for(versions: Sequence[AgreementVersion], day: date) -> AgreementVersion:
    """The version in force for the period that starts on `day`."""
    found = [one for one in versions if one.from_on <= day]
    return max(found, key=lambda one: one.number) if found else versions[0]


def parties_of(agreement: Agreement) -> Parties:
    """Ids of an agreement's parties."""
    rows = agreement.parties.order_by("position", "id").values_list("pk", "enrollment_id")
    own = next((str(pk) for pk, enrollment in rows if enrollment is None), "")
    return Parties(own, tuple(str(pk) for pk, enrollment in rows if enrollment is not None))


def enrollments_of(agreement: Agreement) -> list[uuid.UUID] | None:
    """Whose sales count: the partner's; all of the program where revenue is shared."""
    if agreement.kind == Agreement.Kind.SHARED_REVENUE:
        return None
    rows = agreement.parties.exclude(enrollment=None)
    return list(rows.values_list("enrollment_id", flat=True))


def _line(part: Component, belongs_on: date) -> Line:
    return Line(part.party, part.code, belongs_on, part.base, part.amount, part.facts)


def corrections(
    belongs_on: date, parts: list[Component], stated: dict[date, dict[Key, tuple[int, int]]]
) -> list[Line]:
    """How an earlier period's parts differ from what settlements before said of it."""
    before = stated.get(belongs_on, {})
    now = {(one.party, one.code): one for one in parts}
    lines = []
    for key in [*now, *(key for key in before if key not in now)]:
        part = now.get(key) or Component(*key, base=0, amount=0)
        base, amount = before.get(key, (0, 0))
        if part.amount == amount and (part.base == base or part.code not in MAIN):
            continue
        facts = {
            "base_before": base,
            "base_now": part.base,
            "amount_before": amount,
            "amount_now": part.amount,
        }
        moved = (part.base - base, part.amount - amount)
        lines.append(Line(part.party, part.code, belongs_on, *moved, facts))
    return lines


def _stated(agreement: Agreement, span: Span) -> dict[date, dict[Key, tuple[int, int]]]:
    """What the settlements before `span` said of each period, by party and code."""
    rows = (
        SettlementLine.objects.filter(
            settlement__agreement=agreement, settlement__starts_on__lt=span.starts_on
        )
        .order_by()
        .values("belongs_on", "party_id", "code")
        .annotate(base=Sum("base_minor"), amount=Sum("amount_minor"))
    )
    found: dict[date, dict[Key, tuple[int, int]]] = {}
    for row in rows:
        key = (str(row["party_id"]), row["code"])
        found.setdefault(row["belongs_on"], {})[key] = (int(row["base"]), int(row["amount"]))
    return found


def _known(
    agreement: Agreement,
    spans: list[Span],
    current: Span,
    versions: list[AgreementVersion],
    given: terms.Terms | None,
) -> list[Known]:
    agreed = [
        given
        if given and one.starts_on >= current.starts_on
        else terms.parse(agreement.kind, version_for(versions, one.starts_on).terms)
        for one in spans
    ]
    until, whose = current.ends_on, enrollments_of(agreement)
    months = {
        one: sold.by_month(agreement, one, until, whose)
        for one in {each.goods for each in agreed if each.source != "reports"}
    }
    entered, granted = _entered(agreement, spans, until), _granted(agreement, spans, until)
    return [
        Known(
            span=one,
            terms=each,
            sold=_within(months.get(each.goods, {}), one),
            entered=entered.get(one.starts_on, {}),
            granted=granted.get(one.starts_on, 0),
        )
        for one, each in zip(spans, agreed, strict=True)
    ]


def _within(months: dict[date, Sold], span: Span) -> Sold:
    first = span.starts_on.replace(day=1)
    found = [row for month, row in months.items() if first <= month <= span.ends_on]
    return sum(found, Sold())


def _entered(
    agreement: Agreement, spans: list[Span], until: date
) -> dict[date, dict[Key, Entered]]:
    """Approved reports by the period of their day, its kind and party."""
    rows = (
        agreement.entries.filter(status=EntryStatus.APPROVED, on__lte=until)
        .order_by()
        .values("on", "kind", "party_id")
        .annotate(amount=Sum("amount_minor"), quantity=Sum("quantity"))
    )
    found: dict[date, dict[Key, Entered]] = {}
    for row in rows:
        place = found.setdefault(_place(spans, row["on"]), {})
        key = (row["kind"], str(row["party_id"]))
        more = Entered(int(row["amount"]), int(row["quantity"]))
        place[key] = place.get(key, Entered()) + more
    return found


def _granted(agreement: Agreement, spans: list[Span], until: date) -> dict[date, int]:
    found: dict[date, int] = {}
    for row in agreement.advances.filter(granted_on__lte=until):
        place = _place(spans, row.granted_on)
        found[place] = found.get(place, 0) + row.amount_minor
    return found


def _place(spans: list[Span], day: date) -> date:
    """First day of the period that `day` counts in; the nearest for one outside all."""
    inside = [one.starts_on for one in spans if one.starts_on <= day]
    return inside[-1] if inside else spans[0].starts_on


def _figures(agreement: Agreement, span: Span, known: Known | None) -> dict[str, Any]:
    """Figures of the period that belong to no single party."""
    if known is None:
        return {}
    found, counted = known.from_sales, known.terms.source != "reports"
    facts: dict[str, Any] = {
        "sold": found.sold,
        "refunded": found.refunded,
        "sales": found.sales,
        "refunds": found.refunds,
        "units": found.units,
        "units_back": found.units_back,
    }
    for kind in ("net_sales", "revenue", "cost", "units"):
        amount = sum(one.amount for (name, _), one in known.entered.items() if name == kind)
        facts[f"reported_{kind}"] = amount
    whose = enrollments_of(agreement)
    facts["other_currency"] = (
        sold.in_other_currencies(agreement, span.starts_on, span.ends_on, whose) if counted else 0
    )
    return facts


def next_span(agreement: Agreement, today: date) -> tuple[Span, bool]:
    """The first period without a settlement, and whether it lies after the agreement's end.

    After the end it is the last calendar period that is over, which gathers what came late.
    """
    last = agreement.settlements.order_by("-starts_on").first()
    day = last.ends_on + timedelta(days=1) if last else agreement.starts_on
    length, ends_on = agreement.period, agreement.ends_on
    whole = calendar.span_of(day, length)
    if ends_on is None or day <= ends_on:
        end = whole.ends_on if ends_on is None else min(whole.ends_on, ends_on)
        return Span(day, end, length), False
    over = calendar.span_of(calendar.span_of(today, length).starts_on - timedelta(days=1), length)
    chosen = over if over.ends_on >= day else whole
    return Span(max(chosen.starts_on, day), chosen.ends_on, length), True
