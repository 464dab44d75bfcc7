"""What earns, over the API."""

import uuid
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from campaigns import selectors as campaign_selectors
from campaigns.models import Group, Tier
from commissions import selectors, services
from commissions.models import Rule, RuleVersion
from commissions.schema import EVENTS, SCOPES, ContentFields
from commissions.services.rulebook import RuleInput, content_of
from partners import selectors as partner_selectors
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Text, Whole, Yes, choices
from sellers.rest.pagination import NEWEST
from sellers.rest.payloads import FreeObject
from sellers.rest.serializers import Input, Output


class RuleScope(Input):
    """Whom a rule is for: one of the four. Without any, everybody in the program."""

    partner = Key(required=False)
    group = Key(required=False)
    campaign = Key(required=False)
    tier = Key(required=False)


class RuleFields(ContentFields):
    """A rule. A change makes a new version; what was earned keeps the one it was earned by."""

    priority = Whole(min_value=-1000, max_value=1000, required=False)
    scope = RuleScope(required=False)
    valid_from = Instant(required=False)
    reason = Text(max_length=300, required=False, allow_blank=True)


class RuleChanges(ContentFields):
    """The next version of a rule. What is not given stays; scope and priority never change."""

    valid_from = Instant(required=False)
    reason = Text(max_length=300, required=False, allow_blank=True)


class Level(FreeObject):
    """A version's override level as it is sent: {level: N}."""

    def to_representation(self, value: Any) -> Any:
        return {"level": value}


class Scope(FreeObject):
    """Whom a rule is for, as it is sent."""

    def to_representation(self, value: Any) -> Any:
        keys = {name: getattr(value, f"{name}_id") for name in SCOPES}
        return {name: str(key) for name, key in keys.items() if key is not None}


class VersionOutput(Output):
    """A rule's content from `valid_from` until the next version."""

    id = Key()
    rule = Key(source="rule_id")
    number = Whole()
    name = Text()
    event = Choice(choices=choices(EVENTS))
    reward = FreeObject()
    conditions = FreeObject(allow_null=True)
    brackets = FreeObject(allow_null=True)
    duration = FreeObject(allow_null=True)
    limits = serializers.ListField(child=FreeObject())
    adds = Yes()
    override = Level(source="override_level", allow_null=True)
    valid_from = Instant()
    reason = Text()
    created_at = Instant()


class RuleOutput(Output):
    """A rule with its newest version."""

    id = Key()
    program = Key(source="program_id")
    partner = Key(source="partner_id", allow_null=True)
    scope = Scope(source="*", help_text="Empty: everybody in the program.")
    priority = Whole()
    version = Whole(source="newest.number")
    name = Text(source="newest.name")
    event = Choice(choices=choices(EVENTS), source="newest.event")
    reward = FreeObject(source="newest.reward")
    conditions = FreeObject(source="newest.conditions", allow_null=True)
    brackets = FreeObject(source="newest.brackets", allow_null=True)
    duration = FreeObject(source="newest.duration", allow_null=True)
    limits = serializers.ListField(child=FreeObject(), source="newest.limits")
    adds = Yes(source="newest.adds")
    override = Level(source="newest.override_level", allow_null=True)
    valid_from = Instant(source="newest.valid_from")
    ended_at = Instant(allow_null=True)
    created_at = Instant()

    def to_representation(self, instance: Rule) -> dict[str, Any]:
        """The rule's own columns and its newest version's content."""
        instance.newest = selectors.current_version(instance)  # type: ignore[attr-defined]
        return super().to_representation(instance)


def rule_content(data: dict[str, Any]) -> dict[str, Any]:
    """A validated body as the fields of a RuleInput."""
    found = dict(data)
    if "override" in found:
        level = found.pop("override")
        found["override_level"] = level["level"] if level else None
    return found


def scope_rows(call: Call, sent: dict[str, Any], path: str = "") -> dict[str, Any]:
    """The rows that a body's scope names. Raises Unacceptable for what is not there.

    `path` stands before the names in errors, like `rules[0].`.
    """
    rows: dict[str, QuerySet[Any]] = {
        "partner": partner_selectors.partners(),
        "group": Group.objects.all(),
        "campaign": campaign_selectors.campaigns(),
        "tier": Tier.objects.all(),
    }
    return {name: call.one(rows[name], key, f"{path}scope.{name}") for name, key in sent.items()}


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
        data = rule_content(call.data)
        scope = scope_rows(call, data.pop("scope", {}))
        version = services.create_rule(
            program=program,
            priority=data.pop("priority", 0),
            rule=RuleInput(**data),
            actor=call.actor,
            **scope,
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
        last = content_of(selectors.current_version(rule))
        content = replace(last, **rule_content(call.data))
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
