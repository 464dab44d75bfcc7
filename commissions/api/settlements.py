"""Agreements settled by period over the API: their terms, what is reported, their settlements."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns import selectors as campaign_selectors
from commissions.api.settlement_shapes import (
    AdvanceFields,
    AdvanceOutput,
    AgreementChanges,
    AgreementEndFields,
    AgreementFields,
    AgreementOutput,
    AgreementVersionOutput,
    EntryRefusalFields,
    SettlementApprovalFields,
    SettlementEntryFields,
    SettlementEntryOutput,
    SettlementLineOutput,
    SettlementOutput,
)
from commissions.models import (
    Advance,
    Agreement,
    AgreementVersion,
    Settlement,
    SettlementEntry,
    SettlementLine,
    SettlementStatus,
)
from commissions.settlements import agreements, entries, selectors, settling
from commissions.settlements.checks import AgreementInput, Change, PartyInput
from commissions.settlements.entries import EntryInput
from prm.errors import Conflict, Unacceptable
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Currency, Day, Key
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import input_of

AgreementQuery = input_of(
    "AgreementQuery",
    {
        "program": Key(required=False),
        "kind": Choice(choices=Agreement.Kind.choices, required=False),
    },
)
SettlementQuery = input_of(
    "SettlementQuery",
    {
        "agreement": Key(required=False),
        "status": Choice(choices=SettlementStatus.choices, required=False),
        "currency": Currency(required=False),
        "from": Day(required=False),
        "to": Day(required=False),
    },
)
PERIOD = {"from": "starts_on__gte", "to": "ends_on__lte"}


def _agreements(call: Call) -> QuerySet[Agreement]:
    """What the key may read: all, or a partner's own."""
    partner_id = call.key.partner_id
    rows = selectors.agreements_of(partner_id) if partner_id else selectors.agreements()
    return rows.prefetch_related("versions")


def _settlements(call: Call) -> QuerySet[Settlement]:
    partner_id = call.key.partner_id
    return selectors.settlements_of(partner_id) if partner_id else selectors.settlements()


def _parties(call: Call, given: list[dict[str, Any]]) -> list[PartyInput]:
    rows = campaign_selectors.enrollments()
    found = []
    for index, one in enumerate(given):
        pk = one.get("enrollment")
        enrollment = call.one(rows, pk, f"parties[{index}].enrollment") if pk else None
        found.append(PartyInput(enrollment, one.get("parts", 0)))
    return found


class Agreements(Endpoint):
    """All agreements."""

    scopes = {"GET": "programs:read", "POST": "programs:write"}
    partner_keys = True

    @operation(_("List agreements"), query=AgreementQuery, answer=AgreementOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Agreement]:
        return _agreements(call).filter(**call.filters())

    @operation(
        _("Make an agreement"), body=AgreementFields, answer=AgreementOutput, statuses=(201,)
    )
    def post(self, call: Call) -> Agreement:
        data = dict(call.data)
        program = call.one(campaign_selectors.programs(), data.pop("program"), "program")
        parties = _parties(call, data.pop("parties"))
        content = AgreementInput(parties=parties, **data)
        made = agreements.create_agreement(program=program, content=content, actor=call.actor)
        return call.found(_agreements(call), made.pk)


class AgreementDetail(Endpoint):
    """One agreement."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}
    partner_keys = True

    @operation(_("Read an agreement"), answer=AgreementOutput)
    def get(self, call: Call, agreement_id: uuid.UUID) -> Agreement:
        return call.found(_agreements(call), agreement_id)

    @operation(_("Change an agreement's terms"), body=AgreementChanges, answer=AgreementOutput)
    def patch(self, call: Call, agreement_id: uuid.UUID) -> Agreement:
        agreement = call.found(_agreements(call), agreement_id)
        data = dict(call.data)
        names = ("name", "grace_days", "auto_approve")
        settings: dict[str, Any] = {name: data.pop(name) for name in names if name in data}
        if "parties" in data:
            data["parties"] = _parties(call, data["parties"])
        change = Change(settings=settings, **data)
        agreements.change_agreement(agreement=agreement, change=change, actor=call.actor)
        return call.found(_agreements(call), agreement_id)


class AgreementEnd(Endpoint):
    """The agreement ends with a day."""

    scopes = {"POST": "programs:write"}

    @operation(_("End an agreement"), body=AgreementEndFields, answer=AgreementOutput)
    def post(self, call: Call, agreement_id: uuid.UUID) -> Agreement:
        agreement = call.found(_agreements(call), agreement_id)
        agreements.end_agreement(agreement=agreement, actor=call.actor, **call.data)
        return call.found(_agreements(call), agreement_id)


class AgreementVersions(Endpoint):
    """Every version of an agreement's terms."""

    scopes = {"GET": "programs:read"}
    partner_keys = True

    @operation(_("List an agreement's versions"), answer=AgreementVersionOutput, orders=NEWEST)
    def get(self, call: Call, agreement_id: uuid.UUID) -> QuerySet[AgreementVersion]:
        agreement = call.found(_agreements(call), agreement_id)
        return AgreementVersion.objects.filter(agreement=agreement)


class AgreementAdvances(Endpoint):
    """Advances on an agreement's royalties."""

    scopes = {"GET": "commissions:read", "POST": "commissions:write"}
    partner_keys = True

    @operation(_("List an agreement's advances"), answer=AdvanceOutput, orders=NEWEST)
    def get(self, call: Call, agreement_id: uuid.UUID) -> QuerySet[Advance]:
        agreement = call.found(_agreements(call), agreement_id)
        return Advance.objects.filter(agreement=agreement)

    @operation(_("Grant an advance"), body=AdvanceFields, answer=AdvanceOutput, statuses=(201,))
    def post(self, call: Call, agreement_id: uuid.UUID) -> Advance:
        agreement = call.found(_agreements(call), agreement_id)
        data = dict(call.data)
        amount = data.pop("amount")
        return agreements.grant_advance(
            agreement=agreement, amount_minor=amount, actor=call.actor, **data
        )


