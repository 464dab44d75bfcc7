"""Programs over the API."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns import selectors, services
from campaigns.models import Program
from campaigns.models.programs import HoldFrom, SelfPurchase
from campaigns.rules import MAX_BINDING_MONTHS
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Currency, Instant, Key, Text, Url, Whole, Yes
from sellers.rest.pagination import NEWEST
from sellers.rest.payloads import Amounts, FreeObject, Hosts, Items
from sellers.rest.serializers import Input, Output


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "enum": ["none", "lifetime"]},
            {
                "type": "object",
                "properties": {
                    "months": {"type": "integer", "minimum": 1, "maximum": MAX_BINDING_MONTHS}
                },
                "required": ["months"],
                "additionalProperties": False,
            },
        ]
    }
)
class Binding(serializers.Field[Any, Any, Any, Any]):
    """How long a customer stays with the partner who brought him first."""

    default_error_messages = {
        "wrong_type": _("This must be none, lifetime, or an object with months."),
    }

    def to_internal_value(self, data: Any) -> Any:
        months = data.get("months") if isinstance(data, dict) and set(data) == {"months"} else None
        if not isinstance(data, str) and type(months) is not int:
            self.fail("wrong_type")
        return data

    def to_representation(self, value: Program) -> Any:
        if value.customer_binding == Program.CustomerBinding.MONTHS:
            return {"months": value.binding_months}
        return value.customer_binding


class ProgramOutput(Output):
    """Terms under which partners work."""

    id = Key()
    name = Text()
    slug = Text()
    kind = Choice(choices=Program.Kind.choices)
    kind_settings = FreeObject(help_text="Answers that the program was made with.")
    status = Choice(choices=Program.Status.choices)
    currency = Text()
    summary = Text()
    terms = Text()
    terms_version = Whole()
    questions = Items()
    admission = Items(help_text="Rules that decide about applications, in their order.")
    attribution = Choice(choices=Program.Attribution.choices)
    window_days = Whole()
    precedence = Choice(choices=Program.Precedence.choices)
    customer_binding = Binding(source="*")
    claim_days = Whole(help_text="Days to answer a claim of a missing sale.")
    hold_days = Whole()
    hold_from = Choice(choices=HoldFrom.choices, help_text="What starts the hold.")
    self_purchase = Choice(choices=SelfPurchase.choices, help_text="A partner's own purchase.")
    minimum_payout = Amounts(help_text="Minor units by currency.")
    auto_approve = Yes()
    auto_approve_commissions = Yes()
    reapply_days = Whole()
    landing_url = Text()
    allowed_hosts = Hosts()
    browser_sales = Yes(help_text="Browsers may report leads and sales.")
    browser_approval = Yes(help_text="What they report waits for a person or for your server.")
    cookieless = Yes(help_text="Links set no cookie.")
    created_at = Instant()
    updated_at = Instant()


class ProgramInput(Input):
    """A program's settings. Partners join it once it is open."""

    name = Text(max_length=120)
    slug = Text(min_length=3, max_length=50)
    kind = Choice(choices=Program.Kind.choices, required=False)
    currency = Currency()
    summary = Text(max_length=300, required=False, allow_blank=True)
    terms = Text(max_length=20000, required=False, allow_blank=True)
    questions = Items(max_length=30, required=False, help_text="The application form.")
    admission = Items(
        max_length=20,
        required=False,
        help_text="Rules {decision: approve|reject|review, conditions, reason}; the first decides.",
    )
    attribution = Choice(choices=Program.Attribution.choices, required=False)
    window_days = Whole(min_value=0, max_value=3650, required=False)
    precedence = Choice(choices=Program.Precedence.choices, required=False)
    customer_binding = Binding(required=False)
    claim_days = Whole(min_value=1, max_value=365, required=False)
    hold_days = Whole(min_value=0, max_value=3650, required=False)
    hold_from = Choice(choices=HoldFrom.choices, required=False)
    self_purchase = Choice(choices=SelfPurchase.choices, required=False)
    minimum_payout = Amounts(
        required=False, help_text="Minor units: of the program's currency, or by currency."
    )
    auto_approve = Yes(required=False, help_text="Applications are approved at once.")
    auto_approve_commissions = Yes(required=False)
    reapply_days = Whole(min_value=0, max_value=3650, required=False)
    landing_url = Url(max_length=500)
    allowed_hosts = Hosts(required=False)
    browser_sales = Yes(required=False)
    browser_approval = Yes(required=False)
    cookieless = Yes(required=False)


class ProgramQuery(Input):
    """Which programs."""

    status = Choice(choices=Program.Status.choices, required=False)
    slug = Text(max_length=50, required=False)


def _programs(call: Call) -> QuerySet[Program]:
    """Programs; for a partner's key those that he is in."""
    return call.own(selectors.programs(), "enrollments__partner_id")


class ProgramList(Endpoint):
    """All programs. A higher layer adds how one is made: it may start with rules."""

    partner_keys = True

    @operation(_("List programs"), query=ProgramQuery, answer=ProgramOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Program]:
        return _programs(call).filter(**call.filters())


class ProgramDetail(Endpoint):
    """One program."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}
    partner_keys = True

    @operation(_("Read a program"), answer=ProgramOutput)
    def get(self, call: Call, program_id: uuid.UUID) -> Program:
        return call.found(_programs(call), program_id)

    @operation(_("Change a program"), body=ProgramInput, answer=ProgramOutput)
    def patch(self, call: Call, program_id: uuid.UUID) -> Program:
        program = call.found(selectors.programs(), program_id)
        return services.change_program(program=program, actor=call.actor, **call.data)


class ProgramOpen(Endpoint):
    """draft or closed -> open."""

    scopes = {"POST": "programs:write"}

    @operation(_("Open a program to applications"), answer=ProgramOutput)
    def post(self, call: Call, program_id: uuid.UUID) -> Program:
        program = call.found(selectors.programs(), program_id)
        return services.open_program(program=program, actor=call.actor)


class ProgramClose(Endpoint):
    """open -> closed."""

    scopes = {"POST": "programs:write"}

    @operation(_("Close a program to applications"), answer=ProgramOutput)
    def post(self, call: Call, program_id: uuid.UUID) -> Program:
        program = call.found(selectors.programs(), program_id)
        return services.close_program(program=program, actor=call.actor)


urlpatterns: list[Any] = [
    path("programs/<uuid:program_id>", ProgramDetail.as_view()),
    path("programs/<uuid:program_id>/open", ProgramOpen.as_view()),
    path("programs/<uuid:program_id>/close", ProgramClose.as_view()),
]
