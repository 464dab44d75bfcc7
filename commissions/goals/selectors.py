"""Reads about goals: lists, progress, leaderboards, and what a draft would have paid."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Case, CharField, F, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from campaigns.models import Enrollment
from commissions.goals import evaluation, metrics, rules, spans, standings
from commissions.goals.spans import Span
from commissions.models import (
    Goal,
    GoalName,
    GoalPayment,
    GoalPeriod,
    GoalResult,
    GoalVersion,
    PeriodState,
)
from prm.errors import NotFound
from prm.money import LOYALTY_POINTS

PREVIEW_PERIODS = 3


@dataclass(frozen=True)
class Progress:
    """How far one partner is in a goal's running window, counted now.

    `target` and `reward_step` are of the next target, or of the last one when all are reached.
    """

    goal: Goal
    version: GoalVersion
    span: Span
    value: int
    step: int
    today: date

    @property
    def days_left(self) -> int:
        """Days after today."""
        return self.span.left(self.today)

    @property
    def next_step(self) -> int:
        """Number of the target that the bar runs to, from 1."""
        return min(self.step + 1, max(len(self.version.steps), 1))

    @property
    def target(self) -> int:
        """The value that the bar runs to; 0 in a contest."""
        steps = self.version.steps
        return int(steps[self.next_step - 1]["from"]) if steps else 0

    @property
    def done(self) -> bool:
        """Whether every target is reached."""
        return bool(self.version.steps) and self.step == len(self.version.steps)

    @property
    def percent(self) -> int:
        """How much of the way to the target is done, 0 to 100."""
        return min(100, max(0, self.value * 100 // self.target)) if self.target else 0

    @property
    def forecast(self) -> int:
        """The value at the end of the window at the pace so far."""
        return spans.forecast(self.value, self.span, self.today)


@dataclass(frozen=True)
class BoardRow:
    """One line of a leaderboard. `name` is "" where it must not be shown; `number` stands for it.

    `prize` is what the place wins as it stands, 0 for none.
    """

    place: int
    tied: bool
    name: str
    number: int
    value: int
    own: bool
    prize: int


@dataclass(frozen=True)
class Rehearsal:
    """What a goal would have done in one window before it: how many, and what it would cost."""

    span: Span
    partners: int
    costs: dict[str, int]


def goals() -> QuerySet[Goal]:
    """Goals and contests with what a list shows."""
    return Goal.objects.select_related("program", "seller", "tier", "group", "partner")


def goals_with_state() -> QuerySet[Goal]:
    """The same with `shown_state`: draft, planned, live or ended, by the seller's day."""
    today = timezone.localdate()
    state = Case(
        When(status=Goal.Status.LIVE, starts_on__gt=today, then=Value("planned")),
        default=F("status"),
        output_field=CharField(),
    )
    return goals().annotate(shown_state=state)


def goal_by_id(goal_id: uuid.UUID | str) -> Goal:
    """The goal; raises NotFound."""
    found = goals().prefetch_related("versions").filter(pk=goal_id).first()
    if found is None:
        raise NotFound("goal")
    return found


def goals_for(
    partner_id: uuid.UUID, enrollments: Iterable[Enrollment] | None = None
) -> QuerySet[Goal]:
    """Goals that are no drafts and are for this partner, where he is now; two queries, one less
    with his active `enrollments` at hand."""
    inside = Q(pk__in=[])
    active = Enrollment.Status.ACTIVE
    if enrollments is None:
        enrollments = Enrollment.objects.filter(partner_id=partner_id, status=active)
    for one in enrollments:
        inside |= (
            Q(program_id=one.program_id)
            & (Q(tier=None) | Q(tier_id=one.tier_id))
            & (Q(group=None) | Q(group_id=one.group_id))
        )
    rows = goals().exclude(status=Goal.Status.DRAFT).filter(inside)
    return rows.filter(Q(partner=None) | Q(partner_id=partner_id)).prefetch_related("versions")


def goal_for(partner_id: uuid.UUID, goal_id: uuid.UUID | str) -> Goal:
    """A goal that is for the partner, or in which he once had a result; raises NotFound."""
    found = goals_for(partner_id).filter(pk=goal_id).first()
    if found is None and GoalResult.objects.filter(goal__pk=goal_id, partner=partner_id).exists():
        found = goal_by_id(goal_id)
    if found is None:
        raise NotFound("goal")
    return found


