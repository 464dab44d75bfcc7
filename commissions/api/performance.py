"""How partners do, over the API: results of a period, standings, reviews and what was agreed."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.fields import ListField

from commissions.models import ActionSide, Health, Review, ReviewAction, Standing
from commissions.performance import figures, reviews, selectors
from commissions.performance.figures import Both, PartOf
from commissions.performance.reviews import CRITERIA, METRICS, ReviewInput
from commissions.performance.rules import DAYS
from partners import selectors as partners
from prm.errors import Unacceptable
from prm.money import MAX_MINOR
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Currency, Day, Instant, Key, Text, Whole, choices
from sellers.rest.pagination import NEWEST
from sellers.rest.payloads import FreeObject
from sellers.rest.serializers import Input, Output, input_of
from tracking.selectors import Span

MOST_PARTS: Final = 200
LONGEST: Final = timedelta(days=731)

PeriodQuery = input_of(
    "PerformanceQuery",
    {
        "from": Day(required=False, help_text="The first day; 30 days unless given."),
        "to": Day(required=False, help_text="The last day; today unless given."),
        "currency": Currency(required=False, help_text="The one with most sales unless given."),
        "by": Choice(choices=choices(figures.BY), required=False, help_text="Link unless given."),
    },
)


class ResultsOutput(Output):
    """Sums of a stretch; money in minor units. `by_click` are the sales that a click brought."""

    clicks = Whole()
    sales = Whole()
    by_click = Whole()
    amount = Whole(help_text="Net sales.")
    refunds = Whole()
    refunded = Whole()
    earned = Whole()


class PartOutput(Output):
    """The results of one link, campaign, material or sub-id; "" is what came without one."""

    value = Text()
    now = ResultsOutput(source="both.now")
    before = ResultsOutput(source="both.before")


@dataclass(frozen=True)
class Period:
    """One partner's results of some days."""

    span: Span
    currency: str
    currencies: list[str]
    both: Both
    parts: list[PartOf]


PeriodOutput = type(
    "PerformanceOutput",
    (Output,),
    {
        "__doc__": "What a partner brought, beside as many days before. Clicks have no currency.",
        "from": Day(source="span.first"),
        "to": Day(source="span.last"),
        "currency": Currency(),
        "currencies": ListField(child=Currency(), help_text="All that he sold or earned in."),
        "now": ResultsOutput(source="both.now"),
        "before": ResultsOutput(source="both.before"),
        "parts": ListField(child=PartOutput(), help_text="The first 200, most sold first."),
    },
)


class PartnerStandingOutput(Output):
    """How a partner stood on a full day: 30 days beside the 30 before.

    `change` is the growth of `amount` in tenths of a per cent; `parts` are the points of `score`.
    """

    id = Key()
    partner = Key(source="partner_id")
    as_of = Day()
    health = Choice(choices=Health.choices)
    why = Text()
    since_on = Day(help_text="When this health began.")
    score = Whole(help_text="Engagement, 0 to 100.")
    parts = FreeObject()
    currency = Text()
    amount = Whole(source="amount_minor")
    before = Whole(source="before_minor")
    change = Whole(allow_null=True)
    sales = Whole()
    sales_before = Whole()
    clicks = Whole()
    clicks_before = Whole()
    earned = Whole(source="earned_minor")
    refunded = Whole(source="refunded_minor")
    last_sale_on = Day(allow_null=True)


class StandingQuery(Input):
    """Which standings."""

    partner = Key(required=False)
    health = Choice(choices=Health.choices, required=False)


class ActionOutput(Output):
    """Something agreed in a review."""

    id = Key()
    review = Key(source="review_id")
    text = Text()
    side = Choice(choices=ActionSide.choices)
    due_on = Day(allow_null=True)
    done_at = Instant(allow_null=True)


class ReviewOutput(Output):
    """A look back at a partner's period. The partner reads it once it is shared.

    `targets` are `{metric, target, actual}`, `scores` are `{criterion, score}` with 1 to 5.
    """

    id = Key()
    partner = Key(source="partner_id")
    first_on = Day()
    last_on = Day()
    currency = Text()
    targets = ListField(child=FreeObject())
    scores = ListField(child=FreeObject())
    notes = Text()
    next_on = Day(allow_null=True)
    shared_at = Instant(allow_null=True)
    created_at = Instant()


