"""Stores clicks at once, without the spool: told over the API, or when the spool has no room."""

import logging
from collections.abc import Iterable

from django.db import Error

from sellers.scope import maintenance_scope
from tracking.shipping.classifying import Classifier
from tracking.shipping.storing import prepare_days, store

logger = logging.getLogger(__name__)


def keep_clicks(lines: Iterable[bytes]) -> None:
    """Store lines of `tracking.spool.record` with their sums, all or none.

    Raises ValueError for a damaged line or an unknown link. It sees links of all sellers: whoever
    calls makes sure that they are his.
    """
    chunk = Classifier().chunk(line.rstrip(b"\n") for line in lines)
    if chunk.damaged:
        raise ValueError(f"{len(chunk.damaged)} damaged lines")
    with maintenance_scope():
        prepare_days(chunk.days)
        unknown = store(chunk)
        if unknown:
            raise ValueError(f"unknown links: {', '.join(sorted(unknown))}")


def keep_directly(line: bytes) -> bool:
    """One click straight into the database; false when that cannot take it either."""
    try:
        keep_clicks([line])
    except (Error, ValueError) as error:
        logger.error("a click was not kept: %s", error)
        return False
    return True
