"""Settlements in the reader's words: periods, terms, and every line of a statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from commissions.models import LineCode
from commissions.reasons.figures import GAP, amount_text, number
from commissions.settlements.calendar import Span, span_of
from commissions.settlements.terms import DistributionTerms, RoyaltyTerms, SharedTerms, Terms


@dataclass(frozen=True)
class Row:
    """One line of a statement: what it is, how it came about, its amount in minor units."""

    label: str
    words: str
    amount: int
    correction: bool


def period_name(starts_on: date, length: str) -> str:
    """`March 2026`, `Q3 2026`, `second half of 2026`, `2026`."""
    if length == "month":
        text: str = format_date(starts_on, "LLLL y", locale=_locale())
        return text
    if length == "quarter":
        return _("Q%(number)d %(year)d") % {
            "number": (starts_on.month + 2) // 3,
            "year": starts_on.year,
        }
    if length == "half_year":
        words = _("first half of %(year)d") if starts_on.month < 7 else _("second half of %(year)d")
        return words % {"year": starts_on.year}
    return str(starts_on.year)


def span_name(span: Span) -> str:
    """A period's name; a short one says its days."""
    name = period_name(span.starts_on, span.length)
    if not span.is_short:
        return name
    first, last = day_name(span.starts_on), day_name(span.ends_on)
    return _("%(period)s, %(first)s to %(last)s") % {"period": name, "first": first, "last": last}


def day_name(day: date) -> str:
    """`20 Sep 2026`."""
    text: str = format_date(day, "d MMM y", locale=_locale())
    return text


def row_of(line: Mapping[str, Any], own: date, length: str, currency: str) -> Row:
    """A stored line {code, belongs_on, base, amount, facts} as it is read.

    `own` is the first day of the settlement's period: a line of another one is a correction.
    """
    label, belongs_on = str(LineCode(line["code"]).label), line["belongs_on"]
    if belongs_on != own:
        words = _correction(line, period_name(belongs_on, length), currency)
        return Row(label, words, line["amount"], True)
    return Row(label, _own_words(line, currency), line["amount"], False)


def _own_words(line: Mapping[str, Any], currency: str) -> str:
    say = {
        "royalty": _royalty,
        "guarantee": _guarantee,
        "recouped": _recouped,
        "share": _share,
        "fee": _fee,
        "minimum": _minimum,
    }.get(line["code"])
    if say:
        return say(line, currency)
    if line["code"] == "cost":
        return _("Cost that was borne is given back.")
    return _("Revenue that is held already is taken off.")


def _correction(line: Mapping[str, Any], period: str, currency: str) -> str:
    facts = line["facts"]
    values = {
        "period": period,
        "before": amount_text(facts["amount_before"], currency),
        "now": amount_text(facts["amount_now"], currency),
    }
    words = _("Belongs to %(period)s: it is %(now)s now, %(before)s was settled.") % values
    if line["code"] == "royalty" and facts["base_now"] != facts["base_before"]:
        net = {
            "now": amount_text(facts["base_now"], currency),
            "before": amount_text(facts["base_before"], currency),
        }
        words += " " + _("Net sales are %(now)s, not %(before)s.") % net
    return words


def royalty_words(facts: Mapping[str, Any], currency: str) -> str:
    """`8 % of net sales of EUR 41,200.00`, or each slice at its rate."""
    slices = facts["slices"]
    net = amount_text(facts["net"], currency)
    if len(slices) < 2:
        rate = slices[0]["rate"] if slices else facts["rate"]
        return _("%(rate)s of net sales of %(net)s") % {"rate": rate_text(rate), "net": net}
    parts = [
        _("%(rate)s of %(base)s")
        % {"rate": rate_text(one["rate"]), "base": amount_text(one["base"], currency)}
        for one in slices
    ]
    return _("net sales of %(net)s: %(parts)s") % {"net": net, "parts": ", ".join(parts)}


def _royalty(line: Mapping[str, Any], currency: str) -> str:
    words = royalty_words(line["facts"], currency)
    return words[:1].upper() + words[1:] + "."


def _cut(facts: Mapping[str, Any]) -> str:
    if "days" not in facts:
        return ""
    return " " + _("It counts for %(days)d of %(of_days)d days.") % facts


def _guarantee(line: Mapping[str, Any], currency: str) -> str:
    facts = line["facts"]
    values = {
        "guarantee": amount_text(facts["guarantee"], currency),
        "earned": amount_text(facts["earned"], currency),
    }
    if not line["amount"]:
        words = _("The guarantee of %(guarantee)s is reached.")
    elif facts["per"] == "year":
        words = _(
            "Tops up royalties of %(earned)s to the guarantee of %(guarantee)s"
            " for the contract year."
        )
    else:
        words = _("Tops up royalties of %(earned)s to the guarantee of %(guarantee)s.")
    return words % values + _cut(facts)


