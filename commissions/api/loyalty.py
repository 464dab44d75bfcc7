"""Loyalty over the API: points, catalogue, redemptions and stamp cards."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import ListField

from campaigns import selectors as campaign_selectors
from campaigns.models import Enrollment
from commissions.loyalty import rules, selectors, services
from commissions.models import (
    LoyaltyReward,
    LoyaltySettings,
    Redemption,
    StampCard,
)
from partners import selectors as partner_selectors
from prm.errors import Unacceptable
from prm.money import MAX_MINOR
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Text, Whole
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output, input_of

MOST_POINTS = 1_000_000_000


class LoyaltyFields(Input):
    """How a program's points are called and how long they live. What is not given stays."""

    point_name = Text(max_length=24, allow_blank=True, required=False)
    points_name = Text(max_length=24, allow_blank=True, required=False)
    value_hint = Text(max_length=120, allow_blank=True, required=False)
    expire_months = Whole(min_value=1, max_value=120, allow_null=True, required=False)
    remind_days = ListField(child=Whole(min_value=1, max_value=365), max_length=4, required=False)


class LoyaltyOutput(Output):
    """`expire_months` null: points never expire. `remind_days` before points expire."""

    program = Key(source="program_id")
    point_name = Text()
    points_name = Text()
    value_hint = Text()
    expire_months = Whole(allow_null=True)
    remind_days = ListField(child=Whole())


class RewardChanges(Input):
    """What may be changed of a reward. `cost` in points; `stock` null is unlimited."""

    name = Text(max_length=120, required=False)
    description = Text(max_length=500, allow_blank=True, required=False)
    cost = Whole(min_value=1, max_value=MOST_POINTS, required=False)
    stock = Whole(min_value=0, max_value=1_000_000, allow_null=True, required=False)
    per_member = Whole(min_value=1, max_value=30_000, allow_null=True, required=False)
    tier = Key(allow_null=True, required=False)
    available_from = Instant(allow_null=True, required=False)
    available_until = Instant(allow_null=True, required=False)


class RewardFields(RewardChanges):
    """A new reward; `codes` are for a voucher."""

    kind = Choice(choices=LoyaltyReward.Kind.choices)
    name = Text(max_length=120)
    cost = Whole(min_value=1, max_value=MOST_POINTS)
    codes = ListField(child=Text(max_length=80), max_length=10_000, required=False)


class RewardOutput(Output):
    """A reward of the catalogue. `codes_left` counts for vouchers."""

    id = Key()
    program = Key(source="program_id")
    kind = Choice(choices=LoyaltyReward.Kind.choices)
    name = Text()
    description = Text()
    cost = Whole()
    stock = Whole(allow_null=True)
    codes_left = Whole()
    taken = Whole()
    per_member = Whole(allow_null=True)
    tier = Key(source="tier_id", allow_null=True)
    available_from = Instant(allow_null=True)
    available_until = Instant(allow_null=True)
    state = Text(help_text="active, planned, over, gone or withdrawn.")
    created_at = Instant()


class CodesInput(Input):
    """Codes to hand out, each once. Those known already are left out."""

    codes = ListField(child=Text(max_length=80), min_length=1, max_length=10_000)


class CodesOutput(Output):
    """How many codes were new."""

    added = Whole()


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


class CardFields(Input):
    """A stamp card. `amount`: minor units for `fixed`, points for `points`."""

    name = Text(max_length=80)
    counts = Choice(choices=StampCard.Counts.choices)
    every = Whole(min_value=2, max_value=1000)
    gift = Choice(choices=StampCard.Gift.choices)
    amount = Whole(min_value=0, max_value=MAX_MINOR, required=False)
    reward = Key(allow_null=True, required=False)
    category = Text(max_length=120, allow_blank=True, required=False)
    skus = ListField(child=Text(max_length=120), max_length=200, required=False)
    starts_at = Instant(required=False)


class CardOutput(Output):
    """Every Nth item or purchase earns something."""

    id = Key()
    program = Key(source="program_id")
    name = Text()
    counts = Choice(choices=StampCard.Counts.choices)
    every = Whole()
    gift = Choice(choices=StampCard.Gift.choices)
    amount = Whole()
    reward = Key(source="reward_id", allow_null=True)
    category = Text()
    skus = ListField(child=Text())
    starts_at = Instant()
    ended_at = Instant(allow_null=True)
    created_at = Instant()


