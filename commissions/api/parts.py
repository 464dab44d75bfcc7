"""Sales as a partner's key reads them: with his part of what several partners share."""

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, UUIDField, Value
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commissions.api.credit import read_by
from sellers.rest.endpoints import Call
from sellers.rest.fields import Key
from tracking import selectors, sharing
from tracking.models import Refund, Sale, SaleShare


@extend_schema_field(
    {
        "type": "object",
        "properties": {name: {"type": "integer"} for name in ("weight", "of", "amount")},
        "required": ["weight", "of", "amount"],
    }
)
class Part(serializers.Field[Any, Any, Any, Any]):
    """A partner's part of a shared sale: `weight` of `of`, and that much of its net.

    Null of a sale that he has alone, and for a seller's key, which reads all parts in the path.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Any) -> Any:
        if not value.is_shared or not hasattr(value, "own_net"):
            return None
        return {"weight": value.own_weight, "of": value.all_weights, "amount": value.own_net}


class OwnPartner(Key):
    """Who is credited; a partner's key reads of nobody but himself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Any) -> Any:
        own = getattr(value, "reader_id", None) or value.partner_id
        return str(own) if own else None


@extend_schema_field({"type": "string"})
class OwnLink(serializers.Field[Any, Any, Any, Any]):
    """The link that speaks for the partner; of a shared sale his own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Sale) -> Any:
        if value.is_shared and hasattr(value, "own_link"):
            return value.own_link
        return value.link.code if value.link else None


def sales_for(call: Call) -> QuerySet[Sale]:
    """Sales; for a partner's key those that he has a part of."""
    rows = selectors.sales()
    if call.key.partner_id is None:
        return rows
    return read_by(call, sharing.sales_of(rows, call.key.partner_id))


def refunds_for(call: Call) -> QuerySet[Refund]:
    """Refunds; for a partner's key those of sales that he has a part of, and his credit notes."""
    rows = Refund.objects.all()
    if call.key.partner_id is None:
        return rows
    mine = SaleShare.objects.filter(sale=OuterRef("sale_id"), partner_id=call.key.partner_id)
    own = rows.filter(Q(partner_id=call.key.partner_id) | Exists(mine))
    return own.annotate(reader_id=Value(call.key.partner_id, UUIDField()))


def of_partner(call: Call, rows: QuerySet[Sale], partner_id: uuid.UUID) -> QuerySet[Sale]:
    """Sales that this partner has a part of. A partner's key learns of nobody else's parts."""
    if call.key.partner_id is None:
        return sharing.sales_of(rows, partner_id)
    return rows if call.key.partner_id == partner_id else rows.none()
