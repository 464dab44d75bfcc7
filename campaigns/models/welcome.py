"""Mails that a program sends to its new partners, so many days after they joined."""

from django.db import models

from campaigns.models.enrollments import Enrollment
from campaigns.models.programs import Program
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class WelcomeMail(Record):
    """One mail of a program's welcome sequence. It goes to those who join after it was started.

    `delay` is the time from joining; with `only_unfinished` it is left out for partners whose
    check-list is done. `started_at` is when it was put to work last.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="welcome_mails")
    delay = models.DurationField()
    subject = models.CharField(max_length=160)
    body = models.TextField(max_length=5000)
    only_unfinished = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["seller", "program", "delay"],
                condition=models.Q(stopped_at=None),
                name="welcome_mails",
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def days(self) -> int:
        """Days after joining."""
        return self.delay.days


class WelcomeSent(Record):
    """That a partner had a mail of the sequence, or was left out for good."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    mail = TenantForeignKey(WelcomeMail, related_name="sent", db_index=False)
    enrollment = TenantForeignKey(Enrollment, related_name="+")
    left_out = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "mail", "enrollment"], name="welcome_once")
        ]
