"""Claims of missing sales over the API: a partner's key files and answers, a seller's decides."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors as campaigns
from commissions.claims import answering, filing, selectors
from commissions.inputs import CustomerInput, SaleInput
from commissions.models import Claim
from partners import selectors as partners
from partners.models import Partner
from prm.errors import Unacceptable
from prm.money import MAX_MINOR
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import (
    Choice,
    Currency,
    Day,
    Email,
    Instant,
    Key,
    Minor,
    Text,
    Url,
    Whole,
    Yes,
)
from sellers.rest.forms import FormParser, Upload
from sellers.rest.pagination import NEWEST
from sellers.rest.parsers import StrictJSONParser
from sellers.rest.serializers import Input, Output

STATES = (*Claim.Status.choices, ("overdue", gettext_lazy("Overdue")))


class ClaimOutput(Output):
    """A claim as it stands. `state` is its status, or overdue where an answer should be there."""

    id = Key()
    number = Whole()
    program = Key(source="program_id")
    partner = Key(source="partner_id")
    order = Text()
    bought_on = Day()
    amount = Whole(source="amount_minor")
    currency = Text()
    statement = Text()
    url = Text()
    file_name = Text()
    status = Choice(choices=Claim.Status.choices)
    state = Choice(choices=STATES)
    due_at = Instant(help_text="Stands while the partner is asked, and moves when he answers.")
    asked_at = Instant(allow_null=True)
    decided_at = Instant(allow_null=True)
    outcome = Text(help_text="Of an accepted one: credited, recorded or goodwill.")
    reason = Text()
    sale = Key(source="sale_id", allow_null=True)
    adjustment = Key(source="adjustment_id", allow_null=True)
    created_at = Instant()


class MessageOutput(Output):
    """A question of the seller or the partner's answer."""

    id = Key()
    by_partner = Yes()
    text = Text()
    created_at = Instant()


class ClaimQuery(Input):
    """Which claims."""

    partner = Key(required=False)
    program = Key(required=False)
    order_number = Text(max_length=120, required=False)
    status = Choice(choices=Claim.Status.choices, required=False)
    state = Choice(choices=STATES, required=False)


class ClaimInput(Input):
    """A sale that a partner misses."""

    partner = Key(required=False, help_text="Whose it is; a partner's own key may leave it out.")
    program = Key()
    order = Text(max_length=120)
    bought_on = Day()
    amount = Minor()
    currency = Currency()
    statement = Text(max_length=2000, help_text="How the customer came through the partner.")
    url = Url(required=False)
    file = Upload(
        required=False,
        help_text="The proof, as a part of multipart/form-data: a PDF up to 25 MB, or a PNG, JPEG, "
        "WebP or GIF up to 10 MB.",
    )


class TextInput(Input):
    """What is asked or answered."""

    text = Text(max_length=2000)


class WhyClaimInput(Input):
    """Why. The partner reads it."""

    reason = Text(max_length=500)


class ClaimedSaleInput(Input):
    """The sale as the seller's books say; order, partner and program are the claim's."""

    currency = Currency()
    amount = Minor()
    tax = Minor(required=False)
    shipping = Minor(required=False)
    customer_email = Email(required=False)
    occurred_at = Instant()


class GoodwillInput(Input):
    """An amount for the partner, and why. He reads it."""

    amount = Whole(min_value=1, max_value=MAX_MINOR)
    currency = Currency()
    reason = Text(max_length=400)


def _claims(call: Call) -> QuerySet[Any]:
    return call.own(selectors.claims(), "partner_id")


def _partner(call: Call) -> Partner:
    """Whose claim it is. Raises Unacceptable where a seller's key does not say."""
    wanted = call.data.get("partner")
    if call.key.partner_id is not None:
        call.require_partner(wanted or call.key.partner_id)
        wanted = call.key.partner_id
    if wanted is None:
        raise Unacceptable(_("Say whose claim it is."), field="partner", code="required")
    return call.one(partners.partners(), wanted, "partner")


class Claims(Endpoint):
    """All claims; a partner's key sees and files his own, with a proof where he has one."""

    parser_classes = (StrictJSONParser, FormParser)
    form_numbers = ("amount",)

    scopes = {"GET": "claims:read", "POST": "claims:write"}
    partner_keys = True

    @operation(gettext_lazy("List claims"), query=ClaimQuery, answer=ClaimOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Any]:
        return _claims(call).filter(**call.filters(order_number="order"))

    @operation(
        gettext_lazy("Claim a missing sale"),
        body=ClaimInput,
        answer=ClaimOutput,
        statuses=(201,),
    )
    def post(self, call: Call) -> Any:
        partner = _partner(call)
        data = {name: value for name, value in call.data.items() if name != "partner"}
        programs = campaigns.programs().select_related("seller")
        data["program"] = call.one(programs, data["program"], "program")
        data["amount_minor"] = data.pop("amount")
        made = filing.file_claim(partner=partner, actor=call.actor, **data)
        return call.found(_claims(call), made.pk)


