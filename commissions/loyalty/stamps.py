"""Stamp cards: made and ended by staff, counted and paid by the system."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.models import Enrollment, Program
from commissions.loyalty import rules, selectors, words
from commissions.loyalty.members import lock_member
from commissions.loyalty.redeeming import hand_code
from commissions.loyalty.terms import ensure_settings
from commissions.models import (
    Commission,
    CommissionKind,
    CommissionStatus,
    FullCard,
    LoyaltyReward,
    OccasionKind,
    StampCard,
    StampGift,
)
from commissions.services import moving
from commissions.services.occasions import OccasionInput, Settled, pay_once
from prm.errors import Conflict, Unacceptable
from prm.money import LOYALTY_POINTS, MAX_MINOR
from prm.validation import require_valid
from sellers.actors import SYSTEM, Actor
from tracking.models import Refund, Sale, SaleShare

MONEY: Final = (StampGift.CHEAPEST, StampGift.AVERAGE, StampGift.FIXED)
CHECKED: Final = ("name", "counts", "every", "category", "skus", "gift")


@transaction.atomic
def create_card(
    *,
    program: Program,
    actor: Actor,
    name: str,
    counts: str,
    every: int,
    gift: str,
    amount: int = 0,
    reward: LoyaltyReward | None = None,
    category: str = "",
    skus: Sequence[str] = (),
    starts_at: datetime | None = None,
) -> StampCard:
    """Start a stamp card. `amount` is minor units for `fixed`, points for `points`.

    It counts sales from `starts_at`, by default now. Raises Unacceptable by the field.
    """
    settings = ensure_settings(program)
    card = StampCard(
        seller_id=program.seller_id,
        program=program,
        name=name.strip(),
        counts=counts,
        every=every,
        gift=gift,
        amount=amount if gift in (StampGift.FIXED, StampGift.POINTS) else 0,
        reward=reward if gift == StampGift.VOUCHER else None,
        category=category.strip(),
        skus=[sku.strip() for sku in skus if sku.strip()],
        starts_at=starts_at or timezone.now(),
    )
    _check(card)
    card.save(force_insert=True)
    settings.counted_at = min(settings.counted_at or card.starts_at, card.starts_at)
    settings.swept_at = None
    settings.save(update_fields=["counted_at", "swept_at"])
    _record(card, actor, "stamp_card.created")
    return card


@transaction.atomic
def end_card(*, card: StampCard, actor: Actor) -> StampCard:
    """What is bought from now on counts no more; full cards stay. Raises Conflict when ended."""
    hit = StampCard.objects.filter(pk=card.pk, ended_at=None).update(ended_at=timezone.now())
    if hit != 1:
        raise Conflict(_("This was already done."), code="state")
    card.refresh_from_db()
    _record(card, actor, "stamp_card.ended")
    return card


def stamps_of(
    cards: Sequence[StampCard], enrollment_ids: Iterable[uuid.UUID]
) -> dict[tuple[uuid.UUID, uuid.UUID], list[rules.Stamps]]:
    """By card and member what is on it, in event order; a query for sales, refunds and shares.

    Of a sale that several share, each member's part.
    """
    found: dict[tuple[uuid.UUID, uuid.UUID], list[rules.Stamps]] = defaultdict(list)
    if not cards:
        return found
    members = set(enrollment_ids)
    sales = list(_sales(cards, members))
    shares = _shares([sale.pk for sale in sales if sale.is_shared])
    back = _returned([sale.pk for sale in sales if sale.refunded_minor])
    for sale in sales:
        for card in cards:
            if sale.enrollment_id is None or not _counts(card, sale):
                continue
            stamps = rules.stamps_of_sale(
                sale.occurred_at,
                sale.external_id,
                sale.amount_minor,
                sale.lines,
                back.get(sale.pk, {}),
                counts=card.counts,
                category=card.category,
                skus=card.skus,
            )
            if not sale.is_shared:
                found[card.pk, sale.enrollment_id] += stamps
                continue
            weights = [share.weight for share in shares[sale.pk]]
            for place, share in enumerate(shares[sale.pk]):
                if share.enrollment_id in members and not share.barred:
                    his = rules.dealt(stamps, weights, place)
                    found[card.pk, share.enrollment_id] += his
    return found


def count(program: Program, enrollment_ids: Sequence[uuid.UUID]) -> int:
    """Bring members' cards up to their sales: pay full ones, undo what refunds undid.

    How many cards changed. Running it again changes none. Needs the seller's scope.
    """
    cards = list(StampCard.objects.filter(program=program).select_related("reward"))
    if not cards or not enrollment_ids:
        return 0
    stamps = stamps_of(cards, enrollment_ids)
    standing = _standing(enrollment_ids)
    changed = 0
    for card in cards:
        for member_id in enrollment_ids:
            full = len(rules.completed(stamps[card.pk, member_id], card.every))
            if set(standing[card.pk, member_id]) != set(range(1, full + 1)):
                changed += _bring_up(card, member_id)
    return changed


def _bring_up(card: StampCard, member_id: uuid.UUID) -> int:
    """The same for one member and card, with everything read again under his lock."""
    with transaction.atomic():
        member = lock_member(Enrollment(pk=member_id))
        stamps = stamps_of([card], [member_id])[card.pk, member_id]
        full = {one.number: one for one in rules.completed(stamps, card.every)}
        standing = _standing([member_id])[card.pk, member_id]
        undone = [row for number, row in sorted(standing.items()) if number not in full]
        for row in undone:
            _undo(card, member, row)
        paid = 0
        for number in sorted(full.keys() - standing.keys()):
            if not _pay(card, member, full[number]):
                break
            paid += 1
        return paid + len(undone)


def _pay(card: StampCard, member: Enrollment, full: rules.Completed) -> bool:
    """Give what a full card earns; False for a voucher without a free code, which waits."""
    before = FullCard.objects.filter(card=card, enrollment=member, number=full.number).count()
    row = FullCard(
        seller_id=card.seller_id,
        card=card,
        enrollment=member,
        number=full.number,
        round=before + 1,
        completed_at=full.at,
    )
    if card.gift == StampGift.VOUCHER and card.reward is not None:
        try:
            row.code = hand_code(card.reward, member)
        except Conflict:
            return False
    else:
        row.line = _settled(card, member, row, _value(card, full), words.STAMP, full.at, False)
    row.save(force_insert=True)
    _record(card, SYSTEM, "stamp_card.completed", member, {"number": full.number})
    return True


def _undo(card: StampCard, member: Enrollment, row: FullCard) -> None:
    """Take back what a card earned that refunds undid."""
    hit = FullCard.objects.filter(pk=row.pk, undone_at=None).update(undone_at=timezone.now())
    if hit != 1:
        raise Conflict(_("This was already done."), code="state")
    line = row.line
    if line is not None and line.status not in (
        CommissionStatus.REJECTED,
        CommissionStatus.REVERSED,
    ):
        waits = line.status in (CommissionStatus.PENDING, CommissionStatus.HELD)
        moment = line.occurred_at if waits else timezone.now()
        back = _settled(card, member, row, -line.amount_minor, words.STAMP_BACK, moment, not waits)
        if back is not None and line.status == CommissionStatus.HELD:
            moving.shift(
                seller_id=card.seller_id, rows=[back], to=CommissionStatus.HELD, at=timezone.now()
            )
        FullCard.objects.filter(pk=row.pk).update(back=back)
    _record(card, SYSTEM, "stamp_card.undone", member, {"number": row.number})


def _settled(
    card: StampCard,
    member: Enrollment,
    row: FullCard,
    amount: int,
    what: str,
    moment: datetime,
    at_once: bool,
) -> Commission | None:
    suffix = ":back" if what == words.STAMP_BACK else ""
    facts = {
        "what": what,
        "card": card.name,
        "number": row.number,
        "every": card.every,
        "gift": card.gift,
    }
    return pay_once(
        enrollment=member,
        occasion=OccasionInput(
            kind=OccasionKind.LOYALTY,
            key=f"stamp:{card.pk}:{member.pk}:{row.number}:{row.round}{suffix}",
            label=card.name,
            occurred_at=moment,
            currency=LOYALTY_POINTS if card.gift == StampGift.POINTS else "",
        ),
        settled=Settled(CommissionKind.BONUS, amount, facts, at_once=at_once),
        actor=SYSTEM,
    )


def _value(card: StampCard, full: rules.Completed) -> int:
    values = {StampGift.CHEAPEST.value: full.cheapest, StampGift.AVERAGE.value: full.average}
    return values.get(card.gift, card.amount)


def _standing(
    enrollment_ids: Iterable[uuid.UUID],
) -> dict[tuple[uuid.UUID, uuid.UUID], dict[int, FullCard]]:
    found: dict[tuple[uuid.UUID, uuid.UUID], dict[int, FullCard]] = defaultdict(dict)
    for row in selectors.full_cards(enrollment_ids).filter(undone_at=None):
        found[row.card_id, row.enrollment_id][row.number] = row
    return found


def _sales(cards: Sequence[StampCard], enrollment_ids: Iterable[uuid.UUID]) -> Iterable[Sale]:
    """Members' purchases that the engine has seen, in event order."""
    members = list(enrollment_ids)
    shares = SaleShare.objects.filter(sale=OuterRef("pk"), enrollment_id__in=members)
    alone = Q(is_shared=False, enrollment_id__in=members)
    rows = Sale.objects.filter(
        alone | Q(is_shared=True) & Exists(shares),
        program_id=cards[0].program_id,
        state=Sale.State.COMPUTED,
        occurred_at__gte=min(card.starts_at for card in cards),
    ).exclude(outcome=Sale.Outcome.SELF_PURCHASE)
    return rows.select_related("program").order_by("occurred_at", "external_id")


