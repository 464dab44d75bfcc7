"""Partners over the API, and what is owed to them."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _

from ledger import selectors as ledger
from partners import selectors, services
from partners.models import Partner
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import (
    Choice,
    Country,
    Currency,
    Email,
    Instant,
    Key,
    Text,
    Url,
    Whole,
)
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output, input_of


class PartnerOutput(Output):
    """A company or person who works with the seller."""

    id = Key()
    name = Text()
    email = Text()
    kind = Choice(choices=Partner.Kind.choices)
    status = Choice(choices=Partner.Status.choices)
    status_reason = Text()
    country = Text()
    website = Text()
    external_id = Text(allow_null=True)
    manager = Key(source="manager_id", allow_null=True, help_text="The staff member's id.")
    recruited_by = Key(source="recruited_by_id", allow_null=True)
    merged_into = Key(
        source="merged_into_id",
        allow_null=True,
        help_text="Of an applicant: the partner that he was found to be.",
    )
    notes = Text()
    created_at = Instant()
    updated_at = Instant()


class PartnerInput(Input):
    """A partner as the seller knows him."""

    name = Text(max_length=160)
    email = Email(required=False, allow_blank=True)
    kind = Choice(choices=Partner.Kind.choices, required=False)
    country = Country(required=False, allow_blank=True)
    website = Url(required=False, allow_blank=True)
    external_id = Text(max_length=120, required=False, allow_null=True)
    manager = Key(required=False, help_text="A staff member's id; by default the key's maker.")
    recruited_by = Key(
        required=False, allow_null=True, help_text="The partner who recruited this one."
    )
    notes = Text(max_length=5000, required=False, allow_blank=True)


class PartnerQuery(Input):
    """Which partners."""

    status = Choice(choices=Partner.Status.choices, required=False)
    kind = Choice(choices=Partner.Kind.choices, required=False)
    country = Country(required=False)
    external_id = Text(max_length=120, required=False)
    email = Email(required=False)
    manager = Key(required=False)
    recruited_by = Key(required=False)


class ReasonInput(Input):
    """Why. The partner reads it."""

    reason = Text(max_length=500)


class OptionalReasonInput(Input):
    """Why, where there is something to say. The partner reads it."""

    reason = Text(max_length=500, required=False, allow_blank=True)


class BalanceRow(Output):
    """What a partner has in one currency, by where it is; minor units."""

    currency = Text()
    pending = Whole()
    held = Whole()
    payable = Whole()
    in_payout = Whole()
    paid = Whole()
    owed = Whole()


class BalanceOutput(Output):
    """A partner's balances, one per currency."""

    partner = Key()
    balances = BalanceRow(many=True)


class StatementLineOutput(Output):
    """One transfer: its effect on what is owed, and what is owed after it."""

    id = Key(source="transfer.id")
    kind = Text(source="transfer.kind")
    at = Instant(source="transfer.at")
    amount = Whole(source="transfer.amount_minor")
    effect = Whole()
    balance = Whole()
    source_type = Text(source="transfer.source_type")
    source_id = Key(source="transfer.source_id")
    note = Text(source="transfer.note")


StatementOutput: Any = type(
    "StatementOutput",
    (Output,),
    {
        "__doc__": "The very transfers of a period. closing = opening + the sum of effects.",
        "currency": Text(),
        "from": Instant(source="start"),
        "to": Instant(source="end"),
        "opening": Whole(),
        "closing": Whole(),
        "lines": StatementLineOutput(many=True),
    },
)
StatementQuery = input_of(
    "StatementQuery",
    {
        "from": Instant(help_text="First instant of the period."),
        "to": Instant(help_text="First instant after the period."),
        "currency": Currency(required=False, help_text="By default the seller's own."),
    },
)


class Partners(Endpoint):
    """All partners."""

    scopes = {"GET": "partners:read", "POST": "partners:write"}

    @operation(_("List partners"), query=PartnerQuery, answer=PartnerOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Partner]:
        return selectors.partners().filter(**call.filters())

    @operation(_("Create a partner"), body=PartnerInput, answer=PartnerOutput, statuses=(201,))
    def post(self, call: Call) -> Partner:
        fields = _fields(call)
        recruiter = fields.pop("recruited_by", None)
        partner = services.create_partner(seller=call.seller, actor=call.actor, **fields)
        if recruiter is None:
            return partner
        return services.set_recruiter(partner=partner, recruiter=recruiter, actor=call.actor)


