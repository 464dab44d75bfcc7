"""The proof of a commission in the seller's console."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from commissions import reasons, selectors
from portal import proof_pages
from portal.access import requires


@requires("commissions.view", room="console")
def proof(request: HttpRequest, seller_slug: str, line_id: uuid.UUID) -> HttpResponse:
    """Whether a line is as it was sealed, step by step."""
    line = selectors.line_by_id(line_id)
    address = reverse("console:commissions", args=[seller_slug])
    back = proof_pages.WayBack(_("Commissions"), f"{address}?open={line.pk}#row-{line.pk}")
    return proof_pages.show(request, "console", line, reasons.STAFF, back)
