"""Goals and contests over the API: what they ask and pay, how far partners are, what was paid."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.fields import ListField

from campaigns import selectors as campaigns
from commissions.goals import rules, selectors, services
from commissions.goals.services import AUDIENCES, GoalInput
from commissions.goals.standings import steps_of
from commissions.goals.terms import Terms
from commissions.models import Goal, GoalKind, GoalMetric, GoalResult, GoalWindow, PeriodState
from partners import selectors as partners
from prm.money import MAX_MINOR
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Day, Instant, Key, Minor, Rate, Text, Whole, Yes, choices
from sellers.rest.pagination import NEWEST
from sellers.rest.payloads import FreeObject
from sellers.rest.serializers import Input, Output, input_of

TERMS = tuple(Terms.__dataclass_fields__)


class StepReward(Input):
    """What a target pays.

    flat: `amount` in minor units of the program's currency. percent: `rate` of what rules paid
    the partner in the window. points: `amount` in points.
    """

    type = Choice(choices=choices(("flat", "percent", "points")))
    amount = Minor(min_value=1, required=False)
    rate = Rate(required=False)


StepInput = input_of(
    "StepInput",
    {
        "name": Text(max_length=60, required=False, allow_blank=True),
        "from": Whole(min_value=1, max_value=MAX_MINOR),
        "reward": StepReward(),
    },
)


class Audience(Input):
    """Whom it is for: one of these. Without it, every partner of the program."""

    tier = Key(required=False)
    group = Key(required=False)
    partner = Key(required=False)


def _content() -> dict[str, Any]:
    """What both a new goal and a change may carry."""
    return {
        "name": Text(max_length=120),
        "description": Text(max_length=500, required=False, allow_blank=True),
        "audience": Audience(required=False),
        "metric": Choice(choices=GoalMetric.choices),
        "window": Choice(choices=GoalWindow.choices),
        "starts_on": Day(),
        "ends_on": Day(required=False, allow_null=True),
        "steps": ListField(child=StepInput(), required=False, max_length=50),
        "all_steps": Yes(required=False),
        "at_once": Yes(required=False),
        "take_back": Yes(required=False),
        "net_of_refunds": Yes(required=False),
        "grace_days": Whole(min_value=0, max_value=365, required=False, allow_null=True),
        "prizes": ListField(child=Minor(min_value=1), required=False, max_length=50),
        "in_points": Yes(required=False),
        "minimum": Whole(min_value=1, max_value=MAX_MINOR, required=False),
    }


GoalFields = input_of(
    "GoalFields",
    {
        "program": Key(),
        "kind": Choice(choices=GoalKind.choices, required=False),
        **_content(),
    },
)
GoalChanges = input_of("GoalChanges", _content())


class GoalOutput(Output):
    """A goal or contest with its newest terms.

    `version` counts changes of the terms; `terms_from` is the first day of the windows for which
    the newest hold.
    """

    id = Key()
    program = Key(source="program_id")
    kind = Choice(choices=GoalKind.choices)
    name = Text()
    description = Text()
    tier = Key(source="tier_id", allow_null=True)
    group = Key(source="group_id", allow_null=True)
    partner = Key(source="partner_id", allow_null=True)
    metric = Choice(choices=GoalMetric.choices)
    window = Choice(choices=GoalWindow.choices)
    starts_on = Day()
    ends_on = Day(allow_null=True)
    status = Choice(choices=Goal.Status.choices)
    version = Whole(source="newest.number")
    terms_from = Day(source="newest.valid_from")
    steps = ListField(child=FreeObject(), source="newest.steps")
    all_steps = Yes(source="newest.all_steps")
    at_once = Yes(source="newest.at_once")
    take_back = Yes(source="newest.take_back")
    net_of_refunds = Yes(source="newest.net_of_refunds")
    grace_days = Whole(source="newest.grace_days", allow_null=True)
    prizes = ListField(child=Whole(), source="newest.prizes")
    in_points = Yes(source="newest.in_points")
    minimum = Whole(source="newest.minimum")
    created_at = Instant()

    def to_representation(self, instance: Goal) -> dict[str, Any]:
        """The goal's own columns and its newest version's."""
        instance.newest = max(  # type: ignore[attr-defined]
            instance.versions.all(), key=lambda version: version.number
        )
        return super().to_representation(instance)


class ResultOutput(Output):
    """Where a partner stands, or came in, in one period of a goal.

    `value` is in minor units where the metric is money. `paid_amount` is in the program's
    currency. `late_value` is what the value would be with events that came in after closing.
    """

    id = Key()
    goal = Key(source="goal_id")
    partner = Key(source="partner_id")
    period = Text(source="period.key")
    starts_on = Day(source="period.starts_on")
    ends_on = Day(source="period.ends_on")
    state = Choice(source="period.state", choices=PeriodState.choices)
    as_of = Instant(source="period.looked_at", allow_null=True)
    value = Whole()
    step = Whole(help_text="The highest target reached, from 1; 0 for none.")
    missing = Whole(help_text="What is missing to the next target; 0 when all are reached.")
    place = Whole(allow_null=True)
    late_value = Whole(allow_null=True)
    paid_amount = Whole(source="paid_minor")
    paid_points = Whole()
    currency = Text(source="goal.program.currency")

    def to_representation(self, instance: GoalResult) -> dict[str, Any]:
        """The stored row and the way that is left."""
        steps = steps_of(instance.period.version, instance.goal)
        instance.missing = rules.missing(steps, instance.value)  # type: ignore[attr-defined]
        return super().to_representation(instance)


GoalQuery = input_of(
    "GoalQuery",
    {
        "program": Key(required=False),
        "kind": Choice(choices=GoalKind.choices, required=False),
        "status": Choice(choices=Goal.Status.choices, required=False),
    },
)
ResultQuery = input_of(
    "ResultQuery",
    {"partner": Key(required=False), "period": Text(max_length=12, required=False)},
)


def _visible(call: Call) -> QuerySet[Goal]:
    """All goals; for a partner's key those that are for him."""
    if call.key.partner_id is not None:
        return selectors.goals_for(call.key.partner_id)
    return selectors.goals().prefetch_related("versions")


