"""Tiers and groups of programs over the API."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.fields import ListField

from campaigns import selectors, services
from campaigns.models import Group, Tier
from campaigns.services.tiers import MAX_BENEFIT_LENGTH, MAX_BENEFITS, MAX_GRACE_DAYS
from prm.money import MAX_MINOR
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Text, Whole
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output, input_of

MAX_RANK = 1000


def _asked(answer: bool) -> dict[str, Any]:
    """A condition's fields and the benefits, in an answer or in a body where none is needed."""
    sent: dict[str, Any] = {} if answer else {"required": False}
    return {
        "metric": Choice(
            choices=Tier.Metric.choices,
            allow_null=True,
            help_text="What is counted; null where only people place partners.",
            **sent,
        ),
        "window": Choice(choices=Tier.Window.choices, allow_null=True, **sent),
        "from": Whole(
            min_value=0,
            max_value=MAX_MINOR,
            allow_null=True,
            help_text="From how much on, inclusive; in minor units where the metric is money.",
            **({"source": "threshold"} if answer else sent),
        ),
        "grace_days": Whole(min_value=0, max_value=MAX_GRACE_DAYS, **sent),
        "benefits": ListField(
            child=Text(max_length=MAX_BENEFIT_LENGTH),
            max_length=MAX_BENEFITS,
            **sent,
        ),
    }


class _TierAnswer(Output):
    """Writes what is not asked as null."""

    def to_representation(self, instance: Tier) -> dict[str, Any]:
        """The tier, with null for a metric and a window that it has not."""
        shown = super().to_representation(instance)
        for name in ("metric", "window"):
            shown[name] = shown[name] or None
        return shown


TierOutput = type(
    "TierOutput",
    (_TierAnswer,),
    {
        "__doc__": """A rank of partners in a program; a higher rank is better.

        With a condition partners come in at once and leave `grace_days` after they fall short.
        """,
        "id": Key(),
        "program": Key(source="program_id"),
        "key": Text(help_text="What conditions of rules compare partner.tier with."),
        "name": Text(),
        "rank": Whole(),
        **_asked(answer=True),
        "created_at": Instant(),
    },
)
TierChanges = input_of(
    "TierChanges",
    {
        "name": Text(max_length=80),
        "rank": Whole(min_value=0, max_value=MAX_RANK),
        **_asked(answer=False),
    },
)
TierInput = input_of(
    "TierInput",
    {
        "program": Key(),
        "key": Text(max_length=40, help_text="Letters, digits, hyphen and underscore."),
        "name": Text(max_length=80),
        "rank": Whole(min_value=0, max_value=MAX_RANK),
        **_asked(answer=False),
    },
)


def terms_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """A body's fields as the services name them: no null texts, and `from` is the threshold."""
    found = dict(data)
    if "from" in found:
        found["threshold"] = found.pop("from")
    for name in ("metric", "window"):
        if name in found:
            found[name] = found[name] or ""
    return found


class GroupOutput(Output):
    """Partners of a program whom staff put together."""

    id = Key()
    program = Key(source="program_id")
    name = Text()
    created_at = Instant()


class GroupChanges(Input):
    """What may be changed of a group."""

    name = Text(max_length=80)


class GroupInput(GroupChanges):
    """A group of a program's partners."""

    program = Key()


class InProgram(Input):
    """Of which program."""

    program = Key(required=False)


class Tiers(Endpoint):
    """All tiers."""

    scopes = {"GET": "programs:read", "POST": "programs:write"}

    @operation(_("List tiers"), query=InProgram, answer=TierOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Tier]:
        return selectors.tiers().filter(**call.filters())

    @operation(_("Create a tier"), body=TierInput, answer=TierOutput, statuses=(201,))
    def post(self, call: Call) -> Tier:
        data = dict(call.data)
        program = call.one(selectors.programs(), data.pop("program"), "program")
        return services.create_tier(program=program, actor=call.actor, **terms_of(data))


class TierDetail(Endpoint):
    """One tier."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}

    @operation(_("Read a tier"), answer=TierOutput)
    def get(self, call: Call, tier_id: uuid.UUID) -> Tier:
        return call.found(selectors.tiers(), tier_id)

    @operation(_("Change a tier"), body=TierChanges, answer=TierOutput)
    def patch(self, call: Call, tier_id: uuid.UUID) -> Tier:
        tier = call.found(selectors.tiers(), tier_id)
        fields: Any = terms_of(call.data)
        return services.change_tier(tier=tier, actor=call.actor, **fields)


class Groups(Endpoint):
    """All groups."""

    scopes = {"GET": "programs:read", "POST": "programs:write"}

    @operation(_("List groups"), query=InProgram, answer=GroupOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Group]:
        return selectors.groups().filter(**call.filters())

    @operation(_("Create a group"), body=GroupInput, answer=GroupOutput, statuses=(201,))
    def post(self, call: Call) -> Group:
        program = call.one(selectors.programs(), call.data["program"], "program")
        return services.create_group(program=program, actor=call.actor, name=call.data["name"])


class GroupDetail(Endpoint):
    """One group."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}

    @operation(_("Read a group"), answer=GroupOutput)
    def get(self, call: Call, group_id: uuid.UUID) -> Group:
        return call.found(selectors.groups(), group_id)

    @operation(_("Change a group"), body=GroupChanges, answer=GroupOutput)
    def patch(self, call: Call, group_id: uuid.UUID) -> Group:
        group = call.found(selectors.groups(), group_id)
        name = call.data.get("name", group.name)
        return services.change_group(group=group, actor=call.actor, name=name)


urlpatterns: list[Any] = [
    path("tiers", Tiers.as_view()),
    path("tiers/<uuid:tier_id>", TierDetail.as_view()),
    path("groups", Groups.as_view()),
    path("groups/<uuid:group_id>", GroupDetail.as_view()),
]
