"""manage.py import_sales: sales from a CSV file, as the console imports them."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from activity import work
from activity.models import Job
from campaigns.models import Program
from commissions.engine import queue
from commissions.imports import cells, jobs, mapping, reading
from commissions.services.intake import ENGINE
from prm.errors import Refusal
from prm.money import is_currency
from sellers import selectors as sellers
from sellers.actors import SYSTEM
from sellers.models import Seller
from sellers.scope import seller_scope

SHOWN_PROBLEMS = 20


class Command(BaseCommand):
    """Import, or with --dry-run only check, a file of sales."""

    help = "Import sales and credit notes of a seller from a CSV file (.csv or .csv.gz)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        add = parser.add_argument
        add("file", type=Path)
        add("--seller", required=True, help="the seller's address (slug)")
        add("--program", required=True, help="the program's address (slug)")
        names = ", ".join(mapping.FIELDS)
        add("--map", action="append", default=[], metavar="FIELD=COLUMN",
            help=f"what a column means; repeat it. Fields: {names}. "
            "Columns with usual names need none.")  # fmt: skip
        add("--currency", default="", help="of every row without one (default: the program's)")
        add("--time-zone", default="", help="of the dates (default: the seller's)")
        add("--dates", choices=cells.DATE_ORDERS, default="", help="what dates begin with")
        add("--comma", action="store_true", help="1,5 means one and a half")
        add("--credit-prefix", default="", help="numbers that begin so are credit notes")
        add("--create-partners", action="store_true", help="make partners that are not known")
        add("--ignore-partner", action="append", default=[], metavar="VALUE",
            help="a value of the partner column that names no partner; repeat it")  # fmt: skip
        add("--dry-run", action="store_true", help="only say what would happen")
        add("--wait", action="store_true", help="also compute the commissions before returning")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the import in this process, telling how far it is."""
        started = time.monotonic()
        try:
            seller = sellers.seller_by_slug(options["seller"])
            if seller is None:
                raise CommandError(f"No seller has the address {options['seller']}.")
            job = self._queued(seller, options)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        job = self._run(job)
        self._report(job, seller)
        if job.status == Job.Status.FAILED:
            raise CommandError(job.error)
        if options["wait"] and not options["dry_run"]:
            self._wait_for_engine(seller)
        self.stdout.write(f"{time.monotonic() - started:.1f} seconds")

    def _queued(self, seller: Seller, options: dict[str, Any]) -> Job:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        with seller_scope(seller.pk), path.open("rb") as source:
            program = Program.objects.filter(slug=options["program"]).first()
            if program is None:
                raise CommandError(f"No program has the address {options['program']}.")
            job = jobs.upload(seller=seller, file=File(source), name=path.name, actor=SYSTEM)
            layout = jobs.layout_of(job)
            first = reading.sample(source, layout)
            plan = _plan(seller, program, layout.header, first, options)
            return jobs.run(job=job, plan=plan, dry=options["dry_run"])

    def _run(self, job: Job) -> Job:
        """Batch by batch here; where a worker has taken the job, watch him."""
        while job.status not in (Job.Status.DONE, Job.Status.FAILED):
            jobs.advance(job, tell=self._tell)
            with seller_scope(job.seller_id):
                job = Job.objects.select_related("seller", "started_by").get(pk=job.pk)
            self._tell(job)
            if job.status in (Job.Status.QUEUED, Job.Status.RUNNING):
                time.sleep(0.5)
        return job

    def _tell(self, job: Job) -> None:
        share = job.position * 100 // job.total if job.total else 100
        bar = "#" * (share * 30 // 100)
        line = f"{bar:<30} {share:3d} %  {job.position:,} of {job.total:,} invoices"
        self._same_line(line, over=job.status in (Job.Status.DONE, Job.Status.FAILED))

    def _same_line(self, line: str, *, over: bool = False) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{line}", ending="\n" if over else "")
            self.stdout.flush()
        else:
            self.stdout.write(line)

    def _report(self, job: Job, seller: Seller) -> None:
        report = jobs.Report.of(job.result)
        net = ", ".join(f"{amount} {code}" for code, amount in sorted(report.net_minor.items()))
        for label, value in (
            ("rows", report.rows),
            ("bad rows", report.bad_rows),
            ("sales", report.sales),
            ("sales known already", report.sales_known),
            ("credit notes", report.notes),
            ("credit notes known already", report.notes_known),
            ("invoices refused", report.refused),
            ("new partners", len(report.new_partners)),
            ("net in minor units", net or "0"),
        ):
            self.stdout.write(f"{label:<28}{value}")
        with seller_scope(seller.pk):
            problems = list(job.problems.order_by("row")[: SHOWN_PROBLEMS + 1])
        for problem in problems[:SHOWN_PROBLEMS]:
            self.stdout.write(f"row {problem.row}: {problem.field}: {problem.message}")
        if len(problems) > SHOWN_PROBLEMS:
            self.stdout.write("… more in the console, under Imports")

    def _wait_for_engine(self, seller: Seller) -> None:
        """Compute here what no worker has in hand, until nothing waits."""
        while True:
            with seller_scope(seller.pk):
                left = queue.waiting_count()
            self._same_line(f"{left:,} sales and credit notes to compute", over=not left)
            if not left:
                return
            if not work.drain(ENGINE, seller.pk):
                time.sleep(0.5)


def _plan(
    seller: Seller,
    program: Program,
    header: list[str],
    first: list[list[str]],
    options: dict[str, Any],
) -> mapping.Plan:
    columns = mapping.guess(header)
    for pair in options["map"]:
        key, equals, column = pair.partition("=")
        if not equals or key not in mapping.FIELDS:
            raise CommandError(f"--map {pair}: use FIELD=COLUMN, see --help for the fields.")
        if column and column not in header:
            raise CommandError(f"--map {pair}: the file has {', '.join(header)}.")
        columns[key] = column
    missing = [key for key, one in mapping.FIELDS.items() if one.required and not columns.get(key)]
    if missing:
        raise CommandError(f"Say which column is {missing[0]}: --map {missing[0]}=COLUMN")
    currency = (options["currency"] or program.currency).upper()
    if not is_currency(currency):
        raise CommandError(f"{currency} is no currency.")
    at = header.index(columns["date"])
    dates = cells.guess_dates(row[at] for row in first if at < len(row))
    return mapping.Plan(
        columns={key: column for key, column in columns.items() if column},
        program=str(program.pk),
        currency=currency,
        time_zone=options["time_zone"] or seller.time_zone,
        credit_prefix=options["credit_prefix"],
        dates=options["dates"] or dates,
        comma=options["comma"],
        create_partners=options["create_partners"],
        ignored=options["ignore_partner"],
    )
