"""Half a year of clicks, orders and returns, the same on every machine but for its dates."""

import uuid
from bisect import bisect
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate, islice
from random import Random

from django.utils import timezone

from campaigns.models import Material
from commissions import services as commissions
from commissions.inputs import CustomerInput, LineInput, RefundInput, SaleInput
from portal.demo import catalogue, courses
from portal.demo.catalogue import Person
from portal.demo.scene import HISTORY, IDR, Scene
from tracking import services as tracking
from tracking import tokens
from tracking.models import Link
from tracking.shipping import keep_clicks
from tracking.spool import CLICK, IMPRESSION, record

SALES = 1500
CLICKS = 12_000
SHOWN = 3_000
RETURNS = 45
BATCH = 250
CHUNK = 1000
SLICES = 34
"""Parts of the time, each with its own weights of the partners."""
LANDING_PART = 0.4
"""A landing page's link is followed less often than a partner's own."""
NO_LINK = 0.125
COUPON, COUPON_PART = "PAGI10", 0.04
AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 15; SM-A556E) AppleWebKit/537.36 Chrome/131.0 Mobile",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0",
    "Googlebot/2.1 (+http://www.google.com/bot.html)",
)
REFERRERS = (
    "https://www.instagram.com/",
    "https://www.youtube.com/watch",
    "",
    "https://ngopi-pagi.example/panduan",
)
PLACES = ("bio", "story", "blog")
COUNTRIES = ("ID", "SG", "MY", "DE")
Tell = Callable[[int], None]


