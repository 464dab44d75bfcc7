"""`Idempotency-Key`: a repeated POST gets the first answer and does nothing twice.

The record is written in the transaction of the request itself, so effect and record are kept
together or not at all. An answer of 400 and above is rolled back by the scope middleware and its
record with it: nothing was kept, so sending the call again, corrected or not, runs it again.
While a call runs, an advisory lock of its transaction holds the key, and dies with it.
"""

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request

from prm.errors import Conflict, Malformed, Unacceptable
from sellers.models import ApiKey, IdempotencyRecord
from sellers.scope import maintenance_scope

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_FOR = timedelta(hours=48)
MAX_LENGTH = 255


class Claim:
    """One call's hold on its key until its transaction ends."""

    def __init__(self, api_key: ApiKey, key: str, request: Request) -> None:
        self.api_key = api_key
        self.key = key
        self.request_hash = _request_hash(request)

    def first_answer(self) -> HttpResponse | None:
        """The answer to an earlier call alike.

        Raises Conflict while that call runs, Unacceptable when it was another call.
        """
        if not self._lock():
            message = _("A call with this Idempotency-Key is still running. Try again shortly.")
            raise Conflict(message, field=HEADER, code="in_progress")
        record = self._records().filter(expires_at__gt=timezone.now()).first()
        if record is None:
            return None
        if record.request_hash != self.request_hash:
            message = _("This Idempotency-Key was used for another call. Use a new one.")
            raise Unacceptable(message, field=HEADER, code="key_reused")
        body = bytes(record.body or b"")
        return HttpResponse(
            body,
            status=record.status,
            content_type="application/json",
            headers={REPLAYED: "true"},
        )

    def keep(self, status: int, body: bytes) -> None:
        """Store the answer beside the effect."""
        self._records().delete()
        IdempotencyRecord.objects.create(
            seller_id=self.api_key.seller_id,
            api_key=self.api_key.pk,
            key=self.key,
            request_hash=self.request_hash,
            status=status,
            body=body,
            expires_at=timezone.now() + KEPT_FOR,
        )

    def _records(self) -> Any:
        return IdempotencyRecord.objects.filter(api_key=self.api_key.pk, key=self.key)

    def _lock(self) -> bool:
        name = f"{self.api_key.pk}:{self.key}".encode()
        number = int.from_bytes(hashlib.sha256(name).digest()[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
            return bool(cursor.fetchone()[0])


def claim_of(request: Request) -> Claim | None:
    """The claim that the request's header makes; None without the header."""
    key = request.headers.get(HEADER)
    if key is None or not isinstance(request.auth, ApiKey):
        return None
    if not 1 <= len(key) <= MAX_LENGTH or not key.isascii() or not key.isprintable():
        message = _("The key is 1 to 255 printable ASCII characters.")
        raise Malformed(message, field=HEADER, code="malformed")
    return Claim(request.auth, key, request)


def purge_expired() -> int:
    """Delete records past their 48 hours, of all sellers. Returns how many."""
    with maintenance_scope():
        count, _by_model = IdempotencyRecord.objects.filter(expires_at__lte=timezone.now()).delete()
    return count


def _request_hash(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"), default=str)
    text = f"{request.method} {request.get_full_path()} {body}"
    return hashlib.sha256(text.encode()).hexdigest()
