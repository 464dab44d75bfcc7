"""Months of real orders through brackets and limits, every commission computed a second way.

The second way is plain Decimal over the file: orders in order of (time, number), running totals per
partner and month of the seller's time zone, slices, one rounding for each commission, and the cut
at the limit. It shares no code with the product. In `make test` it takes the first quarter of the
file, in `make test-long` all of it.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Sum
from django.db.models.functions import Coalesce, TruncMonth

from activity.models import Job
from campaigns import services as campaigns
from commissions import services
from commissions.imports import jobs
from commissions.models import Commission
from commissions.models.tallies import LimitUse
from commissions.services.rulebook import RuleInput
from sellers.services import change_seller
from tests.cast import make_team, token
from tests.commissions.imported import REAL, Shop

pytestmark = [
    pytest.mark.skipif(not REAL.exists(), reason=f"{REAL.name} is not on this machine"),
    pytest.mark.slow,
]

QUARTER = 80_000
WRITTEN_IN = ZoneInfo("Europe/London")
# from late morning in London it is the next day here, so months end in the middle of a day's trade
HERE = ZoneInfo("Pacific/Auckland")
BELOW = Decimal(5)
STEPS = ((50_000, "6.25"), (250_000, "7.125"), (1_000_000, "9.5"), (20_000_000, "10.375"))
"""From how many pence a month the next pound earns how many percent."""
BONUS = Decimal("3.3")
LIMIT = 12_345
STEPPED, ON_TOP = "Monthly steps", "Bonus on top"

Lines = dict[tuple[str, str, str], int]
"""(partner, invoice or credit note, rule) -> pence."""


@dataclass
class Order:
    """An invoice or, with `note`, a credit note; `net` in pence, never below 0."""

    number: str
    partner: str
    at: datetime
    net: int
    note: bool

    @property
    def month(self) -> date:
        """The month it falls in where the seller is."""
        return self.at.astimezone(HERE).date().replace(day=1)


@dataclass
class Expected:
    """What the orders come to, and how often each part of the rules had a say."""

    lines: Lines
    stepped: int = 0
    cut: int = 0
    carried_over: int = 0


def _penny(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _orders(path: Path) -> list[Order]:
    """The file's orders by their good rows, in order of time and number."""
    found: dict[str, Order] = {}
    with path.open(newline="") as source:
        for row in csv.DictReader(source):
            number, partner = row["InvoiceNo"].strip(), row["Country"].strip()
            quantity, price = int(row["Quantity"]), Decimal(row["UnitPrice"])
            note = number.startswith("C")
            if price < 0 or quantity == 0 or (quantity < 0) != note:
                continue
            at = datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=WRITTEN_IN)
            order = found.setdefault(number, Order(number, partner, at, 0, note))
            assert order.partner == partner
            order.at = min(order.at, at)
            order.net += _penny(abs(quantity) * price * 100)
    return sorted(found.values(), key=lambda one: (one.at.astimezone(UTC), one.number))


def _slices(before: int, after: int) -> Iterator[tuple[int, Decimal]]:
    """The pence of a stretch of a month's sales, and the percentage each part earns."""
    starts = [0, *(start for start, _rate in STEPS)]
    rates = [BELOW, *(Decimal(rate) for _start, rate in STEPS)]
    for place, rate in enumerate(rates):
        end = starts[place + 1] if place + 1 < len(starts) else after
        pence = min(after, end) - max(before, starts[place])
        if pence > 0:
            yield pence, rate


def _expected(orders: list[Order]) -> Expected:
    """Every commission; a credit note gives back what its amount earns in an untouched month."""
    found = Expected({})
    sold: dict[tuple[str, date], int] = defaultdict(int)
    paid: dict[tuple[str, date], int] = defaultdict(int)
    for order in orders:
        spot = order.partner, order.month
        before, used = (0, 0) if order.note else (sold[spot], paid[spot])
        slices = list(_slices(before, before + order.net))
        stepped = _penny(sum((pence * rate / 100 for pence, rate in slices), Decimal(0)))
        whole = _penny(order.net * BONUS / 100)
        bonus = min(whole, LIMIT - used)
        if not order.note:
            sold[spot] += order.net
            paid[spot] += bonus
        found.stepped += len(slices) > 1
        found.cut += bonus < whole
        found.carried_over += order.month.month != order.at.month
        for rule, pence in ((STEPPED, stepped), (ON_TOP, bonus)):
            if pence:
                sign = -1 if order.note else 1
                found.lines[order.partner, order.number, rule] = sign * pence
    return found


