"""Landing pages of programs over the API."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns import selectors as campaigns
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Text, Url, Whole
from sellers.rest.forms import FormParser, Upload
from sellers.rest.pagination import NEWEST
from sellers.rest.parsers import StrictJSONParser
from sellers.rest.serializers import Input, Output
from tracking import services
from tracking.models import Landing
from tracking.selectors import pages


class LandingOutput(Output):
    """A page that every partner of the program may show as his own."""

    id = Key()
    program = Key(source="program_id")
    campaign = Key(source="campaign_id", allow_null=True)
    slug = Text()
    title = Text()
    text = Text(help_text="Markdown.")
    button = Text()
    destination = Text(help_text="Where each partner's button leads, through his own link.")
    file_name = Text()
    image_alt = Text()
    version = Whole()
    status = Choice(choices=Landing.Status.choices)
    partners = Whole(source="taken_count", help_text="How many partners took it.")
    created_at = Instant()


class LandingChanges(Input):
    """What may be changed, for all partners at once."""

    slug = Text(max_length=50, required=False)
    title = Text(max_length=120, required=False)
    text = Text(max_length=8000, required=False)
    button = Text(max_length=40, required=False)
    destination = Url(max_length=2000, required=False)
    campaign = Key(required=False, allow_null=True)
    image_alt = Text(max_length=160, required=False, allow_blank=True)


class LandingInput(LandingChanges):
    """A landing page; it is a draft until it is published."""

    program = Key()
    slug = Text(max_length=50, help_text="The last part of its address.")
    title = Text(max_length=120)
    text = Text(max_length=8000, help_text="Markdown.")
    button = Text(max_length=40)
    destination = Url(max_length=2000)
    file = Upload(
        required=False,
        help_text="The picture, as a part of multipart/form-data: PNG, JPEG, WebP or GIF.",
    )


class LandingQuery(Input):
    """Which landing pages."""

    program = Key(required=False)
    status = Choice(choices=Landing.Status.choices, required=False)


def _fields(call: Call) -> dict[str, Any]:
    """The body with the campaign in place of its id."""
    data = dict(call.data)
    if data.get("campaign"):
        data["campaign"] = call.one(campaigns.campaigns(), data["campaign"], "campaign")
    return data


class Landings(Endpoint):
    """All landing pages."""

    parser_classes = (StrictJSONParser, FormParser)
    scopes = {"GET": "programs:read", "POST": "programs:write"}

    @operation(_("List landing pages"), query=LandingQuery, answer=LandingOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Landing]:
        return pages.landings().filter(**call.filters())

    @operation(_("Write a landing page"), body=LandingInput, answer=LandingOutput, statuses=(201,))
    def post(self, call: Call) -> Landing:
        data = _fields(call)
        programs = campaigns.programs().select_related("seller")
        data["program"] = call.one(programs, data["program"], "program")
        made = services.create_landing(actor=call.actor, **data)
        return call.found(pages.landings(), made.pk)


class LandingDetail(Endpoint):
    """One landing page."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}

    @operation(_("Read a landing page"), answer=LandingOutput)
    def get(self, call: Call, landing_id: uuid.UUID) -> Landing:
        return call.found(pages.landings(), landing_id)

    @operation(_("Change a landing page"), body=LandingChanges, answer=LandingOutput)
    def patch(self, call: Call, landing_id: uuid.UUID) -> Landing:
        landing = call.found(pages.landings(), landing_id)
        services.change_landing(landing=landing, actor=call.actor, **_fields(call))
        return call.found(pages.landings(), landing_id)


class LandingPublish(Endpoint):
    """The program's partners may take it."""

    scopes = {"POST": "programs:write"}

    @operation(_("Publish a landing page"), answer=LandingOutput)
    def post(self, call: Call, landing_id: uuid.UUID) -> Landing:
        landing = call.found(pages.landings(), landing_id)
        services.publish_landing(landing=landing, actor=call.actor)
        return call.found(pages.landings(), landing_id)


class LandingWithdraw(Endpoint):
    """It is gone from all partners' pages; their links lead on and earn."""

    scopes = {"POST": "programs:write"}

    @operation(_("Withdraw a landing page"), answer=LandingOutput)
    def post(self, call: Call, landing_id: uuid.UUID) -> Landing:
        landing = call.found(pages.landings(), landing_id)
        services.withdraw_landing(landing=landing, actor=call.actor)
        return call.found(pages.landings(), landing_id)


urlpatterns = [
    path("landing-pages", Landings.as_view()),
    path("landing-pages/<uuid:landing_id>", LandingDetail.as_view()),
    path("landing-pages/<uuid:landing_id>/publish", LandingPublish.as_view()),
    path("landing-pages/<uuid:landing_id>/withdraw", LandingWithdraw.as_view()),
]
