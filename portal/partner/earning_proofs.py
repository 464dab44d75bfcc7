"""The proof of one of the partner's own lines."""

import uuid

from django.http import HttpRequest, HttpResponse

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
    return proof_pages.show(request, "partner/earnings/proof.html", line, reasons.PARTNER)
