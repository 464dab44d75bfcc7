"""Sales that partners of the demo missed: answered in each way, and some that wait."""

from datetime import timedelta

from django.utils import timezone

from commissions.claims import answering, filing
from commissions.models import Claim
from partners.models import Member, Partner
from portal.demo.scene import IDR, Scene
from sellers.actors import Actor
from tracking.models import Sale


def add_claims(scene: Scene) -> None:
    """One credited, one declined, one with a question, two that wait. After the sales."""
    own = Sale.objects.filter(partner=None, program=None).order_by("occurred_at", "id")
    known = list(own[3:60:20])
    first = _file(scene, 0, known[0], "She wrote to me that she ordered from the brew guide.")
    answering.credit(claim=first, actor=scene.actor)
    second = _file(scene, 5, known[1], "A café around the corner told me that they ordered.")
    answering.decline(
        claim=second,
        actor=scene.actor,
        reason="Nobody came by your links in the 30 days before, and no coupon was entered.",
    )
    third = _file(scene, 2, known[2], "She sent me her receipt; she watched the reel on Sunday.")
    answering.ask(
        claim=third,
        actor=scene.actor,
        text="Which of your links did she follow? The one in the reel leads to Toraja.",
    )
    _file(scene, 1, None, "A reader forwarded the confirmation of his order to me.", "KN-88214")
    _file(scene, 15, None, "My brother ordered while I looked on.", "KN-88302")


def _file(scene: Scene, place: int, sale: Sale | None, statement: str, order: str = "") -> Claim:
    """A claim of the partner at `place` for a sale that is known, or for an unknown order."""
    partner: Partner = scene.enrollments[place][1].partner
    member = Member.objects.select_related("user").filter(partner=partner).earliest("id")
    days_ago = timezone.localdate() - timedelta(days=6)
    return filing.file_claim(
        program=scene.program,
        partner=partner,
        actor=Actor.person(member.user),
        order=sale.external_id if sale else order,
        bought_on=timezone.localdate(sale.occurred_at) if sale else days_ago,
        amount_minor=sale.amount_minor if sale else 276_800 * IDR,
        currency="IDR",
        statement=statement,
    )