class ClaimDetail(Endpoint):
    """One claim."""

    scopes = {"GET": "claims:read"}
    partner_keys = True

    @operation(gettext_lazy("Read a claim"), answer=ClaimOutput)
    def get(self, call: Call, claim_id: uuid.UUID) -> Any:
        return call.found(_claims(call), claim_id)


class ClaimMessages(Endpoint):
    """What was asked and answered about a claim."""

    scopes = {"GET": "claims:read"}
    partner_keys = True

    @operation(gettext_lazy("List a claim's messages"), answer=MessageOutput, orders=NEWEST)
    def get(self, call: Call, claim_id: uuid.UUID) -> QuerySet[Any]:
        return selectors.messages_of(call.found(_claims(call), claim_id))


class ClaimAnswer(Endpoint):
    """The partner's answer to the seller's question."""

    scopes = {"POST": "claims:write"}
    partner_keys = True

    @operation(gettext_lazy("Answer about a claim"), body=TextInput, answer=ClaimOutput)
    def post(self, call: Call, claim_id: uuid.UUID) -> Any:
        claim = call.found(_claims(call), claim_id)
        filing.answer(claim=claim, actor=call.actor, **call.data)
        return call.found(_claims(call), claim_id)


class ClaimWithdraw(Endpoint):
    """The partner takes a claim back."""

    scopes = {"POST": "claims:write"}
    partner_keys = True

    @operation(gettext_lazy("Withdraw a claim"), answer=ClaimOutput)
    def post(self, call: Call, claim_id: uuid.UUID) -> Any:
        claim = call.found(_claims(call), claim_id)
        filing.withdraw(claim=claim, actor=call.actor)
        return call.found(_claims(call), claim_id)


class ClaimAsk(Endpoint):
    """The seller asks back; his clock stands."""

    scopes = {"POST": "claims:write"}

    @operation(gettext_lazy("Ask about a claim"), body=TextInput, answer=ClaimOutput)
    def post(self, call: Call, claim_id: uuid.UUID) -> Any:
        claim = call.found(selectors.claims(), claim_id)
        answering.ask(claim=claim, actor=call.actor, **call.data)
        return call.found(selectors.claims(), claim_id)


class ClaimDecline(Endpoint):
    """The seller refuses a claim."""

    scopes = {"POST": "claims:write"}

    @operation(gettext_lazy("Decline a claim"), body=WhyClaimInput, answer=ClaimOutput)
    def post(self, call: Call, claim_id: uuid.UUID) -> Any:
        claim = call.found(selectors.claims(), claim_id)
        answering.decline(claim=claim, actor=call.actor, **call.data)
        return call.found(selectors.claims(), claim_id)


class ClaimCredit(Endpoint):
    """The known sale, which credits nobody, is credited to the partner."""

    scopes = {"POST": "claims:write"}

    @operation(gettext_lazy("Credit a claimed sale"), answer=ClaimOutput)
    def post(self, call: Call, claim_id: uuid.UUID) -> Any:
        claim = call.found(selectors.claims(), claim_id)
        answering.credit(claim=claim, actor=call.actor)
        return call.found(selectors.claims(), claim_id)


class ClaimRecord(Endpoint):
    """An order that is not known is recorded and credited to the partner."""

    scopes = {"POST": "claims:write"}

    @operation(gettext_lazy("Record a claimed sale"), body=ClaimedSaleInput, answer=ClaimOutput)
    def post(self, call: Call, claim_id: uuid.UUID) -> Any:
        claim = call.found(selectors.claims(), claim_id)
        data = {**call.data}
        customer = CustomerInput(email=data.pop("customer_email", ""))
        sale = SaleInput(external_id=claim.order, customer=customer, **data)
        answering.record_sale(claim=claim, sale=sale, actor=call.actor)
        return call.found(selectors.claims(), claim_id)


class ClaimGoodwill(Endpoint):
    """The partner gets an amount as an adjustment; the sale stays as it is."""

    scopes = {"POST": "claims:write"}

    @operation(gettext_lazy("Give goodwill for a claim"), body=GoodwillInput, answer=ClaimOutput)
    def post(self, call: Call, claim_id: uuid.UUID) -> Any:
        claim = call.found(selectors.claims(), claim_id)
        data = {**call.data, "amount_minor": call.data["amount"]}
        del data["amount"]
        answering.give_goodwill(claim=claim, actor=call.actor, **data)
        return call.found(selectors.claims(), claim_id)


CLAIM = "claims/<uuid:claim_id>"
urlpatterns = [
    path("claims", Claims.as_view()),
    path(CLAIM, ClaimDetail.as_view()),
    path(f"{CLAIM}/messages", ClaimMessages.as_view()),
    path(f"{CLAIM}/answer", ClaimAnswer.as_view()),
    path(f"{CLAIM}/withdraw", ClaimWithdraw.as_view()),
    path(f"{CLAIM}/ask", ClaimAsk.as_view()),
    path(f"{CLAIM}/decline", ClaimDecline.as_view()),
    path(f"{CLAIM}/credit", ClaimCredit.as_view()),
    path(f"{CLAIM}/record", ClaimRecord.as_view()),
    path(f"{CLAIM}/goodwill", ClaimGoodwill.as_view()),
]
