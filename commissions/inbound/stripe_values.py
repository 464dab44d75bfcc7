"""What all messages of Stripe share: amounts, credit, metadata, customers."""

from decimal import Decimal
from typing import Any, Final

from commissions.inbound import fields
from commissions.inbound.meanings import Credit
from commissions.inputs import CustomerInput
from tracking.rules import CLICK_PARAMETER

COUPON_PARAMETER: Final = "prm_coupon"

# docs.stripe.com/currencies: amounts are whole numbers of the smallest unit; these have none or
# three digits. ISK and UGX have none by ISO 4217, and two in Stripe's amounts.
NO_DIGITS: Final = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF",
     "XOF", "XPF"}
)  # fmt: skip
THREE_DIGITS: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def digits(code: str) -> int:
    """How many digits Stripe's amounts in `code` have behind the point."""
    if code in NO_DIGITS:
        return 0
    return 3 if code in THREE_DIGITS else 2


def minor(data: Any, path: str, code: str, *, default: int | None = None) -> int:
    """An amount of Stripe's in our minor units, exactly."""
    amount = fields.whole(data, path, default=default)
    return fields.in_minor(Decimal(amount).scaleb(-digits(code)), code, path)


def total(found: list[dict[str, Any]], code: str, path: str = "amount") -> int:
    """The sum of one amount over rows."""
    return sum(minor(row, path, code, default=0) for row in found)


def metadata(data: Any, path: str = "metadata") -> dict[str, str]:
    """What the seller put on a thing, less what is meant for us."""
    found = fields.at(data, path)
    if not isinstance(found, dict):
        return {}
    return {
        key: value
        for key, value in found.items()
        if isinstance(value, str) and not key.startswith("prm_")
    }


def credit(data: Any, *metadata_paths: str, reference: str = "") -> Credit:
    """Who brought the customer, from metadata, `client_reference_id` and discounts."""
    places = metadata_paths or ("metadata",)
    click = next(
        (x for p in places if (x := fields.short(data, f"{p}.{CLICK_PARAMETER}", 500))), ""
    )
    coupons = [fields.short(data, f"{place}.{COUPON_PARAMETER}", 60) for place in places]
    discount = fields.at(data, "discount")
    listed = fields.at(data, "discounts")
    for one in [discount, *(listed if isinstance(listed, list) else [])]:
        coupons += _codes(one)
    return Credit(click or reference, tuple(dict.fromkeys(code for code in coupons if code)))


def _codes(discount: Any) -> list[str]:
    """Codes that a discount may be known by; a bare id says nothing."""
    if not isinstance(discount, dict):
        return []
    promotion, coupon = discount.get("promotion_code"), discount.get("coupon")
    found = [fields.at(promotion, "code"), fields.at(coupon, "name"), fields.at(coupon, "id")]
    found += [coupon, promotion]
    return [code[:60] for code in found if isinstance(code, str)]


def customer(data: Any, *, email: tuple[str, ...], country: tuple[str, ...]) -> CustomerInput:
    """Who bought."""
    return CustomerInput(
        external_id=fields.name(data, "customer"),
        email=fields.email(data, *email),
        country=fields.country(data, *country),
    )
