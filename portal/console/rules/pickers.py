"""What can be picked in a rule's sentence: stored value and its words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from commissions.schema import vocabulary

Words = str | Promise
Pairs = tuple[tuple[str, Words], ...]

CUSTOMER_EVENTS: Final[Pairs] = (
    ("sale", pgettext_lazy("a customer …", "buys")),
    ("renewal", pgettext_lazy("a customer …", "renews")),
    ("lead", pgettext_lazy("a customer …", "becomes a lead")),
    ("signup", pgettext_lazy("a customer …", "signs up")),
    ("click", pgettext_lazy("a customer …", "clicks")),
    ("impression", pgettext_lazy("a customer …", "sees a banner")),
)
PARTNER_EVENTS: Final[Pairs] = (
    ("deliverable", pgettext_lazy("a partner …", "has a deliverable approved")),
    ("period", pgettext_lazy("a partner …", "ends a period")),
    ("commission", pgettext_lazy("a partner …", "has a recruit who earns")),
)
SOLD: Final = frozenset(vocabulary.SALES)
OF_PARTNER: Final = frozenset({"deliverable", "period", "commission"})
EVENT_NAMES: Final[dict[str, Words]] = {
    "sale": _("Sale"),
    "renewal": _("Renewal"),
    "lead": _("Lead"),
    "signup": _("Sign-up"),
    "click": _("Click"),
    "impression": _("Impression"),
    "deliverable": _("Approved deliverable"),
    "period": _("End of a period"),
    "commission": _("Commission of a recruit"),
}

WHO: Final[Pairs] = (
    ("", _("customer of any kind")),
    ("new", _("new customer")),
    ("returning", _("returning customer")),
)
VIA: Final[Pairs] = (
    ("", _("a link or coupon")),
    ("coupon", _("a coupon")),
    ("link", _("a link, without coupon")),
)
GOODS_KINDS: Final[Pairs] = (("category", _("category")), ("sku", _("item")))

BASES: Final[Pairs] = (
    ("net", pgettext_lazy("percent of", "net")),
    ("gross", pgettext_lazy("percent of", "gross")),
    ("margin", pgettext_lazy("percent of", "margin")),
)
METRICS: Final[Pairs] = (
    ("sales_amount", _("sales")),
    ("sales_count", _("number of sales")),
    ("quantity", _("units sold")),
)
STEP_WINDOWS: Final[Pairs] = (
    ("month", _("this month")),
    ("sale", _("in this one sale")),
    ("previous_month", _("last month")),
    ("quarter", _("this quarter")),
    ("year", _("this year")),
    ("rolling_90_days", _("in the last 90 days")),
    ("lifetime", _("since the start")),
)
MODES: Final[Pairs] = (
    ("marginal", _("on the part above")),
    ("slab", _("on everything, from")),
)
LASTS: Final[Pairs] = (
    ("", pgettext_lazy("pays for …", "all orders, for ever")),
    ("months", pgettext_lazy("pays for 12 …", "months from the customer’s first commission")),
    ("charges", pgettext_lazy("pays for 3 …", "orders of the customer")),
    ("first", pgettext_lazy("pays for …", "the first sale only")),
)
PER: Final[Pairs] = (
    ("sale", _("per sale")),
    ("customer", _("per customer")),
    ("partner", _("per partner")),
    ("program", _("in the whole program")),
)
LIMIT_WINDOWS: Final[Pairs] = (
    ("month", _("each month")),
    ("quarter", _("each quarter")),
    ("year", _("each year")),
    ("rolling_90_days", _("within 90 days")),
    ("lifetime", _("ever")),
)
GROUPS: Final[Pairs] = (
    ("all", _("all of these are true")),
    ("any", _("at least one of these is true")),
    ("none", _("none of these is true")),
)

FIELD_WORDS: Final[dict[str, Words]] = {
    "amount": _("order, net"),
    "quantity": _("units of the item"),
    "sku": _("item"),
    "category": _("category"),
    "coupon": _("coupon"),
    "customer.new": _("customer is new"),
    "customer.country": _("customer’s country"),
    "customer.age_days": _("days since first contact"),
    "partner.country": _("partner’s country"),
    "partner.tier": _("partner’s tier"),
    "partner.sales_amount": _("partner’s sales so far"),
    "partner.sales_count": _("partner’s number of sales"),
    "partner.commission_amount": _("partner’s commission so far"),
    "partner.clicks": _("partner’s clicks"),
    "partner.leads": _("partner’s leads"),
    "sub1": _("link note 1 (sub1)"),
    "sub2": _("link note 2 (sub2)"),
    "sub3": _("link note 3 (sub3)"),
    "sub4": _("link note 4 (sub4)"),
    "sub5": _("link note 5 (sub5)"),
    "source": _("where the sale came from"),
    "metadata": _("the shop’s own field"),
}
FIELD_GROUPS: Final[tuple[tuple[Words, tuple[str, ...]], ...]] = (
    (_("The order"), ("amount", "quantity", "sku", "category", "coupon", "source", "metadata")),
    (_("The customer"), ("customer.new", "customer.country", "customer.age_days")),
    (
        _("The partner"),
        (
            "partner.country",
            "partner.tier",
            "partner.sales_amount",
            "partner.sales_count",
            "partner.commission_amount",
            "partner.clicks",
            "partner.leads",
        ),
    ),
    (_("The link"), ("sub1", "sub2", "sub3", "sub4", "sub5")),
)
_OP_WORDS: Final[dict[str, Words]] = {
    "eq": _("is"),
    "ne": _("is not"),
    "in": _("is one of"),
    "not_in": _("is none of"),
    "gte": _("is at least"),
    "gt": _("is more than"),
    "lte": _("is at most"),
    "lt": _("is less than"),
    "between": _("is between"),
    "contains": _("contains"),
    "not_contains": _("does not contain"),
    "starts_with": _("starts with"),
    "ends_with": _("ends with"),
}
_SIZES: Final = ("gte", "gt", "lte", "lt", "between")
MEASURED: Final = frozenset({"money", "count"})
ANSWERS: Final[Pairs] = (("true", _("yes")), ("false", _("no")))


def kind_of(field: str) -> str:
    """What sort of value a condition's field has: text, free, tier, country, yes, money, count."""
    return vocabulary.KINDS.get(field, "free")


def ops_of(field: str) -> Pairs:
    """How the field's value can be compared; of amounts and counts, at least comes first."""
    kind = kind_of(field)
    allowed = vocabulary.OPERATORS_OF[kind]
    first = _SIZES if kind in MEASURED else ()
    return tuple((op, _OP_WORDS[op]) for op in (*first, *(o for o in allowed if o not in first)))


def words(pairs: Pairs, value: str) -> str:
    """The words of one value; the value itself where it is none of them."""
    return str(dict(pairs).get(value, value))
