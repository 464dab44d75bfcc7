"""A seller to import into, and what an import should come to, computed a second way."""

import csv
import gzip
import os
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from django.core.files import File
from django.db.models import Count, Sum

from activity import work
from activity.models import Job
from campaigns import services as campaigns
from campaigns.models import Program
from commissions import services
from commissions.imports import jobs
from commissions.imports.mapping import Plan
from commissions.models import Commission
from commissions.services.intake import ENGINE
from commissions.services.rulebook import RuleInput
from ledger import checks
from ledger.models import Account, Transfer
from tests.cast import Team, make_team, token
from tracking.models import Refund, Sale

DATA = Path(__file__).resolve().parent.parent / "data"
ORDERS = "online_retail_2010-12_2011-08.csv.gz"
REAL = Path(
    os.environ.get("PRM_TEST_ORDERS", DATA.parent.parent.parent / "shared" / "data" / ORDERS)
)
"""Nine months of a retailer's real orders, beside the checkout where there are any."""
PENNY = Decimal(1)
COLUMNS = {
    "invoice": "InvoiceNo",
    "sku": "StockCode",
    "name": "Description",
    "quantity": "Quantity",
    "date": "InvoiceDate",
    "unit_price": "UnitPrice",
    "customer": "CustomerID",
    "country": "Country",
    "partner": "Country",
}


@dataclass
class Shop:
    """A seller whose partners are countries, earning 7.5 % of net after 30 days."""

    team: Team
    program: Program

    def plan(self, **changes: object) -> Plan:
        """How the retailer's files are read."""
        values: dict[str, object] = {
            "columns": COLUMNS,
            "program": str(self.program.pk),
            "currency": "GBP",
            "time_zone": "Europe/London",
            "credit_prefix": "C",
            "create_partners": True,
            "ignored": ["United Kingdom"],
        }
        return Plan(**{**values, **changes})  # type: ignore[arg-type]

    def queue(self, path: Path, *, dry: bool = False, **changes: object) -> Job:
        """Upload a file and queue it."""
        with self.team.scope(), path.open("rb") as source:
            job = jobs.upload(
                seller=self.team.seller, file=File(source), name=path.name, actor=self.team.actor
            )
            return jobs.run(job=job, plan=self.plan(**changes), dry=dry)

    def bring(self, path: Path, *, dry: bool = False, **changes: object) -> Job:
        """Import a file to its end and compute what it earns."""
        job = self.queue(path, dry=dry, **changes)
        while jobs.step(self.team.id):
            pass
        while work.drain(ENGINE, self.team.id) > 1:
            pass
        return self.read(job)

    def read(self, job: Job) -> Job:
        """The job as it stands."""
        with self.team.scope():
            return Job.objects.select_related("seller").get(pk=job.pk)

    def totals(self) -> dict[str, int]:
        """Partner name -> sum of his lines."""
        with self.team.scope():
            rows = Commission.objects.values_list("partner__name").annotate(Sum("amount_minor"))
            return {name: total for name, total in rows if total}

    def picture(self) -> dict[str, object]:
        """Everything that must not differ between two runs of the same import."""
        with self.team.scope():
            accounts = Account.objects.values_list("kind", "debits_minor", "credits_minor")
            return {
                "sales": Sale.objects.aggregate(n=Count("id"), net=Sum("amount_minor")),
                "notes": Refund.objects.aggregate(n=Count("id"), net=Sum("amount_minor")),
                "states": sorted(
                    Sale.objects.values_list("state", "outcome").annotate(Count("id"))
                ),
                "lines": Commission.objects.aggregate(n=Count("id"), sum=Sum("amount_minor")),
                "transfers": Transfer.objects.filter(kind="accrue").count(),
                "accounts": sorted(a for a in accounts if a[0] == "expense"),
            }

    def faults(self) -> list[str]:
        """What is wrong with the books."""
        with self.team.scope():
            return checks.faults()


def make_shop(*, rate: str = "7.5") -> Shop:
    """An empty shop with its rule in force since 2010."""
    team = make_team(currency="GBP")
    with team.scope():
        program = campaigns.create_program(
            seller=team.seller,
            actor=team.actor,
            name="Countries",
            slug=f"countries-{token()}",
            currency="GBP",
            landing_url="https://shop.example/",
            hold_days=30,
            terms="Be honest.",
        )
        services.create_rule(
            program=program,
            actor=team.actor,
            rule=RuleInput(
                "All sales",
                {"type": "percent", "rate": rate},
                valid_from=datetime(2010, 1, 1, tzinfo=UTC),
            ),
        )
    return Shop(team, program)


def half_up(value: Decimal) -> int:
    """Whole pence, halves away from zero."""
    return int(value.quantize(PENNY, rounding=ROUND_HALF_UP))


def expected_totals(path: Path, rate: Decimal = Decimal("7.5")) -> dict[str, int]:
    """Each partner's total by plain arithmetic over the file; shares no code with the product."""
    nets: dict[tuple[str, str], int] = defaultdict(int)
    with (
        gzip.open(path, "rt", newline="")
        if path.suffix == ".gz"
        else path.open(newline="") as source
    ):
        for row in csv.DictReader(source):
            invoice, country = row["InvoiceNo"].strip(), row["Country"].strip()
            try:
                quantity, price = int(row["Quantity"]), Decimal(row["UnitPrice"])
                datetime.fromisoformat(row["InvoiceDate"])
            except (ValueError, ArithmeticError):
                continue
            credited = invoice.startswith("C")
            wrong = price < 0 or quantity == 0 or (quantity < 0) != credited
            if invoice and not wrong and row["InvoiceDate"] < "2900":
                nets[invoice, country] += half_up(abs(quantity) * price * 100)
    totals: dict[str, int] = defaultdict(int)
    firsts: dict[str, str] = {}
    for (invoice, country), net in nets.items():
        # an invoice of two countries belongs to the first; none of the real ones does
        if firsts.setdefault(invoice, country) == country and country != "United Kingdom":
            sign = -1 if invoice.startswith("C") else 1
            totals[country] += sign * half_up(net * rate / 100)
    return {country: total for country, total in totals.items() if total}


def write_orders(path: Path, invoices: int) -> Path:
    """A file of made-up orders, one in twelve a credit note, the same each time."""
    countries = ("France", "Germany", "Spain", "EIRE", "United Kingdom")
    with path.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(COLUMNS[key] for key in list(COLUMNS)[:-1])
        for number in range(invoices):
            credited = number % 12 == 11
            invoice = f"{'C' if credited else ''}{700_000 + number}"
            for line in range(2 + number % 3):
                quantity = (1 + (number + line) % 9) * (-1 if credited else 1)
                price = Decimal(100 + (number * 7 + line * 13) % 1900) / 1000
                day = f"2011-{1 + number % 8:02}-{1 + number % 28:02}T10:{number % 60:02}:00"
                cells = (f"SKU-{line}", "ARTICLE", quantity, day, price, 10_000 + number % 400)
                writer.writerow((invoice, *cells, countries[number % len(countries)]))
    return path
