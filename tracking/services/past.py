"""Clicks of the past from files: the same file again, or again in part, counts nothing twice."""

import hashlib
import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from prm.errors import Conflict, Refusal
from prm.ids import lowest_id_at
from sellers.models import Seller
from tracking import evidence
from tracking.models import Link
from tracking.rules import SUB_IDS
from tracking.services.told import Judge, ToldClick, line_of
from tracking.shipping import keep_clicks

VERSION: Final = 0x7 << 76
VARIANT: Final = 0x2 << 62
FREE_BITS: Final = ~((0xF << 76) | (0x3 << 62)) & ((1 << 80) - 1)


@dataclass(frozen=True)
class PastClick:
    """A click of the past; `external_id` is its id where it comes from, "" without one."""

    click: ToldClick
    external_id: str = ""


def take_past_clicks(
    seller: Seller, clicks: Sequence[PastClick], *, write: bool
) -> list[bool | Refusal]:
    """Store clicks with their sums as `take_clicks` does; whether each is new, or its refusal.

    Known is one of the same moment and own id, or, without an own id, one that says the same. One
    that says something else under the same moment and own id is refused.
    """
    judge = Judge([one.click for one in clicks])
    answers: list[bool | Refusal] = []
    good: dict[int, tuple[uuid.UUID, Link]] = {}
    for place, one in enumerate(clicks):
        found = judge.link_of(one.click)
        answers.append(found if isinstance(found, Refusal) else False)
        if not isinstance(found, Refusal):
            good[place] = id_of(seller, one, found), found
    kept = evidence.kept(
        {own: clicks[place].click.occurred_at for place, (own, _l) in good.items()}
    )
    lines: dict[uuid.UUID, bytes] = {}
    for place, (own, link) in good.items():
        click = clicks[place].click
        if own in kept:
            if kept[own] != _shown(click, link):
                message = _("This click's own id is known with another content.")
                answers[place] = Conflict(message, field="external_id", code="already_taken")
        elif own not in lines:
            lines[own] = line_of(click, link, own)
            answers[place] = True
    if lines and write:
        keep_clicks(lines.values())
    return answers


def id_of(seller: Seller, one: PastClick, link: Link) -> uuid.UUID:
    """A click's id: its moment, as every click's id begins, and a keyed hash of what it says.

    Keyed, because a plain hash would let an address be found by trying all of them.
    """
    click = one.click
    said = [one.external_id]
    if not one.external_id:
        said += [str(link.pk), click.address, click.agent, click.referrer]
        said += [getattr(click, name) for name in SUB_IDS]
    text = "\x1f".join((str(seller.pk), *said)).encode("utf-8", "replace")
    key = hmac.digest(settings.SECRET_KEY.encode(), b"prm.click.past", hashlib.sha256)
    low = int.from_bytes(hmac.digest(key, text, hashlib.sha256)[:10])
    return uuid.UUID(
        int=lowest_id_at(click.occurred_at).int | (low & FREE_BITS) | VERSION | VARIANT
    )


def _shown(click: ToldClick, link: Link) -> evidence.Kept:
    """A click as it would be stored."""
    subs = (getattr(click, name) or getattr(link, name) for name in SUB_IDS)
    return evidence.Kept(link.pk, click.agent[:400], click.referrer[:500], tuple(subs))
