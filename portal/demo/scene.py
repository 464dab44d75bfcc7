"""The demo seller with his team, programs, rules, partners and materials."""

import io
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from campaigns import services as campaigns
from campaigns.models import Enrollment, Program
from commissions import services as commissions
from commissions.services.rulebook import RuleInput
from portal.demo import catalogue, people
from portal.demo.catalogue import Person
from prm.money import exponent
from sellers import services as sellers
from sellers.actors import Actor
from sellers.models import Seller, User

SLUG = "kopi-nusantara"
HISTORY = timedelta(days=170)
IDR = 10 ** exponent("IDR")


@dataclass
class Scene:
    """What the later steps of the demo build on."""

    seller: Seller
    owner: User
    finance: User
    program: Program
    starts: datetime
    enrollments: list[tuple[Person, Enrollment]] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        """The owner, as services want him."""
        return Actor.person(self.owner)


def open_seller() -> tuple[Seller, User]:
    """The seller, opened by his owner."""
    owner = people.make_login("owner")
    seller = sellers.sign_up_seller(
        user=owner,
        name="Kopi Nusantara",
        slug=SLUG,
        currency="IDR",
        country="ID",
        time_zone="Asia/Jakarta",
        language="en",
    )
    return seller, owner


def set_up(seller: Seller, owner: User) -> Scene:
    """Team, brand, programs with their rules. Needs the seller's scope."""
    actor = Actor.person(owner)
    finance = people.make_login("finance")
    for user, role in ((finance, "finance"), (people.make_login("auditor"), "auditor")):
        invitation = sellers.invite_staff(seller=seller, email=user.email, role=role, actor=actor)
        sellers.accept_invitation(invitation=invitation, user=user)
    sellers.change_seller(seller=seller, actor=actor, website=catalogue.SHOP, payout_day=10)
    sellers.set_branding(seller=seller, brand_colour="#12594b", mark_colour="#a4572a", actor=actor)
    starts = timezone.now() - HISTORY
    return Scene(seller, owner, finance, _programs(seller, actor, starts), starts)


def agree_with_star(scene: Scene) -> None:
    """The rule that was agreed with the partner who sells most."""
    star = scene.enrollments[0][1].partner
    commissions.create_rule(
        program=scene.program,
        partner=star,
        actor=scene.actor,
        rule=RuleInput(
            "Ngopi Pagi, brew guide",
            {"type": "percent", "rate": "12"},
            valid_from=scene.starts + timedelta(hours=1),
            reason="Agreed for the brew guide series",
        ),
    )


def add_materials(scene: Scene) -> None:
    """A campaign with texts and banners."""
    today = timezone.localdate()
    campaign = campaigns.create_campaign(
        program=scene.program,
        actor=scene.actor,
        name="Gayo harvest 2026",
        summary="First lots of the new harvest, with story, prices and dates.",
        starts_on=today - timedelta(days=12),
        ends_on=today + timedelta(days=40),
    )
    texts = (
        ("Caption for a reel", "id", catalogue.CAPTION),
        ("Newsletter", "en", catalogue.LETTER),
    )
    for name, language, text in texts:
        campaigns.create_material(
            program=scene.program, actor=scene.actor, kind="text", name=name, language=language,
            text=text, campaign=campaign,
        )  # fmt: skip
    for name, size in (
        ("Harvest banner, wide", (970, 250)),
        ("Harvest banner, square", (600, 600)),
    ):
        campaigns.create_material(
            program=scene.program, actor=scene.actor, kind="banner", name=name,
            file=ContentFile(picture(size), f"harvest-{size[0]}x{size[1]}.png"), campaign=campaign,
        )  # fmt: skip


def _programs(seller: Seller, actor: Actor, starts: datetime) -> Program:
    program = campaigns.create_program(
        seller=seller,
        actor=actor,
        name="Affiliate Indonesia",
        slug="affiliate-indonesia",
        currency="IDR",
        landing_url=f"{catalogue.SHOP}/",
        summary="Recommend single-origin coffee and earn on every order.",
        terms=catalogue.TERMS,
        window_days=30,
        hold_days=14,
        minimum_payout={"IDR": 100_000 * IDR},
    )
    commissions.create_rule(
        program=program,
        actor=actor,
        rule=RuleInput("All sales", {"type": "percent", "rate": "8"}, valid_from=starts),
    )
    return campaigns.open_program(program=program, actor=actor)


def picture(size: tuple[int, int]) -> bytes:
    """A quiet picture in the seller's colours: hills under a sun."""
    width, height = size
    picture = Image.new("RGB", size, "#12594b")
    draw = ImageDraw.Draw(picture)
    radius = height // 4
    centre = (width * 3 // 4, height // 2)
    draw.ellipse(
        (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius),
        fill="#a4572a",
    )
    for step, colour in enumerate(("#0f4c41", "#0c3d34", "#092e28")):
        top = height * (5 + step) // 9
        points = [(0, height), (0, top), (width * (2 + step) // 6, top - height // 6),
                  (width * (4 + step) // 7, top + height // 9), (width, top - height // 12),
                  (width, height)]  # fmt: skip
        draw.polygon(points, fill=colour)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
