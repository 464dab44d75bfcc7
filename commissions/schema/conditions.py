"""Conditions: groups of all, any or none, nested, down to single comparisons."""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from commissions.schema.values import reader_of
from commissions.schema.vocabulary import GROUPS, KINDS, OPERATORS, field_named

MAX_DEPTH = 5
MAX_IN_GROUP = 50
MAX_LEAVES = 100
LEAF = ("field", "op", "value")
Detail = dict[Any, Any]


def leaves(conditions: Mapping[str, Any] | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every single comparison of checked conditions, with its path (`conditions.all[0]`)."""
    yield from _leaves(conditions, "conditions") if conditions else ()


def _leaves(node: Mapping[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if "field" in node:
        yield path, dict(node)
        return
    for name, members in node.items():
        for index, member in enumerate(members):
            yield from _leaves(member, f"{path}.{name}[{index}]")


def _leaf_schema() -> dict[str, Any]:
    names = "|".join(name.replace(".", r"\.") for name in KINDS)
    one = [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]
    return {
        "type": "object",
        "required": list(LEAF),
        "additionalProperties": False,
        "properties": {
            "field": {"type": "string", "pattern": rf"^({names}|metadata\..{{1,100}})$"},
            "op": {"type": "string", "enum": list(OPERATORS)},
            "value": {"anyOf": [*one, {"type": "array", "items": {"anyOf": one}}]},
        },
    }


def _group_schema(depth: int) -> dict[str, Any]:
    leaf = _leaf_schema()
    inner = {"anyOf": [leaf, _group_schema(depth - 1)]} if depth > 1 else leaf
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "propertyNames": {"enum": list(GROUPS)},
        "additionalProperties": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_IN_GROUP,
            "items": inner,
        },
    }


@extend_schema_field(_group_schema(MAX_DEPTH))
class Conditions(serializers.Field[Any, Any, Any, Any]):
    """{all|any|none: [{field, op, value} or another group, …]}, up to five groups deep."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        found = _group(data, MAX_DEPTH)
        if sum(1 for _leaf in leaves(found)) > MAX_LEAVES:
            message = _("At most %(most)d conditions in one rule.") % {"most": MAX_LEAVES}
            raise ValidationError([ErrorDetail(message, "too_many")])
        return found

    def to_representation(self, value: Any) -> Any:
        return value


def _group(data: Any, depth: int) -> dict[str, Any]:
    name, members = _named_group(data)
    if depth == 0:
        message = _("Groups are nested more than %(most)d deep.") % {"most": MAX_DEPTH}
        _refuse("too_deep", message)
    if not isinstance(members, list):
        raise ValidationError({name: [ErrorDetail(_("This must be a list."), "not_a_list")]})
    if not members:
        message = _("Put a condition in this group, or leave the group out.")
        raise ValidationError({name: [ErrorDetail(message, "empty")]})
    if len(members) > MAX_IN_GROUP:
        message = _("At most %(most)d conditions in one group.") % {"most": MAX_IN_GROUP}
        raise ValidationError({name: [ErrorDetail(message, "too_many")]})
    found, errors = [], {}
    for index, member in enumerate(members):
        try:
            found.append(_member(member, depth))
        except ValidationError as error:
            errors[index] = error.detail
    if errors:
        raise ValidationError({name: errors})  # type: ignore[dict-item]
    return {name: found}


def _named_group(data: Any) -> tuple[str, Any]:
    if not isinstance(data, Mapping):
        _refuse("not_a_dict", _("This must be an object like {all: [...]}."))
    _refuse_unknown(data, GROUPS)
    if len(data) != 1:
        message = _("A group is all, any or none, one of them. Nest groups to combine them.")
        _refuse("malformed", message)
    return next(iter(data.items()))


def _member(data: Any, depth: int) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        _refuse("not_a_dict", _("This must be an object like {field, op, value}."))
    is_leaf = any(name in data for name in LEAF) or not any(name in data for name in GROUPS)
    return _leaf(data) if is_leaf else _group(data, depth - 1)


def _leaf(data: Mapping[str, Any]) -> dict[str, Any]:
    _refuse_unknown(data, LEAF)
    missing = {
        name: [ErrorDetail(_("This field is required."), "required")]
        for name in LEAF
        if name not in data
    }
    if missing:
        raise ValidationError(missing)
    name, operator = data["field"], data["op"]
    for key, value in (("field", name), ("op", operator)):
        if not isinstance(value, str):
            raise ValidationError({key: [ErrorDetail(_("This must be text."), "wrong_type")]})
    field = field_named(name)
    if field is None:
        message = _("There is no such field. Choose one of: %(names)s, metadata.<key>.")
        _refuse_at("field", "unknown_choice", message % {"names": ", ".join(KINDS)})
    if operator not in OPERATORS:
        message = _("There is no such operator. Choose one of: %(names)s.")
        _refuse_at("op", "unknown_choice", message % {"names": ", ".join(field.operators)})
    if operator not in field.operators:
        message = _("%(field)s cannot be compared like this. Choose one of: %(names)s.")
        values = {"field": name, "names": ", ".join(field.operators)}
        _refuse_at("op", "wrong_operator", message % values)
    try:
        value = reader_of(field, operator).run_validation(data["value"])
    except ValidationError as error:
        raise ValidationError({"value": error.detail}) from None
    return {"field": name, "op": operator, "value": value}


def _refuse_unknown(data: Mapping[str, Any], known: tuple[str, ...]) -> None:
    message = _("This field is not known here.")
    unknown: Detail = {
        str(name)[:100]: [ErrorDetail(message, "unknown_field")]
        for name in data
        if name not in known
    }
    if unknown:
        raise ValidationError(unknown)


def _refuse(code: str, message: str) -> NoReturn:
    raise ValidationError({"non_field_errors": [ErrorDetail(message, code)]})


def _refuse_at(name: str, code: str, message: str) -> NoReturn:
    raise ValidationError({name: [ErrorDetail(message, code)]})
