"""API keys and the answers they already got."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from prm.records import Record
from sellers.models.people import User
from sellers.models.seller import Seller


class ApiKey(Record):
    """A secret for programs. Only its hash is stored; `prefix` is what people recognise.

    With `partner_id` it reads that partner's own data and nothing else.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=20)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    partner_id = models.UUIDField(null=True, blank=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["seller", "-created_at"], name="apikey_recent")]

    def __str__(self) -> str:
        return self.name


class IdempotencyRecord(Record):
    """The first answer to an `Idempotency-Key`, replayed for 48 hours."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    api_key = models.UUIDField()
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "api_key", "key"], name="idempotency_once")
        ]
        indexes = [models.Index(fields=["expires_at"], name="idempotency_expiry")]
