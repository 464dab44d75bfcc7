"""Why a sale or lead is credited, in answers of the API."""

from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet, UUIDField, Value
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commissions.models import Occasion
from sellers.rest.endpoints import Call
from tracking.attribution import as_read_by
from tracking.models import Sale

Row = TypeVar("Row", bound=Model)


@extend_schema_field({"type": "object", "additionalProperties": True})
class Credit(serializers.Field[Any, Any, Any, Any]):
    """The stored decision; for a partner's key without what is other partners'."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Sale | Occasion) -> Any:
        reader = getattr(value, "reader_id", None)
        return as_read_by(value.attribution, str(reader)) if reader else value.attribution


def read_by(call: Call, rows: "QuerySet[Row]") -> "QuerySet[Row]":
    """Rows that know which partner reads them, where it is one."""
    reader = call.key.partner_id
    if reader is None:
        return rows
    return cast("QuerySet[Row]", rows.annotate(reader_id=Value(reader, UUIDField())))
