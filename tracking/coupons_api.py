"""Coupons over the API."""

import uuid

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _

from campaigns.models import Enrollment
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Text
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output
from tracking import selectors
from tracking.models import Coupon
from tracking.rules import coupon_key
from tracking.services import coupons

STATES = [
    ("active", _("Active")),
    ("planned", _("Planned")),
    ("contested", _("Of several partners")),
    ("over", _("Over")),
    ("retired", _("Stopped")),
]


class CouponOutput(Output):
    """A code that credits its partner. `contested`: another has it too, so it credits nobody."""

    id = Key()
    code = Text()
    enrollment = Key(source="enrollment_id")
    partner = Key(source="enrollment.partner_id")
    program = Key(source="enrollment.program_id")
    state = Choice(choices=STATES)
    valid_from = Instant(allow_null=True)
    valid_until = Instant(allow_null=True)
    disabled_at = Instant(allow_null=True)
    created_at = Instant()


class CouponInput(Input):
    """A coupon of an enrollment's partner. Small letters and capitals are alike."""

    enrollment = Key()
    code = Text(max_length=coupons.LENGTH)
    valid_from = Instant(required=False, help_text="From now on, and before, where not given.")
    valid_until = Instant(required=False, help_text="Exclusive. For good where not given.")


class CouponQuery(Input):
    """Which coupons."""

    enrollment = Key(required=False)
    partner = Key(required=False)
    program = Key(required=False)
    code = Text(max_length=coupons.LENGTH, required=False)
    state = Choice(choices=STATES, required=False)


class Coupons(Endpoint):
    """All coupons."""

    scopes = {"GET": "links:read", "POST": "links:write"}
    partner_keys = True

    @operation(_("List coupons"), query=CouponQuery, answer=CouponOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Coupon]:
        rows = call.own(selectors.coupons(), "enrollment__partner_id")
        lookups = {"partner": "enrollment__partner_id", "program": "enrollment__program_id"}
        filters = call.filters(**lookups, code="key")
        if "key" in filters:
            filters["key"] = coupon_key(filters["key"])
        return rows.filter(**filters)

    @operation(_("Create a coupon"), body=CouponInput, answer=CouponOutput, statuses=(201,))
    def post(self, call: Call) -> Coupon:
        data = dict(call.data)
        enrollments = Enrollment.objects.select_related("program", "partner", "seller")
        data["enrollment"] = call.one(enrollments, data["enrollment"], "enrollment")
        made = coupons.create_coupon(actor=call.actor, **data)
        return selectors.coupon_by_id(made.pk)


class CouponDetail(Endpoint):
    """One coupon."""

    scopes = {"GET": "links:read"}
    partner_keys = True

    @operation(_("Read a coupon"), answer=CouponOutput)
    def get(self, call: Call, coupon_id: uuid.UUID) -> Coupon:
        return call.found(call.own(selectors.coupons(), "enrollment__partner_id"), coupon_id)


class CouponDisable(Endpoint):
    """The coupon credits nobody from now on."""

    scopes = {"POST": "links:write"}

    @operation(_("Stop a coupon"), answer=CouponOutput)
    def post(self, call: Call, coupon_id: uuid.UUID) -> Coupon:
        coupon = call.found(selectors.coupons(), coupon_id)
        coupons.disable_coupon(coupon=coupon, actor=call.actor)
        return selectors.coupon_by_id(coupon_id)


urlpatterns = [
    path("coupons", Coupons.as_view()),
    path("coupons/<uuid:coupon_id>", CouponDetail.as_view()),
    path("coupons/<uuid:coupon_id>/disable", CouponDisable.as_view()),
]