def today_of(goal: Goal) -> date:
    """The present day where the seller is."""
    return evaluation.local_day(goal.seller, timezone.now())


def running_span(goal: Goal) -> Span | None:
    """The window that holds today; None before, after, for a draft and for what never began."""
    never_begins = goal.status == Goal.Status.ENDED and goal.look_at is None
    if goal.status == Goal.Status.DRAFT or never_begins:
        return None
    return spans.span_at(goal.window, goal.starts_on, goal.ends_on, today_of(goal))


def progress_of(goal: Goal, partner_id: uuid.UUID) -> Progress | None:
    """How far a partner is in the running window, counted now; None when none runs."""
    return next(iter(progress_in([goal], partner_id)), None)


def progress_in(goals: Iterable[Goal], partner_id: uuid.UUID) -> list[Progress]:
    """How far a partner is in those of the goals that run now; one query."""
    found: list[Progress] = []
    stretches = []
    for goal in goals:
        if span := running_span(goal):
            version = evaluation.version_for(goal, span.first)
            stretch = standings.stretch_of(goal, version, span, timezone.now())
            own = stretch.partners.filter(partner_id=partner_id)
            stretches.append(replace(stretch, partners=own))
            found.append(Progress(goal, version, span, 0, 0, today_of(goal)))
    for place, values in enumerate(metrics.measure_all(stretches)):
        one, value = found[place], values.get(partner_id, 0)
        step = rules.reached(standings.steps_of(one.version, one.goal), value)
        found[place] = replace(one, value=value, step=step)
    return found


