"""Input that names what it does not know."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import Field


class Output(serializers.Serializer[Any]):
    """What the API gives out. Read only."""


class Input(serializers.Serializer[Any]):
    """What the API takes: only its own fields, each of its own type."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The validated fields. Raises ValidationError with every wrong field at once."""
        if not isinstance(data, Mapping):
            message = _("This must be an object.")
            raise ValidationError({"non_field_errors": [ErrorDetail(message, "not_a_dict")]})
        errors: dict[str, Any] = {}
        try:
            value: dict[str, Any] = super().to_internal_value(data)
        except ValidationError as error:
            value = {}
            errors = dict(error.detail) if isinstance(error.detail, dict) else {}
        for name in data:
            if name not in self.fields:
                message = _("This field is not known here.")
                errors[str(name)[:100]] = [ErrorDetail(message, "unknown_field")]
        if errors:
            raise ValidationError(errors)
        return value


def input_of(name: str, fields: Mapping[str, Field[Any, Any, Any, Any]]) -> type[Input]:
    """An input class from a mapping, for names that Python keeps for itself, like `from`."""
    return type(name, (Input,), dict(fields))
