"""Strict fields: no silent conversion, a code that tells wrong shape from unacceptable value."""

import datetime
import re
import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from babel import Locale
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from prm.money import MAX_MINOR, is_currency

COUNTRIES = frozenset(str(code) for code in Locale("en").territories if len(str(code)) == 2) - {
    "EU",
    "EZ",
    "QO",
    "UN",
    "XA",
    "XB",
    "ZZ",
}
INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
RATE = re.compile(r"\d{1,6}(\.\d{1,6})?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1970, 2199
NOT_TEXT = _("This must be text.")


class Text(serializers.CharField):
    """Text; numbers and booleans are not taken for it."""

    default_error_messages = {"wrong_type": NOT_TEXT}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("wrong_type")
        return super().to_internal_value(data)


class Choice(serializers.ChoiceField):
    """One of a closed list of texts."""

    default_error_messages = {
        "wrong_type": NOT_TEXT,
        "invalid_choice": _("This must be one of the listed values."),
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("wrong_type")
        return str(super().to_internal_value(data))


@extend_schema_field({"type": "string", "format": "uuid"})
class Key(serializers.Field[uuid.UUID, Any, str, Any]):
    """The id of a thing."""

    default_error_messages = {
        "wrong_type": NOT_TEXT,
        "malformed": _("This must be an id like 0190b6a4-…, a UUID."),
    }

    def to_internal_value(self, data: Any) -> uuid.UUID:
        if not isinstance(data, str):
            self.fail("wrong_type")
        try:
            if len(data) != 36:
                raise ValueError
            return uuid.UUID(data)
        except ValueError:
            self.fail("malformed")

    def to_representation(self, value: Any) -> str:
        return str(value)


class Whole(serializers.IntegerField):
    """A whole number; not a fraction, not text, not a boolean."""

    default_error_messages = {"wrong_type": _("This must be a whole number.")}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("wrong_type")
        return data


class Minor(Whole):
    """Money in integer minor units: 1250 is 12.50 of a currency with two digits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_value", MAX_MINOR)
        super().__init__(**kwargs)


class Yes(serializers.BooleanField):
    """true or false, nothing that looks like it."""

    default_error_messages = {"wrong_type": _("This must be true or false.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("wrong_type")
        return data


@extend_schema_field({"type": "string", "pattern": r"^\d{1,6}(\.\d{1,6})?$", "example": "7.5"})
class Rate(serializers.Field[str, Any, str, Any]):
    """Percent as a decimal string, "12.5". Kept as the text that was sent."""

    default_error_messages = {
        "wrong_type": _('A rate is decimal text: "12.5" is 12.5 percent.'),
        "out_of_range": _("A rate is between 0 and 100 percent."),
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("wrong_type")
        if data.startswith("-") and RATE.fullmatch(data[1:]):
            self.fail("out_of_range")
        if not RATE.fullmatch(data):
            self.fail("wrong_type")
        if Decimal(data) > 100:
            self.fail("out_of_range")
        return data

    def to_representation(self, value: Any) -> str:
        return str(value)


@extend_schema_field({"type": "string", "pattern": "^[A-Z]{3}$", "example": "EUR"})
class Currency(Text):
    """An ISO 4217 code."""

    default_error_messages = {"unknown": _("This is not an ISO 4217 currency, like EUR.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_length": 3, "max_length": 3, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if not is_currency(code):
            self.fail("unknown")
        return code


@extend_schema_field({"type": "string", "pattern": "^([A-Z]{2})?$", "example": "DE"})
class Country(Text):
    """An ISO 3166 code of two letters."""

    default_error_messages = {"unknown": _("This is not an ISO 3166 country, like DE.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 2, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if code not in COUNTRIES:
            self.fail("unknown")
        return code


@extend_schema_field({"type": "string", "maxLength": 254, "example": "ann@example.com"})
class Email(Text):
    """An e-mail address."""

    default_error_messages = {"not_email": _("This is not an e-mail address.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 254, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        return _checked(self, super().to_internal_value(data), EmailValidator(), "not_email")


class Url(Text):
    """A web address with http or https."""

    default_error_messages = {"not_url": _("This is not a web address like https://example.com.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 500, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        return _checked(self, text, URLValidator(schemes=["http", "https"]), "not_url")


def _checked(field: Text, text: str, validator: Any, code: str) -> str:
    """`text` where it fits; an empty one is for `allow_blank` to judge."""
    too_long = field.max_length is not None and len(text) > field.max_length
    if text and not too_long:  # the length has its own message
        try:
            validator(text)
        except DjangoValidationError:
            field.fail(code)
    return text


class Instant(serializers.DateTimeField):
    """RFC 3339 with a zone; given out in UTC."""

    default_error_messages = {
        "wrong_type": NOT_TEXT,
        "malformed": _("This must be a time with a zone, like 2026-01-31T09:30:00Z (RFC 3339)."),
        "out_of_range": _("This time is outside the years 1970 to 2199."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=datetime.UTC, **kwargs)

    def to_internal_value(self, data: Any) -> datetime.datetime:
        if not isinstance(data, str):
            self.fail("wrong_type")
        if not INSTANT.fullmatch(data):
            self.fail("malformed")
        if not FIRST_YEAR <= int(data[:4]) <= LAST_YEAR:
            self.fail("out_of_range")
        try:
            return datetime.datetime.fromisoformat(data.upper()).astimezone(datetime.UTC)
        except (ValueError, OverflowError):
            self.fail("malformed")


class Day(serializers.DateField):
    """A calendar day."""

    default_error_messages = {
        "wrong_type": NOT_TEXT,
        "malformed": _("This must be a day like 2026-01-31."),
        "out_of_range": _("This day is outside the years 1970 to 2199."),
    }

    def to_internal_value(self, data: Any) -> datetime.date:
        if not isinstance(data, str):
            self.fail("wrong_type")
        if not DAY.fullmatch(data):
            self.fail("malformed")
        if not FIRST_YEAR <= int(data[:4]) <= LAST_YEAR:
            self.fail("out_of_range")
        try:
            return datetime.date.fromisoformat(data)
        except ValueError:
            self.fail("malformed")


class QueryWhole(Whole):
    """A whole number in a query string."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str) or not re.fullmatch(r"-?\d{1,18}", data, re.ASCII):
            self.fail("wrong_type")
        return int(data)


def choices(values: Iterable[str]) -> list[tuple[str, str]]:
    """Choices for a Choice field that need no label."""
    return [(value, value) for value in values]
