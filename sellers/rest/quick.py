"""Quick ways through serializers for what is plainly right, made once per serializer class.

`accepting` takes input that every field accepts at first sight and answers SLOW for anything
else; then the serializer itself decides and words the errors. `giving` makes the values of an
answer as the renderer takes them: ids and instants of UTC it writes by itself. Both mean
exactly what the serializers mean: only the way is shorter, which counts where a thousand sales
come in one call.
"""

import datetime
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
    ProhibitNullCharactersValidator,
)
from rest_framework.exceptions import ValidationError
from rest_framework.fields import Field, ListField, SkipField, empty
from rest_framework.serializers import BaseSerializer, ListSerializer, Serializer
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from sellers.rest.fields import Choice, Country, Currency, Instant, Key, Minor, Text, Whole
from sellers.rest.payloads import FreeObject, Items
from sellers.rest.serializers import Input, Output

SLOW: Final = object()
"""Not taken at first sight: the serializer decides."""

Accept = Callable[[Any], Any]
Give = Callable[[Any], Any]
OWN_CHECKS = (Choice, Country, Currency, FreeObject, Instant, Key)
"""Fields whose `to_internal_value` alone decides: their validators only say the same again."""

BUILT_IN = (
    MaxLengthValidator,
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
    ProhibitNullCharactersValidator,
    ProhibitSurrogateCharactersValidator,
)


@cache
def accepting(kind: type[Input]) -> Accept:
    """What takes input of this class at first sight, or answers SLOW."""
    return _object(kind())


@cache
def giving(kind: type[Output]) -> Give:
    """What makes the plain values of an answer of this class."""
    return _giver(kind())


def _object(serializer: Input) -> Accept:
    accepts: dict[str, Accept] = {}
    for name, field in serializer.fields.items():
        own_check = getattr(serializer, f"validate_{name}", None)
        if field.source != name or field.read_only or field.default is not empty or own_check:
            return _never
        accepts[name] = _accept(field)
    if (
        serializer.validators
        or type(serializer).validate is not Serializer.validate
        or type(serializer).to_internal_value is not Input.to_internal_value
    ):
        return _never
    required = {name for name, field in serializer.fields.items() if field.required}

    def accept(data: Any) -> Any:
        if type(data) is not dict or not required <= data.keys():
            return SLOW
        taken: dict[str, Any] = {}
        for name, given in data.items():
            one = accepts.get(name)
            if one is None:
                return SLOW
            value = one(given)
            if value is SLOW:
                return SLOW
            taken[name] = value
        return taken

    return accept


def _never(_data: Any) -> Any:
    return SLOW


def _accept(field: Field[Any, Any, Any, Any]) -> Accept:
    """One field's quick way; a kind that is not known here goes through all of its own checks."""
    if isinstance(field, Input):
        return _object(field)
    if any(type(one) not in BUILT_IN for one in field.validators):
        return _checked(field.run_validation)
    if type(field) is Text:
        return _text(field)
    if isinstance(field, Whole) and type(field) in (Whole, Minor):
        return _whole(field)
    if type(field) in OWN_CHECKS:
        return _checked(field.to_internal_value)
    if type(field) is ListField and isinstance(field.child, Input):
        return _list(field)
    return _checked(field.run_validation)


def _checked(run: Accept) -> Accept:
    def accept(data: Any) -> Any:
        try:
            return SLOW if data is None else run(data)
        except (ValidationError, SkipField):
            return SLOW

    return accept


def _text(field: Text) -> Accept:
    low = max(field.min_length or 0, 1)  # nothing at all is for the field itself to judge
    high = 2**31 if field.max_length is None else field.max_length
    trims = field.trim_whitespace

    def accept(data: Any) -> Any:
        if type(data) is not str or not data.isprintable():
            return SLOW
        text = data.strip() if trims else data
        return text if low <= len(text) <= high and text.strip() else SLOW

    return accept


def _whole(field: Whole) -> Accept:
    low = -(2**62) if field.min_value is None else field.min_value
    high = 2**62 if field.max_value is None else field.max_value

    def accept(data: Any) -> Any:
        return data if type(data) is int and low <= data <= high else SLOW

    return accept


def _list(field: ListField) -> Accept:
    one, low = _accept(field.child), field.min_length or 0
    high = 2**31 if field.max_length is None else field.max_length
    if not field.allow_empty:
        low = max(low, 1)

    def accept(data: Any) -> Any:
        if type(data) is not list or not low <= len(data) <= high:
            return SLOW
        taken = [one(item) for item in data]
        return SLOW if SLOW in taken else taken

    return accept


def _giver(serializer: Field[Any, Any, Any, Any]) -> Give:
    if isinstance(serializer, ListSerializer) and serializer.child is not None:
        one = _giver(serializer.child)
        return lambda values: [one(value) for value in values]
    if (
        not isinstance(serializer, Serializer)
        or type(serializer).to_representation is not Serializer.to_representation
    ):
        return serializer.to_representation
    plans = [
        (name, field, tuple(field.source_attrs), _plain(field))
        for name, field in serializer.fields.items()
        if not field.write_only
    ]

    absent = {
        name
        for name, field, attributes, _plain in plans
        if attributes == (name,) and not field.required and field.default is empty
    }

    def give(instance: Any) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name, field, attributes, plain in plans:
            if name in absent and type(instance) is dict and name not in instance:
                continue
            try:
                value = instance
                for attribute in attributes:
                    is_plain = type(value) is dict
                    value = value[attribute] if is_plain else getattr(value, attribute)
                if callable(value):
                    value = value()
            except (AttributeError, KeyError):
                try:
                    value = field.get_attribute(instance)  # which knows defaults and what to skip
                except SkipField:
                    continue
            given[name] = None if value is None else plain(value)
        return given

    return give


def _plain(field: Field[Any, Any, Any, Any]) -> Give:
    if isinstance(field, BaseSerializer):
        return _giver(field)
    if type(field) is Text:
        return str
    if type(field) is Key:
        return _id
    if type(field) is Whole or type(field) is Minor:
        return int
    if type(field) is Instant:
        return _instant(field)
    if type(field) is FreeObject or type(field) is Items:
        return _same
    return field.to_representation


def _same(value: Any) -> Any:
    return value


def _id(value: Any) -> Any:
    return value if type(value) is uuid.UUID else str(value)


def _instant(field: Instant) -> Give:
    def give(value: Any) -> Any:
        if type(value) is datetime.datetime and value.tzinfo is datetime.UTC:
            return value
        return field.to_representation(value)

    return give
