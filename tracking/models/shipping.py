"""How far the hosts' spools are shipped, and what the sums of days still need."""

from django.db import models

from sellers.models import Seller


class SpoolOffset(models.Model):
    """Up to which byte a segment of a host's spool is stored; written with the clicks themselves.

    Kept for two days after the segment is gone, so that one put back by a restored backup is
    known.
    """

    pk = models.CompositePrimaryKey("host", "segment")
    host = models.CharField(max_length=16)
    segment = models.CharField(max_length=60)
    offset = models.BigIntegerField()
    moved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.host}/{self.segment}"


class Shipper(models.Model):
    """What one host's shipper last said of itself and its spool; written every few seconds.

    `oldest_at` is when the oldest click arrived that is not stored yet, None when all are.
    `damaged`, `unknown`, `clicks`, `impressions` count since the host's first start; `direct`,
    `lost` and `ballast_used` come from the spool.
    """

    host = models.CharField(max_length=16, primary_key=True)
    name = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    shipped_at = models.DateTimeField(null=True)
    oldest_at = models.DateTimeField(null=True)
    backlog_bytes = models.BigIntegerField(default=0)
    backlog_clicks = models.BigIntegerField(default=0)
    clicks = models.BigIntegerField(default=0)
    impressions = models.BigIntegerField(default=0)
    damaged = models.BigIntegerField(default=0)
    unknown = models.BigIntegerField(default=0)
    direct = models.BigIntegerField(default=0)
    lost = models.BigIntegerField(default=0)
    ballast_used = models.BigIntegerField(default=0)
    has_ballast = models.BooleanField(default=True)
    free_bytes = models.BigIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class VisitorSalt(models.Model):
    """The secret of one day's visitor hashes; deleted after three days, and with it their link."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField()

    def __str__(self) -> str:
        return str(self.day)


class TrafficDay(models.Model):
    """A seller's day whose visitors must be counted again since `changed_at`, unless done later."""

    pk = models.CompositePrimaryKey("seller_id", "day")
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    day = models.DateField()
    changed_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.day)
