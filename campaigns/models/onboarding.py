"""A program's check-list for partners who have joined, and what each of them has ticked."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.models.enrollments import Enrollment
from campaigns.models.programs import Program
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class StepKind(models.TextChoices):
    PROFILE = "profile", _("Profile filled in")
    TERMS = "terms", _("Terms read")
    PAYOUT = "payout", _("Payout account given")
    LINK = "link", _("First link made")
    MATERIAL = "material", _("First material taken")
    OWN = "own", _("A step of your own")


class TickedBy(models.TextChoices):
    PARTNER = "partner", _("The partner")
    STAFF = "staff", _("Your team")


class Gate(models.TextChoices):
    LINKS = "links", _("Making links")
    MATERIALS = "materials", _("Taking materials")
    PAYOUTS = "payouts", pgettext_lazy("what first steps may close", "Being paid")


class OnboardingStep(Record):
    """One step. Built-in ones tick themselves; of an own one `ticked_by` says who ticks it.

    `gates` is what stays closed to a partner until he has done it.
    """

    Kind = StepKind
    TickedBy = TickedBy
    Gate = Gate

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="onboarding_steps")
    kind = models.CharField(max_length=8, choices=StepKind.choices)
    label = models.CharField(max_length=160, blank=True)
    text = models.CharField(max_length=500, blank=True)
    url = models.URLField(max_length=500, blank=True)
    ticked_by = models.CharField(max_length=8, choices=TickedBy.choices, default=TickedBy.PARTNER)
    gates = ArrayField(models.CharField(max_length=12, choices=Gate.choices), default=list)
    position = models.PositiveSmallIntegerField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "program", "kind"],
                condition=models.Q(removed_at=None) & ~models.Q(kind="own"),
                name="onboarding_builtin_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["seller", "program", "position"],
                condition=models.Q(removed_at=None),
                name="onboarding_steps",
            )
        ]

    def __str__(self) -> str:
        return self.label or str(self.get_kind_display())


class StepTick(Record):
    """A step that somebody ticked for an enrollment, or read, where the step is to read."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    enrollment = TenantForeignKey(Enrollment, related_name="step_ticks", db_index=False)
    step = TenantForeignKey(OnboardingStep, related_name="ticks")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "enrollment", "step"], name="step_tick_once")
        ]
