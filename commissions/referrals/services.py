"""What staff and the shop do about friends' rewards."""

from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.models import Program
from commissions.models import FriendCode, FriendReward, FriendTerms
from commissions.referrals import selectors
from prm.errors import Conflict, Unacceptable
from prm.validation import changed_fields, require_valid
from sellers.actors import Actor

MOST_CODES: Final = 10_000
LONGEST_CODE: Final = 80
FIELDS: Final = ("kind", "amount", "minimum_minor", "moment", "from_list")
Status = FriendReward.Status


@transaction.atomic
def change_terms(
    *,
    program: Program,
    actor: Actor,
    kind: str,
    amount: int = 0,
    minimum_minor: int = 0,
    moment: str = FriendTerms.Moment.PAYABLE,
    from_list: bool = False,
) -> FriendTerms:
    """Say what a friend gets from now on; rewards given stay. Raises Unacceptable by the field.

    `amount` and `minimum_minor` are minor units of the program's currency (`amount`: points for
    points). Purchases from before the first terms get nothing.
    """
    FriendTerms.objects.bulk_create(
        [FriendTerms(seller_id=program.seller_id, program=program)], ignore_conflicts=True
    )
    row = FriendTerms.objects.select_for_update().get(program=program)
    nothing = kind == FriendTerms.Kind.NONE
    wanted = {
        "kind": kind,
        "amount": 0 if nothing else amount,
        "minimum_minor": minimum_minor,
        "moment": moment,
        "from_list": from_list and kind == FriendTerms.Kind.VOUCHER,
    }
    changes = changed_fields(row, wanted)
    for field, (_before, after) in changes.items():
        setattr(row, field, after)
    require_valid(row, only=FIELDS)
    if not nothing and row.amount <= 0:
        raise Unacceptable(_("Say how much a friend gets."), field="amount", code="required")
    if changes:
        if row.since is None or changes.get("kind", ("", ""))[0] == FriendTerms.Kind.NONE:
            row.since = timezone.now()
        row.save(update_fields=[*changes, "since"])
        record(
            seller=program.seller,
            actor=actor,
            verb="friend_terms.changed",
            object=row,
            label=program.name,
            changes=changes,
        )
    return row


@transaction.atomic
def add_codes(*, program: Program, codes: Iterable[str], actor: Actor) -> int:
    """Put discount codes into the list for friends; how many were new.

    Raises Unacceptable on `codes`.
    """
    fresh = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    if len(fresh) > MOST_CODES:
        message = _("At most %(most)d codes at once.") % {"most": MOST_CODES}
        raise Unacceptable(message, field="codes", code="too_many")
    if any(len(code) > LONGEST_CODE or not code.isprintable() for code in fresh):
        message = _("A code has at most %(most)d letters and digits.") % {"most": LONGEST_CODE}
        raise Unacceptable(message, field="codes", code="too_long")
    before = FriendCode.objects.filter(program=program).count()
    FriendCode.objects.bulk_create(
        [FriendCode(seller_id=program.seller_id, program=program, code=code) for code in fresh],
        ignore_conflicts=True,
    )
    added = FriendCode.objects.filter(program=program).count() - before
    if added:
        record(
            seller=program.seller,
            actor=actor,
            verb="friend_codes.added",
            object=program,
            detail={"count": added},
        )
    return added


@transaction.atomic
def use(*, reward: FriendReward, actor: Actor, order: str = "") -> FriendReward:
    """The shop honoured it, in `order`. Raises Conflict when it was used or cancelled."""
    return _decide(
        reward,
        actor,
        Status.USED,
        used_at=timezone.now(),
        used_order=order.strip()[:120],
    )


@transaction.atomic
def cancel(*, reward: FriendReward, actor: Actor, reason: str) -> FriendReward:
    """It is worth nothing any more. Raises Conflict when it was used or cancelled."""
    if not reason.strip():
        raise Unacceptable(_("Say why."), field="reason", code="required")
    return _decide(reward, actor, Status.CANCELLED, reason=reason.strip()[:300])


def _decide(reward: FriendReward, actor: Actor, to: str, **fields: Any) -> FriendReward:
    hit = FriendReward.objects.filter(pk=reward.pk, status=Status.GRANTED).update(
        status=to, **fields
    )
    if hit != 1:
        raise Conflict(_("This reward was used or cancelled already."), code="wrong_status")
    row = selectors.reward_by_id(reward.pk)
    record(
        seller=row.seller,
        actor=actor,
        verb=f"friend_reward.{to}",
        object=row,
        label=row.code,
        partner_id=row.partner_id,
        changes={"status": (Status.GRANTED.value, to)},
        detail={"reason": row.reason, "order": row.used_order},
    )
    return row