class History:
    """Writes the demo's past. Every choice comes from one seeded source."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._random = Random(20261119)  # noqa: S311 - a story, not a secret
        self._addresses = [_address(self._random) for _number in range(400)]
        self._now = timezone.now()
        self._clicks: list[bytes] = []
        self._prefix = scene.seller.slug.partition("-")[0]
        self._links: list[Link] = []
        self._people: list[tuple[Person, float]] = []
        self._sums: list[list[float]] = []
        self._sold: list[tuple[SaleInput, datetime]] = []

    def make_links(self) -> None:
        """A link or two for each partner."""
        for person, enrollment in self._scene.enrollments:
            code = "-".join(person.contact.lower().split()[:1])
            for suffix, page, label in (
                ("shop", "/", person.label),
                ("gayo", "/gayo", "Gayo harvest"),
            ):
                if suffix == "gayo" and person.weight < 5:
                    continue
                link = tracking.create_link(
                    enrollment=enrollment,
                    destination=f"{catalogue.SHOP}{page}",
                    actor=self._scene.actor,
                    code=f"{self._prefix}-{code}-{suffix}",
                    label=label,
                )
                self._links.append(link)
                self._people.append((person, 1.0))

    def weigh_links(self) -> None:
        """What each link brings in each part of the time; with the landing pages' links."""
        by_partner = {one.partner_id: person for person, one in self._scene.enrollments}
        for link in Link.objects.exclude(landing=None).select_related("enrollment").order_by("id"):
            self._links.append(link)
            self._people.append((by_partner[link.enrollment.partner_id], LANDING_PART))
        for number in range(SLICES):
            gone = (number + 0.5) / SLICES
            weights = (part * self._weight(person, gone) for person, part in self._people)
            self._sums.append(list(accumulate(weights)))

    def _weight(self, person: Person, gone: float) -> float:
        joined = 1 - timedelta(days=person.joined) / HISTORY
        return person.weight * courses.share(person.course, gone, joined)

    def _link_at(self, moment: datetime) -> Link:
        gone = (moment - self._scene.starts) / (self._now - self._scene.starts)
        sums = self._sums[min(int(gone * SLICES), SLICES - 1)]
        return self._links[bisect(sums, self._random.random() * sums[-1])]

    def make_clicks(self, tell: Tell) -> None:
        """Visits that led to no order."""
        for _number in range(CLICKS // CHUNK):
            for _one in range(CHUNK):
                moment = self._moment()
                self._click(self._link_at(moment), moment)
            tell(CHUNK)

    def show_banners(self) -> None:
        """How often partners' pages showed banners with their links."""
        kinds = (Material.Kind.BANNER, Material.Kind.IMAGE)
        shown = set(Link.objects.filter(material__kind__in=kinds).values_list("pk", flat=True))
        for _one in range(SHOWN):
            moment = self._moment()
            link = self._link_at(moment)
            if link.pk in shown:
                self._click(link, moment, kind=IMPRESSION)

    def make_sales(self, tell: Tell) -> None:
        """Orders, most through a partner's link, in batches as an import sends them."""
        moments = sorted(self._moment() for _n in range(SALES))
        sold = ((self._sale(number, moment), moment) for number, moment in enumerate(moments))
        while batch := list(islice(sold, BATCH)):
            sales = [sale for sale, _moment in batch]
            commissions.take_many(seller=self._scene.seller, sales=sales, actor=self._scene.actor)
            self._sold += batch
            tell(len(batch))

    def keep_clicks(self) -> None:
        """Store every visit, those of orders too, with the sums of its day."""
        keep_clicks(self._clicks)

    def make_returns(self) -> None:
        """Some orders come back, whole or in part."""
        credited = [pair for pair in self._sold if pair[0].click_token]
        for sale, sold_at in self._random.sample(credited, RETURNS):
            line = sale.lines[0]
            part = line.net_amount if self._random.random() < 0.5 else sale.net
            moment = sold_at + timedelta(days=self._random.randint(2, 9))
            if moment < timezone.now():
                commissions.take_refund(
                    seller=self._scene.seller,
                    actor=self._scene.actor,
                    refund=RefundInput(
                        external_id=f"R-{sale.external_id}",
                        sale_external_id=sale.external_id,
                        amount=part,
                        reason="customer returned it",
                        occurred_at=moment,
                    ),
                )

    def _sale(self, number: int, moment: datetime) -> SaleInput:
        link = self._link_of_sale(moment)
        by_coupon = link is None and self._random.random() < COUPON_PART / NO_LINK
        before = timedelta(minutes=self._random.randint(3, 15 * 24 * 60))
        clicked = max(moment - before, self._scene.starts)
        return SaleInput(
            external_id=f"KN-{19000 + number}",
            currency="IDR",
            lines=list(self._lines()),
            tax=0,
            shipping=self._random.choice((0, 12_000, 18_000)) * IDR,
            customer=CustomerInput(
                external_id=f"C-{self._random.randint(1, 620):04d}",
                country=self._random.choices(COUNTRIES, (80, 8, 7, 5))[0],
            ),
            click_token=self._click(link, clicked) if link else "",
            coupon=COUPON if by_coupon else "",
            occurred_at=moment,
            source="api",
        )

    def _link_of_sale(self, moment: datetime) -> Link | None:
        """The link that brought an order; one in eight comes by itself, or by a coupon."""
        return None if self._random.random() < NO_LINK else self._link_at(moment)

    def _lines(self) -> Iterator[LineInput]:
        weights = (22, 12, 8, 12, 10, 9, 4, 10, 0.2)
        count = self._random.choices((1, 2, 3), (60, 30, 10))[0]
        chosen = self._random.choices(catalogue.PRODUCTS, weights, k=count)
        for product in {one.sku: one for one in chosen}.values():
            quantity = self._random.choices((1, 2, 3), (70, 22, 8))[0]
            amount = quantity * product.price * IDR
            tenth = amount // 10 // (1000 * IDR) * 1000 * IDR
            discount = tenth if self._random.random() < 0.15 else 0
            yield LineInput(
                quantity=quantity,
                unit_amount=product.price * IDR,
                discount=discount,
                sku=product.sku,
                category=product.category,
                name=product.name,
            )

    def _moment(self) -> datetime:
        """A moment of the past, rather late than early, more in the evening than at night."""
        share = self._random.random() ** 0.72
        span = self._now - timedelta(minutes=20) - self._scene.starts - timedelta(hours=2)
        moment: datetime = self._scene.starts + timedelta(hours=2) + span * share
        hour = self._random.choices(range(24), [1] * 6 + [4] * 12 + [7] * 4 + [3] * 2)[0]
        turned: datetime = moment.replace(hour=(hour - 7) % 24)
        in_span = self._scene.starts < turned < self._now
        return turned if in_span else moment

    def _click(self, link: Link, moment: datetime, kind: str = CLICK) -> str:
        """One visit, as the redirect tells it; its click token."""
        click_id = _id_at(moment, self._random)
        line = record(
            kind=kind,
            click_id=click_id,
            at=int(moment.timestamp() * 1000),
            link_id=link.pk,
            destination="",
            address=self._random.choice(self._addresses),
            agent=self._random.choices(AGENTS, (45, 35, 17, 3))[0],
            referrer=self._random.choices(REFERRERS, (45, 25, 18, 12))[0],
            subs=(self._random.choices(PLACES, (5, 3, 2))[0], "", "", "", ""),
            country=self._random.choices(COUNTRIES, (80, 8, 7, 5))[0],
        )
        self._clicks.append(line)
        return tokens.make(link.pk, click_id)


def _address(random: Random) -> str:
    """An address that nobody has: of the block kept for trying (RFC 2544)."""
    return f"198.18.{random.randint(0, 255)}.{random.randint(1, 254)}"


def _id_at(moment: datetime, random: Random) -> uuid.UUID:
    """A version 7 UUID of a past moment; a click's id carries its time."""
    milliseconds = int(moment.timestamp() * 1000)
    value = milliseconds << 80 | 7 << 76 | random.getrandbits(12) << 64
    return uuid.UUID(int=value | 2 << 62 | random.getrandbits(62))
