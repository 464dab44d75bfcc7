"""The demo's payouts: last month's is settled, this month's waits for the second person."""

from datetime import timedelta

from django.utils import timezone

from commissions import services as commissions
from commissions.models import Commission
from partners import services as partners
from payouts import services as payouts
from portal.demo.scene import IDR, Scene
from sellers.actors import Actor

WITHOUT_METHOD = 3
"""How many of the smallest partners have given no account yet."""


def add_methods(scene: Scene) -> None:
    """Where the partners want their money."""
    for number, (person, enrollment) in enumerate(scene.enrollments[:-WITHOUT_METHOD]):
        account = f"BCA 0147 {5000 + number * 37} {4471 + number}"
        payouts.set_payout_method(
            partner=enrollment.partner,
            kind="other",
            name=person.contact,
            account=account,
            actor=scene.actor,
        )


def decide_some(scene: Scene) -> None:
    """A held line, an adjustment, and a suspended partner."""
    pending = Commission.objects.filter(status=Commission.Status.PENDING).order_by("-amount_minor")
    for row in pending.filter(kind=Commission.Kind.COMMISSION, reversed_minor=0)[:2]:
        commissions.hold_commission(
            commission=row, actor=scene.actor, reason="Large first order: we are checking it."
        )
    commissions.adjust(
        enrollment=scene.enrollments[0][1],
        amount_minor=400_000 * IDR,
        currency="IDR",
        reason="Guest article “Cara seduh V60”",
        actor=scene.actor,
    )
    partners.suspend_partner(
        partner=scene.enrollments[-1][1].partner,
        reason="Links were posted in unasked mail. Write to us to clear this.",
        actor=scene.actor,
    )


def pay(scene: Scene) -> None:
    """A batch drafted by finance, approved by the owner, settled; and a draft for today."""
    drafter, approver = Actor.person(scene.finance), scene.actor
    first_of_month = timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    cutoff = min(first_of_month, timezone.now() - timedelta(days=7))
    batch = payouts.draft_batch(seller=scene.seller, currency="IDR", cutoff=cutoff, actor=drafter)
    batch = payouts.approve_batch(batch=batch, actor=approver)
    payouts.export_file(batch=batch, actor=drafter)
    payouts.settle_batch(batch=batch, actor=drafter)
    payouts.draft_batch(seller=scene.seller, currency="IDR", cutoff=timezone.now(), actor=drafter)