def _make_shop() -> Shop:
    """A seller far away with both rules, whose partners are the countries."""
    team = make_team(currency="GBP")
    with team.scope():
        seller = change_seller(seller=team.seller, actor=team.actor, time_zone=HERE.key)
        program = campaigns.create_program(
            seller=seller,
            actor=team.actor,
            name="Countries",
            slug=f"countries-{token()}",
            currency="GBP",
            landing_url="https://shop.example/",
            hold_days=30,
            terms="Be honest.",
        )
        start = datetime(2010, 1, 1, tzinfo=UTC)
        stepped = RuleInput(
            STEPPED,
            {"type": "percent", "rate": str(BELOW)},
            valid_from=start,
            brackets={
                "metric": "sales_amount",
                "window": "month",
                "mode": "marginal",
                "steps": [{"from": pence, "rate": rate} for pence, rate in STEPS],
            },
        )
        bonus = RuleInput(
            ON_TOP,
            {"type": "percent", "rate": str(BONUS)},
            valid_from=start,
            limits=[{"per": "partner", "window": "month", "amount": LIMIT}],
            adds=True,
        )
        for rule in (stepped, bonus):
            services.create_rule(program=program, actor=team.actor, rule=rule)
    return Shop(replace(team, seller=seller), program)


@dataclass
class Run:
    """The orders as the product took them, and the file it took them from."""

    shop: Shop
    job: Job
    orders: list[Order]
    expected: Expected


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, rounds: int) -> Run:
    """The orders, imported and computed."""
    path = tmp_path_factory.mktemp("orders") / "orders.csv"
    rows = None if rounds >= 20 else QUARTER + 1
    with gzip.open(REAL, "rt", newline="") as source, path.open("w", newline="") as target:
        target.writelines(islice(source, rows))
    shop = _make_shop()
    # nobody is left out: the retailer's own country is by far the largest partner
    job = shop.bring(path, ignored=[])
    orders = _orders(path)
    return Run(shop, job, orders, _expected(orders))


def _lines(shop: Shop) -> Lines:
    number = Coalesce("sale__external_id", "refund__external_id")
    with shop.team.scope():
        rows = Commission.objects.values_list("partner__name", number, "rule_version__name")
        return {(a, b, c): pence for a, b, c, pence in rows.annotate(Sum("amount_minor")) if pence}


def _by_partner(lines: Lines) -> dict[str, int]:
    totals: dict[str, int] = defaultdict(int)
    for (partner, _number, _rule), pence in lines.items():
        totals[partner] += pence
    return dict(totals)


def test_every_partner_earns_what_plain_arithmetic_says(run: Run) -> None:
    lines = _lines(run.shop)
    wanted = run.expected.lines
    differing = {
        key: (lines.get(key), wanted.get(key))
        for key in sorted(lines.keys() | wanted.keys())
        if lines.get(key) != wanted.get(key)
    }
    assert differing == {}
    assert _by_partner(lines) == _by_partner(wanted)
    assert run.shop.faults() == []


def test_the_orders_are_all_there_and_try_every_part_of_the_rules(run: Run) -> None:
    report = jobs.Report.of(run.job.result)
    assert run.job.status == Job.Status.DONE
    assert report.refused == 0
    assert report.sales == sum(not one.note for one in run.orders)
    assert report.notes == sum(one.note for one in run.orders)
    signed = sum(-one.net if one.note else one.net for one in run.orders)
    assert report.net_minor == {"GBP": signed}
    found = run.expected
    assert min(found.stepped, found.cut, found.carried_over) > 50


def test_no_partner_gets_more_on_top_in_a_month_than_the_limit(run: Run) -> None:
    with run.shop.team.scope():
        bonuses = Commission.objects.filter(rule_version__name=ON_TOP)
        sums = (
            bonuses.filter(refund=None)
            .values("partner", month=TruncMonth("occurred_at", tzinfo=HERE))
            .annotate(paid=Sum("amount_minor"))
        )
        paid = {(row["partner"], row["month"].date()): row["paid"] for row in sums}
        uses = LimitUse.objects.filter(rule__versions__name=ON_TOP)
        counted = dict.fromkeys(paid, 0)
        for key, month, pence in uses.values_list("key", "starts_on", "paid_minor"):
            counted[key, month] = pence
        backs = list(bonuses.exclude(refund=None).values_list("amount_minor", flat=True))
    assert max(paid.values()) == LIMIT
    assert counted == paid
    assert backs
    assert min(backs) >= -LIMIT
