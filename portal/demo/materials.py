"""Materials of every kind in the demo, and partners who use them."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

import typst
from django.core.files.base import ContentFile
from django.utils import timezone

from campaigns import services as campaigns
from campaigns.models import Material, MaterialDay, MaterialUse
from partners.models import Member
from portal.demo import catalogue
from portal.demo.scene import Scene, picture
from tracking.models import Link

BREW_CARD: Final = """
#set page(width: 105mm, height: 148mm, fill: rgb("#12594b"), margin: 12mm)
#set text(fill: white, size: 11pt)
#text(size: 22pt, weight: "bold")[V60 at home]
#v(4mm)
15 g medium fine \\ 250 ml at 92 °C \\ 3 pours, 2:45
#v(6mm)
Bloom with 40 ml for 30 seconds, then pour to 150 ml and to 250 ml in slow circles.
"""
POST: Final = """Tiga kantong, tiga kebun: Gayo, Toraja, Bajawa. Pilih satu, seduh pagi ini.
Kerja sama berbayar dengan Kopi Nusantara. {link}"""
PRODUCTS: Final = (
    ("BEAN-GAYO-250", "Gayo Natural, 250 g", "gayo", 97_900),
    ("BEAN-TORJ-250", "Toraja Sapan, 250 g", "toraja", 109_900),
    ("BEAN-BAJW-250", "Flores Bajawa, 250 g", "bajawa", 99_000),
    ("BEAN-KINT-1K", "Kintamani, 1 kg", "kintamani", 344_900),
    ("BREW-V60-02", "V60 dripper", "v60", 145_000),
    ("BREW-SRV-06", "Server, 600 ml", "server", 189_000),
    ("BREW-FLT-100", "Filters, 100", "filters", 59_000),
    ("GIFT-TRIO", "Three gardens, gift box", "trio", 289_000),
)

TAKEN: Final = 0.35


def add_materials(scene: Scene) -> list[Material]:
    """One of each kind beside the campaign's, one of them in its second version."""
    card = _put_up(
        scene,
        kind="document",
        name="V60 brew card",
        description="Print it, or send it along: your name and a code to scan stand at its foot.",
        file=ContentFile(typst.compile(BREW_CARD.encode()), "v60-brew-card.pdf"),
        language="en",
        co_brand="approved",
    )
    wide = _put_up(
        scene,
        kind="banner",
        name="Three bags, wide",
        description="Stands all year; yours with your name on it.",
        file=ContentFile(picture((1200, 628)), "three-bags-1200x628.png"),
        co_brand="free",
    )
    campaigns.renew_material(
        material=wide,
        actor=scene.actor,
        note="Warmer colours, and the new logo.",
        file=ContentFile(picture((1200, 630)), "three-bags-1200x630.png"),
        old_until=timezone.localdate() + timedelta(days=21),
    )
    return [
        wide,
        card,
        _put_up(scene, kind="social", name="Three gardens", text=POST, language="id",
                file=ContentFile(picture((1080, 1080)), "three-gardens.png")),
        _put_up(scene, kind="landing", name="Gayo, the whole story", language="en",
                description="Farm, drying and roast, with a basket beside it.",
                destination=f"{catalogue.SHOP}/gayo"),
        _put_up(scene, kind="video", name="From farm to cup, 24 seconds", language="id",
                description="With subtitles; put your link below it.",
                url="https://video.kopinusantara.example/farm-to-cup"),
        _put_up(scene, kind="feed", name="Products with prices",
                description="For your shop page or a comparison site.",
                file=ContentFile(_feed().encode(), "products.csv")),
        _put_up(scene, kind="image", name="Hills at harvest", co_brand="free",
                file=ContentFile(picture((1080, 1350)), "hills.png"),
                expires_on=timezone.localdate() + timedelta(days=11)),
    ]  # fmt: skip


def use_materials(scene: Scene, made: Sequence[Material]) -> None:
    """Lets links be those of materials, with half a year of looks and downloads."""
    used = [one for one in made if one.kind in {"banner", "social", "landing", "video", "image"}]
    links = list(
        Link.objects.filter(enrollment__program=scene.program, landing=None).order_by("id")
    )
    for number, link in enumerate(links):
        if number % 3:
            link.material = used[number % len(used)]
    Link.objects.bulk_update(links, ["material"])
    _look_and_take(scene)


def _look_and_take(scene: Scene) -> None:
    """The newer and the more a partner sells, the more he looks; one look in three takes it."""
    chance = Random(20261122)  # noqa: S311 - a story, not a secret
    today = timezone.localdate()
    people = dict(Member.objects.order_by("-id").values_list("partner_id", "user_id"))
    days: dict[tuple[uuid.UUID, uuid.UUID, date], MaterialDay] = {}
    uses = []
    for material in Material.objects.filter(program=scene.program).order_by("id"):
        for person, enrollment in scene.enrollments:
            user = people.get(enrollment.partner_id)
            if user is None:
                continue
            for _time in range(chance.randint(0, 1 + person.weight // 4)):
                back = timedelta(days=int(person.joined * chance.random() ** 1.6))
                day = days.setdefault(
                    (material.pk, enrollment.partner_id, today - back),
                    MaterialDay(
                        seller=scene.seller,
                        material=material,
                        partner=enrollment.partner,
                        day=today - back,
                    ),
                )
                day.views += chance.randint(1, 3)
                if chance.random() < TAKEN:
                    day.downloads += 1
                    uses.append(
                        MaterialUse(
                            seller=scene.seller,
                            material=material,
                            partner=enrollment.partner,
                            user_id=user,
                            version=material.version,
                        )
                    )
    MaterialDay.objects.bulk_create(days.values())
    MaterialUse.objects.bulk_create(uses)


def put_names_on(scene: Scene, made: Sequence[Material]) -> None:
    """Three ask for their name on one, which the worker makes: two cards will want approval."""
    by_kind = {one.kind: one for one in made}
    star, second, third = (enrollment.partner for _person, enrollment in scene.enrollments[:3])
    card = by_kind["document"]
    for material, partner in ((card, star), (card, second), (by_kind["banner"], third)):
        campaigns.ask_for_branding(
            material=material,
            partner_id=partner.pk,
            actor=scene.actor,
            name=partner.name[:80],
            contact=partner.website.removeprefix("https://").rstrip("/"),
            link_url=Link.objects.filter(enrollment__partner=partner).earliest("id").url,
        )


def _put_up(scene: Scene, **fields: Any) -> Material:
    return campaigns.create_material(program=scene.program, actor=scene.actor, **fields)


def _feed() -> str:
    rows = [
        f'{sku},"{title}",{catalogue.SHOP}/{page},{price} IDR,in_stock'
        for sku, title, page, price in PRODUCTS
    ]
    return "\n".join(["id,title,link,price,availability", *rows]) + "\n"
