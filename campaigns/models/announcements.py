"""What a seller tells many partners at once, and who has read it."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class AnnouncementStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Announcement(Record):
    """News to a segment of partners. `segment` is what campaigns/segments.py reads.

    While it is being sent, `last_partner_id` is how far; `event_id` is the event in the trail
    that its notifications belong to.
    """

    Status = AnnouncementStatus
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "draft": {"sending"},
        "sending": {"sent"},
        "sent": {"withdrawn"},
        "withdrawn": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=160)
    source = models.TextField(max_length=20_000)
    segment = models.JSONField(default=dict, blank=True)
    status = models.CharField(
        max_length=9, choices=AnnouncementStatus.choices, default=AnnouncementStatus.DRAFT
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    event_id = models.UUIDField(null=True, blank=True)
    last_partner_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["seller", "-id"], name="announcement_recent"),
            models.Index(
                fields=["seller"],
                condition=models.Q(status="sending"),
                name="announcement_sending",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Receipt(Record):
    """That one of a partner's people got an announcement, and when he first read it."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    announcement = TenantForeignKey(Announcement, related_name="receipts", db_index=False)
    partner = TenantForeignKey(Partner, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "announcement", "partner", "user"], name="receipt_once"
            )
        ]
        indexes = [models.Index(fields=["seller", "partner", "user", "-id"], name="receipt_person")]
