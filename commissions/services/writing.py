"""Sales as they are stored: made whole at once, written with their event by one statement."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.db import models
from django.utils import timezone

from activity.services import Entry, record_new
from commissions import crediting
from commissions.inputs import SaleInput
from prm.copying import insert_new
from prm.ids import new_id
from prm.json_text import compact
from sellers.actors import Actor
from sellers.models import Seller
from tracking.models import Customer, Sale

_FIELDS: Final = Sale._meta.concrete_fields
_NAMES: Final = tuple(field.attname for field in _FIELDS)
_COLUMNS: Final = tuple(str(field.column) for field in _FIELDS)
_JSON: Final = frozenset(
    place for place, field in enumerate(_FIELDS) if isinstance(field, models.JSONField)
)
_IDS: Final = tuple(
    place for place, field in enumerate(_FIELDS) if isinstance(field, models.ForeignKey)
)
_BLANK: Final = {field.attname: field.get_default() for field in _FIELDS}
_ONCE: Final = ("seller_id", "external_id")
_INSERT: Final = f"""
    INSERT INTO {Sale._meta.db_table} ({", ".join(f'"{column}"' for column in _COLUMNS)})
    VALUES ({", ".join(["%s"] * len(_COLUMNS))})
    ON CONFLICT ({", ".join(_ONCE)}) DO NOTHING RETURNING id
"""  # noqa: S608  names of columns


def sale_row(
    seller: Seller,
    sale: SaleInput,
    mark: str,
    found: crediting.Found,
    customer: Customer | None,
    occurred_at: datetime,
) -> Sale:
    """A checked sale as it is stored, not yet saved; `mark` is its fingerprint."""
    decision = found.decision
    member = decision.member
    values = {
        **_BLANK,
        "id": new_id(),
        "created_at": timezone.now(),
        "seller_id": seller.pk,
        "external_id": sale.external_id,
        "fingerprint": mark,
        "source": sale.source,
        "customer_id": customer.pk if customer else None,
        "enrollment_id": _id(member.enrollment) if member else None,
        "program_id": _id(member.terms.program) if member else None,
        "partner_id": _id(member.partner) if member else None,
        "link_id": _id(decision.link) if decision.link else None,
        "currency": sale.currency,
        "amount_minor": sale.net,
        "tax_minor": sale.tax,
        "shipping_minor": sale.shipping,
        "lines": [line.as_json() for line in sale.lines],
        "attribution": decision.as_json(),
        "is_shared": decision.is_shared,
        "metadata": sale.metadata,
        "coupon": sale.coupon,
        "subscription_id": sale.subscription_id,
        "charge_number": sale.charge_number,
        "country": sale.customer.country,
        "occurred_at": occurred_at,
        "paid_at": sale.paid_at,
    }
    row = Sale.from_db("default", _NAMES, tuple(values.values()))
    row.seller = seller
    if customer is not None:
        row.customer = customer
    return row


def write_sale(row: Sale, *, actor: Actor) -> bool:
    """Write a sale of `sale_row` and its event; False, and nothing, where its id is known."""
    return record_new(
        _INSERT, _plain(row), seller_id=row.seller_id, actor=actor, entry=sale_entry(row)
    )


def write_sales(rows: Sequence[Sale]) -> list[Sale]:
    """Write those whose ids nobody has yet, without their events; which those are."""
    ours = insert_new(Sale, _COLUMNS, [_plain(row) for row in rows], unique=_ONCE)
    return [row for row in rows if row.pk in ours]


def sale_entry(row: Sale) -> Entry:
    """What the trail says of a new sale."""
    return Entry(
        verb="sale.recorded",
        object=row,
        label=row.external_id,
        partner_id=row.partner_id,
        detail={"amount_minor": row.amount_minor, "currency": row.currency},
    )


@lru_cache(maxsize=4096)
def _id(text: str) -> uuid.UUID:
    """An id; those of partners and links come again and again."""
    return uuid.UUID(text)


@lru_cache(maxsize=4096)
def _text(value: uuid.UUID) -> str:
    return str(value)


def _plain(row: Sale) -> list[Any]:
    values = [row.__dict__[name] for name in _NAMES]
    for place in _JSON:
        values[place] = compact(values[place])
    for place in _IDS:
        if values[place] is not None:
            values[place] = _text(values[place])
    return values
