"""Materials in the portal: tiers, versions, his own link, figures, feeds."""

import csv
import html
import io
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from campaigns import services
from campaigns.materials import making
from campaigns.models import Material, MaterialDay
from commissions import material_usage
from commissions.models import ResultDay
from prm.errors import Unacceptable
from tests.campaigns.scene import image, make_partner, make_program, upload
from tests.cast import Team, make_team, make_user, signed_in
from tracking.models import Link, LinkDay

FEED = (
    "sku,name,url,price\n"
    "1,Gayo,https://shop.example.com/gayo,97900 IDR\n"
    '2,"=HYPERLINK(""x"")",https://shop.example.com/toraja?a=1&b=2,109900 IDR\n'
)
XML_FEED = """<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><channel>
<item><g:id>1</g:id><title>Gayo &amp; co</title><link>https://shop.example.com/gayo</link></item>
</channel></rss>"""


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


class Own:
    """A program with one partner in it, and his admin's browser."""

    def __init__(self, team: Team) -> None:
        self.team = team
        user = make_user("Rani Admin")
        with team.scope():
            self.program = make_program(team)
            self.partner = make_partner(team, self.program, user)
        self.client = signed_in(user)
        self.url = team.url("materials/", "portal")

    def put_up(self, **fields: Any) -> Material:
        values = {"kind": "text", "name": "Letter", "text": "Hello {link}", **fields}
        with self.team.scope():
            return services.create_material(program=self.program, actor=self.team.actor, **values)

    def page(self, material: Material, **more: str) -> str:
        return html.unescape(self.client.get(self.url, {"open": str(material.pk), **more}).text)

    def link(self, material: Material, where: str = "") -> Link:
        answer = self.client.post(f"{self.url}{material.pk}/link/", {"where": where})
        assert answer.status_code == 302
        with self.team.scope():
            return Link.objects.get(material=material, sub1=where)


@pytest.fixture
def own(team: Team) -> Own:
    """A partner of his own for each test."""
    return Own(team)


def test_his_link_of_a_material_is_made_once_for_each_place(own: Own) -> None:
    letter = own.put_up()
    link = own.link(letter)
    assert f"/r/{link.code}" in own.page(letter)
    assert own.link(letter) == link
    blog = own.link(letter, "blog-top")
    assert f"/r/{blog.code}" in own.page(letter, where="blog-top")
    assert own.client.post(f"{own.url}{letter.pk}/link/", {"where": "x" * 101}).status_code == 422
    with own.team.scope():
        assert Link.objects.filter(material=letter).count() == 2
    scanned = own.link(letter, "qr")
    assert "3 cm or more" in own.page(letter)
    code = own.client.get(f"{own.url}{letter.pk}/code.svg")
    assert code.headers["Content-Disposition"] == f'attachment; filename="{scanned.code}.svg"'


def test_tiers_and_ends_decide_who_has_it(own: Own) -> None:
    with own.team.scope():
        gold = services.create_tier(
            program=own.program, actor=own.team.actor, key="gold", name="Gold", rank=2
        )
        enrollment = own.partner.enrollments.get()
    shut = own.put_up(name="For gold only", tier=gold)
    over = own.put_up(name="Gone", expires_on=timezone.localdate() - timedelta(days=1))
    last = own.put_up(name="Last day", expires_on=timezone.localdate())
    page = own.client.get(own.url).text
    assert "For partners from Gold on." in page
    assert f"open={shut.pk}" not in page
    assert f"open={over.pk}" not in page
    assert f"open={last.pk}" in page
    with own.team.scope():
        services.place_enrollment(enrollment=enrollment, actor=own.team.actor, tier=gold)
    assert f"open={shut.pk}" in own.client.get(own.url).text


