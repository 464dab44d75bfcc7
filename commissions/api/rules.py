"""What earns, over the API."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from campaigns import selectors as campaign_selectors
from commissions import selectors, services
from commissions.models import Rule, RuleVersion
from commissions.services.rulebook import RuleInput
from partners import selectors as partner_selectors
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Minor, Rate, Text, Whole, Yes, choices
from sellers.rest.pagination import NEWEST
from sellers.rest.payloads import FreeObject
from sellers.rest.serializers import Input, Output

REWARDS = {"percent": ("rate", "base"), "flat": ("amount", "uncapped")}


class RewardFields(Input):
    """percent: `rate` of the net or gross amount. flat: `amount` in minor units."""

    type = Choice(choices=choices(("percent", "flat")))
    rate = Rate(required=False)
    base = Choice(choices=choices(("net", "gross")), required=False)
    amount = Minor(min_value=1, required=False)
    uncapped = Yes(required=False, help_text="A flat amount may exceed the amount sold.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Only the fields of its own type, and all that it needs."""
        needed, optional = REWARDS[attrs["type"]]
        errors = {
            name: [
                ErrorDetail(gettext("A reward of this type has no such field."), "unknown_field")
            ]
            for name in set(attrs) - {"type", needed, optional}
        }
        if needed not in attrs:
            errors[needed] = [ErrorDetail(gettext("A reward of this type needs this."), "required")]
        if errors:
            raise ValidationError(errors)
        return attrs


class RuleScope(Input):
    """Whom a rule is for. Without it, everybody in the program."""

    partner = Key()


class RuleFields(Input):
    """A rule. A change makes a new version; what was earned keeps the one it was earned by."""

    name = Text(max_length=120)
    event = Choice(choices=choices(("sale",)), required=False)
    reward = RewardFields()
    priority = Whole(min_value=-1000, max_value=1000, required=False)
    scope = RuleScope(required=False)
    valid_from = Instant(required=False)
    reason = Text(max_length=300, required=False, allow_blank=True)


class RuleChanges(Input):
    """The next version of a rule. What is not given stays."""

    name = Text(max_length=120)
    reward = RewardFields()
    valid_from = Instant(required=False)
    reason = Text(max_length=300, required=False, allow_blank=True)


class VersionOutput(Output):
    """A rule's content from `valid_from` until the next version."""

    id = Key()
    rule = Key(source="rule_id")
    number = Whole()
    name = Text()
    event = Text()
    reward = FreeObject()
    valid_from = Instant()
    reason = Text()
    created_at = Instant()


class RuleOutput(Output):
    """A rule with its newest version."""

    id = Key()
    program = Key(source="program_id")
    partner = Key(source="partner_id", allow_null=True)
    priority = Whole()
    version = Whole(source="newest.number")
    name = Text(source="newest.name")
    event = Text(source="newest.event")
    reward = FreeObject(source="newest.reward")
    valid_from = Instant(source="newest.valid_from")
    ended_at = Instant(allow_null=True)
    created_at = Instant()

    def to_representation(self, instance: Rule) -> dict[str, Any]:
        """The rule's own columns and its newest version's content."""
        instance.newest = selectors.current_version(instance)  # type: ignore[attr-defined]
        return super().to_representation(instance)


class ProgramRules(Endpoint):
    """The rules of one program."""

    scopes = {"GET": "programs:read", "POST": "programs:write"}

    @operation(_("List a program's rules"), answer=RuleOutput, orders=NEWEST)
    def get(self, call: Call, program_id: uuid.UUID) -> QuerySet[Rule]:
        program = call.found(campaign_selectors.programs(), program_id)
        return selectors.rules_of(program.pk)

    @operation(_("Create a rule"), body=RuleFields, answer=RuleOutput, statuses=(201,))
    def post(self, call: Call, program_id: uuid.UUID) -> Rule:
        program = call.found(campaign_selectors.programs(), program_id)
        data = dict(call.data)
        scope = data.pop("scope", None)
        partner = (
            call.one(partner_selectors.partners(), scope["partner"], "scope.partner")
            if scope
            else None
        )
        version = services.create_rule(
            program=program,
            partner=partner,
            priority=data.pop("priority", 0),
            rule=RuleInput(**data),
            actor=call.actor,
        )
        return call.found(selectors.rules(), version.rule_id)


class RuleDetail(Endpoint):
    """One rule."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}

    @operation(_("Read a rule"), answer=RuleOutput)
    def get(self, call: Call, rule_id: uuid.UUID) -> Rule:
        return call.found(selectors.rules(), rule_id)

    @operation(_("Make the next version of a rule"), body=RuleChanges, answer=RuleOutput)
    def patch(self, call: Call, rule_id: uuid.UUID) -> Rule:
        rule = call.found(selectors.rules(), rule_id)
        last = selectors.current_version(rule)
        kept = {"name": last.name, "reward": last.reward, "event": last.event}
        content = RuleInput(**{**kept, **call.data})
        services.change_rule(rule=rule, content=content, actor=call.actor)
        return call.found(selectors.rules(), rule_id)


class RuleEnd(Endpoint):
    """The rule earns nothing from now on."""

    scopes = {"POST": "programs:write"}

    @operation(_("End a rule"), answer=RuleOutput)
    def post(self, call: Call, rule_id: uuid.UUID) -> Rule:
        services.end_rule(rule=call.found(selectors.rules(), rule_id), actor=call.actor)
        return call.found(selectors.rules(), rule_id)


class RuleVersions(Endpoint):
    """Every version of one rule."""

    scopes = {"GET": "programs:read"}

    @operation(_("List a rule's versions"), answer=VersionOutput, orders=NEWEST)
    def get(self, call: Call, rule_id: uuid.UUID) -> QuerySet[RuleVersion]:
        return RuleVersion.objects.filter(rule=call.found(selectors.rules(), rule_id))


urlpatterns = [
    path("programs/<uuid:program_id>/rules", ProgramRules.as_view()),
    path("rules/<uuid:rule_id>", RuleDetail.as_view()),
    path("rules/<uuid:rule_id>/end", RuleEnd.as_view()),
    path("rules/<uuid:rule_id>/versions", RuleVersions.as_view()),
]
