"""Campaigns and materials over the API."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns import selectors, services
from campaigns.models import Campaign, Material
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Day, Instant, Key, Text, Url, Whole
from sellers.rest.forms import FormParser, Upload
from sellers.rest.pagination import NEWEST
from sellers.rest.parsers import StrictJSONParser
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


FILE_HELP = _(
    "As a part of multipart/form-data, checked as on the console's page: PNG, JPEG, WebP or GIF up "
    "to 10 MB, PDF or office file up to 25 MB, CSV or XML of products up to 20 MB."
)


class MaterialChanges(Input):
    """What may be changed without a new version; a new file makes one."""

    name = Text(max_length=120, required=False)
    description = Text(max_length=300, required=False, allow_blank=True)
    language = Text(max_length=8, required=False, allow_blank=True)
    subject = Text(max_length=160, required=False, allow_blank=True)
    text = Text(max_length=20_000, required=False, allow_blank=True)
    url = Url(required=False, allow_blank=True)
    destination = Url(max_length=2000, required=False, allow_blank=True)
    campaign = Key(required=False, allow_null=True)
    tier = Key(required=False, allow_null=True)
    expires_on = Day(required=False, allow_null=True)
    co_brand = Choice(choices=Material.CoBrand.choices, required=False)
    co_brand_place = Choice(choices=Material.Place.choices, required=False)


class MaterialInput(MaterialChanges):
    """A material of a program. What its kind needs, it needs: a file, a text, a page."""

    program = Key()
    kind = Choice(choices=Material.Kind.choices)
    name = Text(max_length=120)
    file = Upload(required=False, help_text=FILE_HELP)


class VersionInput(Input):
    """The next version of a material; what is not sent stays."""

    note = Text(max_length=300, help_text="What is new; partners who took the old one read it.")
    old_until = Day(required=False, help_text="The last day for the version before.")
    file = Upload(required=False, help_text=FILE_HELP)
    subject = Text(max_length=160, required=False, allow_blank=True)
    text = Text(max_length=20_000, required=False)
    url = Url(required=False)
    expires_on = Day(required=False, allow_null=True)


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


def _fields(call: Call) -> dict[str, Any]:
    """The body with ids turned into what they name."""
    data = dict(call.data)
    if data.get("campaign"):
        data["campaign"] = call.one(selectors.campaigns(), data["campaign"], "campaign")
    if data.get("tier"):
        data["tier"] = call.one(selectors.tiers(), data["tier"], "tier")
    return data


class Materials(Endpoint):
    """All materials."""

    parser_classes = (StrictJSONParser, FormParser)
    scopes = {"GET": "programs:read", "POST": "programs:write"}
    partner_keys = True

    @operation(_("List materials"), query=MaterialQuery, answer=MaterialOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Material]:
        return _materials(call).filter(**call.filters())

    @operation(_("Put up a material"), body=MaterialInput, answer=MaterialOutput, statuses=(201,))
    def post(self, call: Call) -> Material:
        data = _fields(call)
        programs = selectors.programs().select_related("seller")
        data["program"] = call.one(programs, data["program"], "program")
        return services.create_material(actor=call.actor, **data)


class MaterialDetail(Endpoint):
    """One material."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}
    partner_keys = True

    @operation(_("Read a material"), answer=MaterialOutput)
    def get(self, call: Call, material_id: uuid.UUID) -> Material:
        return call.found(_materials(call), material_id)

    @operation(_("Change a material"), body=MaterialChanges, answer=MaterialOutput)
    def patch(self, call: Call, material_id: uuid.UUID) -> Material:
        material = call.found(selectors.materials(), material_id)
        return services.change_material(material=material, actor=call.actor, **_fields(call))


class MaterialVersions(Endpoint):
    """The next version: its address, links and figures stay."""

    parser_classes = (StrictJSONParser, FormParser)
    scopes = {"POST": "programs:write"}

    @operation(_("Renew a material"), body=VersionInput, answer=MaterialOutput, statuses=(201,))
    def post(self, call: Call, material_id: uuid.UUID) -> Material:
        material = call.found(selectors.materials(), material_id)
        return services.renew_material(material=material, actor=call.actor, **call.data)


class MaterialWithdraw(Endpoint):
    """Partners no longer find it."""

    scopes = {"POST": "programs:write"}

    @operation(_("Withdraw a material"), answer=MaterialOutput)
    def post(self, call: Call, material_id: uuid.UUID) -> Material:
        material = call.found(selectors.materials(), material_id)
        return services.withdraw_material(material=material, actor=call.actor)


class MaterialRestore(Endpoint):
    """A withdrawn one is there again."""

    scopes = {"POST": "programs:write"}

    @operation(_("Put a withdrawn material up again"), answer=MaterialOutput)
    def post(self, call: Call, material_id: uuid.UUID) -> Material:
        material = call.found(selectors.materials(), material_id)
        return services.restore_material(material=material, actor=call.actor)


urlpatterns: list[Any] = [
    path("campaigns", Campaigns.as_view()),
    path("campaigns/<uuid:campaign_id>", CampaignDetail.as_view()),
    path("materials", Materials.as_view()),
    path("materials/<uuid:material_id>", MaterialDetail.as_view()),
    path("materials/<uuid:material_id>/versions", MaterialVersions.as_view()),
    path("materials/<uuid:material_id>/withdraw", MaterialWithdraw.as_view()),
    path("materials/<uuid:material_id>/restore", MaterialRestore.as_view()),
]
