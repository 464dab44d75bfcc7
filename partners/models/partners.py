"""Partners: whom a seller works with."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller, Staff


class PartnerStatus(models.TextChoices):
    INVITED = "invited", _("Invited")
    APPLIED = "applied", _("Applied")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    TERMINATED = "terminated", _("Terminated")
    REJECTED = "rejected", _("Rejected")


class PartnerKind(models.TextChoices):
    COMPANY = "company", _("Company")
    PERSON = "person", _("Person")


class Partner(Record):
    """A company or person who works with a seller.

    `name_key` and `domain` are derived from name and website to find the same partner twice.
    Of an applicant who was found to be another partner already, `merged_into` says which.
    """

    Status = PartnerStatus
    Kind = PartnerKind
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "invited": {"applied", "active", "rejected"},
        "applied": {"active", "rejected"},
        "rejected": {"applied", "active"},
        "active": {"suspended", "terminated"},
        "suspended": {"active", "terminated"},
        "terminated": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=160)
    email = models.EmailField(max_length=254, blank=True)
    kind = models.CharField(max_length=8, choices=PartnerKind.choices, default=PartnerKind.COMPANY)
    status = models.CharField(
        max_length=12, choices=PartnerStatus.choices, default=PartnerStatus.APPLIED
    )
    status_reason = models.CharField(max_length=500, blank=True)
    country = models.CharField(max_length=2, blank=True)
    website = models.URLField(max_length=500, blank=True)
    external_id = models.CharField(max_length=120, null=True, blank=True)
    manager = TenantForeignKey(Staff, null=True, blank=True, related_name="+", db_index=False)
    recruited_by = TenantForeignKey(
        "self", null=True, blank=True, related_name="recruits", db_index=False
    )
    merged_into = TenantForeignKey("self", null=True, blank=True, related_name="+", db_index=False)
    name_key = models.CharField(max_length=160, blank=True, editable=False)
    domain = models.CharField(max_length=253, blank=True, editable=False)
    notes = models.TextField(blank=True, max_length=5000)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "external_id"], name="partner_external_id_once"
            )
        ]
        indexes = [
            models.Index(fields=["seller", "status", "id"], name="partner_status"),
            models.Index(fields=["seller", "name", "id"], name="partner_name"),
            models.Index(fields=["seller", "email"], name="partner_email"),
            models.Index(fields=["seller", "name_key"], name="partner_name_key"),
            models.Index(fields=["seller", "domain"], name="partner_domain"),
            models.Index(fields=["seller", "manager"], name="partner_manager"),
            models.Index(fields=["seller", "recruited_by"], name="partner_recruiter"),
        ]

    def __str__(self) -> str:
        return self.name
