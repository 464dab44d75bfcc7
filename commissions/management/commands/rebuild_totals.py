"""`manage.py rebuild_totals`: the sums on dashboards, counted anew from sales and earnings."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commissions import totals
from sellers.models import Seller
from sellers.scope import maintenance_scope


class Command(BaseCommand):
    help = "Count the sums of sales and earnings anew; sellers may go on selling meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seller", help="only this seller's slug")

    def handle(self, *args: Any, seller: str | None = None, **options: Any) -> None:
        with maintenance_scope():
            found = Seller.objects.filter(slug=seller) if seller else Seller.objects.all()
            sellers = list(found.order_by("slug"))
        if seller and not sellers:
            raise CommandError(f"no seller has the address {seller}")
        for each in sellers:
            totals.rebuild(each)
            self.stdout.write(f"{each.slug}: counted")