def places_of(goals: Iterable[Goal], partner_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """By goal the partner's place in the contests among them, as last counted; one query, none
    without contests."""
    contests = [goal.pk for goal in goals if goal.is_contest]
    if not contests:
        return {}
    rows = GoalResult.objects.filter(goal__in=contests, partner_id=partner_id)
    newest = rows.order_by("goal_id", "-id").distinct("goal_id").values_list("goal_id", "place")
    return {goal: place for goal, place in newest if place}


def current_periods(goal: Goal) -> QuerySet[GoalPeriod]:
    """Periods that are not closed yet, the newest first."""
    rows = GoalPeriod.objects.filter(goal=goal).exclude(state=PeriodState.CLOSED)
    return rows.select_related("version").order_by("-starts_on")


def newest_period(goal: Goal) -> GoalPeriod | None:
    """The newest period that has begun."""
    rows = GoalPeriod.objects.filter(goal=goal).select_related("version")
    return rows.order_by("-starts_on").first()


def results() -> QuerySet[GoalResult]:
    """Results with what a list shows, and `paid_minor` in the program's money, `paid_points`."""
    paid = Sum(
        "payments__amount_minor",
        filter=Q(payments__currency=F("goal__program__currency")),
        default=0,
    )
    points = Sum("payments__amount_minor", filter=Q(payments__currency=LOYALTY_POINTS), default=0)
    return GoalResult.objects.select_related(
        "goal__program", "goal__seller", "period__version", "partner"
    ).annotate(paid_minor=paid, paid_points=points)


def payments_of(goal: Goal) -> QuerySet[GoalPayment]:
    """What a goal paid or took back, newest first."""
    rows = GoalPayment.objects.filter(result__goal=goal).exclude(line=None)
    return rows.select_related("result__partner", "result__period", "line").order_by("-id")


def paid_sums(goal: Goal) -> dict[str, int]:
    """What a goal paid in all, by unit; one query."""
    rows = GoalPayment.objects.filter(result__goal=goal).order_by()
    sums = rows.values_list("currency").annotate(Sum("amount_minor"))
    return {unit: int(amount) for unit, amount in sums if amount}


def named(goal: Goal, partner_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Which of the partners let their names stand in this contest; what is set for it goes first.

    One query.
    """
    rows = GoalName.objects.filter(partner_id__in=list(partner_ids)).filter(
        Q(goal=goal) | Q(goal=None)
    )
    general: dict[uuid.UUID, bool] = {}
    own: dict[uuid.UUID, bool] = {}
    for row in rows:
        (own if row.goal_id else general)[row.partner_id] = row.shown
    return {partner for partner, shown in (general | own).items() if shown}


def board(
    goal: Goal, period: GoalPeriod, viewer: uuid.UUID | None, top: int = 20
) -> list[BoardRow]:
    """The leaderboard of a contest: the first places, and the viewer's own wherever it is.

    Staff (`viewer` None) see every name. Three queries.
    """
    rows = list(
        GoalResult.objects.filter(period=period, place__isnull=False)
        .select_related("partner")
        .order_by("place", "partner_id")
    )
    places = [rules.Place(row.partner_id, row.value, row.place or 0, row.tied) for row in rows]
    prizes = rules.prizes_of(places, period.version.prizes)
    shown = [
        (number, row)
        for number, row in enumerate(rows, start=1)
        if number <= top or row.partner_id == viewer
    ]
    open_names = named(goal, [row.partner_id for _number, row in shown])
    return [
        BoardRow(
            place=row.place or 0,
            tied=row.tied,
            name=row.partner.name
            if viewer is None or row.partner_id in open_names | {viewer}
            else "",
            number=number,
            value=row.value,
            own=row.partner_id == viewer,
            prize=prizes.get(row.partner_id, 0),
        )
        for number, row in shown
    ]


def name_setting(partner_id: uuid.UUID, goal: Goal | None = None) -> bool | None:
    """What the partner set for this contest, or in general; None where nothing is set."""
    row = GoalName.objects.filter(partner_id=partner_id, goal=goal).first()
    return row.shown if row else None


def rehearse(goal: Goal, count: int = PREVIEW_PERIODS) -> list[Rehearsal]:
    """What the goal's newest terms would have done in the windows before it, oldest first.

    Everybody whom it is for now is counted, with refunds up to the day on which each window
    would have been closed.
    """
    version = max(goal.versions.all(), key=lambda one: one.number)
    found = []
    for span in spans.spans_before(goal.window, goal.starts_on, goal.ends_on, count):
        until = min(standings.closes_at(goal, version, span), timezone.now())
        paid = standings.pays(goal, version, standings.count(goal, version, span, until))
        costs: dict[str, int] = {}
        for dues in paid.values():
            for one in dues:
                costs[one.unit] = costs.get(one.unit, 0) + one.amount
        found.append(Rehearsal(span, len(paid), costs))
    return found


@dataclass(frozen=True)
class Field:
    """A running period in figures: who has begun, is near, has reached a target; the sum.

    `forecast` is the sum at the end of the period at the pace so far.
    """

    period: GoalPeriod
    audience: int
    begun: int
    near: int
    reached: int
    total: int
    forecast: int


def field_of(goal: Goal, period: GoalPeriod) -> Field:
    """The period in figures, from the standings as last counted; two queries."""
    steps = standings.steps_of(period.version, goal)
    rows = list(GoalResult.objects.filter(period=period).values_list("value", "step", "place"))
    total = sum(value for value, _step, _place in rows)
    return Field(
        period=period,
        audience=audience_size(goal),
        begun=sum(1 for value, _step, _place in rows if value > 0),
        near=sum(1 for value, _step, _place in rows if steps and rules.is_near(steps, value)),
        reached=sum(1 for _value, step, place in rows if step or place),
        total=total,
        forecast=spans.forecast(total, standings.span_of(period), today_of(goal)),
    )


def best(period: GoalPeriod, count: int = 10) -> list[GoalResult]:
    """The results with the highest values of a period."""
    rows = GoalResult.objects.filter(period=period, value__gt=0).select_related("partner")
    return list(rows.order_by("-value", "partner_id")[:count])


def audience_size(goal: Goal) -> int:
    """How many partners a goal is for now."""
    return metrics.audience(goal).count()


def coming_span(goal: Goal) -> Span | None:
    """The first window that has not begun."""
    return spans.next_span(goal.window, goal.starts_on, goal.ends_on, today_of(goal))


def periods_of(goal: Goal) -> QuerySet[GoalPeriod]:
    """Every period that has begun, newest first."""
    rows = GoalPeriod.objects.filter(goal=goal).select_related("version")
    return rows.order_by("-starts_on")


def results_of(partner_id: uuid.UUID) -> QuerySet[GoalResult]:
    """A partner's results in periods that are closed, with what they paid."""
    rows = results().filter(partner_id=partner_id, period__state=PeriodState.CLOSED)
    return rows.filter(Q(value__gt=0) | Q(paid_minor__gt=0) | Q(paid_points__gt=0))
