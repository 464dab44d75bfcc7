"""The demo's payouts: last month's is settled, this month's waits for the second person."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.utils import timezone

from commissions import services as commissions
from commissions.models import Commission
from partners import services as partners
from partners.models import Partner
from payouts import services as payouts
from payouts.services.tax import set_tax_number
from portal.demo.scene import IDR, Scene
from sellers.actors import Actor

WITHOUT_METHOD = 3
"""How many of the smallest partners have given no account yet."""
ABROAD: Final[Mapping[str, tuple[str, str]]] = {
    "Drei Tassen Cafés": ("iban", "DE89 3704 0044 0532 0130 00"),
    "Noordkade Import": ("iban", "NL91 ABNA 0417 1643 00"),
    "Bean & Bicycle": ("iban", "GB29 NWBK 6016 1331 9268 19"),
    "Slow Mornings": ("paypal", "mia@slowmornings.example"),
}
"""Numbers that banks print in their own examples."""
TAX: Final[Mapping[str, tuple[str, str]]] = {
    "Ngopi Pagi": ("ID", "01.312.166.0-091.000"),
    "Sekar Diseduh": ("ID", "01.300.066.6-091.000"),
    "Drei Tassen Cafés": ("DE", "DE136695976"),
    "Noordkade Import": ("NL", "NL004495445B01"),
    "Bean & Bicycle": ("GB", "GB980780684"),
}
CHANGED: Final = "Bean & Bicycle"
"""Who named another account yesterday."""


def add_methods(scene: Scene) -> None:
    """Where the partners want their money, and under which number some pay their taxes."""
    for number, (person, enrollment) in enumerate(scene.enrollments[:-WITHOUT_METHOD]):
        bank = ("other", f"BCA 0147 {5000 + number * 37} {4471 + number}")
        kind, account = ABROAD.get(person.name, bank)
        payouts.set_payout_method(
            partner=enrollment.partner,
            kind=kind,
            name=person.contact,
            account=account,
            actor=scene.actor,
        )
        if person.name in TAX:
            country, tax = TAX[person.name]
            set_tax_number(
                partner=enrollment.partner, country=country, number=tax, actor=scene.actor
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
    _change_account(scene)
    payouts.draft_batch(seller=scene.seller, currency="IDR", cutoff=timezone.now(), actor=drafter)


def _change_account(scene: Scene) -> None:
    """Another account is held for three days; today's payout leaves its partner out."""
    partner: Partner = next(
        one.partner for person, one in scene.enrollments if person.name == CHANGED
    )
    payouts.set_payout_method(
        partner=partner,
        kind="wise",
        name="Bean & Bicycle Ltd",
        account="tom@beanbicycle.example",
        actor=scene.actor,
    )
