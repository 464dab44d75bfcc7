"""Refunds over the API: of a known sale, or by the sale's external id, even before the sale."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.fields import ListField

from commissions import services
from commissions.api.parts import OwnPartner, refunds_for, sales_for
from commissions.inputs import RefundInput, RefundLine
from commissions.services.intake import TakenRefund
from sellers.rest.endpoints import Answer, Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Minor, Text, Whole
from sellers.rest.pagination import NEWEST
from sellers.rest.payloads import Items
from sellers.rest.serializers import Input, Output
from tracking import selectors
from tracking.models import Refund


class RefundLineFields(Input):
    """What came back of one product."""

    sku = Text(max_length=120)
    quantity = Whole(min_value=1, max_value=10**9)
    amount = Minor()


class RefundFields(Input):
    """A refund. Without lines, `amount` is part of the sale's net."""

    external_id = Text(max_length=120)
    amount = Minor(min_value=1, required=False)
    lines = ListField(child=RefundLineFields(), required=False, max_length=1000)
    reason = Text(max_length=200, required=False, allow_blank=True)
    occurred_at = Instant(required=False)


class NamedRefundFields(RefundFields):
    """A refund that names its sale; it waits where the sale is not known yet."""

    sale_external_id = Text(max_length=120)


class RefundOutput(Output):
    """A refund as stored. A credit note belongs to no sale."""

    id = Key()
    kind = Choice(choices=Refund.Kind.choices)
    external_id = Text()
    sale = Key(source="sale_id", allow_null=True)
    sale_external_id = Text()
    program = Key(source="program_id", allow_null=True)
    partner = OwnPartner(allow_null=True)
    currency = Text(help_text="Empty while its sale is not known.")
    amount = Whole(source="amount_minor")
    lines = Items()
    reason = Text()
    commission_state = Choice(source="state", choices=Refund.State.choices)
    occurred_at = Instant()
    created_at = Instant()


class RefundQuery(Input):
    """Which refunds."""

    external_id = Text(max_length=120, required=False)
    sale = Key(required=False)
    sale_external_id = Text(max_length=120, required=False)
    partner = Key(required=False)
    kind = Choice(choices=Refund.Kind.choices, required=False)


class Refunds(Endpoint):
    """All refunds and credit notes."""

    scopes = {"GET": "sales:read", "POST": "sales:write"}
    partner_keys = True

    @operation(_("List refunds"), query=RefundQuery, answer=RefundOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Refund]:
        return refunds_for(call).filter(**call.filters())

    @operation(
        _("Record a refund by the sale's external id"),
        body=NamedRefundFields,
        answer=RefundOutput,
        statuses=(201, 200),
    )
    def post(self, call: Call) -> Answer:
        return _answer(_take(call, call.data))


class SaleRefunds(Endpoint):
    """The refunds of one sale."""

    scopes = {"GET": "sales:read", "POST": "sales:write"}
    partner_keys = True

    @operation(_("List a sale's refunds"), answer=RefundOutput, orders=NEWEST)
    def get(self, call: Call, sale_id: uuid.UUID) -> QuerySet[Refund]:
        sale = call.found(sales_for(call), sale_id)
        return refunds_for(call).filter(sale=sale)

    @operation(
        _("Record a refund of a sale"),
        body=RefundFields,
        answer=RefundOutput,
        statuses=(201, 200),
    )
    def post(self, call: Call, sale_id: uuid.UUID) -> Answer:
        sale = call.found(selectors.sales(), sale_id)
        return _answer(_take(call, {**call.data, "sale_external_id": sale.external_id}))


class RefundDetail(Endpoint):
    """One refund."""

    scopes = {"GET": "sales:read"}
    partner_keys = True

    @operation(_("Read a refund"), answer=RefundOutput)
    def get(self, call: Call, refund_id: uuid.UUID) -> Refund:
        return call.found(refunds_for(call), refund_id)


def _take(call: Call, data: dict[str, Any]) -> TakenRefund:
    lines = [RefundLine(**line) for line in data.get("lines", ())]
    refund = RefundInput(**{**data, "lines": lines})
    return services.take_refund(seller=call.seller, refund=refund, actor=call.actor)


def _answer(taken: TakenRefund) -> Answer:
    return Answer(taken.refund, 201 if taken.created else 200)


urlpatterns = [
    path("refunds", Refunds.as_view()),
    path("refunds/<uuid:refund_id>", RefundDetail.as_view()),
    path("sales/<uuid:sale_id>/refunds", SaleRefunds.as_view()),
]
