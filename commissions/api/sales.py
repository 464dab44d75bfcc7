"""Sales over the API, one by one and in batches."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.fields import ListField

from commissions import services
from commissions.api.credit import Credit
from commissions.api.parts import OwnLink, OwnPartner, Part, of_partner, sales_for
from commissions.inputs import CustomerInput, LineInput, SaleInput
from prm.errors import Refusal
from sellers.rest.endpoints import Answer, Call, Endpoint, operation, validated
from sellers.rest.fields import (
    Choice,
    Country,
    Currency,
    Email,
    Instant,
    Key,
    Minor,
    Text,
    Whole,
    Yes,
)
from sellers.rest.pagination import NEWEST, RECENT
from sellers.rest.payloads import FreeObject, Items
from sellers.rest.problems import Problem, body_of, invalid
from sellers.rest.serializers import Input, Output, input_of
from tracking import selectors
from tracking.models import Link, Sale

STATES = [("pending", _("Pending")), ("computed", _("Computed")), ("failed", _("Needs a look"))]


class CustomerFields(Input):
    """Who bought. The e-mail address is kept as a keyed hash only."""

    external_id = Text(max_length=120, required=False)
    email = Email(required=False)
    country = Country(required=False)


class LineFields(Input):
    """One product sold. `discount` is for the whole line, `cost` per unit."""

    sku = Text(max_length=120, required=False, allow_blank=True)
    category = Text(max_length=120, required=False, allow_blank=True)
    name = Text(max_length=300, required=False, allow_blank=True)
    quantity = Whole(min_value=1, max_value=10**9)
    unit_amount = Minor()
    discount = Minor(required=False)
    cost = Minor(required=False)


class ChargeFields(Input):
    """Which charge of a subscription it is, from 1. Later ones stay with the first's partner."""

    subscription_id = Text(max_length=120)
    number = Whole(min_value=1, max_value=10**6)


class SaleFields(Input):
    """A sale. `amount` is net: after discount, before tax and shipping."""

    external_id = Text(max_length=120)
    currency = Currency()
    amount = Minor(required=False)
    lines = ListField(child=LineFields(), required=False, max_length=1000)
    tax = Minor(required=False)
    shipping = Minor(required=False)
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
    charge = ChargeFields(required=False)
    occurred_at = Instant(required=False)
    paid_at = Instant(required=False)
    metadata = FreeObject(required=False)


class SaleOutput(Output):
    """A sale as stored, and who is credited with it and why."""

    id = Key()
    external_id = Text()
    currency = Text()
    amount = Whole(source="amount_minor")
    tax = Whole(source="tax_minor")
    shipping = Whole(source="shipping_minor")
    refunded = Whole(source="refunded_minor")
    lines = Items()
    customer = Text(source="customer.external_id", allow_null=True, default=None)
    program = Key(source="program_id", allow_null=True)
    partner = OwnPartner(allow_null=True)
    link = OwnLink(allow_null=True)
    is_shared = Yes()
    share = Part(allow_null=True)
    coupon = Text()
    subscription_id = Text()
    charge_number = Whole(allow_null=True)
    attribution = Credit()
    metadata = FreeObject()
    commission_state = Choice(source="state", choices=STATES)
    occurred_at = Instant()
    paid_at = Instant(allow_null=True)
    created_at = Instant()


SaleQuery = input_of(
    "SaleQuery",
    {
        "external_id": Text(max_length=120, required=False),
        "partner": Key(required=False),
        "program": Key(required=False),
        "currency": Currency(required=False),
        "commission_state": Choice(choices=STATES, required=False),
        "from": Instant(required=False),
        "to": Instant(required=False),
    },
)
LOOKUPS = {
    "commission_state": "state",
    "from": "occurred_at__gte",
    "to": "occurred_at__lt",
}


class SalesBatchResult(Output):
    """What became of one sale of a batch: the sale, or the problem."""

    status = Whole(help_text="201 new, 200 known already, else the problem's status.")
    sale = SaleOutput(required=False)
    problem = Problem(required=False)


class SalesBatchOutput(Output):
    """A result for each sale, in order."""

    results = SalesBatchResult(many=True)