def _recouped(line: Mapping[str, Any], currency: str) -> str:
    values = {
        "before": amount_text(line["facts"]["before"], currency),
        "left": amount_text(line["facts"]["left"], currency),
    }
    return _("Of the advance %(before)s was left; %(left)s is left now.") % values


def _share(line: Mapping[str, Any], currency: str) -> str:
    facts = line["facts"]
    values = {
        "parts": number(str(facts["parts"])),
        "of": number(str(facts["of_parts"])),
        "revenue": amount_text(facts["revenue"], currency),
        "cost": amount_text(facts["cost"], currency),
    }
    if not facts["cost"]:
        return _("%(parts)s of %(of)s parts of revenue of %(revenue)s.") % values
    return _("%(parts)s of %(of)s parts of revenue of %(revenue)s less cost of %(cost)s.") % values


def _fee(line: Mapping[str, Any], currency: str) -> str:
    facts = line["facts"]
    if facts["fee"] == "per_unit":
        values = {
            "units": number(str(facts["units"])),
            "each": amount_text(facts["each"], currency),
        }
        words = ngettext(
            "%(units)s unit at %(each)s.", "%(units)s units at %(each)s each.", facts["units"]
        )
        return words % values
    values = {"rate": rate_text(facts["rate"]), "net": amount_text(facts["net"], currency)}
    return _("%(rate)s of %(net)s that moved.") % values


def _minimum(line: Mapping[str, Any], currency: str) -> str:
    values = {
        "minimum": amount_text(line["facts"]["minimum"], currency),
        "earned": amount_text(line["facts"]["earned"], currency),
    }
    if not line["amount"]:
        return _("The minimum of %(minimum)s is reached.") % values + _cut(line["facts"])
    words = _("Tops up a fee of %(earned)s to the minimum of %(minimum)s.")
    return words % values + _cut(line["facts"])


# Terms


def terms_rows(terms: Terms, currency: str, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was agreed as (label, words). `names` are the parties' by id."""
    rows = [(_("Figures from"), _source(terms.source)), (_("Goods"), _goods(terms))]
    if isinstance(terms, RoyaltyTerms):
        return [*_royalty_terms(terms, currency), *rows]
    if isinstance(terms, SharedTerms):
        whole = sum(terms.parts.values())
        parts = [
            (
                names.get(party, ""),
                _("%(parts)s of %(of)s parts")
                % {"parts": number(str(one)), "of": number(str(whole))},
            )
            for party, one in terms.parts.items()
            if one
        ]
        cost = _("shared like revenue") if terms.costs else _("each bears his own")
        return [*parts, (_("Cost"), cost), *rows]
    return [*_fee_terms(terms, currency), *rows]


def _royalty_terms(terms: RoyaltyTerms, currency: str) -> list[tuple[str, str]]:
    rows = [(_("Royalty"), _("%(rate)s of net sales") % {"rate": rate_text(terms.rate)})]
    for step in terms.steps:
        values = {"from": amount_text(step.start, currency), "rate": rate_text(step.rate)}
        rows.append((_("Above %(from)s") % values, _("%(rate)s of what lies above") % values))
    if terms.guarantee:
        values = {"amount": amount_text(terms.guarantee.amount, currency)}
        yearly = terms.guarantee.per == "year"
        words = _("%(amount)s each contract year") if yearly else _("%(amount)s each period")
        rows.append((_("At least"), words % values))
    return rows


def _fee_terms(terms: DistributionTerms, currency: str) -> list[tuple[str, str]]:
    if terms.fee == "per_unit":
        words = _("%(amount)s per unit") % {"amount": amount_text(terms.amount, currency)}
    else:
        words = _("%(rate)s of what moves") % {"rate": rate_text(terms.rate)}
    rows = [(_("Fee"), words)]
    if terms.minimum:
        least = _("%(amount)s each period") % {"amount": amount_text(terms.minimum, currency)}
        rows.append((_("At least"), least))
    return rows


def _source(source: str) -> str:
    return {
        "sales": _("sales of the program, less refunds"),
        "reports": _("reports that the parties hand in"),
        "both": _("sales of the program and reports of the parties"),
    }[source]


def _goods(terms: Terms) -> str:
    codes: Sequence[str] = [*terms.goods.skus, *terms.goods.categories]
    if not codes:
        return _("all")
    more = len(codes) - 6
    return ", ".join(codes[:6]) + (f" +{more}" if more > 0 else "")


def rate_text(rate: str | Decimal) -> str:
    """`7.5 %`."""
    return number(str(rate)) + GAP + "%"


def name_of_day(day: date, length: str) -> str:
    """The name of the calendar period that a day lies in."""
    return period_name(span_of(day, length).starts_on, length)


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")
