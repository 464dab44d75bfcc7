"""The few questions that each kind of program asks when it is made, and the check of the answers.

Answers are kept in `Program.kind_settings`: money in minor units of the program's currency, rates
and points as decimal text, lists as lists of text. A question that does not apply is not kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prm.money import to_minor

Words = str | Promise
Choices = tuple[tuple[str, Words], ...]

SMALL_UNITS: Final = frozenset({"IDR", "VND", "KRW", "JPY"})
"""Currencies in which everyday prices have three digits more."""

MOST_LINES: Final = 20
LONGEST_LINE: Final = 100


@dataclass(frozen=True)
class Setting:
    """One question.

    `type` is choice, rate (percent), points (per major unit), money, whole, host or lines. `when`
    names another setting and the answers with which this one is asked. `default` is in major units
    for money; None means that an answer is needed, or may stay out where not `required`.
    """

    key: str
    type: str
    label: Words
    hint: Words = ""
    default: Any = None
    required: bool = True
    choices: Choices = ()
    when: tuple[str, tuple[str, ...]] = ("", ())
    least: int = 0
    most: int = 0

    def applies(self, answers: Mapping[str, Any]) -> bool:
        """Whether the question is asked beside these answers."""
        name, values = self.when
        return not name or answers.get(name) in values

    def default_in(self, currency: str) -> Any:
        """The default as it is kept; None where there is none."""
        if self.default is None or self.type not in {"money", "points"}:
            return self.default
        small = currency in SMALL_UNITS
        if self.type == "money":
            return to_minor(Decimal(self.default) * (1000 if small else 1), currency)
        return "0.001" if small else self.default


PERIODS: Final[Choices] = (
    ("month", _("each month")),
    ("quarter", _("each quarter")),
    ("year", _("each year")),
)


def _period(label: Words, when: tuple[str, tuple[str, ...]] = ("", ())) -> Setting:
    return Setting("period", "choice", label, default="quarter", choices=PERIODS, when=when)


def _pieces(label: Words) -> Setting:
    hint = _("You can ask for more at any time.")
    return Setting("pieces", "whole", label, hint, default=1, least=1, most=200)


_AFFILIATE = (
    Setting(
        "pays",
        "choice",
        _("What earns"),
        default="percent",
        choices=(
            ("percent", _("a percentage of each sale")),
            ("flat", _("a fixed amount for each sale")),
            ("lead", _("a fixed amount for each lead")),
            ("click", _("a fixed amount for each click")),
        ),
    ),
    Setting("rate", "rate", _("Percent of the sale"), default="10", when=("pays", ("percent",))),
    Setting(
        "amount",
        "money",
        _("Amount for each"),
        default="5",
        when=("pays", ("flat", "lead", "click")),
    ),
    Setting(
        "months",
        "whole",
        _("Months in which a customer earns"),
        _("Counted from the first sale. 0: only the first sale. Empty: for ever."),
        required=False,
        when=("pays", ("percent", "flat")),
        most=120,
    ),
)

_REFERRAL = (
    Setting("reward", "money", _("Reward for the one who tells"), default="10"),
    Setting(
        "minimum",
        "money",
        _("Least purchase"),
        _("A smaller purchase does not count yet; the next one may."),
        required=False,
    ),
    Setting(
        "friend",
        "choice",
        _("What the friend gets"),
        default="none",
        choices=(
            ("none", _("nothing")),
            ("voucher", _("a discount code")),
            ("credit", _("a credit note")),
        ),
    ),
    Setting(
        "friend_amount",
        "money",
        _("Worth of what the friend gets"),
        default="10",
        when=("friend", ("voucher", "credit")),
    ),
)

_INFLUENCER = (
    Setting("fee", "money", _("Fee for each approved post"), default="100"),
    _pieces(_("Posts that a partner may hand in for now")),
    Setting(
        "rate",
        "rate",
        _("Percent of a customer’s first sale"),
        _("Empty: posts only. Later sales and renewals never earn."),
        required=False,
    ),
)

_CONTENT = (
    Setting("fee", "money", _("Fee for each approved piece"), default="60"),
    _pieces(_("Pieces that a partner may hand in for now")),
    Setting(
        "host",
        "host",
        _("Host that the piece must link to"),
        _("Like shop.example.com. Empty: the host that links lead to."),
        required=False,
    ),
    Setting(
        "live_days",
        "whole",
        _("Days for which the link must stay"),
        default=90,
        most=3650,
    ),
)

_LOYALTY = (
    Setting(
        "earns",
        "choice",
        _("What members collect"),
        default="points",
        choices=(("points", _("points")), ("cashback", _("cashback"))),
    ),
    Setting(
        "points",
        "points",
        _("Points for each 1 of the currency"),
        default="1",
        when=("earns", ("points",)),
    ),
    Setting("rate", "rate", _("Percent back"), default="2", when=("earns", ("cashback",))),
    Setting(
        "every_nth",
        "whole",
        _("Every how many items one is free"),
        _("10: the tenth is free. Empty: none."),
        required=False,
        least=2,
        most=100,
    ),
    Setting(
        "expiry_months",
        "whole",
        _("Months until points expire"),
        _("Empty: never."),
        default=12,
        required=False,
        when=("earns", ("points",)),
        least=1,
        most=120,
    ),
)

_RESELLER = (
    Setting("rebate_from", "money", _("Volume above which the rebate starts"), default="10000"),
    Setting("rebate_rate", "rate", _("Rebate, percent of what lies above"), default="3"),
    Setting("second_from", "money", _("Second volume"), _("Empty: one step only."), required=False),
    Setting("second_rate", "rate", _("Rebate above the second volume, percent"), required=False),
    _period(_("The volume is counted anew")),
)

_DISTRIBUTION = (
    Setting(
        "reported",
        "choice",
        _("How you hear of what moved"),
        default="sales",
        choices=(
            ("sales", _("with each sale that your systems send")),
            ("period", _("from the distributor, after each period")),
        ),
    ),
    Setting(
        "fee",
        "choice",
        _("Fee"),
        default="unit",
        choices=(("unit", _("for each unit")), ("percent", _("a percentage of the value"))),
    ),
    Setting("amount", "money", _("Amount per unit"), default="0.50", when=("fee", ("unit",))),
    Setting("rate", "rate", _("Percent of the value"), default="4", when=("fee", ("percent",))),
    _period(_("Settled"), when=("reported", ("period",))),
)

_CHANNEL = (
    Setting("rate", "rate", _("Percent of each deal won"), default="15"),
    Setting(
        "base",
        "choice",
        _("Percent of"),
        default="net",
        choices=(("net", _("the deal’s net value")), ("margin", _("the deal’s margin"))),
    ),
)

_SPONSORSHIP = (
    Setting("fee", "money", _("Fee in all"), default="5000"),
    Setting(
        "deliverables",
        "lines",
        _("What is promised"),
        _("One a line, like: Logo on the stage. Each is paid an equal part of the fee."),
    ),
)

_PLACEMENT = (
    Setting("fee", "money", _("Fee for each approved placement"), default="250"),
    _pieces(_("Placements that a partner may hand in for now")),
    Setting(
        "rate",
        "rate",
        _("Percent of sales that came from it"),
        _("Empty: placements only."),
        required=False,
    ),
)

_CO_BRANDING = (
    Setting("part", "rate", _("The partner’s part of the revenue, percent"), default="50"),
    Setting("products", "lines", _("Products"), _("One article number (SKU) a line.")),
    _period(_("Settled")),
)

_LICENSING = (
    Setting("rate", "rate", _("Royalty, percent of net sales"), default="8"),
    Setting(
        "guarantee",
        "money",
        _("Least royalty of a period"),
        _("Paid when sales bring less. Empty: none."),
        required=False,
    ),
    Setting(
        "advance",
        "money",
        _("Advance"),
        _("Royalties are kept until it is earned back. Empty: none."),
        required=False,
    ),
    Setting(
        "products",
        "lines",
        _("Licensed products"),
        _("One article number (SKU) a line. Empty: everything sold in the program."),
        required=False,
    ),
    _period(_("Settled")),
)

_JOINT_VENTURE = (
    Setting("part", "rate", _("The partner’s part of the result, percent"), default="50"),
    _period(_("Settled")),
)

SETTINGS: Final[Mapping[str, tuple[Setting, ...]]] = MappingProxyType(
    {
        "affiliate": _AFFILIATE,
        "referral": _REFERRAL,
        "influencer": _INFLUENCER,
        "content": _CONTENT,
        "loyalty": _LOYALTY,
        "reseller": _RESELLER,
        "distribution": _DISTRIBUTION,
        "channel": _CHANNEL,
        "sponsorship": _SPONSORSHIP,
        "placement": _PLACEMENT,
        "co_branding": _CO_BRANDING,
        "licensing": _LICENSING,
        "joint_venture": _JOINT_VENTURE,
    }
)


def settings_of(kind: str) -> tuple[Setting, ...]:
    """The questions of a kind, in the order in which they are asked."""
    return SETTINGS[kind]


def defaults_in(kind: str, currency: str) -> dict[str, Any]:
    """The answers that a form starts with, as they are kept."""
    return {one.key: one.default_in(currency) for one in SETTINGS[kind]}
