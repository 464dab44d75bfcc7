"""Links over the API."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.fields import ListField

from campaigns.models import Campaign, Enrollment
from prm.errors import Unacceptable
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Text, Url, Whole
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output
from tracking import selectors, services, targeting
from tracking.models import Link
from tracking.models.clicks import Device
from tracking.rules import SUB_IDS, SUB_LENGTH
from tracking.selectors import domains
from tracking.services.many_links import MOST, RowAnswer, WantedLink

DEVICES = list(Device.values)


class TargetInput(Input):
    """Where visitors of some countries and devices are led; an empty list is of all."""

    countries = ListField(child=Text(max_length=2), required=False, max_length=250)
    devices = ListField(child=Choice(choices=DEVICES), required=False, max_length=len(DEVICES))
    destination = Url(max_length=2000)


class TargetOutput(Output):
    """The same as it is kept."""

    countries = ListField(child=Text())
    devices = ListField(child=Text())
    destination = Text()


class LinkOutput(Output):
    """A partner's own address for a page of the seller."""

    id = Key()
    url = Text()
    code = Text()
    label = Text()  # type: ignore[assignment]
    destination = Text()
    enrollment = Key(source="enrollment_id")
    partner = Key(source="enrollment.partner_id")
    program = Key(source="enrollment.program_id")
    campaign = Key(source="campaign_id", allow_null=True)
    sub1 = Text()
    sub2 = Text()
    sub3 = Text()
    sub4 = Text()
    sub5 = Text()
    domain = Text(source="domain.host", default=None, allow_null=True)
    targets = TargetOutput(many=True)
    expires_at = Instant(allow_null=True)
    disabled_at = Instant(allow_null=True)
    created_at = Instant()


def _sub() -> Text:
    return Text(max_length=SUB_LENGTH, required=False, allow_blank=True)


class LinkInput(Input):
    """A link for an enrollment. Without a code it gets one."""

    enrollment = Key()
    destination = Url(max_length=2000)
    code = Text(min_length=3, max_length=50, required=False)
    label = Text(max_length=120, required=False, allow_blank=True)  # type: ignore[assignment]
    campaign = Key(required=False)
    sub1 = _sub()
    sub2 = _sub()
    sub3 = _sub()
    sub4 = _sub()
    sub5 = _sub()
    domain = Text(max_length=253, required=False)
    targets = ListField(child=TargetInput(), required=False, max_length=targeting.MOST)
    expires_at = Instant(required=False, allow_null=True)


class LinkChanges(Input):
    """What may be changed; the code, the enrollment and the sub ids stay."""

    destination = Url(max_length=2000, required=False)
    label = Text(max_length=120, required=False, allow_blank=True)  # type: ignore[assignment]
    campaign = Key(required=False, allow_null=True)
    domain = Text(max_length=253, required=False, allow_null=True)
    targets = ListField(child=TargetInput(), required=False, max_length=targeting.MOST)
    expires_at = Instant(required=False, allow_null=True)


class LinkQuery(Input):
    """Which links."""

    enrollment = Key(required=False)
    partner = Key(required=False)
    program = Key(required=False)
    campaign = Key(required=False)
    code = Text(max_length=50, required=False)


class LinkRow(Input):
    """One of many links; without a code it gets one."""

    destination = Url(max_length=2000)
    code = Text(min_length=3, max_length=50, required=False)
    label = Text(max_length=120, required=False, allow_blank=True)  # type: ignore[assignment]
    sub1 = _sub()
    sub2 = _sub()
    sub3 = _sub()
    sub4 = _sub()
    sub5 = _sub()


class LinksBatchInput(Input):
    """Many links of one enrollment."""

    enrollment = Key()
    campaign = Key(required=False)
    links = ListField(child=LinkRow(), min_length=1, max_length=MOST)


class LinksBatchResult(Output):
    """What became of one row: the link, or why there is none."""

    status = Whole(help_text="201 new, 200 there already, 422 refused.")
    link = LinkOutput(allow_null=True)
    reason = Text()


