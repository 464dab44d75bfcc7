"""What a partner's next sale would pay: the rule that wins for him right now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from campaigns.models import Enrollment
from commissions import rules
from commissions.engine import rulebooks
from commissions.models import RuleVersion


@dataclass(frozen=True)
class Offer:
    """One enrollment's present reward in its stored form; None while nothing pays."""

    enrollment: Enrollment
    reward: dict[str, Any] | None
    name: str = ""
    own: bool = False


def offers(enrollments: Sequence[Enrollment]) -> list[Offer]:
    """The present offer of each enrollment, in order; two queries."""
    books = rulebooks.load(one.program_id for one in enrollments)
    winners = {one.pk: _winner(one, books.get(one.program_id, [])) for one in enrollments}
    ids = [winner.version_id for winner in winners.values() if winner]
    rewards = dict(RuleVersion.objects.filter(pk__in=ids).values_list("pk", "reward"))
    by_text = {str(pk): reward for pk, reward in rewards.items()}
    return [_offer(one, winners[one.pk], by_text) for one in enrollments]


def _winner(
    enrollment: Enrollment, book: Sequence[rules.CompiledRule]
) -> rules.CompiledRule | None:
    facts = rules.SaleFacts(
        partner_id=str(enrollment.partner_id),
        currency=enrollment.program.currency,
        net=0,
        tax=0,
        shipping=0,
        occurred_at=timezone.now(),
    )
    return rules.choose(book, facts).winner


def _offer(
    enrollment: Enrollment, winner: rules.CompiledRule | None, rewards: dict[str, dict[str, Any]]
) -> Offer:
    if winner is None:
        return Offer(enrollment, None)
    reward = rewards[winner.version_id]
    return Offer(enrollment, reward, winner.name, winner.partner_id is not None)
