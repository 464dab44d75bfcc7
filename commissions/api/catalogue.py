"""What a program's points are and buy, over the API: settings, catalogue, stamp cards."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import ListField

from campaigns import selectors as campaign_selectors
from commissions.loyalty import selectors, services, terms
from commissions.models import LoyaltyReward, LoyaltySettings, StampCard
from prm.money import MAX_MINOR
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Text, Whole
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output

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


class CatalogueRewardFields(RewardChanges):
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
        kept = {name: getattr(now, name) for name in terms.FIELDS}
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
        body=CatalogueRewardFields,
        answer=RewardOutput,
        statuses=(201,),
    )
    def post(self, call: Call, program_id: uuid.UUID) -> Any:
        program = call.found(campaign_selectors.programs(), program_id)
        data = _with_tier(call, dict(call.data))
        made = services.create_reward(program=program, actor=call.actor, **data)
        return call.found(selectors.rewards(), made.pk)


class RewardDetail(Endpoint):
    """One reward."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}

    @operation(_("Read a reward"), answer=RewardOutput)
    def get(self, call: Call, reward_id: uuid.UUID) -> Any:
        return call.found(selectors.rewards(), reward_id)

    @operation(_("Change a reward"), body=RewardChanges, answer=RewardOutput)
    def patch(self, call: Call, reward_id: uuid.UUID) -> Any:
        reward = call.found(selectors.rewards(), reward_id)
        data = _with_tier(call, dict(call.data))
        services.change_reward(reward=reward, actor=call.actor, **data)
        return call.found(selectors.rewards(), reward_id)


class RewardWithdraw(Endpoint):
    """Out of the catalogue."""

    scopes = {"POST": "programs:write"}

    @operation(_("Withdraw a reward"), answer=RewardOutput)
    def post(self, call: Call, reward_id: uuid.UUID) -> Any:
        reward = call.found(selectors.rewards(), reward_id)
        services.withdraw_reward(reward=reward, actor=call.actor)
        return call.found(selectors.rewards(), reward_id)


class RewardRestore(Endpoint):
    """Back into the catalogue."""

    scopes = {"POST": "programs:write"}

    @operation(_("Put a withdrawn reward back"), answer=RewardOutput)
    def post(self, call: Call, reward_id: uuid.UUID) -> Any:
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


class StampCards(Endpoint):
    """Stamp cards of one program."""

    scopes = {"GET": "programs:read", "POST": "programs:write"}

    @operation(_("List a program's stamp cards"), answer=CardOutput, orders=NEWEST)
    def get(self, call: Call, program_id: uuid.UUID) -> QuerySet[StampCard]:
        program = call.found(campaign_selectors.programs(), program_id)
        return selectors.cards().filter(program=program)

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
        card = call.found(selectors.cards(), card_id)
        return services.end_card(card=card, actor=call.actor)


def _with_tier(call: Call, data: dict[str, Any]) -> dict[str, Any]:
    if data.get("tier"):
        data["tier"] = call.one(campaign_selectors.tiers(), data["tier"], "tier")
    return data


urlpatterns = [
    path("programs/<uuid:program_id>/loyalty", Loyalty.as_view()),
    path("programs/<uuid:program_id>/rewards", ProgramRewards.as_view()),
    path("programs/<uuid:program_id>/stamp-cards", StampCards.as_view()),
    path("stamp-cards/<uuid:card_id>/end", StampCardEnd.as_view()),
    path("rewards/<uuid:reward_id>", RewardDetail.as_view()),
    path("rewards/<uuid:reward_id>/withdraw", RewardWithdraw.as_view()),
    path("rewards/<uuid:reward_id>/restore", RewardRestore.as_view()),
    path("rewards/<uuid:reward_id>/codes", RewardCodes.as_view()),
]
