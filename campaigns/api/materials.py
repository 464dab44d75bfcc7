"""Campaigns and materials over the API."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns import selectors
from campaigns.models import Campaign, Material
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Day, Instant, Key, Text, Whole
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output


class CampaignOutput(Output):
    """A time-boxed push inside a program."""

    id = Key()
    program = Key(source="program_id")
    name = Text()
    summary = Text()
    starts_on = Day()
    ends_on = Day(allow_null=True)
    created_at = Instant()


class CampaignQuery(Input):
    """Which campaigns."""

    program = Key(required=False)


class MaterialOutput(Output):
    """What a program's partners may use to sell, in its version in force."""

    id = Key()
    program = Key(source="program_id")
    campaign = Key(source="campaign_id", allow_null=True)
    kind = Choice(choices=Material.Kind.choices)
    name = Text()
    description = Text()
    language = Text()
    subject = Text(help_text="Of e-mail texts.")
    text = Text()
    url = Text(help_text="Of videos.")
    destination = Text(help_text="Where its links lead; empty for the program's landing page.")
    tier = Key(source="tier_id", allow_null=True, help_text="The lowest tier that may use it.")
    version = Whole()
    expires_on = Day(allow_null=True, help_text="The last day on which it may be used.")
    co_brand = Choice(choices=Material.CoBrand.choices)
    products = Whole(help_text="Rows of a product feed.")
    file_name = Text()
    content_type = Text()
    size = Whole(help_text="Bytes.")
    width = Whole(allow_null=True)
    height = Whole(allow_null=True)
    withdrawn_at = Instant(allow_null=True)
    created_at = Instant()


class MaterialQuery(Input):
    """Which materials."""

    program = Key(required=False)
    campaign = Key(required=False)
    kind = Choice(choices=Material.Kind.choices, required=False)


def _campaigns(call: Call) -> QuerySet[Campaign]:
    """Campaigns; for a partner's key those of his programs."""
    return call.own(selectors.campaigns(), "program__enrollments__partner_id")


def _materials(call: Call) -> QuerySet[Material]:
    """Materials; for a partner's key what he may use."""
    if call.key.partner_id:
        return selectors.materials_for(call.key.partner_id)
    return selectors.materials()


class Campaigns(Endpoint):
    """All campaigns."""

    scopes = {"GET": "programs:read"}
    partner_keys = True

    @operation(_("List campaigns"), query=CampaignQuery, answer=CampaignOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Campaign]:
        return _campaigns(call).filter(**call.filters())


class CampaignDetail(Endpoint):
    """One campaign."""

    scopes = {"GET": "programs:read"}
    partner_keys = True

    @operation(_("Read a campaign"), answer=CampaignOutput)
    def get(self, call: Call, campaign_id: uuid.UUID) -> Campaign:
        return call.found(_campaigns(call), campaign_id)


class Materials(Endpoint):
    """All materials."""

    scopes = {"GET": "programs:read"}
    partner_keys = True

    @operation(_("List materials"), query=MaterialQuery, answer=MaterialOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Material]:
        return _materials(call).filter(**call.filters())


class MaterialDetail(Endpoint):
    """One material."""

    scopes = {"GET": "programs:read"}
    partner_keys = True

    @operation(_("Read a material"), answer=MaterialOutput)
    def get(self, call: Call, material_id: uuid.UUID) -> Material:
        return call.found(_materials(call), material_id)


urlpatterns: list[Any] = [
    path("campaigns", Campaigns.as_view()),
    path("campaigns/<uuid:campaign_id>", CampaignDetail.as_view()),
    path("materials", Materials.as_view()),
    path("materials/<uuid:material_id>", MaterialDetail.as_view()),
]