class PartnerDetail(Endpoint):
    """One partner."""

    scopes = {"GET": "partners:read", "PATCH": "partners:write"}

    @operation(_("Read a partner"), answer=PartnerOutput)
    def get(self, call: Call, partner_id: uuid.UUID) -> Partner:
        return selectors.partner_by_id(partner_id)

    @operation(_("Change a partner"), body=PartnerInput, answer=PartnerOutput)
    def patch(self, call: Call, partner_id: uuid.UUID) -> Partner:
        partner, fields = selectors.partner_by_id(partner_id), _fields(call)
        if "recruited_by" in fields:  # first: it takes its locks in its own order
            recruiter = fields.pop("recruited_by")
            services.set_recruiter(partner=partner, recruiter=recruiter, actor=call.actor)
        return services.change_partner(partner=partner, actor=call.actor, **fields)


class PartnerSuspend(Endpoint):
    """active -> suspended."""

    scopes = {"POST": "partners:write"}

    @operation(_("Suspend a partner"), body=ReasonInput, answer=PartnerOutput)
    def post(self, call: Call, partner_id: uuid.UUID) -> Partner:
        partner = selectors.partner_by_id(partner_id)
        return services.suspend_partner(partner=partner, actor=call.actor, **call.data)


class PartnerReactivate(Endpoint):
    """suspended -> active."""

    scopes = {"POST": "partners:write"}

    @operation(_("Reactivate a partner"), body=OptionalReasonInput, answer=PartnerOutput)
    def post(self, call: Call, partner_id: uuid.UUID) -> Partner:
        partner = selectors.partner_by_id(partner_id)
        return services.reactivate_partner(partner=partner, actor=call.actor, **call.data)


class PartnerTerminate(Endpoint):
    """active or suspended -> terminated."""

    scopes = {"POST": "partners:write"}

    @operation(_("End a partnership"), body=ReasonInput, answer=PartnerOutput)
    def post(self, call: Call, partner_id: uuid.UUID) -> Partner:
        partner = selectors.partner_by_id(partner_id)
        return services.terminate_partner(partner=partner, actor=call.actor, **call.data)


class PartnerBalance(Endpoint):
    """What a partner has, by where it is."""

    scopes = {"GET": "commissions:read"}
    partner_keys = True

    @operation(_("Read a partner's balance"), answer=BalanceOutput)
    def get(self, call: Call, partner_id: uuid.UUID) -> dict[str, Any]:
        call.require_partner(partner_id)
        partner = selectors.partner_by_id(partner_id)
        return {"partner": partner.pk, "balances": ledger.balances(partner.pk)}


class PartnerStatement(Endpoint):
    """A partner's transfers of a period."""

    scopes = {"GET": "commissions:read"}
    partner_keys = True

    @operation(_("Read a partner's statement"), query=StatementQuery, answer=StatementOutput)
    def get(self, call: Call, partner_id: uuid.UUID) -> ledger.Statement:
        call.require_partner(partner_id)
        partner = selectors.partner_by_id(partner_id)
        currency = call.query.get("currency", call.seller.currency)
        return ledger.statement(partner.pk, currency, call.query["from"], call.query["to"])


def _fields(call: Call) -> dict[str, Any]:
    """The validated body, with ids turned into the staff member and the recruiter."""
    fields = dict(call.data)
    if "manager" in fields:
        fields["manager"] = call.one(selectors.managers(), fields["manager"], "manager")
    if fields.get("recruited_by"):
        recruiter = call.one(selectors.partners(), fields["recruited_by"], "recruited_by")
        fields["recruited_by"] = recruiter
    return fields


urlpatterns = [
    path("partners", Partners.as_view()),
    path("partners/<uuid:partner_id>", PartnerDetail.as_view()),
    path("partners/<uuid:partner_id>/suspend", PartnerSuspend.as_view()),
    path("partners/<uuid:partner_id>/reactivate", PartnerReactivate.as_view()),
    path("partners/<uuid:partner_id>/terminate", PartnerTerminate.as_view()),
    path("partners/<uuid:partner_id>/balance", PartnerBalance.as_view()),
    path("partners/<uuid:partner_id>/statement", PartnerStatement.as_view()),
]
