"""Rules tried on past sales over the API: started, looked at, published."""

import uuid
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.fields import ListField

from activity.models import Job
from campaigns import selectors as campaigns
from campaigns.models import Program
from commissions import selectors as rules
from commissions.api.rules import RuleScope, rule_content, scope_rows
from commissions.models import Rule, Simulation, SimulationLine
from commissions.schema import ContentFields, RewardFields
from commissions.services.rulebook import RuleInput, content_of
from commissions.simulation import selectors, services
from commissions.simulation.candidates import Candidate
from prm.errors import Unacceptable
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Day, Instant, Key, Text, Whole, Yes, choices
from sellers.rest.pagination import NEWEST, Orders
from sellers.rest.payloads import FreeObject
from sellers.rest.serializers import Input, Output, input_of

MOST_RULES = 50
EFFECTS = (services.GAIN, services.LOSE, services.SAME)
LARGEST: Orders = {
    "-difference": ("-difference_minor", "-id"),
    "difference": ("difference_minor", "id"),
    **NEWEST,
}


class CandidateFields(ContentFields):
    """A rule to try: a change of `rule`, its end with `ends`, or without `rule` a new one.

    Of a change, what is not given stays; scope and priority are a new rule's.
    """

    rule = Key(required=False)
    ends = Yes(required=False)
    name = Text(max_length=120, required=False)
    reward = RewardFields(required=False)
    scope = RuleScope(required=False)
    priority = Whole(min_value=-1000, max_value=1000, required=False)


SimulationFields = input_of(
    "SimulationFields",
    {
        "rules": ListField(child=CandidateFields(), min_length=1, max_length=MOST_RULES),
        "from": Day(),
        "to": Day(),
    },
)


class PublishFields(Input):
    """From when the rules are in force (at once without it), and why."""

    valid_from = Instant(required=False)
    reason = Text(max_length=300, required=False, allow_blank=True)


class SumsOutput(Output):
    """One currency's sums, less what refunds took back; `net` is what was sold."""

    currency = Text()
    sales = Whole()
    net_amount = Whole(source="net")
    now_amount = Whole(source="now", help_text="Under the rules of today.")
    then_amount = Whole(source="then", help_text="Under the rules tried.")
    difference = Whole()
    partners_gaining = Whole(source="gain")
    partners_losing = Whole(source="lose")
    partners_same = Whole(source="same")


class ProgressOutput(Output):
    """How many of the period's sales are done."""

    done = Whole(source="position")
    total = Whole()


_SIMULATION = {
    "id": Key(),
    "program": Key(source="program_id"),
    "status": Choice(source="job.status", choices=Job.Status.choices),
    "progress": ProgressOutput(source="job"),
    "error": Text(source="job.error"),
    "from": Day(source="since"),
    "to": Day(source="until"),
    "rules": ListField(child=FreeObject(), source="candidates"),
    "sales": Whole(),
    "totals": ListField(child=SumsOutput(), source="sums"),
    "moves": ListField(child=FreeObject()),
    "published_at": Instant(allow_null=True),
    "created_at": Instant(),
}


class _WithSums(Output):
    def to_representation(self, instance: Simulation) -> dict[str, Any]:
        """The stored row and its sums."""
        instance.sums = selectors.sums_of(instance)  # type: ignore[attr-defined]
        return super().to_representation(instance)


SimulationOutput: type[Output] = type(
    "SimulationOutput",
    (_WithSums,),
    {
        **_SIMULATION,
        "__doc__": "Rules tried over a period, and what came of it. `moves` says what pays "
        "instead of what: {from, to, sales, difference, currency}, by the names of the rules.",
    },
)


class PartnerDifference(Output):
    """What one partner would have earned in one currency, less refunds."""

    id = Key()
    partner = Key(source="partner_id")
    currency = Text()
    sales = Whole()
    now_amount = Whole(source="now_minor")
    then_amount = Whole(source="then_minor")
    difference = Whole(source="difference_minor")
    effect = Choice(choices=choices(EFFECTS))
    sales_gaining = Whole(source="gained")
    sales_losing = Whole(source="lost")


class DifferenceQuery(Input):
    """Whose differences."""

    partner = Key(required=False)
    currency = Text(max_length=3, required=False)
    effect = Choice(choices=choices(EFFECTS), required=False)


