"""`manage.py check_ledger`: are all books whole? Exit code 1 and the faults when not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger import checks
from sellers.models import Seller
from sellers.scope import maintenance_scope


class Command(BaseCommand):
    help = "Check that every seller's books balance and agree with the records behind them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seller", help="only this seller's slug")

    def handle(self, *args: Any, seller: str | None = None, **options: Any) -> None:
        with maintenance_scope():
            found = Seller.objects.filter(slug=seller) if seller else Seller.objects.all()
            sellers = list(found.order_by("slug"))
        if seller and not sellers:
            raise CommandError(f"no seller has the address {seller}")
        faulty = 0
        for each in sellers:
            faults = checks.faults_of(each.pk)
            self.stdout.write(f"{each.slug}: {'whole' if not faults else 'NOT WHOLE'}")
            for fault in faults:
                self.stderr.write(f"  {fault}")
            faulty += bool(faults)
        if faulty:
            raise CommandError(f"{faulty} of {len(sellers)} books are not whole")