class ReviewDetailOutput(ReviewOutput):
    """A review with what was agreed. A partner's key reads no `private_notes`."""

    private_notes = Text()
    actions = ListField(child=ActionOutput(), source="agreed")

    def to_representation(self, instance: Review) -> dict[str, Any]:
        """The review with its actions in the order in which they were agreed."""
        instance.agreed = list(selectors.actions_of(instance))  # type: ignore[attr-defined]
        return super().to_representation(instance)


TargetsInput = input_of(
    "ReviewTargets",
    {name: Whole(min_value=0, max_value=MAX_MINOR, required=False) for name in METRICS},
)
ScoresInput = input_of(
    "ReviewScores",
    {name: Whole(min_value=1, max_value=reviews.BEST, required=False) for name in CRITERIA},
)


def _content() -> dict[str, Any]:
    """What both a new review and a change may carry."""
    return {
        "first_on": Day(),
        "last_on": Day(),
        "targets": TargetsInput(required=False),
        "scores": ScoresInput(required=False),
        "notes": Text(max_length=5000, required=False, allow_blank=True),
        "private_notes": Text(max_length=5000, required=False, allow_blank=True),
        "next_on": Day(required=False, allow_null=True),
    }


NewReview = input_of(
    "NewReview", {"partner": Key(), "currency": Currency(required=False), **_content()}
)
ReviewChanges = input_of("ReviewChanges", _content())


class ReviewQuery(Input):
    """Whose reviews."""

    partner = Key(required=False)


class ActionInput(Input):
    """What is to be done, by which side, until when."""

    text = Text(max_length=300)
    side = Choice(choices=ActionSide.choices)
    due_on = Day(required=False, allow_null=True)


class PartnerPerformance(Endpoint):
    """One partner's results of some days."""

    scopes = {"GET": "commissions:read"}
    partner_keys = True

    @operation(gettext_lazy("Read a partner's results"), query=PeriodQuery, answer=PeriodOutput)
    def get(self, call: Call, partner_id: uuid.UUID) -> Period:
        call.require_partner(partner_id)
        partner = call.found(partners.partners(), partner_id)
        span = _span(call)
        known = figures.currencies(partner.pk, span)
        currency = call.query.get("currency") or (known or [call.seller.currency])[0]
        days = figures.by_day(partner.pk, span, currency)
        by = call.query.get("by", "link")
        return Period(
            span=span,
            currency=currency,
            currencies=known,
            both=Both(figures.added(days, span), figures.added(days, span.before)),
            parts=figures.divided(partner.pk, span, currency, by, MOST_PARTS),
        )


def _span(call: Call) -> Span:
    """The days that are asked for; raises Unacceptable by the field."""
    today = timezone.localdate(timezone=ZoneInfo(call.seller.time_zone))
    last: date = call.query.get("to") or today
    first: date = call.query.get("from") or last - timedelta(days=DAYS - 1)
    if last < first:
        raise Unacceptable(_("The period ends before it begins."), field="to", code="days_order")
    if last - first > LONGEST:
        raise Unacceptable(_("Two years at most."), field="from", code="too_long")
    return Span(first, last)


class Standings(Endpoint):
    """How each partner stood on the last full day."""

    scopes = {"GET": "partners:read"}

    @operation(
        gettext_lazy("List standings"),
        query=StandingQuery,
        answer=PartnerStandingOutput,
        orders=NEWEST,
    )
    def get(self, call: Call) -> QuerySet[Standing]:
        return selectors.standings().filter(**call.filters())


def _visible(call: Call) -> QuerySet[Review]:
    """Reviews; for a partner's key his own that were shared."""
    rows = call.own(selectors.reviews(), "partner_id")
    return rows if call.key.partner_id is None else rows.filter(shared_at__isnull=False)


