"""How partners use materials: looked at in the portal, taken away."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from campaigns.models import Material, MaterialUse
from prm.ids import new_id
from sellers.models import User

_COUNT: Final = """
    INSERT INTO campaigns_materialday AS old
        (id, created_at, seller_id, material_id, partner_id, day, views, downloads)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (seller_id, material_id, partner_id, day) DO UPDATE
    SET views = old.views + EXCLUDED.views, downloads = old.downloads + EXCLUDED.downloads
"""


def record_material_view(*, material: Material, partner_id: uuid.UUID) -> None:
    """Count that a partner's person opened the material in his portal."""
    _count(material, partner_id, views=1)


@transaction.atomic
def record_material_use(*, material: Material, partner_id: uuid.UUID, user: User) -> MaterialUse:
    """Note that a partner's person took the material. The row is the record; no event is written.

    The caller has checked that the partner may use it.
    """
    _count(material, partner_id, downloads=1)
    return MaterialUse.objects.create(
        seller_id=material.seller_id,
        material=material,
        partner_id=partner_id,
        user=user,
        version=material.version,
    )


@transaction.atomic
def record_material_uses(
    *, materials: Sequence[Material], partner_id: uuid.UUID, user: User
) -> None:
    """The same for several at once."""
    with connection.cursor() as cursor:
        cursor.executemany(_COUNT, [_row(one, partner_id, downloads=1) for one in materials])
    MaterialUse.objects.bulk_create(
        MaterialUse(
            seller_id=one.seller_id,
            material=one,
            partner_id=partner_id,
            user=user,
            version=one.version,
        )
        for one in materials
    )


def _count(
    material: Material, partner_id: uuid.UUID, *, views: int = 0, downloads: int = 0
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _row(material, partner_id, views=views, downloads=downloads))


def _row(
    material: Material, partner_id: uuid.UUID, *, views: int = 0, downloads: int = 0
) -> list[Any]:
    day = _today(material)
    values = [new_id(), timezone.now(), material.seller_id, material.pk, partner_id, day]
    return [*values, views, downloads]


def _today(material: Material) -> date:
    """Today at the seller's."""
    return timezone.localdate(timezone=ZoneInfo(material.program.seller.time_zone))
