"""The shipper against COPY of ready-made rows and two upserts written by hand.

Both fill the same partitioned table with the same kind of clicks, in transactions of the same
size. By hand nothing is left to find out: rows have their seller, visitor, country, device and
reason, the two sums are counted beforehand, and no offset, machine or stranger is looked for.
"""

import gc
import io
import os
import random
import secrets
import statistics
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
from psycopg2.extras import execute_values

from bench.measure import Measured, make_seller, timed
from campaigns import services as campaigns
from partners import services as partners
from prm.ids import new_text_id
from sellers.scope import seller_scope
from tracking import services
from tracking.agents import bot_reason, device_of
from tracking.shipping.shipper import CHUNK_BYTES, SWITCH_SECONDS, Shipper
from tracking.spool import Place, record

CLICKS = int(os.environ.get("PRM_BENCH_CLICKS", "200000"))
ROUNDS = 5
PARTNERS = 100
LINKS_EACH = 3
ADDRESSES = 40_000
GOAL = 0.6

_COPY = """
COPY tracking_click (id, at, seller_id, link_id, destination, address, visitor, agent, device,
    country, referrer, bot_reason, sub1, sub2, sub3, sub4, sub5) FROM STDIN
"""
_LINK_DAYS = """
INSERT INTO tracking_linkday AS old (seller_id, link_id, day, clicks, bots, visitors, impressions)
VALUES %s ON CONFLICT (seller_id, link_id, day)
DO UPDATE SET clicks = old.clicks + EXCLUDED.clicks, bots = old.bots + EXCLUDED.bots
"""
_PARTNER_DAYS = """
INSERT INTO tracking_partnerday AS old (seller_id, partner_id, program_id, dimension, day, value,
    clicks, bots, visitors, impressions)
VALUES %s ON CONFLICT (seller_id, partner_id, program_id, dimension, day, value)
DO UPDATE SET clicks = old.clicks + EXCLUDED.clicks, bots = old.bots + EXCLUDED.bots
"""
_SYSTEMS = (
    "Windows NT 10.0; Win64; x64",
    "Macintosh; Intel Mac OS X 10_15_7",
    "X11; Linux x86_64",
    "Linux; Android 14; SM-A546B",
    "Linux; Android 13; Redmi Note 12",
    "iPhone; CPU iPhone OS 18_5 like Mac OS X",
)


@dataclass(frozen=True)
class Owned:
    """A link and whose it is."""

    id: str
    partner_id: str
    program_id: str


class Traffic:
    """A seller's links and the people and machines that follow them."""

    def __init__(self) -> None:
        self.dice = random.Random(4)
        self.seller, actor = make_seller()
        self.links: list[Owned] = []
        with seller_scope(self.seller.pk):
            program = campaigns.create_program(
                seller=self.seller, actor=actor, name="Bench", slug="bench", currency="EUR",
                landing_url="https://shop.example/", terms="None.",
            )  # fmt: skip
            for number in range(PARTNERS):
                partner = partners.create_partner(
                    seller=self.seller, actor=actor, name=f"Partner {number}"
                )
                enrollment = campaigns.enroll(program=program, partner=partner, actor=actor)
                for _one in range(LINKS_EACH):
                    link = services.create_link(
                        enrollment=enrollment, destination="https://shop.example/", actor=actor
                    )
                    self.links.append(Owned(str(link.pk), str(partner.pk), str(program.pk)))
        pick = self.dice.randrange
        self.agents = [
            f"Mozilla/5.0 ({_SYSTEMS[n % 6]}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"
            f"{100 + n % 40}.0.{pick(7000)}.{pick(200)}{' Mobile' * (n % 6 > 2)} Safari/537.36"
            for n in range(800)
        ] + [
            f"Mozilla/5.0 (compatible; Robot{n}Bot/1.{n}; +https://robots.example)"
            for n in range(50)
        ]
        # nine of ten visitors live in one country, as those of most shops do
        self.addresses = [
            f"{36 if n % 10 else pick(1, 220)}.{pick(64, 95)}.{pick(256)}.{pick(1, 255)}"
            for n in range(ADDRESSES)
        ]
        # a partner's visitors come from his own pages and from a few large places
        self.pages = {
            one.id: [
                *(f"https://blog-of-{one.partner_id[-6:]}.example/{n}?ref=us" for n in range(20)),
                "https://www.instagram.com/", "https://t.example/", "",
            ]
            for one in self.links
        }  # fmt: skip
        self.at = int(datetime.now(UTC).timestamp() * 1000) - 3_600_000

    def clicks(self, count: int) -> Iterator[tuple[str, int, Owned, str, str, str, str]]:
        """Id, milliseconds, link, address, agent, referrer and first sub-id of each."""
        choose = self.dice.choice
        for number in range(count):
            sub = f"place{number % 6}" if number % 2 else ""
            link = choose(self.links)
            yield (
                new_text_id(), self.at + number % 3_600_000, link,
                choose(self.addresses), choose(self.agents), choose(self.pages[link.id]), sub,
            )  # fmt: skip


