"""Signing secrets: sealed for their own row, opened only to verify."""

from datetime import datetime

from django.db.models import Q, QuerySet

from commissions.inbound.kinds import KINDS
from commissions.models import Source, SourceSecret
from prm.crypto import open_sealed, seal


def in_force(source: Source, now: datetime) -> QuerySet[SourceSecret]:
    """The secrets that open the source at `now`, the newest first."""
    ends = Q(ends_at=None) | Q(ends_at__gt=now)
    return SourceSecret.objects.filter(ends, source=source).order_by("-id")


def keys_of(source: Source, now: datetime) -> list[bytes]:
    """The keys of the secrets in force."""
    kind = KINDS[source.kind]
    opened = [
        open_sealed(bytes(row.sealed), place=_place(row)).decode() for row in in_force(source, now)
    ]
    return [kind.key(text) for text in opened]


def sealed_row(source: Source, text: str) -> SourceSecret:
    """A secret as it is stored, not yet saved."""
    row = SourceSecret(seller_id=source.seller_id, source=source)
    row.sealed = seal(text.encode(), place=_place(row))
    return row


def _place(row: SourceSecret) -> str:
    return f"source_secret:{row.source_id}:{row.pk}"
