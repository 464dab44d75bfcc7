"""How the demo's partners do: days in the portal, standings, reviews with what was agreed."""

from datetime import date, timedelta

from django.utils import timezone

from activity import work
from commissions.performance import standings
from commissions.performance.reviews import (
    ReviewInput,
    agree_action,
    finish_action,
    share_review,
    write_review,
)
from partners.models import Member, Partner, PortalDay
from portal.demo.scene import Scene
from prm.money import exponent

IDR = 10 ** exponent("IDR")
LOOKED_BACK = timedelta(days=90)
# Of every so many days one in the portal, by the place of the partner.
EVERY = (2, 3, 5, 9, 14)


def add_performance(scene: Scene) -> None:
    """Everything that performance pages show beside sales and clicks."""
    _add_portal_days(scene)
    work.drain("totals", scene.seller.pk)
    while standings.step(scene.seller.pk):
        pass
    _add_reviews(scene)


def _add_portal_days(scene: Scene) -> None:
    today = timezone.localdate()
    members = Member.objects.filter(is_active=True).order_by("partner_id", "id")
    days = [
        PortalDay(
            seller=scene.seller,
            partner_id=member.partner_id,
            day=today - timedelta(days=back),
            user_id=member.user_id,
        )
        for place, member in enumerate(members)
        for back in range(1, 61, EVERY[place % len(EVERY)])
    ]
    PortalDay.objects.bulk_create(days, ignore_conflicts=True)


def _add_reviews(scene: Scene) -> None:
    """Of those who sell most, shared but the newest; and one, not shared yet, of who fades."""
    star, second = (enrollment.partner for _person, enrollment in scene.enrollments[:2])
    today = timezone.localdate()
    first = today - LOOKED_BACK
    _shared(scene, star, first - LOOKED_BACK, first - timedelta(days=1))
    write_review(
        partner=star,
        currency="IDR",
        actor=scene.actor,
        content=ReviewInput(
            first_on=first,
            last_on=today - timedelta(days=1),
            targets={"amount": 60_000_000 * IDR, "sales": 220, "clicks": 9_000},
            scores={"results": 4, "activity": 5, "quality": 5, "cooperation": 4, "rules": 5},
            notes="The brew guide series goes on selling. Let us plan the harvest weeks together.",
            private_notes="Ask whether he would take the grinders into the guide.",
            next_on=today + LOOKED_BACK,
        ),
    )
    _shared(scene, second, first, today - timedelta(days=1))
    _shared(scene, scene.enrollments[2][1].partner, first, today - timedelta(days=1))
    write_review(
        partner=scene.enrollments[4][1].partner,
        currency="IDR",
        actor=scene.actor,
        content=ReviewInput(
            first_on=first,
            last_on=today - timedelta(days=1),
            targets={"amount": 25_000_000 * IDR, "sales": 110},
            scores={"results": 2, "activity": 2, "quality": 4, "cooperation": 4},
            notes="The cards stayed behind when the café moved. New ones are at the printer.",
            private_notes="Look again in four weeks before we speak of the tier.",
            next_on=today + timedelta(days=28),
        ),
    )


def _shared(scene: Scene, partner: Partner, first: date, last: date) -> None:
    review = write_review(
        partner=partner,
        currency="IDR",
        actor=scene.actor,
        content=ReviewInput(
            first_on=first,
            last_on=last,
            targets={"amount": 40_000_000 * IDR, "sales": 150},
            scores={"results": 3, "activity": 4, "quality": 5, "cooperation": 4},
            notes="A good start. More of the visits should become orders.",
            next_on=last + LOOKED_BACK,
        ),
    )
    asked = agree_action(
        review=review,
        text="Send samples of the new lots",
        side="seller",
        due_on=last + timedelta(days=14),
        actor=scene.actor,
    )
    finish_action(action=asked, actor=scene.actor)
    agree_action(
        review=review,
        text="Link each recipe to the beans it uses",
        side="partner",
        due_on=last + timedelta(days=30),
        actor=scene.actor,
    )
    share_review(review=review, actor=scene.actor)
