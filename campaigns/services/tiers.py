"""Tiers and groups of a program, and which partners are in them."""

from collections.abc import Mapping
from typing import Any, Final, TypedDict, TypeVar, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.models import Enrollment, Group, Program, Tier
from prm.errors import Conflict, Unacceptable
from prm.validation import changed_fields, require_valid
from sellers.actors import Actor

TAKEN: Final = {"tier_key_once": "key", "tier_rank_once": "rank", "group_name_once": "name"}
Row = TypeVar("Row", Tier, Group)


class TierFields(TypedDict, total=False):
    """What may be changed of a tier; its key stays, because rules name it."""

    name: str
    rank: int


class Place(TypedDict, total=False):
    """Where a partner stands in a program; None takes him out."""

    tier: Tier | None
    group: Group | None


@transaction.atomic
def create_tier(*, program: Program, actor: Actor, key: str, name: str, rank: int) -> Tier:
    """A tier of the program; a higher `rank` is better. Rules name it by `key`.

    Raises Unacceptable by the field, and Conflict for a key or rank that is taken.
    """
    tier = Tier(
        seller_id=program.seller_id, program=program, key=key.strip(), name=name.strip(), rank=rank
    )
    require_valid(tier, only=("key", "name", "rank"))
    _save(tier, force_insert=True)
    detail = {"program": program.name, "key": tier.key, "rank": tier.rank}
    record(seller=program.seller, actor=actor, verb="tier.created", object=tier, detail=detail)
    return tier


@transaction.atomic
def change_tier(*, tier: Tier, actor: Actor, **fields: Unpack[TierFields]) -> Tier:
    """Set the given fields. Raises Unacceptable by the field, and Conflict for a taken rank."""
    current = Tier.objects.select_for_update().get(pk=tier.pk)
    return _change(current, fields, actor, "tier.changed")


@transaction.atomic
def create_group(*, program: Program, actor: Actor, name: str) -> Group:
    """A group of the program's partners. Raises Unacceptable, and Conflict for a taken name."""
    group = Group(seller_id=program.seller_id, program=program, name=name.strip())
    require_valid(group, only=("name",))
    _save(group, force_insert=True)
    detail = {"program": program.name}
    record(seller=program.seller, actor=actor, verb="group.created", object=group, detail=detail)
    return group


@transaction.atomic
def change_group(*, group: Group, actor: Actor, name: str) -> Group:
    """Give the group another name. Raises Unacceptable, and Conflict for a taken name."""
    current = Group.objects.select_for_update().get(pk=group.pk)
    return _change(current, {"name": name}, actor, "group.changed")


@transaction.atomic
def place_enrollment(*, enrollment: Enrollment, actor: Actor, **place: Unpack[Place]) -> Enrollment:
    """Put a partner into a tier or a group of the program, or with None out of it.

    What is not given stays. Events from now on earn by the new place. Raises Unacceptable for a
    tier or group of another program, and Conflict for a partner who has left the program.
    """
    for name, one in place.items():
        if isinstance(one, Tier | Group) and one.program_id != enrollment.program_id:
            message = _("This belongs to another program. Choose one of this program.")
            raise Unacceptable(message, field=name, code="other_program")
    current = Enrollment.objects.select_for_update(of=("self",)).select_related(
        "program__seller", "partner", "tier", "group"
    )
    row = current.get(pk=enrollment.pk)
    if row.status != Enrollment.Status.ACTIVE:
        raise Conflict(_("This partner has left the program."), code="state")
    changes = changed_fields(row, place)
    if not changes:
        return row
    for name, (_before, after) in changes.items():
        setattr(row, name, after)
    row.save(update_fields=list(changes))
    record(
        seller=row.program.seller,
        actor=actor,
        verb="enrollment.placed",
        object=row,
        label=f"{row.partner.name}, {row.program.name}",
        partner_id=row.partner_id,
        changes={name: (_name(old), _name(new)) for name, (old, new) in changes.items()},
    )
    return row


def _change(current: Row, fields: Mapping[str, Any], actor: Actor, verb: str) -> Row:
    wanted = {key: value.strip() if key == "name" else value for key, value in fields.items()}
    changes = changed_fields(current, wanted)
    if not changes:
        return current
    for field, (_before, after) in changes.items():
        setattr(current, field, after)
    require_valid(current, only=changes)
    _save(current, update_fields=list(changes))
    record(seller=current.program.seller, actor=actor, verb=verb, object=current, changes=changes)
    return current


def _save(row: Tier | Group, **how: Any) -> None:
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError as error:
        taken = next((field for name, field in TAKEN.items() if name in str(error)), None)
        if taken is None:
            raise
        message = _("Another one of this program already has this.")
        raise Conflict(message, field=taken, code="taken") from error


def _name(one: object) -> str:
    return "" if one is None else str(one)
