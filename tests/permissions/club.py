"""One of everything of loyalty and friends' rewards, for the addresses of their pages."""

import io

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from campaigns.models import Enrollment, Program
from commissions.loyalty import services as loyalty
from commissions.models import (
    CommissionKind,
    FriendReward,
    OccasionKind,
)
from commissions.services.occasions import OccasionInput, Settled, pay_once
from partners.models import Partner
from tests.cast import Team, token
from tracking.models import Customer, Sale


def png() -> "ContentFile[bytes]":
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (16, 10), "teal").save(out, "PNG")
    return ContentFile(out.getvalue(), "tote.png")


def earn(team: Team, member: Enrollment, points: int) -> None:
    """Points free to use."""
    facts = {"what": "stamp_card", "card": "T", "number": 1, "every": 2, "gift": "points"}
    pay_once(
        enrollment=member,
        occasion=OccasionInput(
            OccasionKind.LOYALTY, f"t:{token()}", "T", timezone.now(), currency="PTS"
        ),
        settled=Settled(CommissionKind.BONUS, points, facts, at_once=True),
        actor=team.actor,
    )


def club_of(team: Team, program: Program, partner: Partner) -> dict[str, object]:
    """A reward with a picture, asked for once; a stamp card; a friend's reward."""
    member = Enrollment.objects.select_related("program").get(program=program, partner=partner)
    earn(team, member, 1_000)
    reward = loyalty.create_reward(
        program=program, actor=team.actor, kind="gift", name="Tote", cost=10, picture=png()
    )
    asked = loyalty.redeem(enrollment=member, reward=reward, actor=team.actor)
    card = loyalty.create_card(
        program=program, actor=team.actor, name="Tenth", counts="items", every=10, gift="cheapest"
    )
    friend = FriendReward.objects.create(
        seller=team.seller,
        program=program,
        partner=partner,
        enrollment=member,
        customer=Customer.objects.create(seller=team.seller, external_id=token()),
        sale=Sale.objects.filter(partner=partner).latest("id"),
        kind="voucher",
        amount=500,
        currency="EUR",
        code=f"F-{token()}",
    )
    return {
        "reward_id": reward.pk,
        "redemption_id": asked.pk,
        "card_id": card.pk,
        "friend_reward_id": friend.pk,
    }
