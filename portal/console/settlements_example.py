"""The worked example beside the form of an agreement: one period from made-up figures."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from commissions.settlements import words
from commissions.settlements.calendar import span_of
from commissions.settlements.components import Component, Entered, Known, Parties, components
from commissions.settlements.sold import Sold
from commissions.settlements.words import Row
from portal.console.settlements_forms import AgreementForm, parsed
from prm.errors import Unacceptable
from prm.money import MAX_MINOR, to_minor

MOST_DIGITS = 12
USUAL = {"royalty": ("40000", "0"), "shared_revenue": ("10000", "2000"),
         "distribution": ("20000", "400")}  # fmt: skip
SMALL_UNITS = frozenset({"IDR", "VND", "KRW", "JPY"})


@dataclass(frozen=True)
class Worked:
    """What each party would be owed."""

    name: str
    rows: list[Row]
    total: int


@dataclass(frozen=True)
class Figures:
    """The two figures of the example with their labels: sales and advance, cost or units."""

    first_label: str
    first: str
    second_label: str
    second: str


def figures(kind: str, currency: str, given: QueryDict) -> Figures:
    """What the reader wrote, or round figures to begin with."""
    first, second = USUAL[kind]
    more = "000" if currency in SMALL_UNITS else ""
    code = {"currency": currency}
    labels = {
        "royalty": (_("Net sales of a period, %(currency)s"), _("Advance left, %(currency)s")),
        "shared_revenue": (_("Revenue of a period, %(currency)s"), _("Your cost, %(currency)s")),
        "distribution": (_("Net value that moved, %(currency)s"), _("Units that moved")),
    }[kind]
    second += "" if kind == "distribution" or second == "0" else more
    return Figures(
        labels[0] % code,
        given.get("sample") or first + more,
        labels[1] % code,
        given.get("sample_2") or second,
    )


def example(form: AgreementForm, given: QueryDict) -> list[Worked]:
    """What the form's terms come to for the figures; nothing while it is not whole."""
    form.full_clean()
    needed = {"source", "skus", "categories", *(name for name in form.fields if _is_term(name))}
    if needed & set(form.errors) or any(name not in form.cleaned_data for name in needed):
        return []
    shown = figures(form.kind, form.currency, given)
    names, parts = _parties(form)
    try:
        agreed = parsed(form.kind, form, parts)
    except (Unacceptable, ArithmeticError):
        return []
    if form.kind == "shared_revenue" and "seller" not in parts:
        return []
    first, second = _minor(shown.first, form.currency), _minor(shown.second, form.currency)
    units = second // 10 ** _digits(form.currency) if form.kind == "distribution" else 1
    reports = agreed.source == "reports"
    entered = _reported(form.kind, first, units) if reports else {}
    if form.kind == "shared_revenue" and second:
        entered["cost", "seller"] = Entered(second)
    length = form.cleaned_data.get("period") or "quarter"
    known = Known(
        span=span_of(timezone.localdate(), length),
        terms=agreed,
        sold=Sold() if reports else Sold(sold=first, units=units),
        entered=entered,
        granted=second if form.kind == "royalty" else 0,
    )
    others = tuple(name for name in names if name != "seller") or ("partner",)
    (rows,) = components([known], Parties("seller", others), None)
    return _worked(rows, names, known, form.currency)


def _is_term(name: str) -> bool:
    starts = ("rate", "step_", "guarantee", "part", "costs", "fee_", "minimum")
    return name.startswith(starts) and name != "partner"


def _parties(form: AgreementForm) -> tuple[dict[str, str], dict[str, int]]:
    """Names and parts by a key of the example's own."""
    if form.kind != "shared_revenue":
        chosen = form.enrollments.get(form.cleaned_data.get("partner") or "")
        return {"partner": chosen.partner.name if chosen else _("The partner")}, {}
    names, parts = {}, {}
    for place, one in enumerate(form.parties()):
        key = f"p{place}" if one.enrollment else "seller"
        names[key] = one.enrollment.partner.name if one.enrollment else form.program.seller.name
        parts[key] = one.parts
    return names, parts


def _reported(kind: str, amount: int, units: int) -> dict[tuple[str, str], Entered]:
    code = {"royalty": "net_sales", "shared_revenue": "revenue", "distribution": "units"}[kind]
    return {(code, "seller"): Entered(amount, units)}


def _worked(
    rows: list[Component], names: dict[str, str], known: Known, currency: str
) -> list[Worked]:
    found = []
    for key in sorted(names, key=lambda one: one == "seller"):
        own = [_row(one, known, currency) for one in rows if one.party == key]
        if own:
            found.append(Worked(names[key], own, sum(one.amount for one in own)))
    return found


def _row(part: Component, known: Known, currency: str) -> Row:
    first = known.span.starts_on
    line: dict[str, Any] = {**vars(part), "belongs_on": first}
    return words.row_of(line, first, known.span.length, currency)


def _minor(text: str, currency: str) -> int:
    try:
        amount = Decimal(text.replace(",", ""))
    except ArithmeticError:
        amount = Decimal(0)
    if not amount.is_finite() or amount.adjusted() > MOST_DIGITS:
        amount = Decimal(0)
    return min(max(to_minor(amount, currency), 0), MAX_MINOR)


def _digits(currency: str) -> int:
    return len(str(to_minor(Decimal(1), currency))) - 1