def test_a_new_version_keeps_the_address_and_is_told(own: Own) -> None:
    banner = own.put_up(kind="banner", text="", file=upload("x.png", image()))
    own.client.get(f"{own.url}{banner.pk}/file/")
    until = timezone.localdate() + timedelta(days=5)
    with own.team.scope(), pytest.raises(Unacceptable):
        services.renew_material(material=banner, actor=own.team.actor, note="")
    marketer = signed_in(own.team.marketer)
    answer = marketer.post(
        own.team.url(f"materials/{banner.pk}/renew/"),
        {"file": upload("y.png", image(size=(80, 50))), "note": "New date", "old_until": until},
    )
    assert answer.status_code == 302
    page = own.page(banner)
    assert "You took version 1." in page
    assert "New date" in page
    assert "80 × 50" in page
    shown = Client().get(f"/{own.team.seller.slug}/banners/{banner.pk}/")
    assert shown.status_code == 200
    old = marketer.get(own.team.url(f"materials/{banner.pk}/file/"), {"version": "1"})
    assert b"".join(old.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    own.client.get(f"{own.url}{banner.pk}/file/")
    assert "You took version 1." not in own.page(banner)


def test_figures_come_from_the_sums_of_its_links(own: Own) -> None:
    letter, other = own.put_up(name="Quince"), own.put_up(name="Medlar")
    link, day = own.link(letter), timezone.localdate()
    own.page(letter)
    with own.team.scope():
        seller = own.team.seller
        LinkDay.objects.create(seller=seller, link_id=link.pk, day=day, clicks=200, impressions=9)
        ResultDay.objects.create(
            seller=seller, partner_id=own.partner.pk, day=day, currency="EUR", link_id=link.pk,
            sales=5, amount_minor=50_000, earned_minor=5_000,
        )  # fmt: skip
        found = material_usage.usages([letter.pk, other.pk], day, day)
        assert (found[letter.pk].clicks, found[letter.pk].sales) == (200, 5)
        assert found[letter.pk].earned == {"EUR": 5_000}
        assert found[other.pk] == material_usage.Usage()
        (row,) = material_usage.by_partner(letter.pk, day, day)
        assert (row.partner_id, row.clicks, row.sales) == (own.partner.pk, 200, 5)
        assert MaterialDay.objects.get(material=letter).views >= 1
    page = own.page(letter)
    assert "2.5" in page
    best = own.client.get(own.url, {"sort": "-sale_count"}).text
    assert best.index("Quince") < best.index("Medlar")
    console = signed_in(own.team.marketer).get(own.team.url(f"materials/{letter.pk}/")).text
    assert "2.5" in console
    assert own.partner.name in console
    stranger = Own(own.team)
    with own.team.scope():
        theirs = material_usage.usages([letter.pk], day, day, partner_id=stranger.partner.pk)
    assert theirs[letter.pk].clicks == 0


@pytest.mark.parametrize("content", [FEED, XML_FEED])
def test_a_feed_leads_through_his_link(own: Own, content: str) -> None:
    feed = own.put_up(kind="feed", text="", file=upload("feed.csv", content.encode()))
    link = own.link(feed)
    assert f"/feeds/{link.code}.csv" in own.page(feed)
    address = f"/{own.team.seller.slug}/feeds/{link.code}"
    answer = Client().get(f"{address}.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))  # type: ignore[attr-defined]
    assert f"/r/{link.code}?url=https%3A%2F%2Fshop.example.com%2Fgayo" in rows[0]["link"]
    assert not any(value.startswith("=") for row in rows for value in row.values())
    xml = b"".join(Client().get(f"{address}.xml").streaming_content)  # type: ignore[attr-defined]
    assert len(ElementTree.fromstring(xml).findall("channel/item")) == len(rows)
    again = Client().get(f"{address}.csv", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    with own.team.scope():
        services.withdraw_material(material=feed, actor=own.team.actor)
    for gone in (f"{address}.csv", f"{address}.pdf", f"/{own.team.seller.slug}/feeds/none.csv"):
        assert Client().get(gone).status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("id,title\n1,a\n", "no link"),
        ("id,title,link\n1,a,https://evil.example/x\n", "does not lead to"),
        ("id,title,link\n", "No products"),
        ('<!DOCTYPE r [<!ENTITY a "b">]><r><item/></r>', "DOCTYPE"),
        ("<r><item></r>", "line 1"),
        ("<a>" * 30, "too deeply"),
    ],
)
def test_bad_feeds_are_refused_in_plain_words(own: Own, content: str, words: str) -> None:
    with pytest.raises(Unacceptable) as caught:
        own.put_up(kind="feed", text="", file=upload("feed.xml", content.encode()))
    assert words in caught.value.errors[0].message


def test_each_kind_needs_what_it_is(own: Own) -> None:
    for kind, fields, missing in (
        ("landing", {}, "destination"),
        ("landing", {"destination": "https://evil.example/"}, "destination"),
        ("video", {}, "url"),
        ("social", {}, "text"),
    ):
        with pytest.raises(Unacceptable) as caught:
            own.put_up(kind=kind, **{"text": "", **fields})
        assert caught.value.errors[0].field == missing
    page = own.put_up(kind="landing", text="", destination="https://shop.example.com/gayo")
    assert own.link(page).destination == "https://shop.example.com/gayo"
    video = own.put_up(kind="video", text="", url="https://video.example/1")
    assert "https://video.example/1" in own.page(video)
    post = own.put_up(kind="social", file=upload("x.png", image()))
    assert "Copy text" in own.page(post)


def test_a_banner_on_his_page_carries_his_name(own: Own) -> None:
    banner = own.put_up(
        kind="banner", text="", file=upload("x.png", image(size=(600, 314))), co_brand="free"
    )
    asked = own.client.post(
        f"{own.url}{banner.pk}/name/", {"name": "Sekar Diseduh", "contact": "code SEKAR15"}
    )
    assert asked.status_code == 302
    assert "Being made" in own.page(banner)
    while making.step(own.team.seller.pk):
        pass
    page = own.page(banner)
    assert "PNG with your name" in page
    with own.team.scope():
        link = Link.objects.get(material=banner)
    shown, plain = (
        b"".join(
            Client().get(f"/{own.team.seller.slug}/banners/{banner.pk}/{end}").streaming_content  # type: ignore[attr-defined]
        )
        for end in (f"{link.code}/", "")
    )
    assert f"/banners/{banner.pk}/{link.code}/" in page
    assert shown != plain
    refused = own.client.post(f"{own.url}{banner.pk}/name/", {"name": ""})
    assert refused.status_code == 422
