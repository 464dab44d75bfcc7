"""Commissions over the API: what was earned, why, and what staff decide about it."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.fields import ListField

from campaigns import selectors as campaign_selectors
from commissions import reasons, selectors, services
from commissions.models import Commission
from commissions.services.bulk_decisions import MOST, decide_many
from prm.money import LOYALTY_POINTS, MAX_MINOR
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Currency, Instant, Key, Text, Whole, Yes
from sellers.rest.pagination import NEWEST, RECENT
from sellers.rest.payloads import FreeObject
from sellers.rest.problems import Problem, body_of
from sellers.rest.serializers import Input, Output, input_of

NOTE = "What staff wrote when they decided, or a code: own_purchase, fraud_review, carried."


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
    note = Text(
        source="reason",
        help_text="What staff wrote when they decided, or own_purchase, fraud_review, carried.",
    )
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


class HoldInput(Input):
    """Why. The partner reads it. With `review` it is a fraud review, and the reason may be left."""

    reason = Text(max_length=400, required=False, allow_blank=True)
    review = Yes(required=False)


class ManyInput(Input):
    """Which lines, at most 500."""

    ids = ListField(child=Key(), min_length=1, max_length=MOST)


class ManyDecisionInput(ManyInput):
    """Which lines, and why. The partners read it."""

    reason = Text(max_length=500)


class ManyHoldInput(HoldInput, ManyInput):
    """Which lines, and why."""


class DecisionResult(Output):
    """What became of one line: the line as it is now, or the problem that left it as it was."""

    id = Key()
    status = Whole(help_text="200, or the problem's status.")
    commission = CommissionOutput(required=False)
    problem = Problem(required=False)


class DecisionResults(Output):
    """A result for each id, in order. An id that is named twice is answered once."""

    results = DecisionResult(many=True)


class Unit(Currency):
    """An ISO 4217 code, or PTS for points."""

    def to_internal_value(self, data: Any) -> str:
        return LOYALTY_POINTS if data == LOYALTY_POINTS else super().to_internal_value(data)


class AdjustmentInput(Input):
    """An amount added to or, being negative, taken from a partner's earnings."""

    enrollment = Key()
    amount = Whole(min_value=-MAX_MINOR, max_value=MAX_MINOR)
    currency = Unit(help_text="PTS for points, in programs that keep them.")
    reason = Text(max_length=500)
    occurred_at = Instant(required=False)
    undoes = Key(required=False, help_text="The adjustment that this one takes back.")


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

    @operation(_("Hold a commission"), body=HoldInput, answer=CommissionOutput)
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


class CommissionsApprove(Endpoint):
    """Agree to many pending lines at once."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Approve many commissions"), body=ManyInput, answer=DecisionResults)
    def post(self, call: Call) -> dict[str, Any]:
        return _decide_many(call, "approve")


class CommissionsReject(Endpoint):
    """Refuse many pending or held lines at once."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Reject many commissions"), body=ManyDecisionInput, answer=DecisionResults)
    def post(self, call: Call) -> dict[str, Any]:
        return _decide_many(call, "reject")


class CommissionsHold(Endpoint):
    """Keep many pending or payable lines from being paid."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Hold many commissions"), body=ManyHoldInput, answer=DecisionResults)
    def post(self, call: Call) -> dict[str, Any]:
        return _decide_many(call, "hold")


class CommissionsRelease(Endpoint):
    """End the hold of many lines at once."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Release many held commissions"), body=ManyInput, answer=DecisionResults)
    def post(self, call: Call) -> dict[str, Any]:
        return _decide_many(call, "release")


def _decide_many(call: Call, decision: str) -> dict[str, Any]:
    """One transaction; a line that cannot take the step stops only itself."""
    outcomes = decide_many(
        seller_id=call.seller.pk, decision=decision, actor=call.actor, **call.data
    )
    lines = selectors.lines().in_bulk([one.id for one in outcomes if one.refusal is None])
    results: list[dict[str, Any]] = []
    for one in outcomes:
        if one.refusal is None:
            results.append({"id": one.id, "status": 200, "commission": lines[one.id]})
        else:
            problem = body_of(one.refusal)
            results.append({"id": one.id, "status": one.refusal.status, "problem": problem})
    return {"results": results}


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
        if "undoes" in data:
            data["undoes"] = call.one(selectors.lines(), data["undoes"], "undoes")
        line = services.adjust(enrollment=enrollment, amount_minor=amount, actor=call.actor, **data)
        return call.found(selectors.lines(), line.pk)


urlpatterns = [
    path("commissions", Commissions.as_view()),
    path("commissions/approve", CommissionsApprove.as_view()),
    path("commissions/reject", CommissionsReject.as_view()),
    path("commissions/hold", CommissionsHold.as_view()),
    path("commissions/release", CommissionsRelease.as_view()),
    path("commissions/<uuid:commission_id>", CommissionDetail.as_view()),
    path("commissions/<uuid:commission_id>/approve", CommissionApprove.as_view()),
    path("commissions/<uuid:commission_id>/reject", CommissionReject.as_view()),
    path("commissions/<uuid:commission_id>/hold", CommissionHold.as_view()),
    path("commissions/<uuid:commission_id>/release", CommissionRelease.as_view()),
    path("adjustments", Adjustments.as_view()),
]
