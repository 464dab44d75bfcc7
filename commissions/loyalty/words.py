"""What settled lines of loyalty say, and how a program calls its points."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commissions.models import Commission, LoyaltySettings
from commissions.reasons.figures import GAP, Reason, digits_text
from commissions.reasons.settled import BillRow, Words
from prm.money import LOYALTY_POINTS

REDEMPTION: Final = "redemption"
EXPIRY: Final = "points_expiry"
STAMP: Final = "stamp_card"
STAMP_BACK: Final = "stamp_card_back"


@dataclass(frozen=True)
class Names:
    """What one point and several are called; empty for the usual words."""

    one: str = ""
    many: str = ""

    def as_facts(self) -> dict[str, str]:
        """As stored in a line, so that it goes on saying what it said."""
        return {"one": self.one, "many": self.many}


def names_of(settings: LoyaltySettings) -> Names:
    """The program's own names."""
    return Names(settings.point_name, settings.points_name)


def points_text(points: int, names: Names = Names()) -> str:
    """`1,200 beans`, by the reader's locale."""
    digits = digits_text(points, LOYALTY_POINTS)
    if names.one:
        return f"{digits}{GAP}{names.one if abs(points) == 1 else names.many}"
    return ngettext("%(points)s point", "%(points)s points", points) % {"points": digits}


def _facts(line: Commission) -> Mapping[str, Any]:
    facts: Mapping[str, Any] = line.trace["settled"]
    return facts


def _amount(line: Commission) -> str:
    """The line's points without their sign."""
    facts = _facts(line)
    return points_text(abs(line.amount_minor), Names(facts.get("one", ""), facts.get("many", "")))


def _redemption(line: Commission, _audience: str) -> Reason:
    values = {"points": _amount(line), **_facts(line)}
    if line.amount_minor > 0:
        why = _(" for “%(reward)s”, because it was cancelled: %(reason)s") % values
        return Reason(_("%(points)s came back") % values, why)
    return Reason(_("%(points)s used") % values, _(" for “%(reward)s”.") % values)


def _expiry(line: Commission, _audience: str) -> Reason:
    values = {"points": _amount(line), "n": _facts(line).get("months")}
    if line.amount_minor > 0:
        return Reason(
            _("%(points)s came back") % values,
            _(", because a refund took back points that had expired before."),
        )
    why = ngettext(
        ", because they were not used within %(n)d month.",
        ", because they were not used within %(n)d months.",
        int(values["n"] or 0),
    )
    return Reason(_("%(points)s expired") % values, why % values)


def _stamp(line: Commission, _audience: str) -> Reason:
    facts = _facts(line)
    values = {"card": facts["card"], "number": facts["number"], "every": facts["every"]}
    gifts = {
        "cheapest": _("The cheapest of %(every)d is free"),
        "average": _("The average of %(every)d is free"),
        "fixed": _("Reward for %(every)d"),
        "points": _("Reward for %(every)d"),
    }
    why = _(", because card %(number)d of “%(card)s” is full.")
    return Reason(gifts[facts["gift"]] % values, why % values)


def _stamp_back(line: Commission, _audience: str) -> Reason:
    facts = _facts(line)
    values = {"card": facts["card"], "number": facts["number"], "every": facts["every"]}
    return Reason(
        _("Takes back the reward of card %(number)d") % values,
        _(", because after a refund “%(card)s” has fewer than %(every)d on it.") % values,
    )


def _no_rows(_line: Commission) -> list[BillRow]:
    return []


def _expired_rows(line: Commission) -> list[BillRow]:
    lots = _facts(line)["lots"]
    count = ngettext("%(n)d earning", "%(n)d earnings", len(lots)) % {"n": len(lots)}
    return [(_("Left of %(earnings)s") % {"earnings": count}, line.amount_minor)]


def _reward_title(line: Commission) -> str:
    return str(_facts(line)["reward"])


def _card_title(line: Commission) -> str:
    return _("Stamp card %(card)s") % {"card": _facts(line)["card"]}


def _expiry_title(_line: Commission) -> str:
    return _("Expired points")


WORDS: Final[dict[str, Words]] = {
    REDEMPTION: Words(_redemption, _no_rows, _reward_title),
    EXPIRY: Words(_expiry, _expired_rows, _expiry_title),
    STAMP: Words(_stamp, _no_rows, _card_title),
    STAMP_BACK: Words(_stamp_back, _no_rows, _card_title),
}
