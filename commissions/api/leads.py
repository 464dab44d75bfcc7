"""Leads and sign-ups over the API."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.fields import ListField

from commissions import services
from commissions.api.credit import Credit, read_by
from commissions.api.sales import STATES, CustomerFields
from commissions.inputs import CustomerInput, LeadInput
from commissions.models import Occasion, OccasionKind
from sellers.rest.endpoints import Answer, Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Text
from sellers.rest.pagination import NEWEST
from sellers.rest.payloads import FreeObject
from sellers.rest.serializers import Input, Output

KINDS = [(OccasionKind.LEAD.value, _("Lead")), (OccasionKind.SIGNUP.value, _("Sign-up"))]


class LeadFields(Input):
    """A lead or a sign-up. Without a partner, a link or a click nobody is credited."""

    external_id = Text(max_length=110)
    kind = Choice(choices=KINDS, required=False)
    customer = CustomerFields(required=False)
    click_token = Text(max_length=500, required=False)
    click_tokens = ListField(child=Text(max_length=500), required=False, max_length=20)
    link = Text(max_length=50, required=False, help_text="A link's code.")
    partner = Key(required=False)
    program = Key(
        required=False,
        help_text="Where the partner is in several. Without a partner: only its candidates count.",
    )
    coupon = Text(max_length=60, required=False)
    occurred_at = Instant(required=False)
    metadata = FreeObject(required=False)


class LeadOutput(Output):
    """A lead as stored, and who is credited with it and why."""

    id = Key()
    external_id = Text(source="label")
    kind = Choice(choices=KINDS)
    program = Key(source="program_id", allow_null=True)
    partner = Key(source="partner_id", allow_null=True)
    customer = Text(source="customer.external_id", allow_null=True, default=None)
    link = Text(source="link.code", allow_null=True, default=None)
    attribution = Credit()
    metadata = FreeObject()
    commission_state = Choice(source="state", choices=STATES)
    occurred_at = Instant()
    created_at = Instant()


class LeadQuery(Input):
    """Which leads."""

    kind = Choice(choices=KINDS, required=False)
    partner = Key(required=False)
    program = Key(required=False)


class Leads(Endpoint):
    """All leads and sign-ups."""

    scopes = {"GET": "sales:read", "POST": "sales:write"}
    partner_keys = True

    @operation(_("List leads"), query=LeadQuery, answer=LeadOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Occasion]:
        return read_by(call, call.own(_leads(), "partner_id")).filter(**call.filters())

    @operation(_("Record a lead"), body=LeadFields, answer=LeadOutput, statuses=(201, 200))
    def post(self, call: Call) -> Answer:
        data: dict[str, Any] = {**call.data}
        data["customer"] = CustomerInput(**data.get("customer", {}))
        for name in ("partner", "program"):
            data[name] = str(data.get(name, ""))
        taken = services.take_lead(seller=call.seller, lead=LeadInput(**data), actor=call.actor)
        return Answer(taken.lead, 201 if taken.created else 200)


class LeadDetail(Endpoint):
    """One lead or sign-up."""

    scopes = {"GET": "sales:read"}
    partner_keys = True

    @operation(_("Read a lead"), answer=LeadOutput)
    def get(self, call: Call, lead_id: uuid.UUID) -> Occasion:
        return call.found(read_by(call, call.own(_leads(), "partner_id")), lead_id)


def _leads() -> QuerySet[Occasion]:
    kinds = [OccasionKind.LEAD, OccasionKind.SIGNUP]
    return Occasion.objects.filter(kind__in=kinds).select_related("customer", "link")


urlpatterns = [
    path("leads", Leads.as_view()),
    path("leads/<uuid:lead_id>", LeadDetail.as_view()),
]
