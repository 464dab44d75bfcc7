"""What sellers asks of the trail: one call per thing done.

The trail belongs to a higher app (sellers/hooks.py). Apps above it call its own `record` directly.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from sellers import hooks
from sellers.actors import Actor
from sellers.models import Seller, User


@dataclass(frozen=True)
class Notice:
    """Who should know, and what he reads. `path` leads to the thing inside the product.

    `reply_to` is where answers to the mail go; without it to the seller's own address.
    """

    users: Iterable[User]
    room: str
    subject: str
    body: str = ""
    path: str = ""
    mail: bool = True
    reply_to: str = ""


def record(
    *,
    seller: Seller,
    actor: Actor,
    verb: str,
    object: models.Model,  # noqa: A002 - the same name as in activity.services.record
    label: str = "",
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    detail: Mapping[str, Any] | None = None,
    notify: Iterable[Notice] = (),
) -> None:
    """Write what happened, in the transaction in which it happened."""
    hooks.answer("trail.record")(
        seller=seller,
        actor=actor,
        verb=verb,
        object=object,
        label=label,
        changes=changes,
        detail=detail,
        notify=notify,
    )
