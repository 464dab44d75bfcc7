"""The proof of a commission in the seller's console."""

import uuid

from django.http import HttpRequest, HttpResponse

from commissions import reasons, selectors
from portal import proof_pages
from portal.access import requires


@requires("commissions.view", room="console")
def proof(request: HttpRequest, seller_slug: str, line_id: uuid.UUID) -> HttpResponse:
    """Whether a line is as it was sealed, step by step."""
    line = selectors.line_by_id(line_id)
    return proof_pages.show(request, "console/commissions/proof.html", line, reasons.STAFF)
