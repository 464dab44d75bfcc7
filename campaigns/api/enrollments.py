"""Partners in programs over the API."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns import selectors, services
from campaigns.models import Enrollment
from partners import selectors as partner_selectors
from sellers.rest.endpoints import Answer, Call, Endpoint, operation
from sellers.rest.fields import Choice, Day, Instant, Key, Whole
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output


class EnrollmentOutput(Output):
    """One partner in one program."""

    id = Key()
    program = Key(source="program_id")
    partner = Key(source="partner_id")
    status = Choice(choices=Enrollment.Status.choices)
    terms_version = Whole()
    tier = Key(source="tier_id", allow_null=True)
    tier_since = Instant(allow_null=True)
    tier_falls_on = Day(
        allow_null=True, help_text="When he leaves his tier, while he falls short of it."
    )
    tier_pinned_at = Instant(allow_null=True, help_text="Since when figures do not move him.")
    group = Key(source="group_id", allow_null=True)
    created_at = Instant()


class PlaceInput(Input):
    """The partner's tier and group in the program; null takes him out."""

    tier = Key(required=False, allow_null=True)
    group = Key(required=False, allow_null=True)


class EnrollmentInput(PlaceInput):
    """The program to join, and the place in it."""

    program = Key()


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
        return Answer(_placed(call, enrollment), 200 if was_in else 201)


class EnrollmentDetail(Endpoint):
    """One partner in one program."""

    scopes = {"GET": "partners:read", "PATCH": "partners:write"}

    @operation(_("Read an enrollment"), answer=EnrollmentOutput)
    def get(self, call: Call, enrollment_id: uuid.UUID) -> Enrollment:
        return call.found(selectors.enrollments(), enrollment_id)

    @operation(_("Place a partner in a program"), body=PlaceInput, answer=EnrollmentOutput)
    def patch(self, call: Call, enrollment_id: uuid.UUID) -> Enrollment:
        return _placed(call, call.found(selectors.enrollments(), enrollment_id))


def _placed(call: Call, enrollment: Enrollment) -> Enrollment:
    """The enrollment in the tier and group that the body names, if any."""
    rows: dict[str, QuerySet[Any]] = {"tier": selectors.tiers(), "group": selectors.groups()}
    place: Any = {
        name: None if call.data[name] is None else call.one(found, call.data[name], name)
        for name, found in rows.items()
        if name in call.data
    }
    return services.place_enrollment(enrollment=enrollment, actor=call.actor, **place)


urlpatterns: list[Any] = [
    path("partners/<uuid:partner_id>/enrollments", PartnerEnrollments.as_view()),
    path("enrollments/<uuid:enrollment_id>", EnrollmentDetail.as_view()),
]
