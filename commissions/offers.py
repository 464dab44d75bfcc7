"""What a partner's next sale would pay: the rule that wins for him right now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from campaigns.models import Enrollment
from commissions.engine import rulebooks
from commissions.rules import Book, CompiledRule, Member


@dataclass(frozen=True)
class Offer:
    """One enrollment's present reward in its stored form; None while nothing pays."""

    enrollment: Enrollment
    reward: dict[str, Any] | None
    name: str = ""
    own: bool = False


def offers(enrollments: Sequence[Enrollment]) -> list[Offer]:
    """The present offer of each enrollment, in order; one query."""
    books = rulebooks.load(one.program_id for one in enrollments)
    return [_offer(one, _winner(one, books.get(str(one.program_id)))) for one in enrollments]


def _winner(enrollment: Enrollment, book: Book | None) -> CompiledRule | None:
    """The rule that would pay for any sale; what has conditions pays for some only."""
    if book is None:
        return None
    member = Member(
        partner=str(enrollment.partner_id),
        enrollment=str(enrollment.pk),
        tier=str(enrollment.tier_id) if enrollment.tier_id else None,
        group=str(enrollment.group_id) if enrollment.group_id else None,
    )
    now = timezone.now()
    return next(
        (
            rule
            for rule in book.roster(member, None)
            if rule.event == "sale"
            and not rule.adds
            and rule.test is None
            and rule.valid_from <= now
            and (rule.valid_until is None or rule.valid_until > now)
        ),
        None,
    )


def _offer(enrollment: Enrollment, winner: CompiledRule | None) -> Offer:
    if winner is None:
        return Offer(enrollment, None)
    reward = winner.content["reward"]
    return Offer(enrollment, reward, winner.name, winner.scope == "partner")