def _shares(sale_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[SaleShare]]:
    """The shares of these sales in order of clicks; no query for no sale."""
    found: dict[uuid.UUID, list[SaleShare]] = defaultdict(list)
    if sale_ids:
        for share in SaleShare.objects.filter(sale_id__in=sale_ids).order_by("sale_id", "position"):
            found[share.sale_id].append(share)
    return found


def _counts(card: StampCard, sale: Sale) -> bool:
    """Whether a sale can put stamps on a card at all."""
    if sale.occurred_at < card.starts_at:
        return False
    if card.ended_at is not None and sale.occurred_at >= card.ended_at:
        return False
    if sale.amount_minor and sale.refunded_minor >= sale.amount_minor:
        return False
    return card.gift not in MONEY or (
        sale.program is not None and sale.currency == sale.program.currency
    )


def _returned(sale_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, int]]:
    """Quantities that came back, by sale and sku; one query."""
    found: dict[uuid.UUID, dict[str, int]] = {}
    rows = Refund.objects.filter(sale_id__in=sale_ids).exclude(state=Refund.State.FAILED)
    for sale_id, lines in rows.exclude(lines=[]).values_list("sale_id", "lines"):
        by_sku = found.setdefault(sale_id, {})
        for line in lines:
            sku = str(line.get("sku", ""))
            by_sku[sku] = by_sku.get(sku, 0) + int(line.get("quantity") or 0)
    return found


def _check(card: StampCard) -> None:
    if not card.name:
        raise Unacceptable(_("Give the card a name."), field="name", code="required")
    require_valid(card, only=CHECKED)
    if card.gift in (StampGift.FIXED, StampGift.POINTS) and not 0 < card.amount <= MAX_MINOR:
        message = _("Say how much a full card earns.")
        raise Unacceptable(message, field="amount", code="required")
    if card.gift != StampGift.VOUCHER:
        return
    fits = card.reward is not None and card.reward.kind == LoyaltyReward.Kind.VOUCHER
    if not fits or (card.reward and card.reward.program_id != card.program_id):
        message = _("Choose a voucher of this program’s catalogue.")
        raise Unacceptable(message, field="reward", code="choice")


def _record(
    card: StampCard,
    actor: Actor,
    verb: str,
    member: Enrollment | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    record(
        seller=card.program.seller,
        actor=actor,
        verb=verb,
        object=card,
        label=card.name,
        partner_id=member.partner_id if member else None,
        detail=detail or {"every": card.every, "gift": card.gift},
    )
