"""Requests to join a program over the API."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns import selectors, services
from campaigns.models import Application
from campaigns.services.application_decisions import MOST_DAYS
from partners import selectors as partner_selectors
from partners.models import Member
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Text, Whole, Yes
from sellers.rest.pagination import NEWEST
from sellers.rest.payloads import FreeObject, Items
from sellers.rest.serializers import Input, Output


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
    may_reapply = Yes(help_text="After a rejection.")
    reapply_days = Whole(allow_null=True, help_text="Null: the program's own number of days.")
    admission = FreeObject(allow_null=True, help_text="The rule that held, as it stood.")
    look_alikes = Items(help_text="Partners that the applicant resembled: partner, name, signs.")
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
    may_reapply = Yes(required=False, help_text="False: never again to this program.")
    reapply_days = Whole(
        min_value=0, max_value=MOST_DAYS, required=False, help_text="Instead of the program's own."
    )


class MergeInput(Input):
    """Which partner the applicant is, and what his person may do there."""

    partner = Key()
    role = Choice(
        choices=Member.Role.choices, required=False, help_text="By default admin, as on approval."
    )


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
        return services.reject_application(application=application, actor=call.actor, **call.data)


class ApplicationMerge(Endpoint):
    """submitted -> approved, as an application of a partner whom the seller has already."""

    scopes = {"POST": "partners:write"}

    @operation(_("Merge an applicant into a partner"), body=MergeInput, answer=ApplicationOutput)
    def post(self, call: Call, application_id: uuid.UUID) -> Application:
        application = call.found(selectors.applications(), application_id)
        into = call.one(partner_selectors.partners(), call.data["partner"], "partner")
        role = call.data.get("role", Member.Role.ADMIN)
        return services.merge_application(
            application=application, into=into, role=role, actor=call.actor
        )


urlpatterns: list[Any] = [
    path("applications", Applications.as_view()),
    path("applications/<uuid:application_id>", ApplicationDetail.as_view()),
    path("applications/<uuid:application_id>/approve", ApplicationApprove.as_view()),
    path("applications/<uuid:application_id>/reject", ApplicationReject.as_view()),
    path("applications/<uuid:application_id>/merge", ApplicationMerge.as_view()),
]
