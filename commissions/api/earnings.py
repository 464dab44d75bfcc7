"""Commissions over the API: what was earned, why, and what staff decide about it."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns import selectors as campaign_selectors
from commissions import reasons, selectors, services
from commissions.models import Commission
from prm.money import MAX_MINOR
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Currency, Instant, Key, Text, Whole, Yes
from sellers.rest.pagination import NEWEST, RECENT
from sellers.rest.payloads import FreeObject
from sellers.rest.serializers import Input, Output, input_of


class Sentence(Text):
    """Why the amount is what it is, in the reader's language."""

    def to_representation(self, value: Any) -> str:
        return reasons.sentence(value)


class RateText(Text):
    """The rate of a percent commission; null for others."""

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        amount = value.trace.get("amount", {})
        return amount.get("rate") if amount.get("type") == "percent" else None


class CommissionOutput(Output):
    """One signed line of earnings. What takes back is a negative line of its own."""

    id = Key()
    kind = Choice(choices=Commission.Kind.choices)
    partner = Key(source="partner_id")
    program = Key(source="program_id")
    sale = Key(source="sale_id", allow_null=True)
    refund = Key(source="refund_id", allow_null=True)
    reverses = Key(source="reverses_id", allow_null=True)
    rule = Key(source="rule_version.rule_id", allow_null=True, default=None)
    rule_version = Whole(source="rule_version.number", allow_null=True, default=None)
    base_amount = Whole(source="base_minor")
    rate = RateText(source="*", allow_null=True)
    amount = Whole(source="amount_minor")
    reversed_amount = Whole(source="reversed_minor")
    currency = Text()
    status = Choice(choices=Commission.Status.choices)
    needs_approval = Yes()
    reason = Sentence(source="*")
    note = Text(source="reason", help_text="What staff wrote when they decided.")
    trace = FreeObject()
    occurred_at = Instant()
    payable_at = Instant(allow_null=True)
    created_at = Instant()


CommissionQuery = input_of(
    "CommissionQuery",
    {
        "partner": Key(required=False),
        "program": Key(required=False),
        "sale": Key(required=False),
        "kind": Choice(choices=Commission.Kind.choices, required=False),
        "status": Choice(choices=Commission.Status.choices, required=False),
        "currency": Currency(required=False),
        "from": Instant(required=False),
        "to": Instant(required=False),
    },
)
LOOKUPS = {"from": "occurred_at__gte", "to": "occurred_at__lt"}


class DecisionInput(Input):
    """Why. The partner reads it."""

    reason = Text(max_length=500)


class AdjustmentInput(Input):
    """An amount added to or, being negative, taken from a partner's earnings."""

    enrollment = Key()
    amount = Whole(min_value=-MAX_MINOR, max_value=MAX_MINOR)
    currency = Currency()
    reason = Text(max_length=500)
    occurred_at = Instant(required=False)


class Commissions(Endpoint):
    """All lines of earnings."""

    scopes = {"GET": "commissions:read"}
    partner_keys = True

    @operation(
        _("List commissions"),
        query=CommissionQuery,
        answer=CommissionOutput,
        orders={**RECENT, **NEWEST},
    )
    def get(self, call: Call) -> QuerySet[Commission]:
        return call.own(selectors.lines(), "partner_id").filter(**call.filters(**LOOKUPS))


class CommissionDetail(Endpoint):
    """One line of earnings."""

    scopes = {"GET": "commissions:read"}
    partner_keys = True

    @operation(_("Read a commission"), answer=CommissionOutput)
    def get(self, call: Call, commission_id: uuid.UUID) -> Commission:
        return call.found(call.own(selectors.lines(), "partner_id"), commission_id)


class CommissionApprove(Endpoint):
    """Agree to a pending line."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Approve a commission"), answer=CommissionOutput)
    def post(self, call: Call, commission_id: uuid.UUID) -> Commission:
        line = call.found(selectors.lines(), commission_id)
        services.approve_commission(commission=line, actor=call.actor)
        return call.found(selectors.lines(), commission_id)


class CommissionReject(Endpoint):
    """Refuse a pending or held line."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Reject a commission"), body=DecisionInput, answer=CommissionOutput)
    def post(self, call: Call, commission_id: uuid.UUID) -> Commission:
        line = call.found(selectors.lines(), commission_id)
        services.reject_commission(commission=line, actor=call.actor, **call.data)
        return call.found(selectors.lines(), commission_id)


class CommissionHold(Endpoint):
    """Keep a pending or payable line from being paid."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Hold a commission"), body=DecisionInput, answer=CommissionOutput)
    def post(self, call: Call, commission_id: uuid.UUID) -> Commission:
        line = call.found(selectors.lines(), commission_id)
        services.hold_commission(commission=line, actor=call.actor, **call.data)
        return call.found(selectors.lines(), commission_id)


class CommissionRelease(Endpoint):
    """End a hold."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Release a held commission"), answer=CommissionOutput)
    def post(self, call: Call, commission_id: uuid.UUID) -> Commission:
        line = call.found(selectors.lines(), commission_id)
        services.release_commission(commission=line, actor=call.actor)
        return call.found(selectors.lines(), commission_id)


class Adjustments(Endpoint):
    """Earnings added or taken by hand."""

    scopes = {"POST": "commissions:write"}

    @operation(
        _("Adjust a partner's earnings"),
        body=AdjustmentInput,
        answer=CommissionOutput,
        statuses=(201,),
    )
    def post(self, call: Call) -> Commission:
        data = dict(call.data)
        rows = campaign_selectors.enrollments()
        enrollment = call.one(rows, data.pop("enrollment"), "enrollment")
        amount = data.pop("amount")
        line = services.adjust(enrollment=enrollment, amount_minor=amount, actor=call.actor, **data)
        return call.found(selectors.lines(), line.pk)


urlpatterns = [
    path("commissions", Commissions.as_view()),
    path("commissions/<uuid:commission_id>", CommissionDetail.as_view()),
    path("commissions/<uuid:commission_id>/approve", CommissionApprove.as_view()),
    path("commissions/<uuid:commission_id>/reject", CommissionReject.as_view()),
    path("commissions/<uuid:commission_id>/hold", CommissionHold.as_view()),
    path("commissions/<uuid:commission_id>/release", CommissionRelease.as_view()),
    path("adjustments", Adjustments.as_view()),
]
