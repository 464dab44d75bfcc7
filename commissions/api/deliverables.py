"""Briefs and deliverables over the API: agree, hand in for a partner, decide."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns import selectors as campaign_selectors
from commissions import deliverable_selectors as selectors
from commissions.models import Brief, Deliverable
from commissions.models.deliverables import MOST_PIECES
from commissions.services import briefs, looks
from commissions.services import deliverables as services
from commissions.services.briefs import BriefInput as Terms
from commissions.services.taking_back import take_back_fee
from partners import selectors as partner_selectors
from prm.errors import Unacceptable
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Day, Instant, Key, Minor, Text, Url, Whole, Yes
from sellers.rest.pagination import NEWEST
from sellers.rest.payloads import FreeObject
from sellers.rest.serializers import Input, Output


class BriefOutput(Output):
    """What is agreed with a partner, or with everybody in a program."""

    id = Key()
    program = Key(source="program_id")
    partner = Key(source="partner_id", allow_null=True)
    title = Text()
    description = Text()
    kind = Choice(choices=Brief.Kind.choices)
    pieces = Whole()
    fee = Choice(choices=Brief.Fee.choices)
    amount = Whole(source="amount_minor", help_text="0 where the program's rules decide.")
    currency = Text(source="program.currency")
    due_on = Day(allow_null=True)
    needs_url = Yes()
    needs_file = Yes()
    backlink = Text()
    live_days = Whole()
    ended_at = Instant(allow_null=True)
    created_at = Instant()


class BriefTerms(Input):
    """The terms of a brief."""

    title = Text(max_length=120)
    description = Text(max_length=4000, required=False, allow_blank=True)
    kind = Choice(choices=Brief.Kind.choices, required=False)
    pieces = Whole(min_value=1, max_value=MOST_PIECES, required=False)
    fee = Choice(choices=Brief.Fee.choices, required=False)
    amount = Minor(required=False, help_text="Of each piece or of all together; not with rule.")
    due_on = Day(required=False, allow_null=True)
    needs_url = Yes(required=False)
    needs_file = Yes(required=False)
    backlink = Text(
        max_length=500, required=False, allow_blank=True, help_text="A host or an address."
    )
    live_days = Whole(min_value=0, max_value=3650, required=False)


class BriefInput(BriefTerms):
    """A brief; without `partner` it stands for everybody in the program."""

    program = Key()
    partner = Key(required=False)


class BriefQuery(Input):
    """Which briefs."""

    program = Key(required=False)
    partner = Key(required=False)


class DeliverableOutput(Output):
    """One piece that was handed in. Approved, it pays once."""

    id = Key()
    brief = Key(source="brief_id")
    partner = Key(source="partner_id")
    number = Whole(help_text="Its place among the brief's pieces, from 1.")
    url = Text()
    note = Text()
    file_name = Text(help_text="Files are handed in and read in the portal and the console.")
    status = Choice(choices=Deliverable.Status.choices)
    agreed_at = Instant(
        allow_null=True, help_text="Approved, and its link is being looked at once more."
    )
    reason = Text()
    fee = Whole(source="fee_minor", allow_null=True, help_text="Null where rules decide.")
    currency = Text(source="brief.program.currency")
    link_state = Choice(choices=[("", ""), *Deliverable.Link.choices])
    looked_at = Instant(allow_null=True)
    watch_until = Instant(allow_null=True)
    link_lost_at = Instant(source="lost_at", allow_null=True)
    taken_back_at = Instant(allow_null=True)
    handed_in_at = Instant()
    decided_at = Instant(allow_null=True)


class DeliverableInput(Input):
    """A piece handed in for a partner."""

    brief = Key()
    partner = Key()
    url = Url(max_length=500, required=False)
    note = Text(max_length=1000, required=False, allow_blank=True)


class AgainInput(Input):
    """A better piece, after it was sent back."""

    url = Url(max_length=500, required=False)
    note = Text(max_length=1000, required=False, allow_blank=True)


class DeliverableQuery(Input):
    """Which pieces."""

    brief = Key(required=False)
    partner = Key(required=False)
    program = Key(required=False)
    status = Choice(choices=Deliverable.Status.choices, required=False)


class ApprovalInput(Input):
    """`anyway` approves although the agreed link was not found; it needs a reason."""

    anyway = Yes(required=False)
    reason = Text(max_length=500, required=False, allow_blank=True)


class WhyInput(Input):
    """Why. The partner reads it."""

    reason = Text(max_length=500)


class LookOutput(Output):
    """One look at the page for the agreed link."""

    id = Key()
    url = Text()
    result = Choice(choices=Deliverable.Link.choices)
    facts = FreeObject(help_text="code, http, href, rel, moved_to")
    created_at = Instant()


def _briefs(call: Call) -> QuerySet[Any]:
    """Briefs; for a partner's key those that mean him."""
    if call.key.partner_id:
        return selectors.briefs_for(call.key.partner_id)
    return selectors.briefs()