def _candidate(call: Call, program: Program, sent: dict[str, Any], place: int) -> Candidate:
    """One of the body's rules. Raises Unacceptable by its path."""
    prefix, data = f"rules[{place}].", rule_content(sent)
    key, ends = data.pop("rule", None), data.pop("ends", False)
    scope, priority = data.pop("scope", {}), data.pop("priority", None)
    if key is None:
        content = None if ends else RuleInput(**{"name": "", "reward": {}, **data})
        found = scope_rows(call, scope, prefix)
        return Candidate(content, None, ends, found, priority or 0)
    rule = call.one(rules.rules_of(program.pk), key, f"{prefix}rule")
    for name, value in (("scope", scope), ("priority", priority)):
        if value not in ({}, None):
            message = _("A rule keeps its scope and its priority. Make a new one.")
            raise Unacceptable(message, field=f"{prefix}{name}", code="fixed")
    if ends:
        return _end(rule, data, prefix)
    last = content_of(rules.current_version(rule))
    return Candidate(replace(last, **data), rule)


def _end(rule: Rule, data: dict[str, Any], prefix: str) -> Candidate:
    for name in data:
        message = _("A rule that ends says nothing more. Leave this out.")
        raise Unacceptable(message, field=f"{prefix}{name}", code="ends")
    return Candidate(rule=rule, ends=True)


class ProgramSimulations(Endpoint):
    """What was tried for one program."""

    scopes = {"GET": "programs:read", "POST": "programs:write"}

    @operation(
        gettext_lazy("List what was tried for a program"), answer=SimulationOutput, orders=NEWEST
    )
    def get(self, call: Call, program_id: uuid.UUID) -> QuerySet[Simulation]:
        program = call.found(campaigns.programs(), program_id)
        return selectors.simulations().filter(program=program)

    @operation(
        gettext_lazy("Try rules on past sales; a worker computes them"),
        body=SimulationFields,
        answer=SimulationOutput,
        statuses=(201,),
    )
    def post(self, call: Call, program_id: uuid.UUID) -> Simulation:
        program = call.found(campaigns.programs(), program_id)
        made = services.start_simulation(
            program=program,
            candidates=[
                _candidate(call, program, dict(one), place)
                for place, one in enumerate(call.data["rules"])
            ],
            since=call.data["from"],
            until=call.data["to"],
            actor=call.actor,
        )
        return call.found(selectors.simulations(), made.pk)


class SimulationDetail(Endpoint):
    """One simulation."""

    scopes = {"GET": "programs:read"}

    @operation(gettext_lazy("Read how far it is, or what came of it"), answer=SimulationOutput)
    def get(self, call: Call, simulation_id: uuid.UUID) -> Simulation:
        return call.found(selectors.simulations(), simulation_id)


class SimulationPartners(Endpoint):
    """Every partner's difference; none before it is done."""

    scopes = {"GET": "programs:read"}

    @operation(
        gettext_lazy("List the partners' differences"),
        query=DifferenceQuery,
        answer=PartnerDifference,
        orders=LARGEST,
    )
    def get(self, call: Call, simulation_id: uuid.UUID) -> QuerySet[SimulationLine]:
        simulation = call.found(selectors.simulations(), simulation_id)
        return selectors.lines().filter(simulation=simulation, **call.filters(partner="partner_id"))


class SimulationPublish(Endpoint):
    """The rules tried are put in force, all or none."""

    scopes = {"POST": "programs:write"}

    @operation(
        gettext_lazy("Publish the rules tried from a moment not in the past"),
        body=PublishFields,
        answer=SimulationOutput,
    )
    def post(self, call: Call, simulation_id: uuid.UUID) -> Simulation:
        simulation = call.found(selectors.simulations(), simulation_id)
        services.publish(
            simulation=simulation,
            valid_from=call.data.get("valid_from"),
            reason=call.data.get("reason", ""),
            actor=call.actor,
        )
        return call.found(selectors.simulations(), simulation_id)


SIMULATION = "simulations/<uuid:simulation_id>"
urlpatterns = [
    path("programs/<uuid:program_id>/simulations", ProgramSimulations.as_view()),
    path(SIMULATION, SimulationDetail.as_view()),
    path(f"{SIMULATION}/partners", SimulationPartners.as_view()),
    path(f"{SIMULATION}/publish", SimulationPublish.as_view()),
]
