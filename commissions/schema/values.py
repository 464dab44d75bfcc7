"""Single values of a rule: rates, and what a condition compares with."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commissions.schema.vocabulary import LISTS, MEASURING, ConditionField
from prm.money import MAX_MINOR
from sellers.rest.fields import RATE, Country, Text, Whole, Yes

RATE_PLACES = 4
MAX_RATE = 10_000
MAX_VALUES = 200
MAX_TEXT = 200
NUMBER_PLACES = 6


def canonical(number: Decimal) -> str:
    """A number's one spelling: `7.50` is `7.5`, `1E+2` is `100`."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


@extend_schema_field({"type": "string", "pattern": r"^\d{1,5}(\.\d{1,4})?$", "example": "7.5"})
class ExactRate(serializers.Field[str, Any, str, Any]):
    """A rate as decimal text with up to four decimals, kept in its one spelling."""

    default_error_messages = {
        "wrong_type": _('A rate is decimal text: "12.5" is 12.5 percent.'),
        "out_of_range": _("Give a rate from 0 to 10000."),
        "too_fine": _("A rate has at most four decimals."),
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("wrong_type")
        text = data.removeprefix("-")
        if not RATE.fullmatch(text):
            self.fail("wrong_type")
        rate = Decimal(text)
        if text != data or rate > MAX_RATE:
            self.fail("out_of_range")
        if len(canonical(rate).partition(".")[2]) > RATE_PLACES:
            self.fail("too_fine")
        return canonical(rate)

    def to_representation(self, value: Any) -> str:
        return str(value)


class FreeText(Text):
    """Text to compare metadata with; whole numbers, fractions and true or false become text."""

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, bool):
            return "true" if data else "false"
        if isinstance(data, int | float):
            return canonical(Decimal(repr(data)))
        return super().to_internal_value(data)


class FreeNumber(serializers.Field[Any, Any, Any, Any]):
    """A number, or a number written as text, to measure metadata and sub-ids with."""

    default_error_messages = {
        "wrong_type": _('This must be a number, like 10 or "2.5".'),
        "out_of_range": _("Give a number of at most 15 digits and 6 decimals."),
    }

    def to_internal_value(self, data: Any) -> str | int:
        if isinstance(data, bool) or not isinstance(data, int | float | str):
            self.fail("wrong_type")
        try:
            number = Decimal(data if isinstance(data, str) else repr(data))
        except InvalidOperation:
            self.fail("wrong_type")
        if not number.is_finite():
            self.fail("wrong_type")
        if abs(number) > MAX_MINOR or number != round(number, NUMBER_PLACES):
            self.fail("out_of_range")
        return int(number) if number == number.to_integral() else canonical(number)

    def to_representation(self, value: Any) -> Any:
        return value


def reader_of(field: ConditionField, operator: str) -> serializers.Field[Any, Any, Any, Any]:
    """The field that reads the value of a condition: one value, a list, or two ends."""
    one = _one(field.kind, operator)
    if operator in LISTS:
        return serializers.ListField(child=one, allow_empty=False, max_length=MAX_VALUES)
    if operator == "between":
        return Ends(child=one)
    return one


def _one(kind: str, operator: str) -> serializers.Field[Any, Any, Any, Any]:
    if kind == "free":
        return FreeNumber() if operator in MEASURING else FreeText(max_length=MAX_TEXT)
    if kind in {"money", "count"}:
        return Whole(
            min_value=0,
            max_value=MAX_MINOR,
            error_messages={"min_value": _("This is never below 0. Give 0 or more.")},
        )
    if kind == "yes":
        return Yes()
    if kind == "country":
        return Country()
    return Text(max_length=MAX_TEXT)


class Ends(serializers.ListField):
    """The two ends of `between`, both included, the lower first."""

    default_error_messages = {
        "two_ends": _("Give two values: the lowest and the highest."),
        "not_ascending": _("The first value is above the second. Turn them round."),
    }

    def to_internal_value(self, data: Any) -> list[Any]:
        ends = super().to_internal_value(data)
        if len(ends) != 2:
            self.fail("two_ends")
        if Decimal(str(ends[0])) > Decimal(str(ends[1])):
            self.fail("not_ascending")
        return ends