def _pieces(call: Call) -> QuerySet[Any]:
    """Pieces; for a partner's key his own."""
    return call.own(selectors.deliverables(), "partner_id")


def _terms(data: dict[str, Any]) -> dict[str, Any]:
    """Terms as the services name them. Raises Unacceptable for an amount where rules decide."""
    if data.get("fee") == Brief.Fee.RULE and data.get("amount"):
        message = _("Leave the amount out: the program's rules decide.")
        raise Unacceptable(str(message), field="amount", code="not_with_rule")
    if "amount" in data:
        data["amount_minor"] = data.pop("amount")
    return data


class Briefs(Endpoint):
    """All briefs."""

    scopes = {"GET": "programs:read", "POST": "programs:write"}
    partner_keys = True

    @operation(_("List briefs"), query=BriefQuery, answer=BriefOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Any]:
        return _briefs(call).filter(**call.filters())

    @operation(_("Agree on deliverables"), body=BriefInput, answer=BriefOutput, statuses=(201,))
    def post(self, call: Call) -> Any:
        data = dict(call.data)
        programs = campaign_selectors.programs().select_related("seller")
        program = call.one(programs, data.pop("program"), "program")
        partner_id = data.pop("partner", None)
        partner = None
        if partner_id:
            partner = call.one(partner_selectors.partners(), partner_id, "partner")
        return briefs.create_brief(
            program=program, partner=partner, brief=Terms(**_terms(data)), actor=call.actor
        )


class BriefDetail(Endpoint):
    """One brief."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}
    partner_keys = True

    @operation(_("Read a brief"), answer=BriefOutput)
    def get(self, call: Call, brief_id: uuid.UUID) -> Any:
        return call.found(_briefs(call), brief_id)

    @operation(_("Change a brief"), body=BriefTerms, answer=BriefOutput)
    def patch(self, call: Call, brief_id: uuid.UUID) -> Any:
        brief = call.found(selectors.briefs(), brief_id)
        return briefs.change_brief(brief=brief, actor=call.actor, **_terms(dict(call.data)))


class BriefEnd(Endpoint):
    """Take no more pieces for a brief."""

    scopes = {"POST": "programs:write"}

    @operation(_("End a brief"), answer=BriefOutput)
    def post(self, call: Call, brief_id: uuid.UUID) -> Any:
        brief = call.found(selectors.briefs(), brief_id)
        return briefs.end_brief(brief=brief, actor=call.actor)


class Deliverables(Endpoint):
    """All pieces."""

    scopes = {"GET": "commissions:read", "POST": "commissions:write"}
    partner_keys = True

    @operation(
        _("List deliverables"), query=DeliverableQuery, answer=DeliverableOutput, orders=NEWEST
    )
    def get(self, call: Call) -> QuerySet[Any]:
        return _pieces(call).filter(**call.filters(program="brief__program"))

    @operation(
        _("Hand in a deliverable"),
        body=DeliverableInput,
        answer=DeliverableOutput,
        statuses=(201,),
    )
    def post(self, call: Call) -> Any:
        data = dict(call.data)
        brief = call.one(selectors.briefs(), data.pop("brief"), "brief")
        partner = call.one(partner_selectors.partners(), data.pop("partner"), "partner")
        piece = services.hand_in(brief=brief, partner=partner, actor=call.actor, **data)
        return call.found(selectors.deliverables(), piece.pk)


class DeliverableDetail(Endpoint):
    """One piece."""

    scopes = {"GET": "commissions:read"}
    partner_keys = True

    @operation(_("Read a deliverable"), answer=DeliverableOutput)
    def get(self, call: Call, deliverable_id: uuid.UUID) -> Any:
        return call.found(_pieces(call), deliverable_id)


class DeliverableLooks(Endpoint):
    """The looks at a piece's link."""

    scopes = {"GET": "commissions:read"}
    partner_keys = True

    @operation(_("List the looks at a link"), answer=LookOutput, orders=NEWEST)
    def get(self, call: Call, deliverable_id: uuid.UUID) -> QuerySet[Any]:
        return selectors.looks_at(call.found(_pieces(call), deliverable_id))


