"""A shop with three hundred sales over three months, the same whenever it is opened anew."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from campaigns import services as campaigns
from campaigns.models import Program
from commissions import services
from commissions.engine import refunds, sales
from commissions.inputs import CustomerInput, LineInput, RefundInput, SaleInput
from commissions.models import Commission, RuleVersion, Simulation, SimulationLine
from commissions.services.rulebook import RuleInput, content_of
from commissions.simulation import services as simulation
from commissions.simulation.candidates import Candidate
from partners.models import Partner
from tests.cast import Team, make_partner, make_team, make_user

DAYS = 90
SALES = 300
ZONE = ZoneInfo("Asia/Jakarta")
"""Where the cast's sellers are."""
NAMES = ("Ngopi Pagi", "Sekar Diseduh", "Kopi Kita", "Dapur Bu Ratna")
Sums = dict[tuple[str, str], int]

ALL_SALES = RuleInput("All sales", {"type": "percent", "rate": "6", "base": "net"})
BEANS = RuleInput(
    "Beans by the month",
    {"type": "percent", "rate": "10", "base": "net"},
    conditions={"all": [{"field": "category", "op": "eq", "value": "Beans"}]},
    brackets={
        "metric": "sales_amount",
        "window": "month",
        "mode": "marginal",
        "steps": [{"from": 100_000, "rate": "12.5"}, {"from": 250_000, "rate": "15"}],
    },
    limits=[{"per": "partner", "window": "month", "amount": 30_000}],
)
NEW_CUSTOMERS = RuleInput(
    "New customers",
    {"type": "flat", "amount": 150},
    conditions={"all": [{"field": "customer.new", "op": "eq", "value": True}]},
    limits=[{"per": "program", "window": "quarter", "amount": 6_000}],
    adds=True,
)
RECRUITS = RuleInput(
    "Recruits", {"type": "percent", "rate": "8"}, event="commission", override_level=1
)
POINTS = RuleInput("Points", {"type": "points", "rate": "1.5"}, adds=True)
RULES = (ALL_SALES, BEANS, NEW_CUSTOMERS, RECRUITS, POINTS)


def day_of(days_ago: int) -> date:
    """A day of the seller's."""
    return timezone.now().astimezone(ZONE).date() - timedelta(days=days_ago)