class AgreementEntries(Endpoint):
    """Figures reported for an agreement."""

    scopes = {"GET": "commissions:read", "POST": "commissions:write"}
    partner_keys = True

    @operation(
        _("List an agreement's reported figures"), answer=SettlementEntryOutput, orders=NEWEST
    )
    def get(self, call: Call, agreement_id: uuid.UUID) -> QuerySet[SettlementEntry]:
        agreement = call.found(_agreements(call), agreement_id)
        return selectors.entries_of(agreement, call.key.partner_id)

    @operation(
        _("Report a figure"),
        body=SettlementEntryFields,
        answer=SettlementEntryOutput,
        statuses=(201,),
    )
    def post(self, call: Call, agreement_id: uuid.UUID) -> SettlementEntry:
        agreement = call.found(_agreements(call), agreement_id)
        data = dict(call.data)
        whose = data.pop("enrollment", None)
        party = next((one for one in agreement.parties.all() if one.enrollment_id == whose), None)
        if party is None:
            message = _("This is no party of the agreement.")
            raise Unacceptable(str(message), field="enrollment", code="unknown")
        entry = EntryInput(amount_minor=data.pop("amount", 0), **data)
        return entries.report(party=party, entry=entry, actor=call.actor, agreed=True)


class EntryApprove(Endpoint):
    """A figure counts."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Approve a reported figure"), answer=SettlementEntryOutput)
    def post(self, call: Call, entry_id: uuid.UUID) -> SettlementEntry:
        entry = call.found(selectors.entries(), entry_id)
        return entries.approve_entry(entry=entry, actor=call.actor)


class EntryReject(Endpoint):
    """A figure does not count, or no longer."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Refuse a reported figure"), body=EntryRefusalFields, answer=SettlementEntryOutput)
    def post(self, call: Call, entry_id: uuid.UUID) -> SettlementEntry:
        entry = call.found(selectors.entries(), entry_id)
        return entries.reject_entry(entry=entry, actor=call.actor, **call.data)


class AgreementSettlements(Endpoint):
    """Drafts the next period that is over, without waiting for its grace."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Draft the next settlement"), answer=SettlementOutput, statuses=(201,))
    def post(self, call: Call, agreement_id: uuid.UUID) -> Settlement:
        agreement = call.found(_agreements(call), agreement_id)
        made = settling.draft_next(agreement=agreement, actor=call.actor)
        if made is None:
            raise Conflict(str(_("Nothing came late, so there is nothing to settle.")))
        return call.found(selectors.settlements(), made.pk)


class Settlements(Endpoint):
    """All settlements. A partner's key reads approved ones of his agreements."""

    scopes = {"GET": "commissions:read"}
    partner_keys = True

    @operation(_("List settlements"), query=SettlementQuery, answer=SettlementOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Settlement]:
        return _settlements(call).filter(**call.filters(**PERIOD))


class SettlementDetail(Endpoint):
    """One settlement."""

    scopes = {"GET": "commissions:read"}
    partner_keys = True

    @operation(_("Read a settlement"), answer=SettlementOutput)
    def get(self, call: Call, settlement_id: uuid.UUID) -> Settlement:
        return call.found(_settlements(call), settlement_id)


class SettlementLines(Endpoint):
    """The lines of one settlement."""

    scopes = {"GET": "commissions:read"}
    partner_keys = True

    @operation(_("List a settlement's lines"), answer=SettlementLineOutput, orders=NEWEST)
    def get(self, call: Call, settlement_id: uuid.UUID) -> QuerySet[SettlementLine]:
        settlement = call.found(_settlements(call), settlement_id)
        rows = SettlementLine.objects.filter(settlement=settlement)
        return rows.select_related("settlement__agreement")


class SettlementApprove(Endpoint):
    """draft -> approved: each partner's amount becomes a payable line of earnings."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Approve a settlement"), body=SettlementApprovalFields, answer=SettlementOutput)
    def post(self, call: Call, settlement_id: uuid.UUID) -> Settlement:
        settlement = call.found(selectors.settlements(), settlement_id)
        settling.approve(settlement=settlement, actor=call.actor, seen=call.data.get("digest", ""))
        return call.found(selectors.settlements(), settlement_id)


ONE = "agreements/<uuid:agreement_id>"
urlpatterns = [
    path("agreements", Agreements.as_view()),
    path(ONE, AgreementDetail.as_view()),
    path(f"{ONE}/end", AgreementEnd.as_view()),
    path(f"{ONE}/versions", AgreementVersions.as_view()),
    path(f"{ONE}/advances", AgreementAdvances.as_view()),
    path(f"{ONE}/entries", AgreementEntries.as_view()),
    path(f"{ONE}/settlements", AgreementSettlements.as_view()),
    path("settlement-entries/<uuid:entry_id>/approve", EntryApprove.as_view()),
    path("settlement-entries/<uuid:entry_id>/reject", EntryReject.as_view()),
    path("settlements", Settlements.as_view()),
    path("settlements/<uuid:settlement_id>", SettlementDetail.as_view()),
    path("settlements/<uuid:settlement_id>/lines", SettlementLines.as_view()),
    path("settlements/<uuid:settlement_id>/approve", SettlementApprove.as_view()),
]
