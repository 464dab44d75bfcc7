"""Signals of fraud in sentences: what was seen, with its figures."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commissions.models import Signal
from portal.templatetags.prm_figures import number

Facts = Mapping[str, Any]


def seen_words(signal: Signal) -> str:
    """What was seen, in one sentence."""
    return _SENTENCES[signal.kind](signal.facts)


def about_words(signal: Signal) -> str:
    """What it is about: the order, or the partner as a whole."""
    return str(signal.facts.get("order") or "") or _("The partner as a whole")


def _time_to_sale(facts: Facts) -> str:
    n = int(facts["seconds"])
    words = ngettext(
        "The sale came %(n)s second after the click.",
        "The sale came %(n)s seconds after the click.",
        n,
    )
    return words % {"n": number(n)}


def _order_pattern(facts: Facts) -> str:
    return _(
        "This order number is made like %(shape)s, most are made like %(usual)s; "
        "%(seen)s of the last %(of)s were like it."
    ) % {
        "shape": facts["shape"],
        "usual": facts["usual"],
        "seen": number(facts["seen"]),
        "of": number(facts["of"]),
    }


def _conversion(facts: Facts) -> str:
    return _("%(sales)s sales came from %(clicks)s clicks within a week.") % {
        "sales": number(facts["sales"]),
        "clicks": number(facts["clicks"]),
    }


def _flood(facts: Facts) -> str:
    return _("%(n)s clicks within a week came too fast from one address.") % {
        "n": number(facts["flood"])
    }


def _machines(facts: Facts) -> str:
    return _("%(bots)s of %(clicks)s clicks within a week were made by machines.") % {
        "bots": number(facts["bots"]),
        "clicks": number(facts["clicks"]),
    }


def _coupons(facts: Facts) -> str:
    return _(
        "Other partners had brought the customers of %(others)s of %(sales)s coupon sales in a "
        "month."
    ) % {"others": number(facts["others"]), "sales": number(facts["sales"])}


def _duplicate(facts: Facts) -> str:
    others = ", ".join(facts["others"])
    if facts["what"] == "email":
        return _("The same e-mail address as %(others)s.") % {"others": others}
    if facts["what"] == "tax":
        return _("Pays taxes under the same number as %(others)s.") % {"others": others}
    return _("Paid to the same account as %(others)s.") % {"others": others}


_SENTENCES: Final[Mapping[str, Callable[[Facts], str]]] = {
    "self_referral": lambda _facts: _("The buyer is one of the partner’s own people."),
    "time_to_sale": _time_to_sale,
    "disposable_email": lambda _facts: _("The buyer’s e-mail address is a throw-away one."),
    "banned_source": lambda facts: _("The click came from %(host)s.") % {"host": facts["host"]},
    "brand_bidding": lambda facts: (
        _("The click carries %(mark)s, the mark of a paid search ad.") % {"mark": facts["mark"]}
    ),
    "order_pattern": _order_pattern,
    "conversion_rate": _conversion,
    "click_flood": _flood,
    "machine_share": _machines,
    "coupon_leakage": _coupons,
    "duplicate_account": _duplicate,
}
