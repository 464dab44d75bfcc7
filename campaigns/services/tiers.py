"""Tiers and groups of a program: what they are called, ask for and give."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypedDict, TypeVar, Unpack

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import work
from activity.services import record
from campaigns.models import Group, Program, Tier, TierClock
from prm.errors import Conflict, FieldError
from prm.money import MAX_MINOR
from prm.validation import changed_fields, refuse_if_any, require_valid
from sellers.actors import Actor

EVALUATION: Final = "tiers"
"""The kind of work that evaluates tiers; commissions.tiering does it."""
TAKEN: Final = {"tier_key_once": "key", "tier_rank_once": "rank", "group_name_once": "name"}
CONDITION: Final = ("metric", "window", "threshold", "grace_days")
MAX_GRACE_DAYS: Final = 365
MAX_BENEFITS: Final = 10
MAX_BENEFIT_LENGTH: Final = 140
Row = TypeVar("Row", Tier, Group)


class TierTerms(TypedDict, total=False):
    """What a tier asks for and gives; see Tier. Without a metric only people place partners."""

    metric: str
    window: str
    threshold: int | None
    grace_days: int
    benefits: Sequence[str]


class TierFields(TierTerms, total=False):
    """What may be changed of a tier; its key stays, because rules name it."""

    name: str
    rank: int


@transaction.atomic
def create_tier(
    *, program: Program, actor: Actor, key: str, name: str, rank: int, **terms: Unpack[TierTerms]
) -> Tier:
    """A tier of the program; a higher `rank` is better. Rules name it by `key`.

    With a condition the program's tiers are evaluated soon. Raises Unacceptable by the field,
    and Conflict for a key or rank that is taken.
    """
    tier = drafted_tier(program=program, key=key, name=name, rank=rank, **terms)
    _save(tier, force_insert=True)
    detail = {"program": program.name, "key": tier.key, "rank": tier.rank, **_condition(tier)}
    record(seller=program.seller, actor=actor, verb="tier.created", object=tier, detail=detail)
    if tier.has_condition:
        evaluate_soon(program=program)
    return tier


def drafted_tier(
    *, program: Program, key: str, name: str, rank: int, **terms: Unpack[TierTerms]
) -> Tier:
    """The same tier, checked and not saved: for looking at who would move. Raises Unacceptable."""
    tier = Tier(
        seller_id=program.seller_id, program=program, key=key.strip(), name=name.strip(), rank=rank
    )
    for field, value in _cleaned(terms).items():
        setattr(tier, field, value)
    require_valid(tier, only=("key", "name", "rank"))
    refuse_if_any(_faults(tier))
    return tier


@transaction.atomic
def change_tier(*, tier: Tier, actor: Actor, **fields: Unpack[TierFields]) -> Tier:
    """Set the given fields; a changed condition is evaluated soon.

    Raises Unacceptable by the field, and Conflict for a taken rank.
    """
    current = Tier.objects.select_for_update(of=("self",)).get(pk=tier.pk)
    before = [getattr(current, name) for name in ("rank", *CONDITION)]
    changed = _change(current, _cleaned(fields), actor, "tier.changed")
    if before != [getattr(changed, name) for name in ("rank", *CONDITION)]:
        evaluate_soon(program=changed.program)
    return changed


def evaluate_soon(*, program: Program, at: datetime | None = None) -> None:
    """Have the program's tiers evaluated once the transaction has committed."""
    due_at = at or timezone.now()
    TierClock.objects.update_or_create(
        program=program, defaults={"seller_id": program.seller_id, "due_at": due_at}
    )
    work.nudge(EVALUATION, program.seller_id)


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
    return _change(current, {"name": name.strip()}, actor, "group.changed")


def _cleaned(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Texts without blanks around them, and no empty lines among the benefits.

    Who takes the metric away takes the whole condition away.
    """
    found = {key: value.strip() if key == "name" else value for key, value in fields.items()}
    if found.get("metric") == "":
        found |= {"window": "", "threshold": None, "grace_days": 0}
    if "benefits" in found:
        lines = [str(line).strip() for line in found["benefits"]]
        found["benefits"] = [line for line in lines if line]
    return found


def _faults(tier: Tier) -> list[FieldError]:
    """What is wrong with a tier's condition and benefits; `from` is the threshold's public name."""
    found = []
    whole = _("A condition is a figure, a window and from how much on.")
    given = {"metric": tier.metric, "window": tier.window, "from": tier.threshold}
    if any(value not in ("", None) for value in given.values()):
        found += [
            FieldError(name, "required", whole)
            for name, value in given.items()
            if value in ("", None)
        ]
    if tier.metric and tier.metric not in Tier.Metric.values:
        found.append(FieldError("metric", "unknown_choice", _("This figure is not known.")))
    if tier.window and tier.window not in Tier.Window.values:
        found.append(FieldError("window", "unknown_choice", _("This window is not known.")))
    if tier.threshold is not None and not 0 <= tier.threshold <= MAX_MINOR:
        found.append(FieldError("from", "out_of_range", _("Give zero or more.")))
    if not 0 <= tier.grace_days <= MAX_GRACE_DAYS:
        found.append(FieldError("grace_days", "out_of_range", _("Give 0 to 365 days.")))
    return [*found, *_benefit_faults(tier.benefits)]


def _benefit_faults(benefits: Sequence[str]) -> list[FieldError]:
    if len(benefits) > MAX_BENEFITS:
        return [FieldError("benefits", "too_many", _("At most ten lines."))]
    too_long = _("At most 140 characters a line.")
    return [
        FieldError(f"benefits[{index}]", "max_length", too_long)
        for index, line in enumerate(benefits)
        if len(line) > MAX_BENEFIT_LENGTH
    ]


def _condition(tier: Tier) -> dict[str, Any]:
    """A tier's condition for the trail; nothing where it has none."""
    return {name: getattr(tier, name) for name in CONDITION} if tier.has_condition else {}


def _change(current: Row, wanted: Mapping[str, Any], actor: Actor, verb: str) -> Row:
    changes = changed_fields(current, wanted)
    if not changes:
        return current
    for field, (_before, after) in changes.items():
        setattr(current, field, after)
    require_valid(current, only=[name for name in changes if name in ("name", "rank")])
    if isinstance(current, Tier):
        refuse_if_any(_faults(current))
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
