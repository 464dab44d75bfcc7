"""How much waits for the engine."""

from commissions.engine import notes, refunds
from tracking.models import Sale


def waiting_count() -> int:
    """Sales, refunds and credit notes of the seller in scope that can be computed now."""
    pending = Sale.objects.filter(state=Sale.State.PENDING).count()
    return pending + notes.ready().count() + refunds.ready().count()
