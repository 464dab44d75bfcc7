"""Payout methods and payout batches over the API.

A key stands for the person who made it: who drafted a batch cannot approve it by a key either.
"""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners import selectors as partner_selectors
from payouts import selectors, services
from payouts.models import Batch, BatchLine, PayoutMethod
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Currency, Instant, Key, Text, Whole
from sellers.rest.pagination import NEWEST
from sellers.rest.payloads import Items
from sellers.rest.serializers import Input, Output

CSV = "text/csv"


class MethodOutput(Output):
    """Where a partner wants his money. Of the account only its tail is shown."""

    id = Key()
    partner = Key(source="partner_id")
    kind = Choice(choices=PayoutMethod.Kind.choices)
    name = Text(help_text="The account's holder.")
    account_tail = Text()
    confirmed_at = Instant(
        allow_null=True, help_text="When it took its place; null while it is only asked for."
    )
    usable_at = Instant(
        allow_null=True, help_text="From when on payouts use it: three days after a change."
    )
    replaced_at = Instant(allow_null=True)
    created_at = Instant()


METHOD_STATES = (
    ("in_force", _("In force")),
    ("held", _("On hold")),
    ("asked", _("To be confirmed")),
)


class StandingMethodOutput(MethodOutput):
    """An account in force, held after a change, or asked for."""

    state = Choice(choices=METHOD_STATES)


class StandingMethodQuery(Input):
    """Which accounts."""

    state = Choice(choices=METHOD_STATES, required=False)
    partner = Key(required=False)


class MethodInput(Input):
    """A new account; it replaces the one before."""

    kind = Choice(choices=PayoutMethod.Kind.choices)
    name = Text(max_length=120, help_text="The account's holder.")
    account = Text(max_length=140, help_text="IBAN, address, or routing/account number.")


class BatchOutput(Output):
    """A payout batch in one currency."""

    id = Key()
    number = Text()
    currency = Text()
    cutoff = Instant()
    status = Choice(choices=Batch.Status.choices)
    total = Whole(source="total_minor")
    line_count = Whole()
    drafted_by = Text()
    approved_by = Text(allow_null=True)
    approved_at = Instant(allow_null=True)
    exported_at = Instant(allow_null=True)
    settled_at = Instant(allow_null=True)
    file_sha256 = Text(source="file_hash")
    left_out = Items(help_text="Who had money and got no line, and why.")
    created_at = Instant()


class BatchInput(Input):
    """What to pay: everything payable in a currency up to a moment."""

    currency = Currency()
    cutoff = Instant(required=False, help_text="By default now.")


class BatchQuery(Input):
    """Which batches."""

    status = Choice(choices=Batch.Status.choices, required=False)
    currency = Currency(required=False)


class LineOutput(Output):
    """One partner's amount in a batch."""

    id = Key()
    partner = Key(source="partner_id")
    reference = Text()
    amount = Whole(source="amount_minor")
    status = Choice(choices=BatchLine.Status.choices)
    method = Text(source="method.kind", allow_null=True, default=None)
    account_tail = Text(source="method.account_tail", allow_null=True, default=None)
    item_count = Whole()
    reason = Text()
    ended_at = Instant(allow_null=True)
    created_at = Instant()


class LineQuery(Input):
    """Which lines."""

    status = Choice(choices=BatchLine.Status.choices, required=False)
    partner = Key(required=False)


class SettleInput(Input):
    """Nothing for all lines, or the one line that was paid."""

    line = Key(required=False)


class ReturnInput(Input):
    """The line that came back, and why. The partner reads it."""

    line = Key()
    reason = Text(max_length=300)


class PayoutMethods(Endpoint):
    """A partner's payout methods; the first is the one in force."""

    scopes = {"GET": "payouts:read", "POST": "payouts:write"}

    @operation(_("List a partner's payout methods"), answer=MethodOutput, orders=NEWEST)
    def get(self, call: Call, partner_id: uuid.UUID) -> QuerySet[PayoutMethod]:
        return selectors.methods_of(partner_selectors.partner_by_id(partner_id).pk)

    @operation(
        _("Set a partner's payout method"),
        body=MethodInput,
        answer=MethodOutput,
        statuses=(201,),
    )
    def post(self, call: Call, partner_id: uuid.UUID) -> PayoutMethod:
        partner = partner_selectors.partner_by_id(partner_id)
        return services.set_payout_method(partner=partner, actor=call.actor, **call.data)


class StandingPayoutMethods(Endpoint):
    """All partners' accounts that count or wait: who is on hold, since when and until when."""

    scopes = {"GET": "payouts:read"}

    @operation(
        _("List the payout methods of all partners"),
        query=StandingMethodQuery,
        answer=StandingMethodOutput,
        orders=NEWEST,
    )
    def get(self, call: Call) -> QuerySet[PayoutMethod]:
        return selectors.methods_by_state().filter(**call.filters())


