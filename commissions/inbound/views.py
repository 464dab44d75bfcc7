"""`POST /hooks/<source id>`: no session, no token of ours, the signature alone."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commissions.inbound import receiving


@csrf_exempt
@require_POST
def receive(request: HttpRequest, source_id: uuid.UUID) -> HttpResponse:
    """Answered at once and with an empty body; see `receiving.receive` for the statuses."""
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > receiving.MAX_BODY_BYTES:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    status = receiving.receive(
        source_id=source_id, body=request.body, headers=headers, now=timezone.now()
    )
    return HttpResponse(status=status)
