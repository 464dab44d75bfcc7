"""Programs, enrollments, campaigns and materials over the API."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns import selectors, services
from campaigns.models import Application, Campaign, Enrollment, Material, Program
from campaigns.models.programs import HoldFrom, SelfPurchase
from partners import selectors as partner_selectors
from sellers.rest.endpoints import Answer, Call, Endpoint, operation
from sellers.rest.fields import Choice, Currency, Day, Instant, Key, Text, Url, Whole, Yes
from sellers.rest.pagination import NEWEST
from sellers.rest.payloads import Amounts, FreeObject, Hosts, Items
from sellers.rest.serializers import Input, Output


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
    attribution = Choice(choices=Program.Attribution.choices)
    window_days = Whole()
    hold_days = Whole()
    hold_from = Choice(choices=HoldFrom.choices, help_text="What starts the hold.")
    self_purchase = Choice(choices=SelfPurchase.choices, help_text="A partner's own purchase.")
    minimum_payout = Amounts(help_text="Minor units by currency.")
    auto_approve = Yes()
    auto_approve_commissions = Yes()
    reapply_days = Whole()
    landing_url = Text()
    allowed_hosts = Hosts()
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
    attribution = Choice(choices=Program.Attribution.choices, required=False)
    window_days = Whole(min_value=0, max_value=3650, required=False)
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


class ProgramQuery(Input):
    """Which programs."""

    status = Choice(choices=Program.Status.choices, required=False)
    slug = Text(max_length=50, required=False)


class EnrollmentOutput(Output):
    """One partner in one program."""

    id = Key()
    program = Key(source="program_id")
    partner = Key(source="partner_id")
    status = Choice(choices=Enrollment.Status.choices)
    terms_version = Whole()
    created_at = Instant()


class EnrollmentInput(Input):
    """The program to join."""

    program = Key()


class ApplicationOutput(Output):
    """A request to join a program, with the answers and the terms that were read."""

    id = Key()
    program = Key(source="program_id")
    partner = Key(source="partner_id")
    applicant = Text(source="applicant.email")
    status = Choice(choices=Application.Status.choices)
    answers = Items()
    terms_version = Whole()
    reason = Text()
    decided_at = Instant(allow_null=True)
    created_at = Instant()


class ApplicationQuery(Input):
    """Which applications."""

    status = Choice(choices=Application.Status.choices, required=False)
    program = Key(required=False)
    partner = Key(required=False)


class RejectionInput(Input):
    """Why. The applicant reads it."""

    reason = Text(max_length=500)


class CampaignOutput(Output):
    """A time-boxed push inside a program."""

    id = Key()
    program = Key(source="program_id")
    name = Text()
    summary = Text()
    starts_on = Day()
    ends_on = Day(allow_null=True)
    created_at = Instant()


class CampaignQuery(Input):
    """Which campaigns."""

    program = Key(required=False)


class MaterialOutput(Output):
    """A banner, a document or a text that a program's partners may use."""

    id = Key()
    program = Key(source="program_id")
    campaign = Key(source="campaign_id", allow_null=True)
    kind = Choice(choices=Material.Kind.choices)
    name = Text()
    description = Text()
    language = Text()
    text = Text()
    file_name = Text()
    content_type = Text()
    size = Whole(help_text="Bytes.")
    width = Whole(allow_null=True)
    height = Whole(allow_null=True)
    withdrawn_at = Instant(allow_null=True)
    created_at = Instant()


class MaterialQuery(Input):
    """Which materials."""

    program = Key(required=False)
    campaign = Key(required=False)
    kind = Choice(choices=Material.Kind.choices, required=False)


def _programs(call: Call) -> QuerySet[Program]:
    """Programs; for a partner's key those that he is in."""
    return call.own(selectors.programs(), "enrollments__partner_id")


def _campaigns(call: Call) -> QuerySet[Campaign]:
    """Campaigns; for a partner's key those of his programs."""
    return call.own(selectors.campaigns(), "program__enrollments__partner_id")


def _materials(call: Call) -> QuerySet[Material]:
    """Materials; for a partner's key what he may use."""
    if call.key.partner_id:
        return selectors.materials_for(call.key.partner_id)
    return selectors.materials()


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


