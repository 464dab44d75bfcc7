"""Tiers and groups of programs over the API."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns import selectors, services
from campaigns.models import Group, Tier
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Instant, Key, Text, Whole
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output

MAX_RANK = 1000


class TierOutput(Output):
    """A rank of partners in a program; a higher rank is better."""

    id = Key()
    program = Key(source="program_id")
    key = Text(help_text="What conditions of rules compare partner.tier with.")
    name = Text()
    rank = Whole()
    created_at = Instant()


class TierChanges(Input):
    """What may be changed of a tier. Its key stays, because rules name it."""

    name = Text(max_length=80)
    rank = Whole(min_value=0, max_value=MAX_RANK)


class TierInput(TierChanges):
    """A tier of a program."""

    program = Key()
    key = Text(max_length=40, help_text="Letters, digits, hyphen and underscore.")


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
        return services.create_tier(program=program, actor=call.actor, **data)


class TierDetail(Endpoint):
    """One tier."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}

    @operation(_("Read a tier"), answer=TierOutput)
    def get(self, call: Call, tier_id: uuid.UUID) -> Tier:
        return call.found(selectors.tiers(), tier_id)

    @operation(_("Change a tier"), body=TierChanges, answer=TierOutput)
    def patch(self, call: Call, tier_id: uuid.UUID) -> Tier:
        tier = call.found(selectors.tiers(), tier_id)
        fields: Any = call.data
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