def spooled(traffic: Traffic, place: Place, count: int) -> None:
    """Segments as redirects leave them, the writers gone."""
    place.prepare()
    lines: list[bytes] = []
    for click_id, at, link, address, agent, referrer, sub in traffic.clicks(count):
        lines.append(
            record(
                click_id=click_id, at=at, link_id=link.id, address=address, agent=agent,
                referrer=referrer, subs=(sub, "", "", "", ""),
            )
        )  # fmt: skip
        if len(lines) == 40_000 or len(lines) == count:
            _write(place, lines)
    if lines:
        _write(place, lines)


def _write(place: Place, lines: list[bytes]) -> None:
    name = f"{len(list(place.directory.iterdir())):013d}-1-{secrets.token_hex(3)}.log"
    (place.directory / name).write_bytes(b"".join(lines))
    lines.clear()


@dataclass
class Batch:
    """What the hand-written way is given: rows for COPY, and both sums."""

    rows: io.StringIO
    link_days: list[tuple[object, ...]]
    partner_days: list[tuple[object, ...]]


def ready_made(traffic: Traffic, count: int, size: int) -> list[Batch]:
    """The same kind of clicks with everything known."""
    batches = []
    clicks = list(traffic.clicks(count))
    seller = str(traffic.seller.pk)
    for start in range(0, count, size):
        rows = io.StringIO()
        links: Counter[tuple[Owned, object, bool]] = Counter()
        for click_id, at, link, address, agent, referrer, sub in clicks[start : start + size]:
            moment = datetime.fromtimestamp(at / 1000, tz=UTC)
            reason = bot_reason(agent)
            visitor = uuid.uuid4().hex[:22]
            kept = address.rpartition(".")[0] + ".0"
            rows.write(
                f"{click_id}\t{moment.isoformat()}\t{seller}\t{link.id}\t\t{kept}\t{visitor}\t{agent}"
                f"\t{device_of(agent).value}\tID\t{referrer}\t{reason}\t{sub}\t\t\t\t\n"
            )
            links[link, moment.date(), bool(reason)] += 1
        rows.seek(0)
        batches.append(_summed(seller, rows, links))
    return batches


def _summed(seller: str, rows: io.StringIO, links: "Counter[tuple[Owned, object, bool]]") -> Batch:
    of_link: dict[tuple[object, ...], list[int]] = {}
    of_partner: dict[tuple[object, ...], list[int]] = {}
    for (link, day, is_bot), times in links.items():
        of_link.setdefault((seller, link.id, day), [0, 0])[is_bot] += times
        partner = (seller, link.partner_id, link.program_id, "", day, "")
        of_partner.setdefault(partner, [0, 0])[is_bot] += times
    return Batch(
        rows,
        [(*key, *counts, 0, 0) for key, counts in of_link.items()],
        [(*key, *counts, 0, 0) for key, counts in of_partner.items()],
    )


def by_hand(batches: list[Batch]) -> None:
    """COPY and two upserts, a transaction for each batch, as a role that no policy binds."""
    connection = psycopg2.connect(os.environ["PRM_BENCH_POSTGRES"])
    try:
        for batch in batches:
            with connection, connection.cursor() as cursor:
                cursor.copy_expert(_COPY, batch.rows)
                execute_values(cursor, _LINK_DAYS, batch.link_days, page_size=10_000)
                execute_values(cursor, _PARTNER_DAYS, batch.partner_days, page_size=10_000)
    finally:
        connection.close()


def shipped(shipper: Shipper) -> None:
    """All that the spool holds."""
    while shipper.step():
        pass


def one_round(traffic: Traffic, count: int) -> dict[str, float]:
    """Clicks per second of both ways, the first one changing from round to round."""
    with tempfile.TemporaryDirectory() as directory:
        place = Place(Path(directory))
        spooled(traffic, place, count)
        size = CHUNK_BYTES // 330
        batches = ready_made(traffic, count, size)
        shipper = Shipper(place)
        gc.collect()
        ways = [
            ("ours", lambda: shipped(shipper)),
            ("by hand", lambda: by_hand(batches)),
        ]
        if traffic.dice.random() < 0.5:
            ways.reverse()
        return {name: count / timed(way) for name, way in ways}


def measure() -> list[Measured]:
    """Medians of interleaved rounds, after one that warms both up."""
    sys.setswitchinterval(SWITCH_SECONDS)  # as the shipper's own process has it
    traffic = Traffic()
    one_round(traffic, CLICKS // 4)
    rounds = [one_round(traffic, CLICKS) for _round in range(ROUNDS)]
    median = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
    ratio = median["ours"] / median["by hand"]
    return [
        Measured(
            "Shipper, with machines told and all sums, against COPY and two upserts",
            median["ours"], median["by hand"], "clicks/s", ratio, GOAL,
        )
    ]  # fmt: skip
