"""What every measurement shares: a comparison, a seller of its own, the time of an act."""

import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg2

from campaigns import services as campaigns
from commissions import services
from commissions.inputs import LineInput, SaleInput
from commissions.services.rulebook import RuleInput
from partners import services as partners
from sellers.actors import Actor
from sellers.models import Seller, User
from sellers.scope import seller_scope
from sellers.services import sign_up_seller

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
    """Seconds that `act` takes, begun when the database owes the disk nothing of earlier acts."""
    _tell_database("CHECKPOINT")
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def settle() -> None:
    """Let the database do now what earlier writing left to its background, else it would do so
    beside what is measured next: vacuum and statistics."""
    _tell_database("VACUUM ANALYZE")


def _tell_database(command: str) -> None:
    server = psycopg2.connect(os.environ["PRM_BENCH_POSTGRES"])
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(command)
    server.close()
