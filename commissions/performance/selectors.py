"""Reads about how partners do: standings, reviews."""

import uuid

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery

from commissions.models import Review, ReviewAction, Standing
from prm.errors import NotFound


def standings() -> QuerySet[Standing]:
    """Standings with their partner, his manager, and `review_on`, when the next review is due."""
    newest = Review.objects.filter(partner=OuterRef("partner")).order_by("-last_on", "-id")
    return Standing.objects.select_related("partner__manager__user", "partner__seller").annotate(
        review_on=Subquery(newest.values("next_on")[:1])
    )


def standing_of(partner_id: uuid.UUID) -> Standing | None:
    """How a partner stood on the last full day that was judged."""
    return Standing.objects.filter(partner_id=partner_id).select_related("partner").first()


def reviews() -> QuerySet[Review]:
    """All reviews with their partner and seller."""
    return Review.objects.select_related("partner", "seller", "written_by")


def reviews_of(partner_id: uuid.UUID, *, shared: bool = False) -> QuerySet[Review]:
    """A partner's reviews, newest first, with how many actions they have and how many are open;
    `shared` leaves out what he may not read."""
    rows = Review.objects.filter(partner_id=partner_id).select_related("written_by", "seller")
    if shared:
        rows = rows.filter(shared_at__isnull=False)
    return rows.annotate(
        action_count=Count("actions"), open_count=Count("actions", filter=Q(actions__done_at=None))
    ).order_by("-last_on", "-id")


def review_by_id(review_id: uuid.UUID) -> Review:
    """One review with its partner; raises NotFound."""
    found = reviews().filter(pk=review_id).first()
    if found is None:
        raise NotFound("review")
    return found


def actions_of(review: Review) -> QuerySet[ReviewAction]:
    """What was agreed, in the order in which it was."""
    return review.actions.select_related("done_by", "review__seller", "review__partner").order_by(
        "id"
    )


def open_actions_of(partner_id: uuid.UUID, *, shared: bool = False) -> QuerySet[ReviewAction]:
    """Everything agreed with a partner that is not done, the most urgent first."""
    rows = ReviewAction.objects.filter(review__partner_id=partner_id, done_at=None)
    if shared:
        rows = rows.filter(review__shared_at__isnull=False)
    return rows.select_related("review").order_by(F("due_on").asc(nulls_last=True), "id")


def action_by_id(action_id: uuid.UUID) -> ReviewAction:
    """One agreed action with its review; raises NotFound."""
    rows = ReviewAction.objects.select_related("review__partner", "review__seller")
    found = rows.filter(pk=action_id).first()
    if found is None:
        raise NotFound("review action")
    return found


def health_counts(rows: QuerySet[Standing]) -> dict[str, int]:
    """How many of these standings there are of each health; one query."""
    return dict(rows.order_by().values_list("health").annotate(Count("id")))


def newest_day() -> object:
    """The day of which the standings are; None without any."""
    return Standing.objects.aggregate(day=Max("as_of"))["day"]