class LinksBatchOutput(Output):
    """A result for each row, in order."""

    results = LinksBatchResult(many=True)


class Links(Endpoint):
    """All links."""

    scopes = {"GET": "links:read", "POST": "links:write"}
    partner_keys = True

    @operation(_("List links"), query=LinkQuery, answer=LinkOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Link]:
        rows = call.own(selectors.links(), "enrollment__partner_id")
        lookups = {"partner": "enrollment__partner_id", "program": "enrollment__program_id"}
        return rows.filter(**call.filters(**lookups))

    @operation(_("Create a link"), body=LinkInput, answer=LinkOutput, statuses=(201,))
    def post(self, call: Call) -> Link:
        data = _fields(call)
        enrollments = Enrollment.objects.select_related("program", "partner", "seller")
        data["enrollment"] = call.one(enrollments, data["enrollment"], "enrollment")
        subs = {name: data.pop(name) for name in SUB_IDS if name in data}
        return services.create_link(actor=call.actor, subs=subs, **data)


def _fields(call: Call) -> dict[str, Any]:
    """What was sent, ids and hosts replaced by what they name."""
    data = dict(call.data)
    if data.get("campaign"):
        data["campaign"] = call.one(Campaign.objects.all(), data["campaign"], "campaign")
    if data.get("domain"):
        found = domains.verified().filter(host=data["domain"].lower()).first()
        if found is None:
            message = _("No host of yours has this name, or it has not been verified.")
            raise Unacceptable(str(message), field="domain", code="unknown")
        data["domain"] = found
    return data


class LinksBatch(Endpoint):
    """Many links at once: a refused row stops no other, and one that is there is not made again."""

    scopes = {"POST": "links:write"}

    @operation(_("Create many links"), body=LinksBatchInput, answer=LinksBatchOutput)
    def post(self, call: Call) -> dict[str, Any]:
        data = _fields(call)
        enrollments = Enrollment.objects.select_related("program", "partner", "seller")
        answers = services.create_links(
            enrollment=call.one(enrollments, data["enrollment"], "enrollment"),
            campaign=data.get("campaign"),
            wanted=[_wanted(number, row) for number, row in enumerate(data["links"], 1)],
            actor=call.actor,
        )
        return {"results": [_result(one) for one in answers]}


def _wanted(number: int, row: dict[str, Any]) -> WantedLink:
    page = row["destination"]
    subs = {name: row[name] for name in SUB_IDS if row.get(name)}
    return WantedLink(number, page, page, row.get("label", ""), row.get("code", ""), subs)


def _result(one: RowAnswer) -> dict[str, Any]:
    status = 422 if one.link is None else 201 if one.is_new else 200
    return {"status": status, "link": one.link, "reason": one.reason}


class LinkDetail(Endpoint):
    """One link."""

    scopes = {"GET": "links:read", "PATCH": "links:write"}
    partner_keys = True

    @operation(_("Read a link"), answer=LinkOutput)
    def get(self, call: Call, link_id: uuid.UUID) -> Link:
        return call.found(call.own(selectors.links(), "enrollment__partner_id"), link_id)

    @operation(_("Change a link"), body=LinkChanges, answer=LinkOutput)
    def patch(self, call: Call, link_id: uuid.UUID) -> Link:
        link = call.found(selectors.links(), link_id)
        services.change_link(link=link, actor=call.actor, **_fields(call))
        return call.found(selectors.links(), link_id)


class LinkDisable(Endpoint):
    """The link leads on but earns nothing."""

    scopes = {"POST": "links:write"}

    @operation(_("Stop a link from earning"), answer=LinkOutput)
    def post(self, call: Call, link_id: uuid.UUID) -> Link:
        link = call.found(selectors.links(), link_id)
        services.disable_link(link=link, actor=call.actor)
        return call.found(selectors.links(), link_id)


urlpatterns = [
    path("links", Links.as_view()),
    path("links/batch", LinksBatch.as_view()),
    path("links/<uuid:link_id>", LinkDetail.as_view()),
    path("links/<uuid:link_id>/disable", LinkDisable.as_view()),
]