class _Decision(Endpoint):
    """What is done to one piece, which is then given out."""

    scopes = {"POST": "commissions:write"}

    def decided(self, call: Call, deliverable_id: uuid.UUID, run: Any, **values: Any) -> Any:
        """Run a service on the piece; the piece as it is then."""
        piece = call.found(selectors.deliverables(), deliverable_id)
        run(deliverable=piece, **values)
        return call.found(selectors.deliverables(), deliverable_id)


class DeliverableAgain(_Decision):
    """Hand in once more what was sent back."""

    @operation(_("Hand in again"), body=AgainInput, answer=DeliverableOutput)
    def post(self, call: Call, deliverable_id: uuid.UUID) -> Any:
        return self.decided(
            call, deliverable_id, services.hand_in_again, actor=call.actor, **call.data
        )


class DeliverableApprove(_Decision):
    """Approve a piece and pay it, once."""

    @operation(_("Approve a deliverable"), body=ApprovalInput, answer=DeliverableOutput)
    def post(self, call: Call, deliverable_id: uuid.UUID) -> Any:
        return self.decided(
            call, deliverable_id, services.approve_deliverable, actor=call.actor, **call.data
        )


class DeliverableSendBack(_Decision):
    """Ask for a better piece."""

    @operation(_("Send a deliverable back"), body=WhyInput, answer=DeliverableOutput)
    def post(self, call: Call, deliverable_id: uuid.UUID) -> Any:
        return self.decided(call, deliverable_id, services.send_back, actor=call.actor, **call.data)


class DeliverableDecline(_Decision):
    """Refuse a piece for good."""

    @operation(_("Decline a deliverable"), body=WhyInput, answer=DeliverableOutput)
    def post(self, call: Call, deliverable_id: uuid.UUID) -> Any:
        return self.decided(call, deliverable_id, services.decline, actor=call.actor, **call.data)


class DeliverableTakeBack(_Decision):
    """Take back what an approved piece paid."""

    @operation(_("Take a deliverable's fee back"), body=WhyInput, answer=DeliverableOutput)
    def post(self, call: Call, deliverable_id: uuid.UUID) -> Any:
        return self.decided(call, deliverable_id, take_back_fee, actor=call.actor, **call.data)


class DeliverableLook(_Decision):
    """Have the link looked at now."""

    @operation(_("Look at a deliverable's link"), answer=DeliverableOutput)
    def post(self, call: Call, deliverable_id: uuid.UUID) -> Any:
        return self.decided(call, deliverable_id, looks.look_again)


PIECE = "deliverables/<uuid:deliverable_id>"
urlpatterns = [
    path("deliverable-briefs", Briefs.as_view()),
    path("deliverable-briefs/<uuid:brief_id>", BriefDetail.as_view()),
    path("deliverable-briefs/<uuid:brief_id>/end", BriefEnd.as_view()),
    path("deliverables", Deliverables.as_view()),
    path(PIECE, DeliverableDetail.as_view()),
    path(f"{PIECE}/looks", DeliverableLooks.as_view()),
    path(f"{PIECE}/hand-in", DeliverableAgain.as_view()),
    path(f"{PIECE}/approve", DeliverableApprove.as_view()),
    path(f"{PIECE}/send-back", DeliverableSendBack.as_view()),
    path(f"{PIECE}/decline", DeliverableDecline.as_view()),
    path(f"{PIECE}/take-back", DeliverableTakeBack.as_view()),
    path(f"{PIECE}/look", DeliverableLook.as_view()),
]
