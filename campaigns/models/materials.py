"""Campaigns, and the materials partners may use."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.programs import Program
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class Campaign(Record):
    """A time-boxed push inside a program. Without an end it runs on."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    program = TenantForeignKey(Program, related_name="campaigns")
    name = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="campaign_ends_after_start",
            )
        ]
        indexes = [models.Index(fields=["seller", "-id"], name="campaign_recent")]

    def __str__(self) -> str:
        return self.name


class MaterialKind(models.TextChoices):
    BANNER = "banner", _("Banner")
    DOCUMENT = "document", _("Document")
    TEXT = "text", _("Text")


class Material(Record):
    """A banner, a document or a text that a program's partners may use."""

    Kind = MaterialKind

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    program = TenantForeignKey(Program, related_name="materials")
    campaign = TenantForeignKey(Campaign, null=True, blank=True, related_name="materials")
    kind = models.CharField(max_length=8, choices=MaterialKind.choices)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=8, blank=True)
    text = models.TextField(blank=True, max_length=20000)
    file = models.FileField(upload_to="materials/%Y/%m/", blank=True, max_length=300)
    file_name = models.CharField(max_length=160, blank=True)
    content_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["seller", "program", "-id"], name="material_recent")]

    def __str__(self) -> str:
        return self.name


class MaterialUse(Record):
    """A download of a material by a partner's person."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    material = TenantForeignKey(Material, related_name="uses")
    partner = TenantForeignKey(Partner, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["seller", "material", "-id"], name="material_use_recent")]
