"""Whether payouts agree with what they pay. Part of `manage.py check_ledger`."""

from collections.abc import Iterable, Iterator
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from commissions.models import Commission
from payouts.models import BatchItem, BatchLine

# the status that a commission has while its line has the other
EXPECTED: Final = {
    BatchLine.Status.APPROVED: Commission.Status.IN_PAYOUT,
    BatchLine.Status.SETTLED: Commission.Status.PAID,
}


def faults() -> Iterator[str]:
    """What does not agree, in words."""
    yield from _amounts()
    yield from _statuses()
    yield from _paid_without_payout()


def _amounts() -> Iterable[str]:
    """A frozen line pays exactly the sum of its commissions."""
    lines = (
        BatchLine.objects.filter(status__in=EXPECTED)
        .annotate(
            paid=Coalesce(
                Sum("items__commission__amount_minor", filter=Q(items__is_current=True)), 0
            )
        )
        .exclude(paid=F("amount_minor"))
    )
    for line in lines:
        yield f"payout {line.reference} is {line.amount_minor}, its commissions sum to {line.paid}"


def _statuses() -> Iterable[str]:
    for status, expected in EXPECTED.items():
        items = BatchItem.objects.filter(line__status=status, is_current=True)
        for item in items.exclude(commission__status=expected).select_related("line", "commission"):
            yield (
                f"commission {item.commission_id} is {item.commission.status}, "
                f"its payout {item.line.reference} is {status.value}"
            )


def _paid_without_payout() -> Iterable[str]:
    for status, expected in EXPECTED.items():
        items = BatchItem.objects.filter(
            commission=OuterRef("pk"), is_current=True, line__status=status
        )
        for row in Commission.objects.filter(~Exists(items), status=expected):
            yield f"commission {row.pk} is {expected.value} without a payout"
