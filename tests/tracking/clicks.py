"""Clicks as they stand in the database once they were shipped: rows and sums."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from prm.ids import lowest_id_at, new_id
from tracking.models import Link
from tracking.shipping import keep_clicks
from tracking.spool import CLICK, IMPRESSION, NO_SUBS, record

PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
MACHINE = "curl/8.5"


def click_line(
    link: Link,
    *,
    at: datetime | None = None,
    click_id: uuid.UUID | None = None,
    agent: str = PERSON,
    address: str = "",
    referrer: str = "",
    subs: Sequence[str] | None = None,
    country: str = "",
    destination: str = "",
    kind: str = CLICK,
) -> bytes:
    """A line of the spool. Each call is another visitor unless `address` says who."""
    moment = at or timezone.now()
    own = uuid.uuid4().int
    return record(
        kind=kind,
        click_id=click_id or _id_at(moment),
        at=int(moment.timestamp() * 1000),
        link_id=link.pk,
        destination=destination,
        address=address or f"fd00:{own >> 16 & 0xFFFF:x}:{own & 0xFFFF:x}::1",
        agent=agent,
        referrer=referrer,
        subs=subs or tuple(getattr(link, f"sub{n}") for n in range(1, 6)) or NO_SUBS,
        country=country,
    )


def _id_at(moment: datetime) -> uuid.UUID:
    """An id whose time is the click's, as the redirect makes it."""
    random = new_id().int & ((1 << 80) - 1)
    return uuid.UUID(int=lowest_id_at(moment).int | random)


def click(
    link: Link,
    *,
    at: datetime | None = None,
    agent: str = PERSON,
    address: str = "",
    referrer: str = "",
    subs: Sequence[str] | None = None,
    country: str = "",
    destination: str = "",
    kind: str = CLICK,
) -> uuid.UUID:
    """One stored click of a person, now unless `at` says when; its id. Needs no open scope."""
    moment = at or timezone.now()
    click_id = _id_at(moment)
    line = click_line(
        link,
        at=moment,
        click_id=click_id,
        agent=agent,
        address=address,
        referrer=referrer,
        subs=subs,
        country=country,
        destination=destination,
        kind=kind,
    )
    keep_clicks([line])
    return click_id


def clicks(link: Link, count: int, *, at: datetime | None = None, agent: str = PERSON) -> None:
    """Many clicks of different people, a millisecond apart."""
    moment = at or timezone.now()
    step = timedelta(milliseconds=1)
    keep(click_line(link, at=moment + n * step, agent=agent) for n in range(count))


def impressions(link: Link, count: int, *, at: datetime | None = None) -> None:
    """How often a banner was seen."""
    keep(click_line(link, at=at, kind=IMPRESSION) for _one in range(count))


def keep(lines: Iterable[bytes]) -> None:
    """Store lines as the shipper does."""
    keep_clicks(list(lines))
