"""What single clicks looked like, for a look at the sales that they led to.

The only reader of stored clicks besides shipping: by id and instant, so it opens one month each.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tracking.models import Click


@dataclass(frozen=True)
class ClickFacts:
    """Where a click came from and led to; `destination` is "" where it was the link's own."""

    referrer: str
    destination: str


def facts_of(clicks: Mapping[uuid.UUID, datetime]) -> dict[uuid.UUID, ClickFacts]:
    """The clicks of these ids and instants that were shipped; one query."""
    if not clicks:
        return {}
    rows = Click.objects.filter(id__in=list(clicks), at__in=list(clicks.values()))
    return {
        click: ClickFacts(referrer, destination)
        for click, referrer, destination in rows.values_list("id", "referrer", "destination")
    }
