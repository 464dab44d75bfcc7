"""Points as people read them, by the names that their program gives them."""

from django.utils.translation import gettext as _

from commissions.loyalty import words
from commissions.models import Commission, LoyaltyReward, StampCard, StampGift
from commissions.reasons import amount_text, settled
from commissions.referrals import steps
from portal import traces


def line_title(line: Commission) -> str:
    """What a line of points is called."""
    if "settled" in line.trace:
        return settled.words_of(line).title(line)
    return traces.title(line)


def gift_text(card: StampCard) -> str:
    """What a full stamp card earns, in words."""
    if card.gift == StampGift.FIXED:
        return amount_text(card.amount, card.program.currency)
    if card.gift == StampGift.POINTS:
        return words.points_text(card.amount)
    if card.gift == StampGift.VOUCHER and card.reward is not None:
        return str(card.reward)
    return str(StampGift(card.gift).label)


def counts_text(card: StampCard) -> str:
    """What a stamp card counts, in words."""
    goods = card.category or ", ".join(card.skus[:3]) + ("…" if len(card.skus) > 3 else "")
    values = {"every": card.every, "goods": goods}
    if card.counts == StampCard.Counts.PURCHASES:
        with_goods = _("For %(every)d purchases with %(goods)s")
        return (with_goods if goods else _("For %(every)d purchases")) % values
    return (_("For %(every)d of %(goods)s") if goods else _("For %(every)d items")) % values


def left_text(reward: LoyaltyReward) -> str:
    """How many of a reward are left, or "" where it never ends."""
    if reward.kind == LoyaltyReward.Kind.VOUCHER:
        return _("%(n)d left") % {"n": getattr(reward, "codes_left", 0)}
    return "" if reward.stock is None else _("%(n)d left") % {"n": reward.stock}


def void_reason(reason: str) -> str:
    """Why a friend's reward was cancelled: the system's own reasons in words."""
    own = {
        steps.REFUNDED: _("The purchase was refunded whole."),
        steps.REJECTED: _("The referrer’s commission was rejected."),
    }
    return own.get(reason, reason)
