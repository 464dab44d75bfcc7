"""Putting back into the queue what the engine could not compute."""

from django.db import transaction
from django.utils.translation import gettext as _

from activity import work
from activity.services import record
from commissions.services.intake import ENGINE
from prm.errors import Conflict
from sellers.actors import Actor
from tracking.models import Refund, Sale


def retry_sale(*, sale: Sale, actor: Actor) -> None:
    """Compute a failed sale once more. Raises Conflict unless it failed."""
    with transaction.atomic():
        failed = Sale.objects.filter(pk=sale.pk, state=Sale.State.FAILED)
        if not failed.update(state=Sale.State.PENDING, error=""):
            raise Conflict(_("This sale does not need another try."), code="wrong_status")
        _queued(sale, actor, "sale.retried")


def retry_refund(*, refund: Refund, actor: Actor) -> None:
    """Compute a failed refund or credit note once more. Raises Conflict unless it failed.

    A refund whose sale never came goes back to waiting for it.
    """
    waits = refund.sale_id is None and refund.kind == Refund.Kind.REFUND
    state = Refund.State.WAITING if waits else Refund.State.PENDING
    with transaction.atomic():
        failed = Refund.objects.filter(pk=refund.pk, state=Refund.State.FAILED)
        if not failed.update(state=state, error=""):
            raise Conflict(_("This refund does not need another try."), code="wrong_status")
        _queued(refund, actor, "refund.retried")


def _queued(row: Sale | Refund, actor: Actor, verb: str) -> None:
    record(
        seller=row.seller,
        actor=actor,
        verb=verb,
        object=row,
        label=row.external_id,
        partner_id=row.partner_id,
        changes={"state": ("failed", "pending")},
    )
    work.nudge(ENGINE, row.seller_id)
