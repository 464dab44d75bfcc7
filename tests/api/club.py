"""Things of loyalty and of friends' rewards, for the addresses and bodies of routes."""

from django.utils import timezone

from campaigns.models import Enrollment
from commissions.models import CommissionKind, FriendReward, FriendTerms, OccasionKind
from commissions.referrals import steps
from commissions.services.occasions import OccasionInput, Settled, pay_once
from sellers.actors import Actor
from sellers.scope import seller_scope
from tests.api.caller import Caller
from tests.api.scene import Scene
from tests.cast import token


def club_of(scene: Scene) -> dict[str, str]:
    """A reward that waits for staff, one to be had, a stamp card, and a friend's reward."""
    api, program = scene.api, scene.program["id"]
    earn(api, scene.enrollment["id"], 1_000)
    voucher = {"kind": "voucher", "name": "Code", "cost": 10, "codes": ["A1", "A2"]}
    reward = api.made(f"programs/{program}/rewards", voucher)
    gift = api.made(f"programs/{program}/rewards", {"kind": "gift", "name": "Tote", "cost": 10})
    asked = api.made("redemptions", {"partner": scene.partner["id"], "reward": gift["id"]})
    card = api.made(
        f"programs/{program}/stamp-cards",
        {"name": "Tenth", "counts": "items", "every": 10, "gift": "cheapest"},
    )
    return {
        "reward_id": reward["id"],
        "redemption_id": asked["id"],
        "card_id": card["id"],
        "friend_reward_id": friend_of(scene),
    }


def earn(api: Caller, enrollment_id: str, points: int) -> None:
    """Points free to use."""
    with seller_scope(api.seller.pk):
        member = Enrollment.objects.select_related("program").get(pk=enrollment_id)
        facts = {"what": "stamp_card", "card": "T", "number": 1, "every": 2, "gift": "points"}
        pay_once(
            enrollment=member,
            occasion=OccasionInput(
                OccasionKind.LOYALTY, f"t:{token()}", "T", timezone.now(), currency="PTS"
            ),
            settled=Settled(CommissionKind.BONUS, points, facts, at_once=True),
            actor=Actor.person(api.user),
        )


def friend_of(scene: Scene) -> str:
    """What a new friend got for a purchase of his own."""
    api = scene.api
    terms = {"kind": FriendTerms.Kind.VOUCHER.value, "amount": 500, "moment": "at_once"}
    api.patch(f"programs/{scene.program['id']}/friend-terms", terms)
    scene.sell(1_000, customer={"external_id": f"friend-{token()}"})
    scene.compute()
    steps.step(api.seller.pk)
    with seller_scope(api.seller.pk):
        return str(FriendReward.objects.latest("id").pk)
