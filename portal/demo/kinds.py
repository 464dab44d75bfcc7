"""Programs of other kinds in the demo, each with something in it: points, posts, deals, parts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from activity import work
from campaigns import services as campaigns
from campaigns.models import Enrollment, Program
from commissions import services as commissions
from commissions.inputs import CustomerInput, LineInput, SaleInput
from commissions.loyalty.catalogue import create_reward
from commissions.models import Brief
from commissions.services import deliverables, start_program
from commissions.services.intake import ENGINE
from commissions.settlements import agreements, settling
from commissions.settlements.checks import AgreementInput, PartyInput
from commissions.starters import agreement_start
from portal.demo import catalogue
from portal.demo.scene import IDR, Scene, picture

HONEST = """1. What is agreed stands in the program's pages, with every figure.
2. Say openly that we work together.
3. Either side may end this at any time. What you have earned stays yours."""


@dataclass(frozen=True)
class Opened:
    """A program of a kind with the partners in it."""

    scene: Scene
    program: Program
    members: list[Enrollment]

    def sell(self, number: int, member: int, when: datetime, lines: list[LineInput]) -> None:
        """A sale that names its partner; `number` makes its order number."""
        enrollment = self.members[member]
        commissions.take_sale(
            seller=self.scene.seller,
            actor=self.scene.actor,
            sale=SaleInput(
                external_id=f"{self.program.slug}-{number}",
                currency="IDR",
                lines=lines,
                customer=CustomerInput(external_id=f"{self.program.slug}-{member}"),
                partner=str(enrollment.partner_id),
                program=str(self.program.pk),
                occurred_at=when,
                source="api",
            ),
        )


def add_kinds(scene: Scene) -> None:
    """One program each for loyalty, influencers, wholesale, a sponsorship, and a shared product."""
    _loyalty(scene)
    _influencer(scene)
    _reseller(scene)
    _sponsorship(scene)
    _co_branding(scene)


def _open(scene: Scene, kind: str, name: str, slug: str, summary: str, partners: tuple[str, ...],
          **answers: Any) -> Opened:  # fmt: skip
    """The program, opened, with these partners enrolled."""
    program = start_program(
        seller=scene.seller,
        actor=scene.actor,
        name=name,
        slug=slug,
        currency="IDR",
        landing_url=f"{catalogue.SHOP}/",
        summary=summary,
        terms=HONEST,
        kind=kind,
        kind_settings=answers,
        starts_at=scene.starts,
        minimum_payout={"IDR": 100_000 * IDR},
    )
    program = campaigns.open_program(program=program, actor=scene.actor)
    by_name = {person.name: enrollment for person, enrollment in scene.enrollments}
    members = [
        campaigns.enroll(program=program, partner=by_name[one].partner, actor=scene.actor)
        for one in partners
    ]
    return Opened(scene, program, members)


def _bags(sku: str, quantity: int) -> list[LineInput]:
    product = next(one for one in catalogue.PRODUCTS if one.sku == sku)
    return [
        LineInput(
            sku=product.sku,
            category=product.category,
            name=product.name,
            quantity=quantity,
            unit_amount=product.price * IDR,
        )
    ]


def _loyalty(scene: Scene) -> None:
    """A card for cafés: points on what they buy, every tenth bag free, three rewards."""
    club = _open(
        scene, "loyalty", "Kartu Kopi", "kartu-kopi",
        "Points on every bag you buy, and every tenth bag is free.",
        ("Kedai Kota", "Rumah Kopi Senja", "Warung Arabika"),
        points="0.001", every_nth=10, expiry_months=12,
    )  # fmt: skip
    for number in range(12):
        when = timezone.now() - timedelta(days=9 * number + 20, hours=3)
        club.sell(number, number % 3, when, _bags("GAYO-500", 2 + number % 3))
    work.drain(ENGINE, scene.seller.pk)
    for name, kind, cost, stock in (
        ("V60 set, ceramic", "gift", 1_200, 8),
        ("Cupping class for two", "gift", 2_500, 4),
        ("IDR 50,000 off the next order", "voucher", 500, None),
    ):
        codes = [f"KARTU-{number:03d}" for number in range(1, 21)] if kind == "voucher" else []
        create_reward(
            program=club.program,
            actor=scene.actor,
            kind=kind,
            codes=codes,
            name=name,
            cost=cost,
            stock=stock,
        )


def _influencer(scene: Scene) -> None:
    """Posts about the harvest: two approved, one waiting for a look."""
    stories = _open(
        scene, "influencer", "Cerita Panen", "cerita-panen",
        "Post about the Gayo harvest; each approved post is paid.",
        ("Sekar Diseduh", "Slow Mornings", "Kopi Malam"),
        fee=1_500_000 * IDR, pieces=3,
    )  # fmt: skip
    brief = Brief.objects.select_related("program__seller").get(program=stories.program)
    for number, member in enumerate((0, 1, 0)):
        piece = deliverables.hand_in(
            brief=brief,
            partner=stories.members[member].partner,
            actor=scene.actor,
            url=f"https://photos.example/p/gayo-{number + 1}",
            note="Reel, 45 seconds, disclosure in the first line",
        )
        if number < 2:
            deliverables.approve_deliverable(deliverable=piece, actor=scene.actor)
    work.drain(ENGINE, scene.seller.pk)


def _reseller(scene: Scene) -> None:
    """Cafés that buy by the box, with a rebate above a volume of the quarter."""
    trade = _open(
        scene, "reseller", "Grosir", "grosir",
        "Buy by the box and earn a rebate on large volumes.",
        ("Harbour Roast Supply", "Drei Tassen Cafés"),
        rebate_from=20_000_000 * IDR, rebate_rate="3",
        second_from=50_000_000 * IDR, second_rate="5",
    )  # fmt: skip
    for number in range(8):
        when = timezone.now() - timedelta(days=6 * number + 4, hours=5)
        trade.sell(number, number % 2, when, _bags("OFFICE-18", 5 - number % 4))
    work.drain(ENGINE, scene.seller.pk)


def _sponsorship(scene: Scene) -> None:
    """A festival: one part is proved and paid, the others are still to come."""
    festival = _open(
        scene, "sponsorship", "Festival Seduh 2026", "festival-seduh",
        "What was agreed for the festival, part by part.",
        ("Guild Jakarta",),
        fee=18_000_000 * IDR,
        deliverables=["Logo on the stage", "Brewing stand, two days", "Three posts"],
    )  # fmt: skip
    brief = Brief.objects.select_related("program__seller").get(
        program=festival.program, title="Logo on the stage"
    )
    piece = deliverables.hand_in(
        brief=brief,
        partner=festival.members[0].partner,
        actor=scene.actor,
        file=ContentFile(picture((600, 400)), "stage.png"),
        note="Left of the main banner",
    )
    deliverables.approve_deliverable(deliverable=piece, actor=scene.actor)


def _co_branding(scene: Scene) -> None:
    """A gift box made together: the quarter before is settled, the present one runs."""
    made = _open(
        scene, "co_branding", "Tenun × Kopi", "tenun-kopi",
        "The woven gift box that we make together.",
        ("Tenun Lestari",),
        part="35", products=["TENUN-BOX"],
    )  # fmt: skip
    begins = _quarter_before(timezone.localdate())
    start = agreement_start(made.program.kind, made.program.kind_settings)
    if start is None:  # answers always give one; without it there is nothing to settle
        return
    agreement = agreements.create_agreement(
        program=made.program,
        content=AgreementInput(
            name="Woven gift box",
            period=start.period,
            starts_on=begins,
            terms=start.terms,
            parties=[
                PartyInput(None, start.seller_part),
                PartyInput(made.members[0], start.partner_part),
            ],
            grace_days=0,
        ),
        actor=scene.actor,
    )
    first = timezone.make_aware(datetime(begins.year, begins.month, 2, 10))  # noqa: DTZ001
    for number in range(10):
        when = first + timedelta(days=12 * number)
        if when < timezone.now() - timedelta(hours=1):
            box = LineInput(
                sku="TENUN-BOX",
                category="gift",
                name="Woven gift box",
                quantity=3 + number % 4,
                unit_amount=425_000 * IDR,
            )
            made.sell(number, 0, when, [box])
    work.drain(ENGINE, scene.seller.pk)
    draft = settling.draft_next(agreement=agreement, actor=scene.actor)
    if draft is not None:
        settling.approve(settlement=draft, actor=scene.actor)


def _quarter_before(today: date) -> date:
    """The first day of the quarter before the one of `today`."""
    this = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    last = this - timedelta(days=1)
    return last.replace(month=(last.month - 1) // 3 * 3 + 1, day=1)
