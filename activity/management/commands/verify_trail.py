"""`manage.py verify_trail`: are all chains whole? Exit code 1 and the broken place when not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from activity import chain
from activity.models import ChainLink
from sellers.models import Seller
from sellers.scope import maintenance_scope, seller_scope


class Command(BaseCommand):
    help = "Check that no seller's trail was changed, reordered or cut since it was sealed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seller", help="only this seller's slug")
        parser.add_argument(
            "--head", help="PLACE:HASH noted earlier; the chain must still hold it (with --seller)"
        )

    def handle(
        self, *args: Any, seller: str | None = None, head: str | None = None, **options: Any
    ) -> None:
        if head and not seller:
            raise CommandError("--head needs --seller")
        with maintenance_scope():
            found = Seller.objects.filter(slug=seller) if seller else Seller.objects.all()
            sellers = list(found.order_by("slug"))
        if seller and not sellers:
            raise CommandError(f"no seller has the address {seller}")
        broken = 0
        for each in sellers:
            with seller_scope(each.pk):
                faults = self._faults(chain.verify(), each.slug)
                if head and not _holds(head):
                    faults.append(f"the chain does not hold {head}: its end was cut or rewritten")
            for fault in faults:
                self.stderr.write(f"  {fault}")
            broken += bool(faults)
        if broken:
            raise CommandError(f"{broken} of {len(sellers)} trails are broken")

    def _faults(self, result: chain.Result, slug: str) -> list[str]:
        self.stdout.write(
            f"{slug}: {'whole' if result.whole else 'BROKEN'}, {result.checked} places, "
            f"head {result.head.place}:{result.head.hash}, {result.waiting} waiting"
        )
        faults = []
        if result.broken_at is not None:
            faults.append(f"place {result.broken_at} is broken: {result.fault}")
        if result.late:
            faults.append(f"{result.late} events stand beside the chain")
        return faults


def _holds(head: str) -> bool:
    place, _colon, hash_ = head.partition(":")
    return place.isdigit() and ChainLink.objects.filter(place=place, hash=hash_).exists()