def _audience(call: Call, given: Mapping[str, Any]) -> dict[str, Any]:
    """The things that `audience` names; whatever it does not name is none."""
    rows: dict[str, QuerySet[Any]] = {
        "tier": campaigns.tiers(),
        "group": campaigns.groups(),
        "partner": partners.partners(),
    }
    return {
        name: call.one(rows[name], given[name], f"audience.{name}") if name in given else None
        for name in AUDIENCES
    }


def _terms(data: dict[str, Any], before: Terms | None = None) -> Terms | None:
    """The terms that a body gives, over those before; None where it gives none."""
    given = {name: data.pop(name) for name in TERMS if name in data}
    if before is None:
        return Terms(**{**given, "steps": _named(given.get("steps", []))})
    if "steps" in given:
        given["steps"] = _named(given["steps"])
    return replace(before, **given) if given else None


def _named(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": "", **step} for step in steps]


class Goals(Endpoint):
    """All goals and contests."""

    scopes = {"GET": "programs:read", "POST": "programs:write"}
    partner_keys = True

    @operation(_("List goals"), query=GoalQuery, answer=GoalOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Goal]:
        return _visible(call).filter(**call.filters())

    @operation(_("Draft a goal"), body=GoalFields, answer=GoalOutput, statuses=(201,))
    def post(self, call: Call) -> Goal:
        data = dict(call.data)
        program = call.one(campaigns.programs(), data.pop("program"), "program")
        content = _terms(data) or Terms()
        goal = services.create_goal(
            program=program,
            goal=GoalInput(terms=content, **_audience(call, data.pop("audience", {})), **data),
            actor=call.actor,
        )
        return call.found(_visible(call), goal.pk)


class GoalDetail(Endpoint):
    """One goal or contest."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write", "DELETE": "programs:write"}
    partner_keys = True

    @operation(_("Read a goal"), answer=GoalOutput)
    def get(self, call: Call, goal_id: uuid.UUID) -> Goal:
        return call.found(_visible(call), goal_id)

    @operation(
        _("Change a goal; new terms of a live one hold for windows that have not begun"),
        body=GoalChanges,
        answer=GoalOutput,
    )
    def patch(self, call: Call, goal_id: uuid.UUID) -> Goal:
        goal = call.found(_visible(call), goal_id)
        data = dict(call.data)
        content = _terms(data, services.terms_of(goal.versions.latest("number")))
        audience = _audience(call, data.pop("audience")) if "audience" in data else {}
        services.change_goal(
            goal=goal, actor=call.actor, fields={**data, **audience}, new_terms=content
        )
        return call.found(_visible(call), goal_id)

    @operation(_("Throw a draft away"), statuses=(204,))
    def delete(self, call: Call, goal_id: uuid.UUID) -> None:
        services.delete_goal(goal=call.found(_visible(call), goal_id), actor=call.actor)


class GoalPublish(Endpoint):
    """Make a draft live."""

    scopes = {"POST": "programs:write"}

    @operation(_("Make a goal live"), answer=GoalOutput)
    def post(self, call: Call, goal_id: uuid.UUID) -> Goal:
        services.publish_goal(goal=call.found(_visible(call), goal_id), actor=call.actor)
        return call.found(_visible(call), goal_id)


class GoalEnd(Endpoint):
    """Begin no further window; what has begun is finished and paid."""

    scopes = {"POST": "programs:write"}

    @operation(_("End a goal"), answer=GoalOutput)
    def post(self, call: Call, goal_id: uuid.UUID) -> Goal:
        services.end_goal(goal=call.found(_visible(call), goal_id), actor=call.actor)
        return call.found(_visible(call), goal_id)


def _results(call: Call, goal_id: uuid.UUID, among: Q) -> QuerySet[GoalResult]:
    """Rows of a goal; for a partner's key his own."""
    if call.key.partner_id is None:
        goal = call.found(selectors.goals(), goal_id)
    else:
        goal = selectors.goal_for(call.key.partner_id, goal_id)
    rows = call.own(selectors.results(), "partner_id").filter(among, goal=goal)
    return rows.filter(**call.filters(period="period__key"))


class GoalProgress(Endpoint):
    """Where partners stand in windows that are not closed yet; who has nothing yet has no row."""

    scopes = {"GET": "programs:read"}
    partner_keys = True

    @operation(
        _("List progress towards a goal"), query=ResultQuery, answer=ResultOutput, orders=NEWEST
    )
    def get(self, call: Call, goal_id: uuid.UUID) -> QuerySet[GoalResult]:
        return _results(call, goal_id, ~Q(period__state=PeriodState.CLOSED))


class GoalResults(Endpoint):
    """How closed windows ended, and what they paid."""

    scopes = {"GET": "commissions:read"}
    partner_keys = True

    @operation(_("List results of a goal"), query=ResultQuery, answer=ResultOutput, orders=NEWEST)
    def get(self, call: Call, goal_id: uuid.UUID) -> QuerySet[GoalResult]:
        return _results(call, goal_id, Q(period__state=PeriodState.CLOSED))


GOAL = "goals/<uuid:goal_id>"
urlpatterns = [
    path("goals", Goals.as_view()),
    path(GOAL, GoalDetail.as_view()),
    path(f"{GOAL}/publish", GoalPublish.as_view()),
    path(f"{GOAL}/end", GoalEnd.as_view()),
    path(f"{GOAL}/progress", GoalProgress.as_view()),
    path(f"{GOAL}/results", GoalResults.as_view()),
]