class Sales(Endpoint):
    """All sales."""

    scopes = {"GET": "sales:read", "POST": "sales:write"}
    partner_keys = True

    @operation(_("List sales"), query=SaleQuery, answer=SaleOutput, orders={**NEWEST, **RECENT})
    def get(self, call: Call) -> QuerySet[Sale]:
        filters = call.filters(**LOOKUPS)
        partner = filters.pop("partner", None)
        rows = sales_for(call).filter(**filters)
        return of_partner(call, rows, partner) if partner else rows

    @operation(_("Record a sale"), body=SaleFields, answer=SaleOutput, statuses=(201, 200))
    def post(self, call: Call) -> Answer:
        sale = sale_input(call.data)
        taken = services.take_sale(seller=call.seller, sale=sale, actor=call.actor)
        return Answer(_shown(taken.sale, {}), 201) if taken.created else Answer(taken.sale, 200)


class SalesBatch(Endpoint):
    """Up to 1000 sales at once: good ones are kept when others fail."""

    scopes = {"POST": "sales:write"}
    takes_array = True

    @operation(_("Record many sales"), body=SaleFields, answer=SalesBatchOutput, items=1000)
    def post(self, call: Call) -> dict[str, Any]:
        return {"results": _taken(call, call.items)}


class SaleDetail(Endpoint):
    """One sale."""

    scopes = {"GET": "sales:read"}
    partner_keys = True

    @operation(_("Read a sale"), answer=SaleOutput)
    def get(self, call: Call, sale_id: uuid.UUID) -> Sale:
        return call.found(sales_for(call), sale_id)


class PaymentInput(Input):
    """When the customer paid."""

    paid_at = Instant()


class SalePayments(Endpoint):
    """The customer's payment of one sale; where the hold begins with it, it begins now."""

    scopes = {"POST": "sales:write"}

    @operation(_("Record a sale's payment"), body=PaymentInput, answer=SaleOutput)
    def post(self, call: Call, sale_id: uuid.UUID) -> Sale:
        sale = call.found(selectors.sales(), sale_id)
        services.pay_sale(sale=sale, paid_at=call.data["paid_at"], actor=call.actor)
        return call.found(selectors.sales(), sale_id)


def sale_input(data: dict[str, Any]) -> SaleInput:
    """The sale of a validated body."""
    fields = {**data}
    if "customer" in fields:
        fields["customer"] = CustomerInput(**fields["customer"])
    if "lines" in fields:
        fields["lines"] = [LineInput(**line) for line in fields["lines"]]
    for name in ("partner", "program"):
        if name in fields:
            fields[name] = str(fields[name])
    charge = fields.pop("charge", None)
    if charge:
        fields["subscription_id"] = charge["subscription_id"]
        fields["charge_number"] = charge["number"]
    return SaleInput(**fields)


def _taken(call: Call, items: list[Any]) -> list[dict[str, Any]]:
    """What became of each sale of a batch, in order."""
    results: list[dict[str, Any]] = [{}] * len(items)
    inputs: dict[int, SaleInput] = {}
    for place, item in enumerate(items):
        try:
            inputs[place] = sale_input(validated(SaleFields, item))
        except ValidationError as error:
            results[place] = _failed(invalid(error))
    sales = list(inputs.values())
    outcomes = services.take_many(seller=call.seller, sales=sales, actor=call.actor)
    links: dict[uuid.UUID, Link] = {}
    known = _known([sale for sale, one in zip(sales, outcomes, strict=True) if one.is_known])
    for (place, sale), one in zip(inputs.items(), outcomes, strict=True):
        if one.refusal is not None:
            results[place] = _failed(one.refusal)
        elif one.sale is not None:
            results[place] = {"status": 201, "sale": _shown(one.sale, links)}
        else:
            results[place] = {"status": 200, "sale": known[sale.external_id]}
    return results


def _known(sales: list[SaleInput]) -> dict[str, Sale]:
    """Sales that were there before, by external id."""
    if not sales:
        return {}
    ids = {sale.external_id for sale in sales}
    return {row.external_id: row for row in selectors.sales().filter(external_id__in=ids)}


def _shown(sale: Sale, links: dict[uuid.UUID, Link]) -> Sale:
    """A sale just taken, with the code of its link: what an answer shows of it."""
    if sale.link_id is not None:
        if sale.link_id not in links:
            links[sale.link_id] = Link(pk=sale.link_id, code=sale.attribution["link"])
        sale.link = links[sale.link_id]
    return sale


def _failed(refusal: Refusal) -> dict[str, Any]:
    return {"status": refusal.status, "problem": body_of(refusal)}


urlpatterns = [
    path("sales", Sales.as_view()),
    path("sales/batch", SalesBatch.as_view()),
    path("sales/<uuid:sale_id>/payments", SalePayments.as_view()),
    path("sales/<uuid:sale_id>", SaleDetail.as_view()),
]