class PayoutBatches(Endpoint):
    """All payout batches."""

    scopes = {"GET": "payouts:read", "POST": "payouts:write"}

    @operation(_("List payout batches"), query=BatchQuery, answer=BatchOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Batch]:
        return selectors.batches().filter(**call.filters())

    @operation(_("Draft a payout batch"), body=BatchInput, answer=BatchOutput, statuses=(201,))
    def post(self, call: Call) -> Batch:
        batch = services.draft_batch(
            seller=call.seller,
            currency=call.data["currency"],
            cutoff=call.data.get("cutoff") or timezone.now(),
            actor=call.actor,
        )
        return selectors.batch_by_id(batch.pk)


class PayoutBatchDetail(Endpoint):
    """One payout batch."""

    scopes = {"GET": "payouts:read"}

    @operation(_("Read a payout batch"), answer=BatchOutput)
    def get(self, call: Call, batch_id: uuid.UUID) -> Batch:
        return selectors.batch_by_id(batch_id)


class PayoutBatchLines(Endpoint):
    """The lines of one batch."""

    scopes = {"GET": "payouts:read"}

    @operation(_("List a batch's lines"), query=LineQuery, answer=LineOutput, orders=NEWEST)
    def get(self, call: Call, batch_id: uuid.UUID) -> QuerySet[BatchLine]:
        batch = selectors.batch_by_id(batch_id)
        return selectors.lines_of(batch).filter(**call.filters())


class PayoutBatchApprove(Endpoint):
    """draft -> approved, by another person than the one who drafted it."""

    scopes = {"POST": "payouts:write"}

    @operation(_("Approve a payout batch"), answer=BatchOutput)
    def post(self, call: Call, batch_id: uuid.UUID) -> Batch:
        batch = selectors.batch_by_id(batch_id)
        services.approve_batch(batch=batch, actor=call.actor)
        return selectors.batch_by_id(batch_id)


class PayoutBatchCancel(Endpoint):
    """draft -> cancelled."""

    scopes = {"POST": "payouts:write"}

    @operation(_("Cancel a payout batch"), answer=BatchOutput)
    def post(self, call: Call, batch_id: uuid.UUID) -> Batch:
        services.cancel_batch(batch=selectors.batch_by_id(batch_id), actor=call.actor)
        return selectors.batch_by_id(batch_id)


class PayoutBatchSettle(Endpoint):
    """The money arrived: of all lines on their way, or of one."""

    scopes = {"POST": "payouts:write"}

    @operation(_("Settle a payout batch"), body=SettleInput, answer=BatchOutput)
    def post(self, call: Call, batch_id: uuid.UUID) -> Batch:
        batch = selectors.batch_by_id(batch_id)
        if "line" in call.data:
            line = call.one(selectors.lines_of(batch), call.data["line"], "line")
            services.settle_line(line=line, actor=call.actor)
        else:
            services.settle_batch(batch=batch, actor=call.actor)
        return selectors.batch_by_id(batch_id)


class PayoutBatchReturn(Endpoint):
    """A line came back: its money is payable again."""

    scopes = {"POST": "payouts:write"}

    @operation(_("Return a line of a payout batch"), body=ReturnInput, answer=BatchOutput)
    def post(self, call: Call, batch_id: uuid.UUID) -> Batch:
        batch = selectors.batch_by_id(batch_id)
        line = call.one(selectors.lines_of(batch), call.data["line"], "line")
        services.return_line(line=line, reason=call.data["reason"], actor=call.actor)
        return selectors.batch_by_id(batch_id)


class PayoutBatchFile(Endpoint):
    """The frozen file of an approved batch, always the same bytes."""

    scopes = {"GET": "payouts:read"}

    @operation(_("Download a batch's payout file (csv)"), files=(CSV,))
    def get(self, call: Call, batch_id: uuid.UUID) -> HttpResponse:
        batch = selectors.batch_by_id(batch_id)
        content = services.export_file(batch=batch, actor=call.actor)
        disposition = f'attachment; filename="{batch.number}.csv"'
        headers = {"Content-Disposition": disposition, "X-Content-SHA256": batch.file_hash}
        return HttpResponse(content, content_type=CSV, headers=headers)


urlpatterns: list[Any] = [
    path("partners/<uuid:partner_id>/payout-methods", PayoutMethods.as_view()),
    path("payout-methods", StandingPayoutMethods.as_view()),
    path("payout-batches", PayoutBatches.as_view()),
    path("payout-batches/<uuid:batch_id>", PayoutBatchDetail.as_view()),
    path("payout-batches/<uuid:batch_id>/lines", PayoutBatchLines.as_view()),
    path("payout-batches/<uuid:batch_id>/approve", PayoutBatchApprove.as_view()),
    path("payout-batches/<uuid:batch_id>/cancel", PayoutBatchCancel.as_view()),
    path("payout-batches/<uuid:batch_id>/settle", PayoutBatchSettle.as_view()),
    path("payout-batches/<uuid:batch_id>/return", PayoutBatchReturn.as_view()),
    path("payout-batches/<uuid:batch_id>/files/csv", PayoutBatchFile.as_view()),
]
