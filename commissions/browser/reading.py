"""What a browser said, read strictly: a body of JSON, or the parameters of the pixel's address."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from commissions.models import BrowserEvent
from prm.errors import Malformed
from prm.money import MAX_MINOR, exponent
from sellers.rest.fields import Choice, Country, Currency, Email, Key, Minor, Text, Whole, choices
from sellers.rest.parsers import StrictJSONParser
from sellers.rest.payloads import FreeObject
from sellers.rest.problems import invalid
from sellers.rest.serializers import Input
from tracking import tokens
from tracking.rules import email_hash

TEST: Final = "test"
MAX_BODY: Final = 32 * 1024
MAX_CLICKS: Final = 20
PIXEL_FIELDS: Final = frozenset(
    {"program", "event", "external_id", "currency", "amount", "amount_minor", "coupon", "consent"}
)
"""Parameters of the pixel that are fields of the body; the others are put together below."""


class MajorAmount(serializers.Field[Any, Any, Any, Any]):
    """Minor units as a whole number, or major units as text: 1234 and "12.34" are the same EUR."""

    default_error_messages = {
        "wrong_type": _('Give minor units as a whole number, or major units as text like "12.34".'),
    }

    def to_internal_value(self, data: Any) -> int | Decimal:
        if isinstance(data, int) and not isinstance(data, bool):
            return data
        whole, _point, rest = data.partition(".") if isinstance(data, str) else ("", "", "")
        if not (f"{whole}{rest}".isdecimal() and data.isascii() and whole and len(data) <= 20):
            self.fail("wrong_type")
        return Decimal(data.rstrip("."))

    def to_representation(self, value: Any) -> Any:
        return value


class BuyerFields(Input):
    """Who bought or signed up."""

    external_id = Text(max_length=120, required=False)
    email = Email(required=False)
    country = Country(required=False)


class GoodsFields(Input):
    """One product sold; money in minor units. What it cost the seller is no browser's to know."""

    sku = Text(max_length=120, required=False, allow_blank=True)
    category = Text(max_length=120, required=False, allow_blank=True)
    name = Text(max_length=300, required=False, allow_blank=True)
    quantity = Whole(min_value=1, max_value=10**6)
    unit_amount = Minor()
    discount = Minor(required=False)


