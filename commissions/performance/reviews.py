"""Reviews of a partner's period: written, counted, shared with him, and what was agreed in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import record
from commissions.models import Review, ReviewAction
from commissions.performance import figures
from partners.models import Partner
from partners.notices import notices_to
from partners.selectors import users_of
from prm.errors import Conflict, Unacceptable
from prm.validation import require_valid
from sellers.actors import Actor
from tracking.selectors import Span

METRICS: Final = ("amount", "sales", "clicks", "earned")
MONEY: Final = frozenset({"amount", "earned"})
CRITERIA: Final = ("results", "activity", "quality", "cooperation", "rules")
BEST: Final = 5
MOST_ACTIONS: Final = 50
LONGEST: Final = timedelta(days=731)


@dataclass(frozen=True)
class ReviewInput:
    """What a review says. `targets` by metric, in minor units where it is money; `scores` 1 to 5 by
    criterion; what is missing was not set or not scored."""

    first_on: date
    last_on: date
    targets: Mapping[str, int] = field(default_factory=dict)
    scores: Mapping[str, int] = field(default_factory=dict)
    notes: str = ""
    private_notes: str = ""
    next_on: date | None = None


def content_of(review: Review) -> ReviewInput:
    """What a review says now, to change parts of it."""
    return ReviewInput(
        first_on=review.first_on,
        last_on=review.last_on,
        targets={
            one["metric"]: one["target"] for one in review.targets if one["target"] is not None
        },
        scores={one["criterion"]: one["score"] for one in review.scores},
        notes=review.notes,
        private_notes=review.private_notes,
        next_on=review.next_on,
    )


def write_review(*, partner: Partner, currency: str, content: ReviewInput, actor: Actor) -> Review:
    """A review of a partner, which only staff read yet. Raises Unacceptable by field, Conflict when
    the same days were reviewed."""
    review = Review(
        seller=partner.seller, partner=partner, currency=currency, written_by=actor.user
    )
    _fill(review, content)
    try:
        with transaction.atomic():
            review.save(force_insert=True)
    except IntegrityError as error:
        raise _twice() from error
    _record(review, actor, "review.written")
    return review


def change_review(*, review: Review, content: ReviewInput, actor: Actor) -> Review:
    """Change a review that is not shared yet; its figures are counted again. Raises Conflict."""
    row = _open(review)
    _fill(row, content)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise _twice() from error
    _record(row, actor, "review.changed")
    return row


def share_review(*, review: Review, actor: Actor) -> Review:
    """Let the partner read it, with its figures as they are now; for good. Raises Conflict."""
    row = _open(review)
    row.targets = _counted(row, {one["metric"]: one["target"] for one in row.targets})
    row.shared_at = timezone.now()
    row.save(update_fields=["targets", "shared_at"])
    notices = notices_to(
        users_of(row.partner),
        seller=row.seller,
        room="partner",
        subject=gettext_lazy("Your review of %(first)s to %(last)s"),
        body=gettext_lazy("How the period went, and what was agreed for the next."),
        values={"first": row.first_on, "last": row.last_on},
        path=f"/{row.seller.slug}/portal/performance/reviews/{row.pk}/",
    )
    record(
        seller=row.seller, actor=actor, verb="review.shared", object=row, label=str(row),
        partner_id=row.partner_id, notify=notices,
    )  # fmt: skip
    return row


def delete_review(*, review: Review, actor: Actor) -> None:
    """Throw away a review that nobody but staff has read. Raises Conflict once it is shared."""
    row = _open(review)
    _record(row, actor, "review.deleted")
    row.delete()


def agree_action(
    *, review: Review, text: str, side: str, due_on: date | None, actor: Actor
) -> ReviewAction:
    """Note what was agreed, in a shared review too. Raises Unacceptable by field, Conflict."""
    if review.actions.count() >= MOST_ACTIONS:
        raise Conflict(_("A review holds up to %(n)s actions.") % {"n": MOST_ACTIONS}, code="many")
    action = ReviewAction(
        seller_id=review.seller_id, review=review, text=text.strip(), side=side, due_on=due_on
    )
    require_valid(action, only={"text", "side"})
    action.save(force_insert=True)
    _record(review, actor, "review.action_agreed", {"action": action.text})
    return action


def finish_action(*, action: ReviewAction, actor: Actor) -> None:
    """Mark it done; raises Conflict when it is done already."""
    rows = ReviewAction.objects.filter(pk=action.pk, done_at=None)
    if rows.update(done_at=timezone.now(), done_by=actor.user) != 1:
        raise Conflict(_("This is done already."), code="state")
    _record(action.review, actor, "review.action_done", {"action": action.text})


def reopen_action(*, action: ReviewAction, actor: Actor) -> None:
    """Undo a mark set by mistake; raises Conflict when it is open."""
    rows = ReviewAction.objects.filter(pk=action.pk, done_at__isnull=False)
    if rows.update(done_at=None, done_by=None) != 1:
        raise Conflict(_("This is open already."), code="state")
    _record(action.review, actor, "review.action_reopened", {"action": action.text})


def _open(review: Review) -> Review:
    rows = Review.objects.select_related("partner", "seller").select_for_update(of=("self",))
    row = rows.filter(pk=review.pk).first()
    if row is None or row.shared_at is not None:
        raise Conflict(_("The partner has this review; it stays as it is."), code="state")
    return row


def _fill(review: Review, content: ReviewInput) -> None:
    """Takes over the content after looking at it, and counts its figures."""
    if content.last_on < content.first_on:
        raise Unacceptable(
            _("The period ends before it begins."), field="last_on", code="days_order"
        )
    if content.last_on - content.first_on > LONGEST:
        raise Unacceptable(_("Two years at most."), field="first_on", code="too_long")
    for criterion, score in content.scores.items():
        if criterion not in CRITERIA or not 1 <= score <= BEST:
            raise Unacceptable(_("A score is 1 to 5."), field=criterion, code="score")
    for metric, target in content.targets.items():
        if metric not in METRICS or target < 0:
            raise Unacceptable(_("A target is 0 or more."), field=metric, code="target")
    review.first_on, review.last_on = content.first_on, content.last_on
    review.scores = [
        {"criterion": name, "score": content.scores[name]}
        for name in CRITERIA
        if name in content.scores
    ]
    review.notes, review.private_notes = content.notes.strip(), content.private_notes.strip()
    review.next_on = content.next_on
    require_valid(review, only={"notes", "private_notes"})
    review.targets = _counted(review, content.targets)


def _counted(review: Review, targets: Mapping[str, int | None]) -> list[dict[str, Any]]:
    """Every metric with its target, if any, and what it came to in the days of the review."""
    span = Span(review.first_on, review.last_on)
    days = figures.by_day(review.partner_id, span, review.currency)
    came = figures.added(days, span)
    return [
        {"metric": name, "target": targets.get(name), "actual": getattr(came, name)}
        for name in METRICS
    ]


def _record(
    review: Review, actor: Actor, verb: str, detail: Mapping[str, Any] | None = None
) -> None:
    record(
        seller=review.seller, actor=actor, verb=verb, object=review, label=str(review),
        partner_id=review.partner_id, detail=detail,
    )  # fmt: skip


def _twice() -> Conflict:
    return Conflict(_("There is a review of these days."), field="first_on", code="twice")
