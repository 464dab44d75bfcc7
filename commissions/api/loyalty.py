"""Points over the API: what members have, and what they asked for."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Enrollment
from commissions.api import catalogue
from commissions.loyalty import rules, selectors, services
from commissions.models import Redemption
from partners import selectors as partner_selectors
from prm.errors import Unacceptable
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Text, Whole
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output, input_of


class RedemptionInput(Input):
    """A reward for a member, asked for on his behalf."""

    partner = Key()
    reward = Key()


class RedemptionOutput(Output):
    """A reward that a member asked for. The points left at that moment."""

    id = Key()
    program = Key(source="program_id")
    partner = Key(source="partner_id")
    reward = Key(source="reward_id")
    reward_name = Text(source="reward.name")
    cost = Whole()
    status = Choice(choices=Redemption.Status.choices)
    code = Text()
    reason = Text()
    decided_at = Instant(allow_null=True)
    created_at = Instant()


RedemptionQuery = input_of(
    "RedemptionQuery",
    {
        "program": Key(required=False),
        "partner": Key(required=False),
        "reward": Key(required=False),
        "status": Choice(choices=Redemption.Status.choices, required=False),
    },
)


class FulfilInput(Input):
    """A code, where the reward has one."""

    code = Text(max_length=80, allow_blank=True, required=False)


class CancelInput(Input):
    """Why. The member reads it."""

    reason = Text(max_length=300)


@dataclass(frozen=True)
class MemberPoints:
    """A member's points in one program."""

    program_id: uuid.UUID
    point_name: str
    points_name: str
    balance: int
    pending: int
    held: int
    earned: int
    used: int
    expired: int
    next_points: int
    next_at: datetime | None


class PointsOutput(Output):
    """`balance` can be used now and may be below zero; `next_*` is what expires next."""

    program = Key(source="program_id")
    point_name = Text()
    points_name = Text()
    balance = Whole()
    pending = Whole()
    held = Whole()
    earned = Whole()
    used = Whole()
    expired = Whole()
    next_points = Whole()
    next_at = Instant(allow_null=True)


class PartnerPointsOutput(Output):
    """A partner's points, program by program."""

    programs = PointsOutput(many=True)


class Redemptions(Endpoint):
    """What members asked for."""

    scopes = {"GET": "commissions:read", "POST": "commissions:write"}
    partner_keys = True

    @operation(_("List redemptions"), query=RedemptionQuery, answer=RedemptionOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Redemption]:
        return call.own(selectors.redemptions(), "partner_id").filter(**call.filters())

    @operation(
        _("Redeem points for a member"),
        body=RedemptionInput,
        answer=RedemptionOutput,
        statuses=(201,),
    )
    def post(self, call: Call) -> Redemption:
        reward = call.one(selectors.rewards(), call.data["reward"], "reward")
        partner = call.one(partner_selectors.partners(), call.data["partner"], "partner")
        member = selectors.member_of(partner.pk, reward.program)
        if member is None:
            message = _("This partner is no member of the reward's program.")
            raise Unacceptable(str(message), field="partner", code="not_a_member")
        made = services.redeem(enrollment=member, reward=reward, actor=call.actor)
        return call.found(selectors.redemptions(), made.pk)


class RedemptionDetail(Endpoint):
    """One redemption."""

    scopes = {"GET": "commissions:read"}
    partner_keys = True

    @operation(_("Read a redemption"), answer=RedemptionOutput)
    def get(self, call: Call, redemption_id: uuid.UUID) -> Redemption:
        return call.found(call.own(selectors.redemptions(), "partner_id"), redemption_id)


class RedemptionFulfil(Endpoint):
    """The member has it."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Hand a reward over"), body=FulfilInput, answer=RedemptionOutput)
    def post(self, call: Call, redemption_id: uuid.UUID) -> Redemption:
        row = call.found(selectors.redemptions(), redemption_id)
        return services.fulfil(redemption=row, actor=call.actor, **call.data)


class RedemptionCancel(Endpoint):
    """The points go back."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Cancel a redemption"), body=CancelInput, answer=RedemptionOutput)
    def post(self, call: Call, redemption_id: uuid.UUID) -> Redemption:
        row = call.found(selectors.redemptions(), redemption_id)
        return services.cancel(redemption=row, actor=call.actor, **call.data)


class PartnerPoints(Endpoint):
    """A partner's points."""

    scopes = {"GET": "commissions:read"}
    partner_keys = True

    @operation(_("Read a partner's points"), answer=PartnerPointsOutput)
    def get(self, call: Call, partner_id: uuid.UUID) -> dict[str, list[MemberPoints]]:
        call.require_partner(partner_id)
        partner = call.found(partner_selectors.partners(), partner_id)
        return {"programs": [_points(one) for one in selectors.memberships(partner.pk)]}


def _points(member: Enrollment) -> MemberPoints:
    settings, has = selectors.settings_of(member.program), selectors.standing_of(member)
    points, at = rules.next_expiry(has, timezone.now())
    return MemberPoints(
        program_id=member.program_id,
        point_name=settings.point_name,
        points_name=settings.points_name,
        balance=has.spendable,
        next_points=points,
        next_at=at,
        **selectors.sums_of(member),
    )


urlpatterns = [
    *catalogue.urlpatterns,
    path("redemptions", Redemptions.as_view()),
    path("redemptions/<uuid:redemption_id>", RedemptionDetail.as_view()),
    path("redemptions/<uuid:redemption_id>/fulfil", RedemptionFulfil.as_view()),
    path("redemptions/<uuid:redemption_id>/cancel", RedemptionCancel.as_view()),
    path("partners/<uuid:partner_id>/points", PartnerPoints.as_view()),
]
