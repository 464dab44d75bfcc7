"""Asking for a reward, handing it over, cancelling it.

Points leave when the member asks. His enrollment's row is locked meanwhile, so that two tabs
cannot spend the same points; stock and codes are taken by updates that must hit one row.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import Notice, record
from campaigns.models import Enrollment
from commissions.loyalty import expiry, selectors, words
from commissions.loyalty.members import lock_member
from commissions.models import (
    Commission,
    CommissionKind,
    LoyaltyReward,
    OccasionKind,
    Redemption,
    VoucherCode,
)
from commissions.services.occasions import OccasionInput, Settled, pay_once
from partners.models import Partner
from partners.notices import notices_to
from partners.selectors import users_of
from prm.errors import Conflict, Unacceptable
from prm.ids import new_id
from prm.money import LOYALTY_POINTS
from sellers.actors import Actor

Status = Redemption.Status
HANDED_OVER = gettext_lazy("%(reward)s is handed over")
CANCELLED = gettext_lazy("%(reward)s was cancelled, the points are back")


@transaction.atomic
def redeem(*, enrollment: Enrollment, reward: LoyaltyReward, actor: Actor) -> Redemption:
    """Spend a member's points on a reward; a voucher's code is handed over at once.

    Raises Conflict where points, stock, codes or the member's own share do not reach, and where
    the reward or the membership is not open.
    """
    member = lock_member(enrollment)
    row = LoyaltyReward.objects.select_related("program__seller", "tier").get(pk=reward.pk)
    _require_open(member, row)
    _require_share(member, row)
    has = _spendable(member)
    if has < row.cost:
        names = words.names_of(selectors.settings_of(member.program))
        missing = words.points_text(row.cost - has, names)
        raise Conflict(_("It takes %(missing)s more.") % {"missing": missing}, code="not_enough")
    found = Redemption(
        id=new_id(),
        seller_id=member.seller_id,
        program=member.program,
        partner=member.partner,
        enrollment=member,
        reward=row,
        cost=row.cost,
        asked_by=actor.user,
        code=_take_one(row, member),
    )
    found.line = _move_points(found, -row.cost, "", actor)
    found.save(force_insert=True)
    _record(found, actor, "redemption.asked", "")
    if row.kind == LoyaltyReward.Kind.VOUCHER:
        return fulfil(redemption=found, actor=actor, code=found.code)
    return found


@transaction.atomic
def fulfil(*, redemption: Redemption, actor: Actor, code: str = "") -> Redemption:
    """Say that the member has it, with a `code` where it has one. Raises Conflict if decided."""
    text = code.strip()
    if len(text) > 80 or not text.isprintable():
        raise Unacceptable(_("A code has at most 80 characters."), field="code", code="too_long")
    return _decide(redemption, actor, Status.FULFILLED, code=text or redemption.code)


@transaction.atomic
def cancel(*, redemption: Redemption, actor: Actor, reason: str) -> Redemption:
    """Give the points back: their time starts anew. Raises Conflict if it was decided."""
    why = reason.strip()
    if not why:
        message = _("Say why. The member will read it.")
        raise Unacceptable(message, field="reason", code="required")
    lock_member(redemption.enrollment)
    row = _decide(redemption, actor, Status.CANCELLED, reason=why[:300])
    if row.reward.stock is not None:
        LoyaltyReward.objects.filter(pk=row.reward_id).update(stock=F("stock") + 1)
    _move_points(row, row.cost, ":back", actor)
    return row


def _spendable(member: Enrollment) -> int:
    """Points to use now. What is due to expire goes first, or it would pay for the reward."""
    expiry.write_off(member, selectors.settings_of(member.program))
    return selectors.standing_of(member).spendable


def _require_open(member: Enrollment, reward: LoyaltyReward) -> None:
    now = timezone.now()
    late = reward.available_until is not None and reward.available_until <= now
    early = reward.available_from is not None and reward.available_from > now
    if reward.withdrawn_at is not None or late or early:
        raise Conflict(_("This reward is not on offer now."), code="not_available")
    active = member.partner.status == Partner.Status.ACTIVE
    if member.status != Enrollment.Status.ACTIVE or not active:
        raise Conflict(_("This membership is not active."), code="not_active")
    if reward.program_id != member.program_id:
        raise Conflict(_("This reward belongs to another program."), code="other_program")
    if reward.tier is not None and (member.tier is None or member.tier.rank < reward.tier.rank):
        message = _("This reward is for members from %(tier)s on.") % {"tier": reward.tier.name}
        raise Conflict(message, code="tier")


def _require_share(member: Enrollment, reward: LoyaltyReward) -> None:
    if reward.per_member is None:
        return
    own = Redemption.objects.filter(enrollment=member, reward=reward)
    if own.exclude(status=Status.CANCELLED).count() >= reward.per_member:
        raise Conflict(_("You had your share of this reward."), code="per_member")


def _take_one(reward: LoyaltyReward, member: Enrollment) -> str:
    """Take one from stock, or a code from the list; raises Conflict when none is left."""
    if reward.kind == LoyaltyReward.Kind.VOUCHER:
        return hand_code(reward, member)
    left = LoyaltyReward.objects.filter(pk=reward.pk, stock__gt=0)
    if reward.stock is not None and left.update(stock=F("stock") - 1) != 1:
        raise Conflict(_("None is left."), code="none_left")
    return ""


def hand_code(reward: LoyaltyReward, member: Enrollment) -> str:
    """The oldest free code of a voucher, now this member's. Raises Conflict when none is left."""
    free = VoucherCode.objects.filter(reward=reward, handed_at=None).order_by("id")
    code = free.select_for_update(skip_locked=True).first()
    if code is None:
        raise Conflict(_("None is left."), code="none_left")
    code.handed_at, code.enrollment = timezone.now(), member
    code.save(update_fields=["handed_at", "enrollment"])
    return code.code