class PartnerEnrollments(Endpoint):
    """The programs that a partner is in."""

    scopes = {"GET": "partners:read", "POST": "partners:write"}

    @operation(_("List a partner's enrollments"), answer=EnrollmentOutput, orders=NEWEST)
    def get(self, call: Call, partner_id: uuid.UUID) -> QuerySet[Enrollment]:
        partner = partner_selectors.partner_by_id(partner_id)
        return selectors.enrollments().filter(partner=partner)

    @operation(
        _("Enroll a partner in a program"),
        body=EnrollmentInput,
        answer=EnrollmentOutput,
        statuses=(201, 200),
    )
    def post(self, call: Call, partner_id: uuid.UUID) -> Answer:
        partner = partner_selectors.partner_by_id(partner_id)
        program = call.one(selectors.programs(), call.data["program"], "program")
        was_in = selectors.active_enrollment(program, partner) is not None
        enrollment = services.enroll(program=program, partner=partner, actor=call.actor)
        return Answer(enrollment, 200 if was_in else 201)


class Applications(Endpoint):
    """All applications; partners hand them in on the program's page."""

    scopes = {"GET": "partners:read"}

    @operation(
        _("List applications"), query=ApplicationQuery, answer=ApplicationOutput, orders=NEWEST
    )
    def get(self, call: Call) -> QuerySet[Application]:
        return selectors.applications().filter(**call.filters())


class ApplicationDetail(Endpoint):
    """One application."""

    scopes = {"GET": "partners:read"}

    @operation(_("Read an application"), answer=ApplicationOutput)
    def get(self, call: Call, application_id: uuid.UUID) -> Application:
        return call.found(selectors.applications(), application_id)


class ApplicationApprove(Endpoint):
    """submitted -> approved: the partner is active and enrolled."""

    scopes = {"POST": "partners:write"}

    @operation(_("Approve an application"), answer=ApplicationOutput)
    def post(self, call: Call, application_id: uuid.UUID) -> Application:
        application = call.found(selectors.applications(), application_id)
        return services.approve_application(application=application, actor=call.actor)


class ApplicationReject(Endpoint):
    """submitted -> rejected."""

    scopes = {"POST": "partners:write"}

    @operation(_("Reject an application"), body=RejectionInput, answer=ApplicationOutput)
    def post(self, call: Call, application_id: uuid.UUID) -> Application:
        application = call.found(selectors.applications(), application_id)
        return services.reject_application(
            application=application, actor=call.actor, reason=call.data["reason"]
        )


class Campaigns(Endpoint):
    """All campaigns."""

    scopes = {"GET": "programs:read"}
    partner_keys = True

    @operation(_("List campaigns"), query=CampaignQuery, answer=CampaignOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Campaign]:
        return _campaigns(call).filter(**call.filters())


class CampaignDetail(Endpoint):
    """One campaign."""

    scopes = {"GET": "programs:read"}
    partner_keys = True

    @operation(_("Read a campaign"), answer=CampaignOutput)
    def get(self, call: Call, campaign_id: uuid.UUID) -> Campaign:
        return call.found(_campaigns(call), campaign_id)


class Materials(Endpoint):
    """All materials."""

    scopes = {"GET": "programs:read"}
    partner_keys = True

    @operation(_("List materials"), query=MaterialQuery, answer=MaterialOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Material]:
        return _materials(call).filter(**call.filters())


class MaterialDetail(Endpoint):
    """One material."""

    scopes = {"GET": "programs:read"}
    partner_keys = True

    @operation(_("Read a material"), answer=MaterialOutput)
    def get(self, call: Call, material_id: uuid.UUID) -> Material:
        return call.found(_materials(call), material_id)


urlpatterns: list[Any] = [
    path("programs/<uuid:program_id>", ProgramDetail.as_view()),
    path("programs/<uuid:program_id>/open", ProgramOpen.as_view()),
    path("programs/<uuid:program_id>/close", ProgramClose.as_view()),
    path("partners/<uuid:partner_id>/enrollments", PartnerEnrollments.as_view()),
    path("applications", Applications.as_view()),
    path("applications/<uuid:application_id>", ApplicationDetail.as_view()),
    path("applications/<uuid:application_id>/approve", ApplicationApprove.as_view()),
    path("applications/<uuid:application_id>/reject", ApplicationReject.as_view()),
    path("campaigns", Campaigns.as_view()),
    path("campaigns/<uuid:campaign_id>", CampaignDetail.as_view()),
    path("materials", Materials.as_view()),
    path("materials/<uuid:material_id>", MaterialDetail.as_view()),
]
