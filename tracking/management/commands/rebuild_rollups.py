"""Counts sums of clicks anew from the raw clicks, or only compares them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sellers.models import Seller
from sellers.scope import maintenance_scope
from tracking.shipping import rebuilding


class Command(BaseCommand):
    """A transaction for each day and seller; shippers wait for one such at most."""

    help = "Count the sums of days from raw clicks, for days whose clicks are still there."

    def add_arguments(self, parser: CommandParser) -> None:
        """Days are the sellers' own, both ends included."""
        day = date.fromisoformat
        parser.add_argument("--from", dest="since", type=day, required=True)
        parser.add_argument("--to", dest="until", type=day, required=True)
        parser.add_argument("--seller", help="the address of one seller; without it, all")
        parser.add_argument("--check", action="store_true", help="change nothing, say what differs")

    def handle(
        self, *_args: Any, since: date, until: date, seller: str | None, check: bool, **_rest: Any
    ) -> None:
        """Rebuild or compare."""
        found = 0
        for one in _sellers(seller):
            for day in _days(since, until):
                try:
                    if check:
                        for fault in rebuilding.faults(one, day):
                            self.stdout.write(fault)
                            found += 1
                    else:
                        rebuilding.rebuild(one, day)
                except ValueError as problem:
                    raise CommandError(str(problem)) from None
            self.stdout.write(f"{one.slug}: {'compared' if check else 'counted anew'}")
        if found:
            raise CommandError(f"{found} sums differ")


def _sellers(slug: str | None) -> list[Seller]:
    with maintenance_scope():
        rows = Seller.objects.order_by("slug")
        found = list(rows.filter(slug=slug) if slug else rows)
    if not found:
        raise CommandError(f"There is no seller {slug}.")
    return found


def _days(since: date, until: date) -> Iterator[date]:
    for number in range((until - since).days + 1):
        yield since + timedelta(days=number)