def _move_points(row: Redemption, points: int, suffix: str, actor: Actor) -> Commission | None:
    names = words.names_of(selectors.settings_of(row.enrollment.program))
    facts: Mapping[str, Any] = {
        "what": words.REDEMPTION,
        "reward": row.reward.name,
        "redemption": str(row.pk),
        "reason": row.reason,
        **names.as_facts(),
    }
    return pay_once(
        enrollment=row.enrollment,
        occasion=OccasionInput(
            kind=OccasionKind.LOYALTY,
            key=f"redemption:{row.pk}{suffix}",
            label=row.reward.name,
            occurred_at=timezone.now(),
            currency=LOYALTY_POINTS,
        ),
        settled=Settled(CommissionKind.REDEMPTION, points, facts, at_once=True),
        actor=actor,
    )


def _decide(redemption: Redemption, actor: Actor, to: str, **fields: Any) -> Redemption:
    hit = Redemption.objects.filter(pk=redemption.pk, status=Status.ASKED).update(
        status=to, decided_by=actor.user, decided_at=timezone.now(), **fields
    )
    if hit != 1:
        raise Conflict(_("This was decided already."), code="wrong_status")
    row = selectors.redemption_by_id(redemption.pk)
    _record(row, actor, f"redemption.{to}", Status.ASKED)
    return row


def _record(row: Redemption, actor: Actor, verb: str, before: str) -> None:
    record(
        seller=row.enrollment.program.seller,
        actor=actor,
        verb=verb,
        object=row,
        label=row.reward.name,
        partner_id=row.partner_id,
        changes={"status": (before, row.status)},
        detail={"points": row.cost, "reason": row.reason},
        notify=_notices(row) if verb != "redemption.asked" else (),
    )


def _notices(row: Redemption) -> Iterable[Notice]:
    """What a member is told of a decision; a voucher's code he saw at once."""
    if row.reward.kind == LoyaltyReward.Kind.VOUCHER:
        return ()
    seller = row.enrollment.program.seller
    handed = row.status == Status.FULFILLED
    return notices_to(
        users_of(row.partner, "admin", "finance"),
        seller=seller,
        room="partner",
        subject=HANDED_OVER if handed else CANCELLED,
        body=(row.code if handed else row.reason).replace("%", "%%"),
        values={"reward": row.reward.name},
        path=f"/{seller.slug}/portal/points/",
    )