@dataclass
class Shop:
    """A seller's program with its rules in force since long ago, and what was sold in it."""

    rules: tuple[RuleInput, ...] = RULES
    team: Team = field(default_factory=make_team)
    partners: dict[str, Partner] = field(default_factory=dict)
    versions: dict[str, RuleVersion] = field(default_factory=dict)
    program: Program = field(init=False)

    def __post_init__(self) -> None:
        team = self.team
        people = [make_partner(team, make_user(name), name=name) for name in NAMES]
        with team.scope():
            self.program = campaigns.create_program(
                seller=team.seller,
                actor=team.actor,
                name="Affiliate",
                slug="affiliate",
                currency="EUR",
                landing_url="https://shop.example/",
                terms="Be honest.",
                hold_days=0,
            )
            campaigns.open_program(program=self.program, actor=team.actor)
            for name, partner in zip(NAMES, people, strict=True):
                campaigns.enroll(program=self.program, partner=partner, actor=team.actor)
                self.partners[name] = partner
            recruits = Partner.objects.filter(pk=people[1].pk)
            recruits.update(recruited_by=people[0])
            for rule in self.rules:
                self.make(rule)

    def make(self, rule: RuleInput) -> None:
        """A rule that is in force since long before the first sale."""
        started = timezone.now() - timedelta(days=400)
        made = services.create_rule(
            program=self.program,
            rule=RuleInput(**{**vars(rule), "valid_from": started}),
            actor=self.team.actor,
        )
        self.versions[rule.name] = made

    def sell(self) -> None:
        """The sales and, of every seventh, one or two refunds; computed."""
        team, dice = self.team, random.Random(7)
        sold = [self._sale(dice, number) for number in range(SALES)]
        with team.scope():
            services.take_many(seller=team.seller, actor=team.actor, sales=sold)
            for number in range(0, SALES, 7):
                for part in range(dice.randint(1, 2)):
                    self._refund(dice, sold[number], part)
        self.compute()

    def compute(self) -> None:
        """Everything that waits."""
        while sales.step(self.team.id) or refunds.step(self.team.id):
            pass

    def _sale(self, dice: random.Random, number: int) -> SaleInput:
        goods = dice.sample(("Beans", "Cups", "Filters"), dice.randint(1, 2))
        return SaleInput(
            external_id=f"KN-{number:04}",
            currency="EUR" if number % 10 else "USD",
            lines=[
                LineInput(
                    sku=f"{name}-1",
                    category=name,
                    quantity=dice.randint(1, 3),
                    unit_amount=dice.randint(500, 6_000),
                )
                for name in goods
            ],
            customer=CustomerInput(external_id=f"C-{dice.randint(1, 90)}"),
            partner=str(self.partners[dice.choice(NAMES)].pk),
            program=str(self.program.pk),
            occurred_at=self._moment(dice.randint(1, DAYS), dice.randint(0, 86_399)),
        )

    def _moment(self, days_ago: int, second: int) -> datetime:
        start = datetime.combine(day_of(days_ago), datetime.min.time(), ZONE)
        return start + timedelta(seconds=second)

    def _refund(self, dice: random.Random, sale: SaleInput, part: int) -> None:
        assert sale.occurred_at is not None
        services.take_refund(
            seller=self.team.seller,
            actor=self.team.actor,
            refund=RefundInput(
                external_id=f"R-{sale.external_id}-{part}",
                sale_external_id=sale.external_id,
                amount=dice.randint(100, 240),
                occurred_at=min(
                    sale.occurred_at + timedelta(hours=dice.randint(1, 300)), timezone.now()
                ),
            ),
        )

    # Trying

    def start(self, *candidates: Candidate, days: int = DAYS) -> Simulation:
        """A simulation of the last days, not computed yet."""
        with self.team.scope():
            return simulation.start_simulation(
                program=self.program,
                candidates=candidates,
                since=day_of(days),
                until=day_of(0),
                actor=self.team.actor,
            )

    def run(self, *candidates: Candidate, days: int = DAYS) -> Simulation:
        """A simulation of the last days, computed."""
        made = self.start(*candidates, days=days)
        simulation.step(self.team.id)
        return self.read(made)

    def read(self, made: Simulation) -> Simulation:
        """A simulation as it stands."""
        with self.team.scope():
            return Simulation.objects.select_related("job", "program__seller", "seller").get(
                pk=made.pk
            )

    def change(self, name: str, **parts: object) -> Candidate:
        """A rule with other parts."""
        with self.team.scope():
            content = content_of(self.versions[name])
        changed = RuleInput(**{**vars(content), **parts})
        return Candidate(changed, self.versions[name].rule)

    def sums(self, made: Simulation, which: str) -> Sums:
        """What partners earn in a simulation, `now` or `then`, by name and unit."""
        with self.team.scope():
            rows = SimulationLine.objects.filter(simulation=made)
            found = rows.values_list("partner__name", "currency", f"{which}_minor")
            return {(name, unit): amount for name, unit, amount in found if amount}

    def earned(self, days: int = DAYS) -> Sums:
        """What the engine really paid partners for the sales of the last days, less refunds."""
        since = datetime.combine(day_of(days), datetime.min.time(), ZONE)
        totals: Counter[tuple[str, str]] = Counter()
        with self.team.scope():
            rows = Commission.objects.filter(sale__occurred_at__gte=since)
            for name, unit, amount in rows.values_list("partner__name", "currency", "amount_minor"):
                totals[name, unit] += amount
        return {key: total for key, total in totals.items() if total}
