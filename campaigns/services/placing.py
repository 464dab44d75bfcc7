"""Who stands in which tier and group of a program: placed by a person, pinned, moved by figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.models import Enrollment, Group, GroupMove, Tier, TierCause, TierMove
from prm.errors import Conflict, Unacceptable
from prm.validation import changed_fields, require_valid
from sellers.actors import Actor


class Place(TypedDict, total=False):
    """Where a partner stands in a program; None takes him out."""

    tier: Tier | None
    group: Group | None


@dataclass(frozen=True)
class Shift:
    """One partner to be moved by figures: from where, to where, why, and from which instant."""

    enrollment: Enrollment
    before: Tier | None
    after: Tier | None
    cause: TierCause
    at: datetime
    facts: Mapping[str, Any]


@transaction.atomic
def place_enrollment(*, enrollment: Enrollment, actor: Actor, **place: Unpack[Place]) -> Enrollment:
    """Put a partner into a tier or a group of the program, or with None out of it.

    What is not given stays. Events from now on earn by the new place; the first placement of all
    also counts for events before it, so that a history can be brought in. Raises Unacceptable
    for a tier or group of another program, and Conflict for a partner who has left the program.
    """
    for name, one in place.items():
        if isinstance(one, Tier | Group) and one.program_id != enrollment.program_id:
            message = _("This belongs to another program. Choose one of this program.")
            raise Unacceptable(message, field=name, code="other_program")
    row = _locked(enrollment)
    changes = changed_fields(row, place)
    if not changes:
        return row
    for name, (_before, after) in changes.items():
        setattr(row, name, after)
    fields, now = list(changes), timezone.now()
    if "tier" in changes:
        fields += _begin_anew(row, now)
        before, after = changes["tier"]
        _write_move(row, before, after)
    if "group" in changes:
        before, after = changes["group"]
        _write_group_move(row, before, after, now)
    row.save(update_fields=fields)
    told = {name: (_name(old), _name(new)) for name, (old, new) in changes.items()}
    _record(row, actor, "enrollment.placed", changes=told)
    return row


@transaction.atomic
def pin_tier(*, enrollment: Enrollment, tier: Tier | None, reason: str, actor: Actor) -> Enrollment:
    """Put a partner into a tier, or none, and keep him there whatever his figures say.

    Raises Unacceptable without a reason or for a tier of another program, and Conflict for a
    partner who has left the program.
    """
    row = place_enrollment(enrollment=enrollment, actor=actor, tier=tier)
    row.tier_pinned_at = timezone.now()
    row.tier_pin_reason = reason.strip()
    if not row.tier_pin_reason:
        message = _("Say why. Whoever looks at it next year will ask.")
        raise Unacceptable(message, field="reason", code="required")
    require_valid(row, only=("tier_pin_reason",))
    row.tier_short_since = row.tier_falls_on = None
    row.save(
        update_fields=["tier_pinned_at", "tier_pin_reason", "tier_short_since", "tier_falls_on"]
    )
    detail = {"tier": _name(row.tier), "reason": row.tier_pin_reason}
    _record(row, actor, "enrollment.tier_pinned", detail=detail)
    return row


@transaction.atomic
def unpin_tier(*, enrollment: Enrollment, actor: Actor) -> Enrollment:
    """Let figures move the partner again, from the next evaluation on. Raises Conflict."""
    row = _locked(enrollment)
    if row.tier_pinned_at is None:
        raise Conflict(_("This partner’s tier is not pinned."), code="state")
    row.tier_pinned_at, row.tier_pin_reason = None, ""
    row.save(update_fields=["tier_pinned_at", "tier_pin_reason"])
    _record(row, actor, "enrollment.tier_unpinned", detail={"tier": _name(row.tier)})
    return row


@transaction.atomic
def shift(shifts: Iterable[Shift]) -> list[Shift]:
    """Move partners by their figures; who was placed, pinned or left meanwhile stays.

    Returns those who moved. A query for the locks, one for each pair of tiers, one for the moves.
    """
    wanted = {one.enrollment.pk: one for one in shifts}
    rows = Enrollment.objects.select_for_update(of=("self",)).filter(pk__in=wanted)
    still = {
        row.pk
        for row in rows.order_by("pk")
        if row.status == Enrollment.Status.ACTIVE
        and row.tier_pinned_at is None
        and row.tier_id == _id(wanted[row.pk].before)
    }
    moved = [one for one in wanted.values() if one.enrollment.pk in still]
    for one in moved:
        one.enrollment.tier = one.after
        _begin_anew(one.enrollment, one.at)
    fields = ["tier", "tier_since", "tier_short_since", "tier_falls_on"]
    Enrollment.objects.bulk_update([one.enrollment for one in moved], fields, batch_size=500)
    TierMove.objects.bulk_create(
        [
            TierMove(
                seller_id=one.enrollment.seller_id,
                enrollment=one.enrollment,
                before=one.before,
                after=one.after,
                cause=one.cause,
                at=one.at,
                facts=dict(one.facts),
            )
            for one in moved
        ],
        batch_size=500,
    )
    return moved


def _locked(enrollment: Enrollment) -> Enrollment:
    current = Enrollment.objects.select_for_update(of=("self",)).select_related(
        "program__seller", "partner", "tier", "group"
    )
    row = current.get(pk=enrollment.pk)
    if row.status != Enrollment.Status.ACTIVE:
        raise Conflict(_("This partner has left the program."), code="state")
    return row


def _begin_anew(row: Enrollment, at: datetime) -> list[str]:
    """A new tier begins with no shortfall; the fields that were set."""
    row.tier_since, row.tier_short_since, row.tier_falls_on = at, None, None
    return ["tier_since", "tier_short_since", "tier_falls_on"]


def _write_move(row: Enrollment, before: object, after: object) -> None:
    TierMove.objects.create(
        seller_id=row.seller_id,
        enrollment=row,
        before=before if isinstance(before, Tier) else None,
        after=after if isinstance(after, Tier) else None,
        cause=TierCause.STAFF,
        at=row.tier_since or timezone.now(),
    )


def _write_group_move(row: Enrollment, before: object, after: object, at: datetime) -> None:
    GroupMove.objects.create(
        seller_id=row.seller_id,
        enrollment=row,
        before=before if isinstance(before, Group) else None,
        after=after if isinstance(after, Group) else None,
        at=at,
    )


def _record(row: Enrollment, actor: Actor, verb: str, **what: Any) -> None:
    record(
        seller=row.program.seller,
        actor=actor,
        verb=verb,
        object=row,
        label=f"{row.partner.name}, {row.program.name}",
        partner_id=row.partner_id,
        **what,
    )


def _id(tier: Tier | None) -> object:
    return None if tier is None else tier.pk


def _name(one: object) -> str:
    return "" if one is None else str(one)