class Reviews(Endpoint):
    """Reviews of partners."""

    scopes = {"GET": "partners:read", "POST": "partners:write"}
    partner_keys = True

    @operation(gettext_lazy("List reviews"), query=ReviewQuery, answer=ReviewOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Review]:
        return _visible(call).filter(**call.filters())

    @operation(
        gettext_lazy("Write a review"), body=NewReview, answer=ReviewDetailOutput, statuses=(201,)
    )
    def post(self, call: Call) -> Review:
        data = dict(call.data)
        partner = call.one(partners.partners(), data.pop("partner"), "partner")
        currency = data.pop("currency", "")
        content = ReviewInput(**data)
        if not currency:
            span = Span(content.first_on, max(content.first_on, content.last_on))
            known = figures.currencies(partner.pk, span)
            currency = (known or [call.seller.currency])[0]
        return reviews.write_review(
            partner=partner, currency=currency, content=content, actor=call.actor
        )


class ReviewDetail(Endpoint):
    """One review."""

    scopes = {"GET": "partners:read", "PATCH": "partners:write", "DELETE": "partners:write"}
    partner_keys = True

    @operation(gettext_lazy("Read a review"), answer=ReviewDetailOutput)
    def get(self, call: Call, review_id: uuid.UUID) -> Review:
        review = call.found(_visible(call), review_id)
        if call.key.partner_id is not None:
            review.private_notes = ""
        return review

    @operation(
        gettext_lazy("Change a review that is not shared; targets and scores as a whole"),
        body=ReviewChanges,
        answer=ReviewDetailOutput,
    )
    def patch(self, call: Call, review_id: uuid.UUID) -> Review:
        review = call.found(_visible(call), review_id)
        content = replace(reviews.content_of(review), **call.data)
        return reviews.change_review(review=review, content=content, actor=call.actor)

    @operation(gettext_lazy("Delete a review that is not shared"), statuses=(204,))
    def delete(self, call: Call, review_id: uuid.UUID) -> None:
        reviews.delete_review(review=call.found(_visible(call), review_id), actor=call.actor)


class ReviewShare(Endpoint):
    """Lets the partner read it."""

    scopes = {"POST": "partners:write"}

    @operation(gettext_lazy("Share a review with its partner"), answer=ReviewDetailOutput)
    def post(self, call: Call, review_id: uuid.UUID) -> Review:
        return reviews.share_review(review=call.found(_visible(call), review_id), actor=call.actor)


class ReviewActions(Endpoint):
    """What was agreed in a review."""

    scopes = {"POST": "partners:write"}

    @operation(
        gettext_lazy("Note what was agreed"), body=ActionInput, answer=ActionOutput, statuses=(201,)
    )
    def post(self, call: Call, review_id: uuid.UUID) -> ReviewAction:
        review = call.found(_visible(call), review_id)
        fields = {"due_on": None, **call.data}
        return reviews.agree_action(review=review, actor=call.actor, **fields)


class ActionDone(Endpoint):
    """Marks something agreed as done."""

    scopes = {"POST": "partners:write"}

    @operation(gettext_lazy("Mark what was agreed as done"), answer=ActionOutput)
    def post(self, call: Call, action_id: uuid.UUID) -> ReviewAction:
        reviews.finish_action(action=selectors.action_by_id(action_id), actor=call.actor)
        return selectors.action_by_id(action_id)


class ActionReopened(Endpoint):
    """Opens something agreed again."""

    scopes = {"POST": "partners:write"}

    @operation(gettext_lazy("Open what was agreed again"), answer=ActionOutput)
    def post(self, call: Call, action_id: uuid.UUID) -> ReviewAction:
        reviews.reopen_action(action=selectors.action_by_id(action_id), actor=call.actor)
        return selectors.action_by_id(action_id)


REVIEW = "reviews/<uuid:review_id>"
ACTION = "review-actions/<uuid:action_id>"
urlpatterns: list[Any] = [
    path("partners/<uuid:partner_id>/performance", PartnerPerformance.as_view()),
    path("standings", Standings.as_view()),
    path("reviews", Reviews.as_view()),
    path(REVIEW, ReviewDetail.as_view()),
    path(f"{REVIEW}/share", ReviewShare.as_view()),
    path(f"{REVIEW}/actions", ReviewActions.as_view()),
    path(f"{ACTION}/done", ActionDone.as_view()),
    path(f"{ACTION}/reopen", ActionReopened.as_view()),
]
