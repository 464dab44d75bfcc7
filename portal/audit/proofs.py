"""The proof of a commission as the auditor looks at it."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from commissions import reasons, selectors
from portal import proof_pages
from portal.access import requires


@requires("trail.view", room="audit")
def proof(request: HttpRequest, seller_slug: str, line_id: uuid.UUID) -> HttpResponse:
    """Whether a line is as it was sealed, step by step."""
    line = selectors.line_by_id(line_id)
    address = reverse("audit:transfers", args=[seller_slug])
    back = proof_pages.WayBack(_("Transfers"), f"{address}?q={line.pk}")
    return proof_pages.show(request, "audit", line, reasons.STAFF, back)
