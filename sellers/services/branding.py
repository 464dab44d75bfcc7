"""How a seller's portal looks: two colours and a logo."""

from functools import partial
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from prm.validation import require_valid
from sellers.actors import Actor
from sellers.logo import redrawn
from sellers.models import Seller
from sellers.trail import record


def set_branding(
    *,
    seller: Seller,
    brand_colour: str,
    mark_colour: str,
    actor: Actor,
    logo: "File[bytes] | None" = None,
    remove_logo: bool = False,
) -> Seller:
    """Set colours and, where given, the logo. Raises Unacceptable by the field.

    Each change makes a new `brand_version`, which is part of the addresses of style and logo.
    """
    picture = redrawn(logo) if logo else None
    row = Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    changes: dict[str, tuple[Any, Any]] = {
        name: (getattr(row, name), value.lower())
        for name, value in (("brand_colour", brand_colour), ("mark_colour", mark_colour))
        if getattr(row, name) != value.lower()
    }
    for name, (_before, after) in changes.items():
        setattr(row, name, after)
    require_valid(row, only=("brand_colour", "mark_colour"))
    old_logo = row.logo.name
    if picture or (remove_logo and old_logo):
        changes["logo"] = (bool(old_logo), bool(picture))
    if not changes:
        return row
    row.brand_version += 1
    if picture:
        row.logo.save(f"{row.pk}-{row.brand_version}.png", ContentFile(picture), save=False)
    elif remove_logo:
        row.logo = ""
    row.save(update_fields=["brand_colour", "mark_colour", "logo", "brand_version"])
    if old_logo and row.logo.name != old_logo:
        transaction.on_commit(partial(default_storage.delete, old_logo), robust=True)
    record(seller=row, actor=actor, verb="seller.branded", object=row, changes=changes)
    return row
