"""The proof of one of the partner's own lines."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from commissions import reasons, selectors
from portal import proof_pages
from portal.access import requires
from portal.partner.scope import seat_of
from prm.errors import NotFound


@requires("portal.earnings", room="partner")
def proof(request: HttpRequest, seller_slug: str, line_id: uuid.UUID) -> HttpResponse:
    """Whether a line is as it was sealed; of another partner's line nothing is said."""
    line = selectors.lines_of(seat_of(request).partner_id).filter(pk=line_id).first()
    if line is None:
        raise NotFound("commission")
    address = reverse("partner:earnings", args=[seller_slug])
    opened = f"?currency={line.currency}&open={line.pk}#row-{line.pk}"
    back = proof_pages.WayBack(_("Earnings"), address + opened)
    return proof_pages.show(request, "partner", line, reasons.PARTNER, back)
