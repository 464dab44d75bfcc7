"""What happened: the trail, its hash chain, notifications, and long work with its progress."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class Event(Record):
    """One thing that happened, written in the transaction in which it happened. Append-only.

    `changes` is {field: [before, after]}; `partner_id` names the partner whose history it
    belongs to. `verb` is dotted: `partner.approved`.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=40, blank=True)
    actor_label = models.CharField(max_length=160)
    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField()
    object_label = models.CharField(max_length=200)
    partner_id = models.UUIDField(null=True, blank=True)
    changes = models.JSONField(default=dict)
    detail = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["seller", "-id"], name="event_recent"),
            models.Index(fields=["seller", "object_id", "-id"], name="event_object"),
            models.Index(fields=["seller", "partner_id", "-id"], name="event_partner"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_label}"


class ChainLink(Record):
    """An event's place in its seller's hash chain. Append-only; made by the worker in order."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.BigIntegerField()
    event = TenantForeignKey(Event, related_name="links", db_index=False)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "place"], name="chain_place_once"),
            models.UniqueConstraint(fields=["seller", "event"], name="chain_event_once"),
        ]


class Notification(Record):
    """An event that one person should know of, in the app and, where wanted, by mail.

    `digest` waits for the person's daily mail. `reply_to` is where his answer to the mail goes,
    where that is not the seller's own address.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    event = TenantForeignKey(Event, related_name="+", db_index=False)
    room = models.CharField(max_length=8)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_due = models.BooleanField(default=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_not_before = models.DateTimeField(null=True, blank=True)
    digest = models.BooleanField(default=False)
    reply_to = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "event", "user", "room"], name="notification_once"
            )
        ]
        indexes = [
            models.Index(fields=["seller", "user", "-id"], name="notification_recent"),
            models.Index(
                fields=["seller", "id"],
                condition=models.Q(mail_due=True, mailed_at=None),
                name="notification_unmailed",
            ),
        ]


class MailMode(models.TextChoices):
    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    NEVER = "never", _("Never")


class MailPreference(Record):
    """How one person wants mails of a kind (activity/mail_kinds.py) from a seller's portal."""

    Mode = MailMode

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    mode = models.CharField(max_length=8, choices=MailMode.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "user", "kind"], name="mail_preference_once")
        ]


class JobStatus(models.TextChoices):
    DRAFT = "draft", _("Being set up")
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Job(Record):
    """Long work: what, how far, how it ended. A lease tells the sweeper that somebody is at it."""

    Status = JobStatus

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    file = models.FileField(upload_to="jobs/%Y/%m/", blank=True, max_length=300)
    status = models.CharField(max_length=8, choices=JobStatus.choices, default=JobStatus.QUEUED)
    position = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["seller", "-id"], name="job_recent"),
            models.Index(
                fields=["seller", "leased_until"],
                condition=models.Q(status__in=["queued", "running"]),
                name="job_open",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class JobProblem(Record):
    """One refused row of a job's input, with the reason and the row as it came."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    job = TenantForeignKey(Job, related_name="problems", db_index=False)
    row = models.PositiveIntegerField()
    field = models.CharField(max_length=80)
    message = models.CharField(max_length=300)
    raw = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "job", "row"], name="job_problem_once")
        ]


class WorkLease(Record):
    """Who is draining one kind of a seller's queue, until when, and how it last failed.

    The queue itself is the rows that wait; this only keeps workers from crowding it.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=24)
    leased_until = models.DateTimeField()
    nudged_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seller", "kind"], name="work_lease_once")]
