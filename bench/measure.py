"""What taking and computing sales costs, against COPY and against one by one. Medians of rounds."""

import io
import statistics
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from campaigns import services as campaigns
from commissions import services
from commissions.engine import sales as engine
from commissions.inputs import LineInput, SaleInput
from commissions.services.rulebook import RuleInput
from partners import services as partners
from sellers.actors import Actor
from sellers.models import Seller, User
from sellers.scope import seller_scope
from sellers.services import sign_up_seller

SALES = 3000
ROUNDS = 5
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Measured:
    """One comparison. `ratio` = ours / against.

    The goal is the smallest ratio that is fine where more is better (a unit per second), else the
    largest.
    """

    name: str
    ours: float
    against: float
    unit: str
    ratio: float
    goal: float

    @property
    def is_met(self) -> bool:
        """Whether the goal holds."""
        more_is_better = self.unit.endswith("/s")
        return self.ratio >= self.goal if more_is_better else self.ratio <= self.goal


@dataclass
class Bench:
    """A seller with one partner, new for each round."""

    seller: Seller
    actor: Actor
    partner: str

    def inputs(self, count: int) -> list[SaleInput]:
        """Sales of three lines each."""
        return [
            SaleInput(
                external_id=f"B-{number}",
                currency="EUR",
                lines=[
                    LineInput(1 + line, 1990 + number % 700, sku=f"S-{line}") for line in range(3)
                ],
                partner=self.partner,
                occurred_at=START + timedelta(seconds=number),
                source="bench",
            )
            for number in range(count)
        ]


def make_seller() -> tuple[Seller, Actor]:
    """A new seller and his owner."""
    mark = uuid.uuid4().hex[:12]
    user = User.objects.create_user(f"{mark}@example.com")
    seller = sign_up_seller(
        user=user, name="Bench", slug=f"b-{mark}", currency="EUR", country="DE",
        time_zone="UTC", language="en",
    )  # fmt: skip
    return seller, Actor.person(user)


def make_bench() -> Bench:
    """A new seller with a rule of 7.5 %."""
    seller, actor = make_seller()
    with seller_scope(seller.pk):
        program = campaigns.create_program(
            seller=seller, actor=actor, name="Bench", slug="bench", currency="EUR",
            landing_url="https://shop.example/", terms="None.",
        )  # fmt: skip
        rule = RuleInput("All", {"type": "percent", "rate": "7.5"}, valid_from=START)
        services.create_rule(program=program, rule=rule, actor=actor)
        partner = partners.create_partner(seller=seller, actor=actor, name="Partner")
        campaigns.enroll(program=program, partner=partner, actor=actor)
    return Bench(seller, actor, str(partner.pk))


def timed(act: Callable[[], object]) -> float:
    """Seconds that `act` takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def take(bench: Bench, items: list[SaleInput], batch: int) -> None:
    """Take sales in batches; a batch of 1 goes the way of the API."""
    for place in range(0, len(items), batch):
        with seller_scope(bench.seller.pk):
            if batch == 1:
                services.take_sale(seller=bench.seller, sale=items[place], actor=bench.actor)
            else:
                part = items[place : place + batch]
                services.take_many(seller=bench.seller, sales=part, actor=bench.actor)


def compute(bench: Bench, batch: int) -> None:
    """Compute all that waits."""
    before, engine.BATCH = engine.BATCH, batch
    try:
        while engine.step(bench.seller.pk):
            pass
    finally:
        engine.BATCH = before


def copy_rows(bench: Bench) -> float:
    """Seconds of a plain COPY of the same sales, commissions, transfers and events: the ceiling."""
    tables = ("tracking_sale", "commissions_commission", "ledger_transfer", "activity_event")
    seconds = 0.0
    with seller_scope(bench.seller.pk), connection.cursor() as cursor:
        for table in tables:
            rows = io.StringIO()
            cursor.copy_expert(f"COPY (SELECT * FROM {table}) TO STDOUT", rows)
            cursor.execute(f"CREATE TEMP TABLE bench_{table} (LIKE {table}) ON COMMIT DROP")
            rows.seek(0)
            copy = f"COPY bench_{table} FROM STDIN"
            seconds += timed(lambda copy=copy, rows=rows: cursor.copy_expert(copy, rows))  # type: ignore[misc]
    return seconds


def one_round(count: int) -> dict[str, float]:
    """Every figure once, each on a seller of its own."""
    batched, single = make_bench(), make_bench()
    few = count // 10
    items, alone = batched.inputs(count), single.inputs(few)
    return {
        "take": timed(lambda: take(batched, items, 500)),
        "engine": timed(lambda: compute(batched, 500)),
        "copy": copy_rows(batched),
        "take one by one": timed(lambda: take(single, alone, 1)) * count / few,
        "engine one by one": timed(lambda: compute(single, 1)) * count / few,
    }


def measure(count: int = SALES) -> list[Measured]:
    """Taking and computing sales as an import does, over several rounds."""
    one_round(500)
    rounds = [one_round(count) for _round in range(ROUNDS)]
    return compared(rounds, count)


def compared(rounds: list[dict[str, float]], count: int) -> list[Measured]:
    """Medians, side by side."""
    median = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
    both = median["take"] + median["engine"]
    pairs = (
        ("Import and compute, against COPY", both, median["copy"], 60.0),
        ("Take in batches, against one by one", median["take"], median["take one by one"], 0.5),
        (
            "Engine in batches, against one by one",
            median["engine"],
            median["engine one by one"],
            0.2,
        ),
    )
    unit = f"s for {count:,} sales"
    return [
        Measured(name, round(ours, 3), round(against, 3), unit, round(ours / against, 3), goal)
        for name, ours, against, goal in pairs
    ]
