"""The people of a partner."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class MemberRole(models.TextChoices):
    ADMIN = "admin", _("Admin")
    MEMBER = "member", _("Member")
    FINANCE = "finance", _("Finance")


class Member(Record):
    """One of a partner's people: a user with a role in that partner's portal."""

    Role = MemberRole

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, related_name="members", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="memberships",
        db_index=False,
    )
    role = models.CharField(max_length=8, choices=MemberRole.choices)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "partner", "user"], name="member_once_per_partner"
            )
        ]
        indexes = [models.Index(fields=["user"], name="member_user")]