class Loyalty(Endpoint):
    """Points of one program."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}

    @operation(_("Read a program's points settings"), answer=LoyaltyOutput)
    def get(self, call: Call, program_id: uuid.UUID) -> LoyaltySettings:
        return selectors.settings_of(call.found(campaign_selectors.programs(), program_id))

    @operation(_("Change a program's points settings"), body=LoyaltyFields, answer=LoyaltyOutput)
    def patch(self, call: Call, program_id: uuid.UUID) -> LoyaltySettings:
        program = call.found(campaign_selectors.programs(), program_id)
        now = selectors.settings_of(program)
        kept = {name: getattr(now, name) for name in LoyaltyFields().fields}
        return services.change_settings(program=program, actor=call.actor, **{**kept, **call.data})


class ProgramRewards(Endpoint):
    """The catalogue of one program."""

    scopes = {"GET": "programs:read", "POST": "programs:write"}

    @operation(_("List a program's rewards"), answer=RewardOutput, orders=NEWEST)
    def get(self, call: Call, program_id: uuid.UUID) -> QuerySet[LoyaltyReward]:
        program = call.found(campaign_selectors.programs(), program_id)
        return selectors.rewards().filter(program=program)

    @operation(
        _("Put a reward into the catalogue"),
        body=RewardFields,
        answer=RewardOutput,
        statuses=(201,),
    )
    def post(self, call: Call, program_id: uuid.UUID) -> LoyaltyReward:
        program = call.found(campaign_selectors.programs(), program_id)
        data = _with_tier(call, dict(call.data))
        made = services.create_reward(program=program, actor=call.actor, **data)
        return call.found(selectors.rewards(), made.pk)


class RewardDetail(Endpoint):
    """One reward."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}

    @operation(_("Read a reward"), answer=RewardOutput)
    def get(self, call: Call, reward_id: uuid.UUID) -> LoyaltyReward:
        return call.found(selectors.rewards(), reward_id)

    @operation(_("Change a reward"), body=RewardChanges, answer=RewardOutput)
    def patch(self, call: Call, reward_id: uuid.UUID) -> LoyaltyReward:
        reward = call.found(selectors.rewards(), reward_id)
        data = _with_tier(call, dict(call.data))
        services.change_reward(reward=reward, actor=call.actor, **data)
        return call.found(selectors.rewards(), reward_id)


class RewardWithdraw(Endpoint):
    """Out of the catalogue."""

    scopes = {"POST": "programs:write"}

    @operation(_("Withdraw a reward"), answer=RewardOutput)
    def post(self, call: Call, reward_id: uuid.UUID) -> LoyaltyReward:
        reward = call.found(selectors.rewards(), reward_id)
        services.withdraw_reward(reward=reward, actor=call.actor)
        return call.found(selectors.rewards(), reward_id)


class RewardRestore(Endpoint):
    """Back into the catalogue."""

    scopes = {"POST": "programs:write"}

    @operation(_("Put a withdrawn reward back"), answer=RewardOutput)
    def post(self, call: Call, reward_id: uuid.UUID) -> LoyaltyReward:
        reward = call.found(selectors.rewards(), reward_id)
        services.restore_reward(reward=reward, actor=call.actor)
        return call.found(selectors.rewards(), reward_id)


class RewardCodes(Endpoint):
    """Codes of a voucher."""

    scopes = {"POST": "programs:write"}

    @operation(_("Add codes to a voucher"), body=CodesInput, answer=CodesOutput)
    def post(self, call: Call, reward_id: uuid.UUID) -> dict[str, int]:
        reward = call.found(selectors.rewards(), reward_id)
        return {"added": services.add_codes(reward=reward, actor=call.actor, **call.data)}


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
        member = Enrollment.objects.filter(partner=partner, program=reward.program).first()
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


class StampCards(Endpoint):
    """Stamp cards of one program."""

    scopes = {"GET": "programs:read", "POST": "programs:write"}

    @operation(_("List a program's stamp cards"), answer=CardOutput, orders=NEWEST)
    def get(self, call: Call, program_id: uuid.UUID) -> QuerySet[StampCard]:
        program = call.found(campaign_selectors.programs(), program_id)
        return StampCard.objects.filter(program=program)

    @operation(_("Start a stamp card"), body=CardFields, answer=CardOutput, statuses=(201,))
    def post(self, call: Call, program_id: uuid.UUID) -> StampCard:
        program = call.found(campaign_selectors.programs(), program_id)
        data = dict(call.data)
        if data.get("reward"):
            data["reward"] = call.one(selectors.rewards(), data["reward"], "reward")
        return services.create_card(program=program, actor=call.actor, **data)


class StampCardEnd(Endpoint):
    """What is bought from now on counts no more."""

    scopes = {"POST": "programs:write"}

    @operation(_("End a stamp card"), answer=CardOutput)
    def post(self, call: Call, card_id: uuid.UUID) -> StampCard:
        card = call.found(StampCard.objects.select_related("program__seller"), card_id)
        return services.end_card(card=card, actor=call.actor)


def _with_tier(call: Call, data: dict[str, Any]) -> dict[str, Any]:
    if data.get("tier"):
        data["tier"] = call.one(campaign_selectors.tiers(), data["tier"], "tier")
    return data


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
    path("programs/<uuid:program_id>/loyalty", Loyalty.as_view()),
    path("programs/<uuid:program_id>/rewards", ProgramRewards.as_view()),
    path("programs/<uuid:program_id>/stamp-cards", StampCards.as_view()),
    path("stamp-cards/<uuid:card_id>/end", StampCardEnd.as_view()),
    path("rewards/<uuid:reward_id>", RewardDetail.as_view()),
    path("rewards/<uuid:reward_id>/withdraw", RewardWithdraw.as_view()),
    path("rewards/<uuid:reward_id>/restore", RewardRestore.as_view()),
    path("rewards/<uuid:reward_id>/codes", RewardCodes.as_view()),
    path("redemptions", Redemptions.as_view()),
    path("redemptions/<uuid:redemption_id>", RedemptionDetail.as_view()),
    path("redemptions/<uuid:redemption_id>/fulfil", RedemptionFulfil.as_view()),
    path("redemptions/<uuid:redemption_id>/cancel", RedemptionCancel.as_view()),
    path("partners/<uuid:partner_id>/points", PartnerPoints.as_view()),
]
