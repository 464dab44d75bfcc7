"""`Idempotency-Key`: a repeated POST gets the first answer and does nothing twice.

The record is written in the transaction of the request itself, so effect and record are kept
together or not at all. An answer of 400 and above is rolled back by the scope middleware and its
record with it: nothing was kept, so sending the call again, corrected or not, runs it again.
While a call runs, an advisory lock of its transaction holds the key, and dies with it.
"""

import hashlib
import zlib
from datetime import timedelta

from django.db import connection
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request

from prm.errors import Conflict, Malformed, Unacceptable
from prm.ids import new_id
from prm.json_text import canonical
from sellers.models import ApiKey, IdempotencyRecord
from sellers.scope import maintenance_scope

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_FOR = timedelta(hours=48)
MAX_LENGTH = 255
PACKED_FROM = 4096
PACKED = b"x"


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
        is_free, request_hash, status, body = self._look()
        if not is_free:
            raise _in_progress()
        if status is None:
            return None
        if request_hash != self.request_hash:
            message = _("This Idempotency-Key was used for another call. Use a new one.")
            raise Unacceptable(message, field=HEADER, code="key_reused")
        return HttpResponse(
            _opened(bytes(body or b"")),
            status=status,
            content_type="application/json",
            headers={REPLAYED: "true"},
        )

    def keep(self, status: int, body: bytes) -> None:
        """Store the answer beside the effect, in the place of one that has expired.

        Raises Conflict where a call alike kept its answer since this one looked: it ended between
        the look and the lock.
        """
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(
                _KEEP,
                {
                    "id": new_id(),
                    "now": now,
                    "seller": self.api_key.seller_id,
                    "api_key": self.api_key.pk,
                    "key": self.key,
                    "hash": self.request_hash,
                    "status": status,
                    "body": _packed(body),
                    "expires": now + KEPT_FOR,
                },
            )
            if not cursor.rowcount:
                raise _in_progress()

    def _look(self) -> tuple[bool, str | None, int | None, memoryview | None]:
        """Whether the key is free and now held, and what is kept under it: hash, status, body."""
        name = f"{self.api_key.pk}:{self.key}".encode()
        number = int.from_bytes(hashlib.sha256(name).digest()[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute(_LOOK, [number, self.api_key.pk, self.key])
            found: tuple[bool, str | None, int | None, memoryview | None] = cursor.fetchone()
        return found


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


def _packed(body: bytes) -> bytes:
    """Long answers small: the database would take longer to store them than we to pack them."""
    return zlib.compress(body, level=1) if len(body) > PACKED_FROM else body


def _opened(body: bytes) -> bytes:
    """An answer as it was given: JSON never begins as packed bytes do."""
    return zlib.decompress(body) if body.startswith(PACKED) else body


def _in_progress() -> Conflict:
    message = _("A call with this Idempotency-Key is still running. Try again shortly.")
    return Conflict(message, field=HEADER, code="in_progress")


def _request_hash(request: Request) -> str:
    head = f"{request.method} {request.get_full_path()} ".encode()
    return hashlib.sha256(head + canonical(request.data)).hexdigest()


_LOOK = """
    SELECT pg_try_advisory_xact_lock(%s), kept.request_hash, kept.status, kept.body
    FROM (VALUES (1)) one LEFT JOIN sellers_idempotencyrecord kept
        ON kept.api_key = %s AND kept.key = %s AND kept.expires_at > now()
"""
_KEEP = """
    INSERT INTO sellers_idempotencyrecord AS kept
        (id, created_at, seller_id, api_key, key, request_hash, status, body, expires_at)
    VALUES (%(id)s, %(now)s, %(seller)s, %(api_key)s, %(key)s, %(hash)s, %(status)s, %(body)s,
            %(expires)s)
    ON CONFLICT (seller_id, api_key, key) DO UPDATE SET
        request_hash = EXCLUDED.request_hash, status = EXCLUDED.status, body = EXCLUDED.body,
        expires_at = EXCLUDED.expires_at
    WHERE kept.expires_at <= %(now)s
"""
