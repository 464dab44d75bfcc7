"""Whether a sale costs the same however many came before, and what a simulation costs."""

import os
import statistics
from datetime import timedelta

from django.db import connection

from bench.engine import compute
from bench.market import MIXED, START, Market, make_market
from bench.measure import Measured, settle, timed
from commissions.models import Rule
from commissions.services.rulebook import RuleInput
from commissions.simulation import services as simulation
from commissions.simulation.candidates import Candidate
from sellers.scope import seller_scope

FEW, MANY = 10_000, int(os.environ.get("PRM_BENCH_PAST", "3000000"))
SIMULATED = min(MANY, 1_000_000)
SALES = 20_000
ROUNDS = 6


def measure() -> list[Measured]:
    """Mixed rules on two sellers, one with few past sales and one with many, ABBA."""
    few, many = make_market(MIXED, FEW), make_market(MIXED, MANY)
    places = {"few": few, "many": many}
    settle()
    seconds: dict[str, list[float]] = {"few": [], "many": []}
    for number in range(ROUNDS):
        # The order turns round by round: what comes every second time would else meet one seller.
        for name, market in sorted(places.items(), reverse=bool(number % 2)):
            later = Market(
                market.seller, market.actor, market.program,
                market.next_at + timedelta(seconds=SALES * number),
            )  # fmt: skip
            later.sell(SALES)
            seconds[name].append(timed(lambda later=later: compute(later)))  # type: ignore[misc]
    each = {name: statistics.median(times) / SALES * 1e6 for name, times in seconds.items()}
    return [
        Measured(
            f"A sale after {MANY:,} others, against one after {FEW:,}",
            each["many"], each["few"], "µs", each["many"] / each["few"], 1.15,
        ),
        _simulated(many),
    ]  # fmt: skip


def _simulated(market: Market) -> Measured:
    """A simulation over SIMULATED sales under two books, against reading the same sales once."""
    with seller_scope(market.seller.pk):
        rule = Rule.objects.order_by("id")[0]
        last = START + timedelta(seconds=SIMULATED)
        simulation.start_simulation(
            program=market.program,
            candidates=[Candidate(RuleInput("All", {"type": "percent", "rate": "8"}), rule)],
            since=START.date(),
            until=last.date(),
            actor=market.actor,
        )
    ours = timed(lambda: simulation.step(market.seller.pk))
    against = timed(lambda: _read(market, last.date().isoformat()))
    rate = SIMULATED / ours
    return Measured(
        f"Simulation of {SIMULATED:,} sales, two books, against reading them",
        rate, SIMULATED / against, "sales/s", against / ours, 0.02,
    )  # fmt: skip


def _read(market: Market, until: str) -> None:
    with seller_scope(market.seller.pk), connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM tracking_sale WHERE program_id = %s AND occurred_at < %s",
            [market.program.pk, until],
        )
        while cursor.fetchmany(5000):
            pass
