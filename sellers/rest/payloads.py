"""Fields that hold more than one value."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from prm.money import MAX_MINOR
from sellers.rest.fields import Text


@extend_schema_field({"type": "object", "additionalProperties": True})
class FreeObject(serializers.Field[dict[str, Any], Any, Any, Any]):
    """A JSON object of the caller's own, up to `max_keys` names."""

    default_error_messages = {
        "not_a_dict": _("This must be an object."),
        "too_many": _("This object has more than {max_keys} names."),
        "name_too_long": _("A name in this object is longer than 100 characters."),
    }

    def __init__(self, *, max_keys: int = 50, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_keys = max_keys

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("not_a_dict")
        if len(data) > self.max_keys:
            self.fail("too_many", max_keys=self.max_keys)
        if any(len(name) > 100 for name in data):
            self.fail("name_too_long")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer", "minimum": 0, "maximum": MAX_MINOR},
            {
                "type": "object",
                "additionalProperties": {"type": "integer", "minimum": 0, "maximum": MAX_MINOR},
            },
        ]
    }
)
class Amounts(serializers.Field[Any, Any, Any, Any]):
    """An amount in minor units, or amounts by currency."""

    default_error_messages = {
        "wrong_type": _("This must be a whole number, or whole numbers by currency."),
        "too_many": _("This object has more than 50 currencies."),
    }

    def to_internal_value(self, data: Any) -> Any:
        amounts = list(data.values()) if isinstance(data, dict) else [data]
        if any(type(amount) is not int for amount in amounts):
            self.fail("wrong_type")
        if len(amounts) > 50:
            self.fail("too_many")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class Hosts(serializers.ListField):
    """Host names."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=Text(max_length=253), max_length=100, **kwargs)


class Items(serializers.ListField):
    """JSON objects whose content the service checks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=FreeObject(), **kwargs)
