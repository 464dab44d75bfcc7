"""Giving a stored sale that credits nobody to the partner who claimed it.

The sale goes back into the queue with its partner, and refunds that came before go back with it:
the engine computes it as it does a late one, and takes back in proportion afterwards. Where the
program binds customers, the sale's customer is bound as by any other.
"""

from typing import Any

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from activity import work
from commissions.crediting import bind
from commissions.models import Claim
from commissions.services.intake import ENGINE
from prm.errors import Conflict
from tracking.models import Refund, Sale


def sale_of(claim: Claim) -> Sale | None:
    """The seller's sale of the claimed order, if it is known."""
    return Sale.objects.filter(external_id=claim.order).select_related("partner", "program").first()


def credit_stored(claim: Claim, sale: Sale) -> Sale:
    """Credit the sale to the claim's partner; needs a transaction.

    Waits for an engine that has the sale in hand. Raises Conflict where somebody has it already,
    or one of its refunds is being computed this moment.
    """
    row = Sale.objects.select_for_update(of=("self",)).get(pk=sale.pk)
    if row.partner_id is not None:
        if row.partner_id == claim.partner_id:
            message = _("This sale is credited to this partner already.")
            raise Conflict(message, code="theirs")
        message = _("This sale is credited to another partner and cannot be taken away from him.")
        raise Conflict(message, code="credited")
    refunds = _locked_refunds(row)
    own = {
        "program_id": claim.program_id,
        "partner_id": claim.partner_id,
        "enrollment_id": claim.enrollment_id,
    }
    Refund.objects.filter(pk__in=refunds).update(**own)
    Refund.objects.filter(pk__in=refunds, state=Refund.State.COMPUTED).update(
        state=Refund.State.PENDING
    )
    Sale.objects.filter(pk=row.pk).update(
        **own,
        link=None,
        attribution=attribution(claim, row.attribution),
        state=Sale.State.PENDING,
        outcome="",
        error="",
    )
    bind(claim.seller, row, claim.enrollment)
    work.nudge(ENGINE, claim.seller_id)
    row.refresh_from_db()
    return row


def attribution(claim: Claim, before: dict[str, Any]) -> dict[str, Any]:
    """Why the partner is credited; the path of touches stays as it was."""
    found: dict[str, Any] = {
        "method": "claim",
        "why": "claim_accepted",
        "claim": claim.number,
        "link": "",
        "clicked_at": None,
        "window_days": None,
    }
    return {**found, "path": before["path"]} if before.get("path") else found


def _locked_refunds(sale: Sale) -> list[Any]:
    """Ids of the sale's refunds, locked. Never waits: who computes one waits for the sale."""
    rows = Refund.objects.filter(sale=sale, kind=Refund.Kind.REFUND).order_by("id")
    try:
        with transaction.atomic():
            return list(rows.select_for_update(nowait=True).values_list("pk", flat=True))
    except OperationalError as error:
        message = _("A refund of this sale is being computed. Try again in a moment.")
        raise Conflict(message, code="busy") from error
