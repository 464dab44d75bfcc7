"""What a partner would earn in a program of a kind, worked out in a sentence or two."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.kind_settings import SMALL_UNITS
from commissions.reasons import amount_text, number
from prm.money import largest_remainder, percent_of, round_half_up, to_minor

Answers = Mapping[str, Any]
Example = Callable[[Answers, str], list[str]]

PERIOD_WORDS: Final = {
    "month": lambda: _("in a month"),
    "quarter": lambda: _("in a quarter"),
    "year": lambda: _("in a year"),
}


def example(kind: str, answers: Answers, currency: str) -> str:
    """The sentences for checked answers, with amounts in `currency`."""
    return " ".join(_EXAMPLES[kind](answers, currency))


def _round(major: int, currency: str) -> int:
    """A round amount of everyday size in minor units."""
    return to_minor(Decimal(major) * (1000 if currency in SMALL_UNITS else 1), currency)


def _part(amount: int, rate: str) -> int:
    return round_half_up(percent_of(amount, Decimal(rate)))


def _affiliate(answers: Answers, currency: str) -> list[str]:
    order = _round(250, currency)
    if answers["pays"] == "percent":
        pays = _part(order, answers["rate"])
        words = {"order": amount_text(order, currency), "pays": amount_text(pays, currency)}
        said = [_("An order of %(order)s net through a partner’s link earns him %(pays)s.") % words]
    else:
        count = {"flat": 10, "lead": 100, "click": 1000}[answers["pays"]]
        said = [_many(answers["pays"], count, count * answers["amount"], currency)]
    months = answers.get("months")
    if months == 0:
        said.append(_("The customer’s later orders earn nothing."))
    elif months:
        said.append(
            ngettext(
                "So do the same customer’s orders in the month after his first.",
                "So do the same customer’s orders in the %(n)d months after his first.",
                months,
            )
            % {"n": months}
        )
    return said


def _many(what: str, count: int, amount: int, currency: str) -> str:
    words = {"count": number(str(count)), "pays": amount_text(amount, currency)}
    if what == "flat":
        return _("%(count)s sales earn %(pays)s.") % words
    if what == "lead":
        return _("%(count)s leads earn %(pays)s.") % words
    return _("%(count)s clicks earn %(pays)s.") % words


def _referral(answers: Answers, currency: str) -> list[str]:
    words = {
        "pays": amount_text(answers["reward"], currency),
        "least": amount_text(answers.get("minimum", 0), currency),
    }
    if answers.get("minimum"):
        said = [_("A friend’s first purchase of %(least)s or more earns %(pays)s, once.") % words]
    else:
        said = [_("A friend’s first purchase earns %(pays)s, once.") % words]
    if answers["friend"] == "none":
        return said
    worth = {"worth": amount_text(answers["friend_amount"], currency)}
    if answers["friend"] == "voucher":
        return [*said, _("The friend gets a discount code worth %(worth)s.") % worth]
    return [*said, _("The friend gets a credit note of %(worth)s.") % worth]


def _pieces(answers: Answers, currency: str) -> list[str]:
    words = {"pays": amount_text(3 * answers["fee"], currency)}
    said = [_("Three approved pieces earn %(pays)s.") % words]
    if answers.get("rate"):
        order = _round(250, currency)
        pays = _part(order, answers["rate"])
        words = {"order": amount_text(order, currency), "pays": amount_text(pays, currency)}
        said.append(_("An order of %(order)s that came of them earns %(pays)s more.") % words)
    if answers.get("live_days"):
        said.append(
            ngettext(
                "Each link is looked at for %(n)d day.",
                "Each link is looked at for %(n)d days.",
                answers["live_days"],
            )
            % {"n": answers["live_days"]}
        )
    return said


def _loyalty(answers: Answers, currency: str) -> list[str]:
    order = _round(40, currency)
    words = {"order": amount_text(order, currency)}
    if answers["earns"] == "points":
        major = Decimal(40 * (1000 if currency in SMALL_UNITS else 1))
        points = round_half_up(major * Decimal(answers["points"]))
        words["points"] = number(str(points))
        said = [_("A purchase of %(order)s gives %(points)s points.") % words]
    else:
        words["pays"] = amount_text(_part(order, answers["rate"]), currency)
        said = [_("A purchase of %(order)s gives %(pays)s back.") % words]
    if answers.get("every_nth"):
        said.append(
            _("After %(paid)d items bought the next is free.") % {"paid": answers["every_nth"] - 1}
        )
    return said


def _reseller(answers: Answers, currency: str) -> list[str]:
    first, second = answers["rebate_from"], answers.get("second_from")
    bought = second + first if second else first + first // 2
    top = second or bought
    pays = _part(top - first, answers["rebate_rate"])
    if second:
        pays += _part(bought - second, answers["second_rate"])
    words = {
        "bought": amount_text(bought, currency),
        "first": amount_text(first, currency),
        "when": PERIOD_WORDS[answers["period"]](),
        "pays": amount_text(pays, currency),
    }
    return [
        _("A partner who buys for %(bought)s %(when)s gets a rebate of %(pays)s.") % words,
        _("It is paid on what lies above %(first)s.") % words,
    ]


def _distribution(answers: Answers, currency: str) -> list[str]:
    if answers["fee"] == "unit":
        pays = amount_text(1000 * answers["amount"], currency)
        return [_("%(count)s units moved earn %(pays)s.") % {"count": number("1000"), "pays": pays}]
    value = _round(10_000, currency)
    words = {
        "value": amount_text(value, currency),
        "pays": amount_text(_part(value, answers["rate"]), currency),
    }
    return [_("Goods worth %(value)s that moved earn %(pays)s.") % words]


def _channel(answers: Answers, currency: str) -> list[str]:
    value = _round(10_000 if answers["base"] == "net" else 4_000, currency)
    words = {
        "value": amount_text(value, currency),
        "pays": amount_text(_part(value, answers["rate"]), currency),
    }
    if answers["base"] == "net":
        return [_("A deal of %(value)s net earns %(pays)s.") % words]
    return [_("A deal with a margin of %(value)s earns %(pays)s.") % words]


def _sponsorship(answers: Answers, currency: str) -> list[str]:
    titles = answers["deliverables"]
    parts = largest_remainder(answers["fee"], [1] * len(titles))
    words = {
        "first": titles[0],
        "pays": amount_text(parts[0], currency),
        "fee": amount_text(answers["fee"], currency),
    }
    return [
        _("“%(first)s” earns %(pays)s when its proof is approved, all together %(fee)s.") % words
    ]


def _shared(answers: Answers, currency: str, cost: int) -> list[str]:
    revenue = _round(10_000, currency)
    words = {
        "revenue": amount_text(revenue, currency),
        "cost": amount_text(cost, currency),
        "when": PERIOD_WORDS[answers["period"]](),
        "pays": amount_text(_part(revenue - cost, answers["part"]), currency),
    }
    if cost:
        said = _(
            "Revenue of %(revenue)s less cost of %(cost)s %(when)s gives the partner %(pays)s."
        )
    else:
        said = _("The products bring %(revenue)s %(when)s: the partner gets %(pays)s.")
    return [said % words]


def _co_branding(answers: Answers, currency: str) -> list[str]:
    return _shared(answers, currency, 0)


def _joint_venture(answers: Answers, currency: str) -> list[str]:
    return _shared(answers, currency, _round(6_000, currency))


def _licensing(answers: Answers, currency: str) -> list[str]:
    net = _round(10_000, currency)
    words = {
        "net": amount_text(net, currency),
        "when": PERIOD_WORDS[answers["period"]](),
        "pays": amount_text(_part(net, answers["rate"]), currency),
        "least": amount_text(answers.get("guarantee", 0), currency),
        "advance": amount_text(answers.get("advance", 0), currency),
    }
    said = [_("Net sales of %(net)s %(when)s bring a royalty of %(pays)s.") % words]
    if answers.get("guarantee"):
        said.append(_("It is at least %(least)s.") % words)
    if answers.get("advance"):
        said.append(_("The first %(advance)s are set against the advance.") % words)
    return said


_EXAMPLES: Final[Mapping[str, Example]] = {
    "affiliate": _affiliate,
    "referral": _referral,
    "influencer": _pieces,
    "content": _pieces,
    "loyalty": _loyalty,
    "reseller": _reseller,
    "distribution": _distribution,
    "channel": _channel,
    "sponsorship": _sponsorship,
    "placement": _pieces,
    "co_branding": _co_branding,
    "licensing": _licensing,
    "joint_venture": _joint_venture,
}
