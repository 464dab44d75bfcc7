"""Whom a program looks for, how well each prospect fits, and who was invited to it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from campaigns.models.enrollments import Application
from campaigns.models.programs import Program
from partners.models import Prospect
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class WantedProfile(Record):
    """What a program wishes of a partner.

    An empty field wishes nothing. `weights` says how much each criterion counts ({criterion:
    must|much|little}, see campaigns/fit.py); what is not named counts as much. Audiences are
    followers over all channels, `least_engagement` is percent.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="wanted_profiles", db_index=False)
    niches = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    content_kinds = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    platforms = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    least_audience = models.BigIntegerField(null=True, blank=True)
    most_audience = models.BigIntegerField(null=True, blank=True)
    least_engagement = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    weights = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "program"], name="wanted_profile_once")
        ]


class ProspectFit(Record):
    """How well a prospect fits a program, 0 to 100, kept for lists; reasons are made when read."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="fits", db_index=False)
    prospect = TenantForeignKey(Prospect, related_name="fits", db_index=False)
    score = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "prospect", "program"], name="prospect_fit_once"
            )
        ]
        indexes = [models.Index(fields=["seller", "program", "-score"], name="prospect_fit_best")]


class ProspectInvitation(Record):
    """A personal invitation to apply to a program.

    The link's token leaves with the mail and only its hash stays; `sealed` holds it encrypted until
    the mail is sent. `claimed_by` is the person who began the application from the link.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="invitations")
    prospect = TenantForeignKey(Prospect, related_name="invitations", db_index=False)
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=8, blank=True)
    message = models.TextField(max_length=2000, blank=True)
    token_hash = models.CharField(max_length=64)
    sealed = models.BinaryField(default=bytes, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField()
    mail_due = models.BooleanField(default=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_not_before = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    application = TenantForeignKey(Application, null=True, blank=True, related_name="+")
    declined_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "token_hash"], name="prospect_invitation_token"
            ),
            models.UniqueConstraint(
                fields=["seller", "prospect", "program"],
                condition=models.Q(application=None, declined_at=None, withdrawn_at=None),
                name="prospect_invitation_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "prospect", "-id"], name="prospect_invitations"),
            models.Index(
                fields=["seller", "id"],
                condition=models.Q(mail_due=True),
                name="prospect_invitation_mail",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def state_now(self) -> str:
        """applied, declined, withdrawn, expired, started, sent, waiting for its mail, unsent."""
        for state, said in (
            ("applied", self.application_id),
            ("declined", self.declined_at),
            ("withdrawn", self.withdrawn_at),
            ("expired", self.expires_at <= timezone.now()),
            ("started", self.claimed_at),
            ("sent", self.mailed_at),
            ("waiting", self.mail_due),
        ):
            if said:
                return state
        return "unsent"
