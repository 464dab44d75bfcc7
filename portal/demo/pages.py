"""The demo's public pages: logos, words, what partners recommend, and a landing page."""

import io
from dataclasses import dataclass
from typing import Final

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from campaigns.models import Enrollment
from partners import services as partners
from partners.models import PartnerPage
from portal.demo import catalogue
from portal.demo.scene import Scene, picture
from tracking import services as tracking
from tracking.selectors import pages
from tracking.services.coupons import create_coupon


@dataclass(frozen=True)
class Words:
    """What a partner of the demo says of himself."""

    partner: str
    headline: str
    about: str
    topics: tuple[str, ...]
    colour: str
    coupon: str = ""


WORDS: Final = (
    Words(
        "Ngopi Pagi",
        "Brewing coffee at home, one morning at a time",
        "I write about **filter coffee for people with jobs**: ten minutes, one pot.\n\n"
        "- What I brew with is in each guide\n- I answer every mail\n\n"
        "What I recommend here I drink myself.",
        ("filter coffee", "home brewing", "brew guides"),
        "#c2622d",
        "PAGI10",
    ),
    Words(
        "Sekar Diseduh",
        "Short films from farms and roasteries",
        "A reel a week: who grew it, who roasted it, how it tastes.",
        ("video", "origin stories", "filter coffee"),
        "#7b3f61",
    ),
    Words(
        "Bean & Bicycle",
        "A letter about coffee and long rides",
        "Every second Friday. *No sponsors but the ones named at the top.*",
        ("newsletter", "travel"),
        "#2f5d8a",
    ),
    Words(
        "Drei Tassen Cafés",
        "Indonesian single origins in three Berlin cafés",
        "Kreuzberg, Wedding, Neukölln. Ask for the Gayo on the bar.",
        ("cafés", "espresso"),
        "#3d6b4f",
    ),
    Words(
        "Rumah Kopi Senja",
        "A veranda in Bandung with six coffees on the menu",
        "Open from four, closed when the last one leaves.",
        ("cafés", "bandung"),
        "#a8443a",
    ),
    Words(
        "Slow Mornings",
        "Video notes on brewing without a scale",
        "",
        ("video", "home brewing"),
        "#54688c",
    ),
    Words(
        "Filter Friday",
        "One thread, one coffee, every Friday",
        "",
        ("filter coffee", "community"),
        "#5b7a2e",
    ),
)

LANDING: Final = """# Picked in October, roasted this week

The first lots of the **Gayo highlands** are here: three farms above 1,400 metres, dried on raised \
beds, roasted in Bandung the day before they leave.

- **Gayo Natural**: blueberry, cacao, a long finish
- **Drip bags** for the office drawer
- Free delivery in Indonesia from two bags on

> “We dry slowly. The rest is patience.” *Ibu Rahma, Bener Meriah*
"""


def add_pages(scene: Scene) -> None:
    """Switches, a landing page, and pages of the partners above. Needs the seller's scope."""
    partners.set_page_settings(
        seller=scene.seller,
        actor=scene.actor,
        pages_on=True,
        directory_on=True,
        directory_intro="People and places that brew, pour and write about our coffee.",
    )
    tracking.set_coupon_parameter(program=scene.program, name="voucher", actor=scene.actor)
    landing = tracking.create_landing(
        program=scene.program,
        actor=scene.actor,
        title="The Gayo harvest is in",
        slug="gayo-harvest",
        text=LANDING,
        button="See the harvest",
        destination=f"{catalogue.SHOP}/gayo",
        image_alt="Hills at sunrise in the seller’s colours",
        file=ContentFile(picture((1200, 500)), "harvest.png"),
    )
    tracking.publish_landing(landing=landing, actor=scene.actor)
    enrolled = {person.name: enrollment for person, enrollment in scene.enrollments}
    for place, words in enumerate(WORDS):
        enrollment = enrolled.get(words.partner)
        if enrollment is None:
            continue
        page = _page(scene, enrollment, words)
        _recommend(scene, page, enrollment, words)
        if place < 3:
            link = tracking.take_landing(landing=landing, enrollment=enrollment, actor=scene.actor)
            tracking.add_page_item(
                page=page, link=link, note="What is new, and who grew it", actor=scene.actor
            )


def _page(scene: Scene, enrollment: Enrollment, words: Words) -> PartnerPage:
    partner = enrollment.partner
    return partners.save_page(
        partner=partner,
        actor=scene.actor,
        headline=words.headline,
        about=words.about,
        topics=list(words.topics),
        email=partner.email,
        logo=ContentFile(_logo(words), "logo.png"),
        is_public=True,
        is_listed=True,
    )


def _recommend(scene: Scene, page: PartnerPage, enrollment: Enrollment, words: Words) -> None:
    for link in pages.links_to_show(enrollment.partner_id, page).filter(landing=None)[:2]:
        tracking.add_page_item(page=page, link=link, actor=scene.actor)
    if words.coupon:
        coupon = create_coupon(
            enrollment=enrollment,
            code=words.coupon,
            actor=scene.actor,
            valid_from=scene.starts,
        )
        tracking.add_page_item(
            page=page,
            coupon=coupon,
            title="10 % off your first bag",
            note="Enter it at the till",
            actor=scene.actor,
        )


def _logo(words: Words) -> bytes:
    """A cup in the partner's colour, steam in as many lines as he has topics."""
    image = Image.new("RGBA", (256, 256), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, 255, 255), 56, fill=words.colour)
    draw.rounded_rectangle((60, 120, 172, 206), 34, fill="#ffffff")
    draw.arc((150, 132, 206, 186), 270, 90, fill="#ffffff", width=14)
    for number in range(len(words.topics)):
        left = 80 + 30 * number
        draw.arc((left, 60, left + 20, 106), 90, 270, fill="#ffffff", width=8)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
