"""Clicks that the seller's own servers tell of, as they come or long after."""

import ipaddress
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from prm.errors import FieldError, Refusal, Unacceptable
from prm.ids import lowest_id_at, new_id
from tracking import tokens
from tracking.models import Link
from tracking.rules import SUB_IDS
from tracking.shipping import keep_clicks
from tracking.spool import record
from tracking.spool.record import TOLD

AHEAD: Final = timedelta(minutes=5)
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
RANDOM_BITS: Final = (1 << 80) - 1


@dataclass(frozen=True)
class ToldClick:
    """One click as it is told; `link` is a code. Without `subs` those of the link count."""

    link: str
    occurred_at: datetime
    address: str = ""
    agent: str = ""
    referrer: str = ""
    sub1: str = ""
    sub2: str = ""
    sub3: str = ""
    sub4: str = ""
    sub5: str = ""


class Judge:
    """Tells which of some clicks can be taken, by one query for the links of all of them."""

    def __init__(self, clicks: Iterable[ToldClick]) -> None:
        codes = {click.link for click in clicks}
        self._links = {link.code: link for link in Link.objects.filter(code__in=codes)}
        self._latest = timezone.now() + AHEAD

    def link_of(self, click: ToldClick) -> Link | Refusal:
        """The click's link, or why the click cannot be taken."""
        link = self._links.get(click.link)
        faults = _faults(click, link, self._latest)
        if link is None or faults:
            return Unacceptable(faults[0].message, errors=faults)
        return link


def take_clicks(clicks: Sequence[ToldClick]) -> list[str | Refusal]:
    """Store clicks with their sums; for each, in order, its token or why it was refused.

    They are kept in the transaction of the call, by the shipper's own statements: months that
    are missing are made, machines told apart, addresses kept as the policy has it. Told again they
    count again: repeats are for the call's Idempotency-Key to stop.
    """
    judge = Judge(clicks)
    answers: list[str | Refusal] = []
    lines: list[bytes] = []
    for click in clicks:
        link = judge.link_of(click)
        if isinstance(link, Refusal):
            answers.append(link)
            continue
        click_id = _id_at(click.occurred_at)
        lines.append(line_of(click, link, click_id))
        answers.append(tokens.make(link.pk, click_id))
    if lines:
        keep_clicks(lines)
    return answers


def _faults(click: ToldClick, link: Link | None, latest: datetime) -> list[FieldError]:
    faults = []
    if link is None:
        faults.append(FieldError("link", "unknown", _("No link has this code.")))
    if click.occurred_at > latest:
        faults.append(FieldError("occurred_at", "in_the_future", _("The date lies in the future.")))
    if click.occurred_at < EARLIEST:
        faults.append(FieldError("occurred_at", "too_early", _("The date is before 1990.")))
    if click.address and not _is_address(click.address):
        message = _("This is not an IP address.")
        faults.append(FieldError("address", "not_an_address", message))
    return faults


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text  # a zone means nothing elsewhere


def _id_at(moment: datetime) -> uuid.UUID:
    """An id whose time is the click's, as the redirect makes it: the token says when it was."""
    return uuid.UUID(int=lowest_id_at(moment).int | (new_id().int & RANDOM_BITS))


def line_of(click: ToldClick, link: Link, click_id: uuid.UUID) -> bytes:
    """A told click as a line of the spool; the link's sub ids where the click has none."""
    return record(
        click_id=click_id,
        at=int(click.occurred_at.timestamp() * 1000),
        link_id=link.pk,
        address=click.address,
        agent=click.agent,
        referrer=click.referrer,
        subs=[getattr(click, name) or getattr(link, name) for name in SUB_IDS],
        flags=TOLD,
    )
