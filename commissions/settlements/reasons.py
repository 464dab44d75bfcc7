"""Why a settled line of earnings is what it is: one sentence, its bill, its title."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from commissions.models import Commission
from commissions.reasons import settled
from commissions.reasons.figures import PARTNER, Reason, amount_text
from commissions.reasons.settled import BillRow, Words
from commissions.settlements import words

Facts = dict[str, Any]


def register() -> None:
    """Called at start-up."""
    settled.register("advance", Words(_advance, _advance_bill, _advance_title))
    settled.register("royalty", Words(_royalty, _bill, _title))
    settled.register("distribution", Words(_distribution, _bill, _title))
    for what in ("joint_venture", "co_branding"):
        settled.register(what, Words(_shared, _bill, _title))


def _facts(line: Commission) -> Facts:
    found: Facts = line.trace["settled"]
    return found


def _title(line: Commission) -> str:
    facts = _facts(line)
    return f"{facts['agreement']} · {_period(facts)}"


def _advance_title(line: Commission) -> str:
    return _("Advance · %(agreement)s") % _facts(line)


def _advance(line: Commission, _audience: str) -> Reason:
    values = {**_facts(line), "amount": amount_text(line.amount_minor, line.currency)}
    return Reason(
        _("Advance of %(amount)s on royalties of “%(agreement)s”") % values,
        _("; royalties are set against it first."),
    )


def _advance_bill(line: Commission) -> list[BillRow]:
    return [(_("Advance granted"), line.amount_minor)]


def _royalty(line: Commission, audience: str) -> Reason:
    facts, own = _facts(line), _own(line)
    if "royalty" not in own:
        return _late(line)
    royalty = own["royalty"]
    values = {
        "how": words.royalty_words(royalty["facts"], line.currency),
        "period": _period(facts),
        "amount": amount_text(royalty["amount"], line.currency),
    }
    if len(royalty["facts"]["slices"]) < 2:
        what = _("%(how)s in %(period)s is %(amount)s") % values
    else:
        what = _("Royalty in %(period)s on %(how)s, is %(amount)s") % values
    return Reason(what, _top_up(own, line) + _corrected(line) + _recouped(own, line, audience))


def _top_up(own: dict[str, Facts], line: Commission) -> str:
    row = own.get("guarantee")
    if row is None or not row["amount"]:
        return ""
    values = {
        "more": amount_text(row["amount"], line.currency),
        "guarantee": amount_text(row["facts"]["guarantee"], line.currency),
    }
    return _("; %(more)s tops it up to the guarantee of %(guarantee)s") % values


def _recouped(own: dict[str, Facts], line: Commission, audience: str) -> str:
    row = own.get("recouped")
    paid = amount_text(line.amount_minor, line.currency)
    if row is None:
        return "." if not _others(line) else _("; %(paid)s in all.") % {"paid": paid}
    values = {
        "recouped": amount_text(-row["amount"], line.currency),
        "paid": paid,
        "left": amount_text(row["facts"]["left"], line.currency),
    }
    if audience == PARTNER:
        text = _(
            "; %(recouped)s of it recouped your advance, %(paid)s is paid;"
            " %(left)s of the advance is left."
        )
    else:
        text = _(
            "; %(recouped)s of it recouped the advance, %(paid)s is paid;"
            " %(left)s of the advance is left."
        )
    return text % values


def _shared(line: Commission, audience: str) -> Reason:
    facts, own = _facts(line), _own(line)
    if "share" not in own:
        return _late(line)
    share = own["share"]
    mine = _("Your part") if audience == PARTNER else _("The part")
    values = {
        "mine": mine,
        "parts": share["facts"]["parts"],
        "of": share["facts"]["of_parts"],
        "revenue": amount_text(share["facts"]["revenue"], line.currency),
        "cost": amount_text(share["facts"]["cost"], line.currency),
        "period": _period(facts),
        "amount": amount_text(share["amount"], line.currency),
    }
    if share["facts"]["cost"]:
        what = _(
            "%(mine)s, %(parts)s of %(of)s, of revenue of %(revenue)s less cost of %(cost)s"
            " in %(period)s is %(amount)s"
        )
    else:
        what = _(
            "%(mine)s, %(parts)s of %(of)s, of revenue of %(revenue)s in %(period)s is %(amount)s"
        )
    more = ""
    if "cost" in own:
        cost = {"cost": amount_text(own["cost"]["amount"], line.currency)}
        more += _("; cost borne of %(cost)s is given back") % cost
    if "revenue" in own:
        held = {"held": amount_text(-own["revenue"]["amount"], line.currency)}
        more += _("; revenue held of %(held)s is taken off") % held
    return Reason(what % values, more + _corrected(line) + _sum(line, own))


def _distribution(line: Commission, _audience: str) -> Reason:
    own = _own(line)
    if "fee" not in own:
        return _late(line)
    fee = own["fee"]
    row = words.row_of(fee, fee["belongs_on"], _length(line), line.currency)
    values = {
        "how": row.words.rstrip("."),
        "period": _period(_facts(line)),
        "amount": amount_text(fee["amount"], line.currency),
    }
    more = ""
    least = own.get("minimum")
    if least and least["amount"]:
        more = _("; %(more)s tops it up to the minimum of %(minimum)s") % {
            "more": amount_text(least["amount"], line.currency),
            "minimum": amount_text(least["facts"]["minimum"], line.currency),
        }
    what = _("%(how)s in %(period)s: %(amount)s") % values
    return Reason(what, more + _corrected(line) + _sum(line, own))


def _late(line: Commission) -> Reason:
    values = {
        "amount": amount_text(line.amount_minor, line.currency),
        "agreement": _facts(line)["agreement"],
    }
    return Reason(
        _("%(amount)s for earlier periods of “%(agreement)s”") % values,
        _(", because figures came after they were settled."),
    )


def _corrected(line: Commission) -> str:
    rest = sum(one["amount"] for one in _others(line))
    if not rest:
        return ""
    values = {"amount": amount_text(rest, line.currency)}
    return _("; %(amount)s corrects earlier periods, whose figures came late") % values


def _sum(line: Commission, own: dict[str, Facts]) -> str:
    if len(own) + len(_others(line)) < 2:
        return "."
    return _("; %(paid)s in all.") % {"paid": amount_text(line.amount_minor, line.currency)}


def _bill(line: Commission) -> list[BillRow]:
    facts = _facts(line)
    own, length = date.fromisoformat(facts["period"]["starts_on"]), _length(line)
    rows = []
    for one in _lines(facts):
        row = words.row_of(one, own, length, line.currency)
        period = words.period_name(one["belongs_on"], length)
        rows.append((f"{row.label} · {period}" if row.correction else row.label, row.amount))
    return rows


def _lines(facts: Facts) -> list[Facts]:
    return [{**one, "belongs_on": date.fromisoformat(one["belongs_on"])} for one in facts["lines"]]


def _own(line: Commission) -> dict[str, Facts]:
    """The line's own period's parts, by code."""
    facts = _facts(line)
    first = date.fromisoformat(facts["period"]["starts_on"])
    return {one["code"]: one for one in _lines(facts) if one["belongs_on"] == first}


def _others(line: Commission) -> list[Facts]:
    facts = _facts(line)
    first = date.fromisoformat(facts["period"]["starts_on"])
    return [one for one in _lines(facts) if one["belongs_on"] != first]


def _period(facts: Facts) -> str:
    return words.period_name(
        date.fromisoformat(facts["period"]["starts_on"]), facts["period"]["length"]
    )


def _length(line: Commission) -> str:
    return str(_facts(line)["period"]["length"])
