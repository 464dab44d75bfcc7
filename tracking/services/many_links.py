"""Many links at once: each row answered for itself, good ones kept when others fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns.models import Campaign, Enrollment
from prm.errors import Refusal
from sellers.actors import Actor
from tracking.models import Coupon, Link
from tracking.rules import SUB_IDS
from tracking.services.links import create_link

MOST: Final = 200


@dataclass(frozen=True)
class WantedLink:
    """A row: its place from 1, what was typed, the page's whole address, and what goes with it."""

    number: int
    typed: str
    destination: str
    label: str = ""
    code: str = ""
    subs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RowAnswer:
    """What became of a row: `link` with `is_new`, or why there is none."""

    wanted: WantedLink
    link: Link | None = None
    is_new: bool = False
    reason: str = ""


def create_links(
    *,
    enrollment: Enrollment,
    actor: Actor,
    wanted: Sequence[WantedLink],
    campaign: Campaign | None = None,
    coupon: Coupon | None = None,
) -> list[RowAnswer]:
    """A link for each row, in order; a refused row gets its reason and stops no other.

    A row that wants what the partner has already (page, name, sub ids, campaign and coupon alike,
    or the code that he asks for) is answered with that link: sending them again makes none twice.
    """
    with transaction.atomic():
        Enrollment.objects.select_for_update(no_key=True).only("pk").get(pk=enrollment.pk)
        have = _links_there(enrollment, wanted)
        answers = []
        for row in wanted:
            answer = _answered(row, have, enrollment, actor, campaign, coupon)
            if answer.link is not None:
                have.setdefault(_shape(answer.link), answer.link)
                have.setdefault((answer.link.code,), answer.link)
            answers.append(answer)
    return answers


def _answered(
    row: WantedLink,
    have: Mapping[tuple[object, ...], Link],
    enrollment: Enrollment,
    actor: Actor,
    campaign: Campaign | None,
    coupon: Coupon | None,
) -> RowAnswer:
    there = None if row.code else have.get(_wanted_shape(row, campaign, coupon))
    if there is not None:  # most rows that are sent again; the rest is seen once it is made
        return RowAnswer(row, there)
    try:
        with transaction.atomic():
            link = create_link(
                enrollment=enrollment,
                actor=actor,
                destination=row.destination,
                code=row.code,
                label=row.label,
                subs=row.subs,
                campaign=campaign,
                coupon=coupon,
            )
            known = None if row.code else have.get(_shape(link))
            if known is not None:
                raise _Known(known)
    except _Known as already:
        return RowAnswer(row, already.link)
    except Refusal as refusal:
        own = have.get((row.code,))
        if own is not None and own.destination == row.destination:
            return RowAnswer(row, own)
        said = refusal.errors[0].message if refusal.errors else refusal.message
        return RowAnswer(row, reason=str(said) or _("This row could not be taken."))
    return RowAnswer(row, link, is_new=True)


class _Known(Exception):
    """The partner has such a link: the one just made is rolled back."""

    def __init__(self, link: Link) -> None:
        super().__init__(link.code)
        self.link = link


def _links_there(
    enrollment: Enrollment, wanted: Sequence[WantedLink]
) -> dict[tuple[object, ...], Link]:
    """The partner's links that a row could mean, by what they are and by their code."""
    alike = Q(label__in={row.label for row in wanted}) | Q(code__in={row.code for row in wanted})
    rows = Link.objects.filter(
        alike, enrollment=enrollment, disabled_at=None, expires_at=None, landing=None
    ).select_related("domain")
    found = list(rows.order_by("-id"))
    return {_shape(link): link for link in found} | {(link.code,): link for link in found}


def _shape(link: Link) -> tuple[object, ...]:
    subs = tuple(getattr(link, name) for name in SUB_IDS)
    return (link.destination, link.label, link.campaign_id, link.coupon_id, *subs)


def _wanted_shape(
    row: WantedLink, campaign: Campaign | None, coupon: Coupon | None
) -> tuple[object, ...]:
    """The same of a row, its page as it was typed."""
    subs = tuple(row.subs.get(name, "") for name in SUB_IDS)
    campaign_id, coupon_id = campaign and campaign.pk, coupon and coupon.pk
    return (row.destination, row.label, campaign_id, coupon_id, *subs)
