"""Friends' rewards over the API, so that the shop can honour them."""

import uuid

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import ListField

from campaigns import selectors as campaign_selectors
from commissions.models import FriendReward, FriendTerms
from commissions.referrals import selectors, services
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Instant, Key, Minor, Text, Whole, Yes
from sellers.rest.pagination import NEWEST
from sellers.rest.serializers import Input, Output, input_of


class TermsFields(Input):
    """What a friend gets. `amount`: minor units of the program's currency, or points."""

    kind = Choice(choices=FriendTerms.Kind.choices, required=False)
    amount = Minor(required=False)
    minimum_amount = Minor(source="minimum_minor", required=False)
    moment = Choice(choices=FriendTerms.Moment.choices, required=False)
    from_list = Yes(required=False, help_text="Hand out codes of the list instead of made ones.")


class TermsOutput(Output):
    """What a friend gets, and from which purchases on."""

    program = Key(source="program_id")
    kind = Choice(choices=FriendTerms.Kind.choices)
    amount = Whole()
    minimum_amount = Whole(source="minimum_minor")
    moment = Choice(choices=FriendTerms.Moment.choices)
    from_list = Yes()
    since = Instant(allow_null=True)


class FriendCodesInput(Input):
    """Discount codes of the shop, each for one friend."""

    codes = ListField(child=Text(max_length=80), min_length=1, max_length=10_000)


class FriendCodesOutput(Output):
    """How many codes were new."""

    added = Whole()


class CustomerId(Text):
    """The shop's own id of the friend; null where it sent none."""

    def to_representation(self, value: FriendReward) -> str | None:  # type: ignore[override]
        known: str | None = value.customer.external_id
        return known


class FriendRewardOutput(Output):
    """One friend's reward. The shop honours `code` once, then calls `use`."""

    id = Key()
    program = Key(source="program_id")
    partner = Key(source="partner_id", help_text="The referrer.")
    sale = Key(source="sale_id")
    customer = CustomerId(source="*", allow_null=True)
    kind = Choice(choices=FriendTerms.Kind.choices)
    amount = Whole()
    currency = Text()
    code = Text()
    status = Choice(choices=FriendReward.Status.choices)
    used_at = Instant(allow_null=True)
    used_order = Text()
    reason = Text()
    created_at = Instant()


FriendRewardQuery = input_of(
    "FriendRewardQuery",
    {
        "code": Text(max_length=80, required=False),
        "program": Key(required=False),
        "partner": Key(required=False),
        "status": Choice(choices=FriendReward.Status.choices, required=False),
    },
)


class UseInput(Input):
    """The order in which it was used."""

    order = Text(max_length=120, allow_blank=True, required=False)


class VoidInput(Input):
    """Why it is worth nothing any more."""

    reason = Text(max_length=300)


class ProgramFriendTerms(Endpoint):
    """What a program gives to friends."""

    scopes = {"GET": "programs:read", "PATCH": "programs:write"}

    @operation(_("Read what friends get"), answer=TermsOutput)
    def get(self, call: Call, program_id: uuid.UUID) -> FriendTerms:
        return selectors.terms_of(call.found(campaign_selectors.programs(), program_id))

    @operation(_("Change what friends get"), body=TermsFields, answer=TermsOutput)
    def patch(self, call: Call, program_id: uuid.UUID) -> FriendTerms:
        program = call.found(campaign_selectors.programs(), program_id)
        now = selectors.terms_of(program)
        kept = {name: getattr(now, name) for name in services.FIELDS}
        return services.change_terms(program=program, actor=call.actor, **{**kept, **call.data})


class ProgramFriendCodes(Endpoint):
    """The list of codes for friends."""

    scopes = {"POST": "programs:write"}

    @operation(_("Add codes for friends"), body=FriendCodesInput, answer=FriendCodesOutput)
    def post(self, call: Call, program_id: uuid.UUID) -> dict[str, int]:
        program = call.found(campaign_selectors.programs(), program_id)
        return {"added": services.add_codes(program=program, actor=call.actor, **call.data)}


class FriendRewards(Endpoint):
    """All friends' rewards."""

    scopes = {"GET": "commissions:read"}

    @operation(
        _("List friends' rewards"),
        query=FriendRewardQuery,
        answer=FriendRewardOutput,
        orders=NEWEST,
    )
    def get(self, call: Call) -> QuerySet[FriendReward]:
        return selectors.rewards().filter(**call.filters())


class FriendRewardDetail(Endpoint):
    """One friend's reward."""

    scopes = {"GET": "commissions:read"}

    @operation(_("Read a friend's reward"), answer=FriendRewardOutput)
    def get(self, call: Call, friend_reward_id: uuid.UUID) -> FriendReward:
        return call.found(selectors.rewards(), friend_reward_id)


class FriendRewardUse(Endpoint):
    """The shop honoured it."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Use a friend's reward"), body=UseInput, answer=FriendRewardOutput)
    def post(self, call: Call, friend_reward_id: uuid.UUID) -> FriendReward:
        row = call.found(selectors.rewards(), friend_reward_id)
        return services.use(reward=row, actor=call.actor, **call.data)


class FriendRewardCancel(Endpoint):
    """It is worth nothing any more."""

    scopes = {"POST": "commissions:write"}

    @operation(_("Cancel a friend's reward"), body=VoidInput, answer=FriendRewardOutput)
    def post(self, call: Call, friend_reward_id: uuid.UUID) -> FriendReward:
        row = call.found(selectors.rewards(), friend_reward_id)
        return services.cancel(reward=row, actor=call.actor, **call.data)


urlpatterns = [
    path("programs/<uuid:program_id>/friend-terms", ProgramFriendTerms.as_view()),
    path("programs/<uuid:program_id>/friend-codes", ProgramFriendCodes.as_view()),
    path("friend-rewards", FriendRewards.as_view()),
    path("friend-rewards/<uuid:friend_reward_id>", FriendRewardDetail.as_view()),
    path("friend-rewards/<uuid:friend_reward_id>/use", FriendRewardUse.as_view()),
    path("friend-rewards/<uuid:friend_reward_id>/cancel", FriendRewardCancel.as_view()),
]