class ToldFields(Input):
    """A lead, a sign-up or a sale as the script sends it, or the ping of a live test."""

    program = Key()
    event = Choice(choices=choices([*BrowserEvent.values, TEST]))
    external_id = Text(max_length=110)
    currency = Currency(required=False)
    amount = MajorAmount(required=False)
    amount_minor = Minor(required=False)
    lines = serializers.ListField(child=GoodsFields(), required=False, max_length=100)
    coupon = Text(max_length=60, required=False, allow_blank=True)
    customer = BuyerFields(required=False)
    click_tokens = serializers.ListField(
        child=Text(max_length=200, allow_blank=True), required=False, max_length=MAX_CLICKS
    )
    metadata = FreeObject(required=False, max_keys=20)
    consent = Choice(choices=choices(["given", "refused", "unknown"]), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A sale needs its currency and its amount, and the amount becomes minor units."""
        if attrs["event"] != BrowserEvent.SALE:
            return attrs
        errors: dict[str, Any] = {}
        if "currency" not in attrs:
            errors["currency"] = [ErrorDetail(gettext("Name the currency."), "required")]
        if not {"amount", "amount_minor", "lines"} & set(attrs):
            message = gettext("Give an amount or lines.")
            errors["amount"] = [ErrorDetail(message, "required")]
        if errors:
            raise ValidationError(errors)
        attrs["amount_minor"] = _minor(attrs)
        return attrs


@dataclass(frozen=True)
class Told:
    """One report, read. `amount_minor` is net, in minor units of `currency`."""

    event: str
    external_id: str
    currency: str = ""
    amount_minor: int | None = None
    coupon: str = ""
    click_tokens: tuple[str, ...] = ()
    email: str = ""
    customer: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[Mapping[str, Any], ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    consent: str = ""

    @property
    def mark(self) -> str:
        """Hash of what was said, without the clicks: the same order told again from another page
        is the same report."""
        plain = {k: v for k, v in vars(self).items() if k not in {"click_tokens", "consent"}}
        plain["email"] = email_hash(self.email, settings.SECRET_KEY)
        text = json.dumps(plain, sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def facts(self) -> dict[str, Any]:
        """What is stored of it besides its own columns, without what is empty."""
        found: dict[str, Any] = {
            "click_tokens": list(self.click_tokens),
            "coupon": self.coupon,
            "customer": dict(self.customer),
            "lines": [dict(line) for line in self.lines],
            "metadata": dict(self.metadata),
        }
        return {name: value for name, value in found.items() if value}


def of_body(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises Malformed."""
    if len(body) > MAX_BODY:
        raise Malformed(gettext("The body is too large."), field="body", code="too_large")
    found: dict[str, Any] = StrictJSONParser().parse(io.BytesIO(body))
    return found


def of_address(query: Mapping[str, str]) -> dict[str, Any]:
    """The same from the pixel's parameters; `data` is the script's body. Raises Malformed.

    `click` holds tokens with ~ between them, as the cookie does; `customer` is his id, `country`
    his country. `_` is anybody's, to get past caches.
    """
    if "data" in query:
        return of_body(query["data"].encode("utf-8", "surrogatepass"))
    given = {name: value for name, value in query.items() if name in PIXEL_FIELDS}
    found: dict[str, Any] = {**given}
    if given.get("amount_minor", "").isdecimal():
        found["amount_minor"] = int(given["amount_minor"][:18])
    if "click" in query:
        found["click_tokens"] = query["click"].split("~")
    buyer = {"external_id": query.get("customer"), "country": query.get("country")}
    if any(buyer.values()):
        found["customer"] = {name: value for name, value in buyer.items() if value}
    for name in query.keys() - PIXEL_FIELDS - {"click", "customer", "country", "_"}:
        found[name] = query[name]  # refused by name
    for value in query.values():
        if "\x00" in value or not value.isprintable():
            raise Malformed(gettext("This text is not readable."), field="address", code="bad_text")
    return found


def told(data: Mapping[str, Any]) -> Told:
    """The report that `data` is. Raises Malformed or Unacceptable with every wrong field."""
    fields = ToldFields(data=data)
    try:
        fields.is_valid(raise_exception=True)
    except ValidationError as error:
        raise invalid(error) from None
    found = fields.validated_data
    customer = dict(found.get("customer", {}))
    return Told(
        event=found["event"],
        external_id=found["external_id"],
        currency=found.get("currency", ""),
        amount_minor=found.get("amount_minor"),
        coupon=found.get("coupon", ""),
        click_tokens=tuple(dict.fromkeys(x for x in found.get("click_tokens", ()) if x)),
        email=customer.pop("email", ""),
        customer=customer,
        lines=tuple(dict(line) for line in found.get("lines", ())),
        metadata=found.get("metadata", {}),
        consent=found.get("consent", ""),
    )


def genuine(clicks: tuple[str, ...]) -> list[str]:
    """The tokens that we made, in their order."""
    return [token for token in clicks if tokens.read(token) is not None]


def _minor(attrs: Mapping[str, Any]) -> int:
    amount = attrs.get("amount", attrs.get("amount_minor"))
    if amount is None:
        amount = sum(
            line["quantity"] * line["unit_amount"] - line.get("discount", 0)
            for line in attrs["lines"]
        )
    if isinstance(amount, Decimal):
        amount = amount.scaleb(exponent(attrs["currency"]))
    if amount != int(amount):
        message = gettext("The amount has more decimals than %(currency)s.")
        _refuse_amount(message % {"currency": attrs["currency"]}, "too_fine")
    if not 0 <= amount <= MAX_MINOR:
        _refuse_amount(gettext("The amount is out of range."), "out_of_range")
    return int(amount)


def _refuse_amount(message: str, code: str) -> None:
    raise ValidationError({"amount": [ErrorDetail(message, code)]})
