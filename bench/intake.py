"""Sales over the API, one by one and by the thousand, against a view that only inserts."""

import contextlib
import itertools
import os
import statistics
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg2

from bench.load import Load, drive, request
from bench.measure import Bench, Measured, make_bench
from bench.serving import apart, serving
from campaigns.models import Enrollment
from prm.ids import new_id
from sellers.roles import API_SCOPES
from sellers.scope import seller_scope
from sellers.services import make_api_key
from tracking import services as tracking
from tracking import tokens

ROUNDS = int(os.environ.get("PRM_BENCH_ROUNDS", "5"))
SECONDS = float(os.environ.get("PRM_BENCH_SECONDS", "6"))
CONNECTIONS = 8
BATCH, BATCH_CONNECTIONS = 1000, 2
LINKS, CLICKS = 20, 1000
LINE = '{{"sku":"S-{0}","name":"House beans","category":"beans","quantity":{0},"unit_amount":1990}}'
SALE = f'"currency":"EUR","lines":[{",".join(map(LINE.format, (1, 2, 3)))}]'
TABLE = """
    CREATE TABLE IF NOT EXISTS bench_sale (
        id uuid PRIMARY KEY,
        created_at timestamptz NOT NULL DEFAULT now(),
        seller_id uuid NOT NULL,
        external_id varchar(120) NOT NULL,
        currency varchar(3) NOT NULL,
        amount_minor bigint NOT NULL,
        lines jsonb NOT NULL,
        click_token varchar(200) NOT NULL,
        UNIQUE (seller_id, external_id)
    );
    GRANT SELECT, INSERT ON bench_sale TO prm_app;
"""
NO_LIMIT = {"PRM_API_RATE": "1000000000/min"}


@dataclass(frozen=True)
class Shop:
    """What sends sales: a key, and clicks of several links."""

    bench: Bench
    secret: str
    clicks: list[str]

    def singles(self, path: str) -> Iterator[bytes]:
        """One request after the other, one sale each."""
        for body in self._sales():
            yield self._request(path, body)

    def batches(self, path: str) -> Iterator[bytes]:
        """One request after the other, BATCH sales each."""
        sales = self._sales()
        while True:
            yield self._request(path, b"[" + b",".join(itertools.islice(sales, BATCH)) + b"]")

    def _sales(self) -> Iterator[bytes]:
        """Sales of three lines, each credited by a click; quick, for others need the processor."""
        mark = uuid.uuid4().hex[:12]
        for number, click in zip(itertools.count(), itertools.cycle(self.clicks)):
            yield f'{{"external_id":"{mark}-{number}","click_token":"{click}",{SALE}}}'.encode()

    def _request(self, path: str, body: bytes) -> bytes:
        headers = {
            "content-type": "application/json",
            "authorization": f"Bearer {self.secret}",
            "idempotency-key": uuid.uuid4().hex,
        }
        return request("POST", path, headers, body)


def open_shop() -> Shop:
    """A new seller with a key that may send sales, and links of one partner."""
    bench = make_bench()
    with seller_scope(bench.seller.pk):
        enrollment = Enrollment.objects.select_related("program", "seller", "partner").get()
        links = [
            tracking.create_link(
                enrollment=enrollment, destination="https://shop.example/", actor=bench.actor
            ).pk
            for _number in range(LINKS)
        ]
        _key, secret = make_api_key(
            seller=bench.seller, name="Bench", scopes=list(API_SCOPES), actor=bench.actor
        )
    clicks = [tokens.make(links[number % LINKS], new_id()) for number in range(CLICKS)]
    return Shop(bench, secret, clicks)


def measure() -> list[Measured]:
    """Ours and the bare view in turn, on one server process each; medians of the rounds."""
    shop = open_shop()
    rates: dict[str, list[float]] = {}
    with (
        _bare_table(),
        apart(),
        serving("prm.wsgi:application", NO_LIMIT) as ours,
        serving("bench.bare:application") as against,
    ):
        for _round in range(ROUNDS + 1):  # the first one warms up
            for name, load, sales in (
                ("one", _drive(ours, shop.singles("/api/v1/sales")), 1),
                ("bare one", _drive(against, shop.singles("/one")), 1),
                ("many", _drive(ours, shop.batches("/api/v1/sales/batch"), many=True), BATCH),
                ("bare many", _drive(against, shop.batches("/many"), many=True), BATCH),
            ):
                rates.setdefault(name, []).append(load.rate * sales)
    median = {name: statistics.median(each[1:]) for name, each in rates.items()}
    return [
        _compared("One sale a call, all on, against a bare view", median, "one", 0.15),
        _compared(f"{BATCH:,} sales a call, against a bare view", median, "many", 0.12),
    ]


def _drive(port: int, requests: Iterator[bytes], *, many: bool = False) -> Load:
    connections = BATCH_CONNECTIONS if many else CONNECTIONS
    load = drive(port, requests, connections=connections, seconds=SECONDS)
    wrong = {status for status in load.statuses if status not in (200, 201)}
    if wrong:
        raise RuntimeError(f"answers {dict(load.statuses)}: {load.last_body[:400]!r}")
    return load


def _compared(name: str, median: dict[str, float], ours: str, goal: float) -> Measured:
    against = median[f"bare {ours}"]
    return Measured(name, median[ours], against, "sales/s", median[ours] / against, goal)


@contextlib.contextmanager
def _bare_table() -> Iterator[None]:
    _execute(TABLE)
    try:
        yield
    finally:
        _execute("DROP TABLE bench_sale")


def _execute(sql: str) -> None:
    """As the owner of the server, for the product's role makes no tables."""
    server = psycopg2.connect(os.environ["PRM_BENCH_POSTGRES"])
    with server, server.cursor() as cursor:
        cursor.execute(sql)
    server.close()
