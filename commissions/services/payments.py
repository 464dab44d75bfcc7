"""The customer's payment, where a program's hold begins with it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from commissions.inputs import AHEAD
from commissions.models import Commission
from prm.errors import Conflict, Unacceptable
from sellers.actors import Actor
from tracking.models import Sale


def pay_sale(*, sale: Sale, paid_at: datetime, actor: Actor) -> Sale:
    """Say that the customer has paid: lines that waited for it begin their hold.

    The same instant again changes nothing. Raises Conflict for another, Unacceptable for one
    before the sale or ahead of now.
    """
    if paid_at < sale.occurred_at:
        message = _("The payment is dated before its sale.")
        raise Unacceptable(message, field="paid_at", code="before_sale")
    if paid_at > timezone.now() + AHEAD:
        message = _("The date lies in the future.")
        raise Unacceptable(message, field="paid_at", code="in_the_future")
    with transaction.atomic():
        rows = Sale.objects.select_for_update(of=("self",)).select_related("program", "seller")
        row = rows.get(pk=sale.pk)
        if row.paid_at == paid_at:
            return row
        if row.paid_at is not None:
            raise Conflict(
                _("This sale was paid at another time already."), field="paid_at", code="state"
            )
        row.paid_at = paid_at
        row.save(update_fields=["paid_at"])
        if row.program is not None:
            due = paid_at + timedelta(days=row.program.hold_days)
            Commission.objects.filter(sale=row, payable_at=None).update(payable_at=due)
        record(
            seller=row.seller,
            actor=actor,
            verb="sale.paid",
            object=row,
            label=row.external_id,
            partner_id=row.partner_id,
            changes={"paid_at": (None, paid_at.isoformat())},
        )
    return row
