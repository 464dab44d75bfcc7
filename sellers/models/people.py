"""Log-ins, staff membership and invitations."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from prm.records import Record
from sellers.models.seller import Seller
from sellers.rules import INVITATION_LIFE


class UserManager(BaseUserManager["User"]):
    """Makes log-ins; e-mail addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved user; without a password he signs in after a reset."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """One log-in. May be staff at one seller and partner at several."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=8, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_lower_unique")]

    def __str__(self) -> str:
        return self.name or self.email


class StaffRole(models.TextChoices):
    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Partner manager")
    FINANCE = "finance", _("Finance")
    MARKETER = "marketer", _("Marketer")
    AUDITOR = "auditor", _("Auditor")


class Staff(Record):
    """A user's membership in a seller's team."""

    Role = StaffRole

    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="staff", db_index=False
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="staff")
    role = models.CharField(max_length=16, choices=StaffRole.choices)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "user"], name="staff_once_per_seller")
        ]

    def __str__(self) -> str:
        return str(self.user)


class Invitation(Record):
    """An open offer to join: a seller's team, or a partner's people when `partner_id` is set.

    `partner_id` points up the layers and so is a plain id, checked by the app that sets it.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=16)
    partner_id = models.UUIDField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "email", "partner_id"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                nulls_distinct=False,
                name="invitation_open_once",
            )
        ]
        indexes = [models.Index(fields=["seller", "-created_at"], name="invitation_recent")]

    def __str__(self) -> str:
        return self.email

    @property
    def is_over(self) -> bool:
        """Whether the link no longer works."""
        return bool(self.accepted_at or self.withdrawn_at) or self.expires_at <= timezone.now()

    @property
    def sent_at(self) -> datetime:
        """When the link that works now was made."""
        return self.expires_at - INVITATION_LIFE

    @property
    def role_label(self) -> str:
        """The role of a team invitation in words."""
        return str(dict(StaffRole.choices).get(self.role, self.role))
