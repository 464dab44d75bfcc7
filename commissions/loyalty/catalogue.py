"""The catalogue: what points buy."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, TypedDict, Unpack

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns import uploads
from campaigns.models import Program, Tier
from commissions.models import LoyaltyReward, VoucherCode
from prm.errors import Conflict, Unacceptable
from prm.validation import changed_fields, require_valid
from sellers.actors import Actor

MOST_CODES: Final = 10_000
LONGEST_CODE: Final = 80
FIELDS: Final = (
    "name", "description", "cost", "stock", "per_member", "available_from", "available_until",
)  # fmt: skip


class RewardFields(TypedDict, total=False):
    """What may be changed of a reward; `cost` in points, `stock` is what is left."""

    name: str
    description: str
    cost: int
    stock: int | None
    per_member: int | None
    tier: Tier | None
    available_from: datetime | None
    available_until: datetime | None


@transaction.atomic
def create_reward(
    *,
    program: Program,
    actor: Actor,
    kind: str,
    picture: "File[Any] | None" = None,
    codes: Iterable[str] = (),
    **fields: Unpack[RewardFields],
) -> LoyaltyReward:
    """Put a reward into the program's catalogue; a voucher with its codes.

    Raises Unacceptable by the field.
    """
    row = LoyaltyReward(seller_id=program.seller_id, program=program, kind=kind, **fields)
    _check(row)
    require_valid(row, only=["kind"])
    _attach(row, picture)
    row.save(force_insert=True)
    _record(row, actor, "reward.created", detail={"cost": row.cost, "kind": row.kind})
    fresh = list(codes)
    if fresh:
        add_codes(reward=row, codes=fresh, actor=actor)
    return row


@transaction.atomic
def change_reward(
    *,
    reward: LoyaltyReward,
    actor: Actor,
    picture: "File[Any] | None" = None,
    **fields: Unpack[RewardFields],
) -> LoyaltyReward:
    """Set the given fields. What members asked for keeps what it cost."""
    row = LoyaltyReward.objects.select_for_update(of=("self",)).get(pk=reward.pk)
    changes = changed_fields(row, dict(fields))
    for field, (_before, after) in changes.items():
        setattr(row, field, after)
    _check(row)
    saved = list(changes)
    if picture is not None:
        _attach(row, picture)
        saved += ["picture", "picture_type"]
    if saved:
        row.save(update_fields=saved)
        shown = {name: (_plain(old), _plain(new)) for name, (old, new) in changes.items()}
        _record(row, actor, "reward.changed", changes=shown)
    return row


@transaction.atomic
def add_codes(*, reward: LoyaltyReward, codes: Iterable[str], actor: Actor) -> int:
    """Put codes into a voucher's list; how many were new. Raises Unacceptable on `codes`."""
    if reward.kind != LoyaltyReward.Kind.VOUCHER:
        raise Unacceptable(_("Only a voucher has codes."), field="codes", code="kind")
    fresh = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    if len(fresh) > MOST_CODES:
        message = _("At most %(most)d codes at once.") % {"most": MOST_CODES}
        raise Unacceptable(message, field="codes", code="too_many")
    if any(len(code) > LONGEST_CODE or not code.isprintable() for code in fresh):
        message = _("A code has at most %(most)d letters and digits.") % {"most": LONGEST_CODE}
        raise Unacceptable(message, field="codes", code="too_long")
    before = VoucherCode.objects.filter(reward=reward).count()
    VoucherCode.objects.bulk_create(
        [VoucherCode(seller_id=reward.seller_id, reward=reward, code=code) for code in fresh],
        ignore_conflicts=True,
    )
    added = VoucherCode.objects.filter(reward=reward).count() - before
    if added:
        _record(reward, actor, "reward.codes_added", detail={"count": added})
    return added


@transaction.atomic
def withdraw_reward(*, reward: LoyaltyReward, actor: Actor) -> LoyaltyReward:
    """Take it from the catalogue; what was asked for stands. Raises Conflict when it is out."""
    hit = LoyaltyReward.objects.filter(pk=reward.pk, withdrawn_at=None).update(
        withdrawn_at=timezone.now()
    )
    return _moved(reward, actor, hit, "reward.withdrawn")


@transaction.atomic
def restore_reward(*, reward: LoyaltyReward, actor: Actor) -> LoyaltyReward:
    """Put a withdrawn reward back. Raises Conflict when it was not withdrawn."""
    hit = LoyaltyReward.objects.filter(pk=reward.pk, withdrawn_at__isnull=False).update(
        withdrawn_at=None
    )
    return _moved(reward, actor, hit, "reward.restored")


def _moved(reward: LoyaltyReward, actor: Actor, hit: int, verb: str) -> LoyaltyReward:
    if hit != 1:
        raise Conflict(_("This was already done."), code="state")
    reward.refresh_from_db()
    _record(reward, actor, verb)
    return reward


def _check(row: LoyaltyReward) -> None:
    row.name, row.description = row.name.strip(), row.description.strip()
    if not row.name:
        raise Unacceptable(_("Give the reward a name."), field="name", code="required")
    require_valid(row, only=FIELDS)
    if row.kind == LoyaltyReward.Kind.VOUCHER and row.stock is not None:
        message = _("A voucher has as many as it has codes. Leave the stock empty.")
        raise Unacceptable(message, field="stock", code="kind")
    if row.tier is not None and row.tier.program_id != row.program_id:
        message = _("Choose a tier of the same program.")
        raise Unacceptable(message, field="tier", code="choice")
    start, end = row.available_from, row.available_until
    if start and end and end <= start:
        message = _("The end comes after the start.")
        raise Unacceptable(message, field="available_until", code="order")


def _attach(row: LoyaltyReward, picture: "File[Any] | None") -> None:
    """Draw the picture anew and keep it. Raises Unacceptable on `picture`."""
    if picture is None:
        return
    try:
        kept = uploads.checked_image(picture)
    except Unacceptable as refusal:
        raise Unacceptable(refusal.message, field="picture", code="file") from refusal
    row.picture_type = kept.content_type
    ending = kept.name.rpartition(".")[2]
    # Nobody's words in the path.
    row.picture.save(f"{row.pk}.{ending}", ContentFile(kept.content), save=False)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Tier) else value


def _record(
    row: LoyaltyReward,
    actor: Actor,
    verb: str,
    *,
    changes: dict[str, tuple[Any, Any]] | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    record(
        seller=row.program.seller,
        actor=actor,
        verb=verb,
        object=row,
        label=row.name,
        changes=changes or {},
        detail=detail or {},
    )
