"""A review of the partner, with something agreed, for addresses that name them."""

from datetime import date

from commissions.performance.reviews import (
    ReviewInput,
    agree_action,
    share_review,
    write_review,
)
from partners.models import Partner
from tests.cast import Team


def reviewed(team: Team, partner: Partner) -> dict[str, object]:
    """The ids of a shared review, and of an action of the partner's in it."""
    content = ReviewInput(date(2026, 7, 1), date(2026, 9, 30), scores={"results": 4})
    review = write_review(partner=partner, currency="EUR", content=content, actor=team.actor)
    action = agree_action(
        review=review, text="Two videos", side="partner", due_on=None, actor=team.actor
    )
    share_review(review=review, actor=team.actor)
    return {"review_id": review.pk, "action_id": action.pk}
