"""What a partner and the seller write to each other."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class ConversationStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class Side(models.TextChoices):
    """Who writes: the seller's staff or the partner's people."""

    SELLER = "seller", _("Seller")
    PARTNER = "partner", _("Partner")


class Conversation(Record):
    """Messages about one subject between a partner and the seller.

    `last_side` wrote last: an open one whose last word is the partner's waits for the seller.
    """

    Status = ConversationStatus
    TRANSITIONS: Final[dict[str, set[str]]] = {"open": {"closed"}, "closed": {"open"}}

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, related_name="conversations", db_index=False)
    subject = models.CharField(max_length=160)
    status = models.CharField(
        max_length=6, choices=ConversationStatus.choices, default=ConversationStatus.OPEN
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    last_side = models.CharField(max_length=7, choices=Side.choices)
    last_message_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["seller", "-last_message_at", "-id"], name="conversation_recent"),
            models.Index(
                fields=["seller", "partner", "-last_message_at"], name="conversation_partner"
            ),
            models.Index(
                fields=["seller", "id"],
                condition=models.Q(status="open", last_side="partner"),
                name="conversation_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class MessageVia(models.TextChoices):
    PORTAL = "portal", _("In the portal")
    MAIL = "mail", _("By mail")


class Message(Record):
    """One thing that was said. Never changed. `mail_id` is the Message-ID of a mail that came in;
    `left_out` names what of it was not kept."""

    Via = MessageVia

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    conversation = TenantForeignKey(Conversation, related_name="messages", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=7, choices=Side.choices)
    text = models.TextField(max_length=20000)
    via = models.CharField(max_length=6, choices=MessageVia.choices, default=MessageVia.PORTAL)
    mail_id = models.CharField(max_length=255, null=True, blank=True)
    left_out = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "conversation", "mail_id"], name="message_mail_once"
            )
        ]
        indexes = [models.Index(fields=["seller", "conversation", "id"], name="message_in_order")]


class MessageFile(Record):
    """A file sent with a message, checked before it was kept."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    message = TenantForeignKey(Message, related_name="files", db_index=False)
    file = models.FileField(upload_to="conversations/%Y/%m/", max_length=300)
    file_name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["seller", "message"], name="message_file_message")]


class Participant(Record):
    """One person in a conversation, and how many of its messages he has not read."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    conversation = TenantForeignKey(Conversation, related_name="participants", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=7, choices=Side.choices)
    unread = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "conversation", "user", "side"], name="participant_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["seller", "user"],
                condition=models.Q(unread__gt=0),
                name="participant_unread",
            )
        ]
