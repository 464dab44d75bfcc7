"""The friend's reward: what a referred customer gets beside what the referrer earns."""

from typing import Final

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Enrollment, Program
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.money import MAX_MINOR
from prm.records import Record
from sellers.models import Seller
from tracking.models import Customer, Sale


class FriendRewardKind(models.TextChoices):
    NONE = "none", _("Nothing")
    VOUCHER = "voucher", _("A discount code")
    CREDIT = "credit", _("A credit note")
    POINTS = "points", _("Points")


class FriendRewardMoment(models.TextChoices):
    PAYABLE = "payable", _("When the referrer’s commission is free to pay")
    AT_ONCE = "at_once", _("As soon as the purchase has earned")


class FriendTerms(Record):
    """What a program gives to a referred customer, once.

    `amount` is minor units of the program's currency, or points; `minimum_minor` the smallest
    purchase that counts. Codes come from a list (`FriendCode`) or are made (`from_list`).
    `since` is when the present terms began: earlier purchases get nothing.
    """

    Kind = FriendRewardKind
    Moment = FriendRewardMoment

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="+", db_index=False)
    kind = models.CharField(
        max_length=8, choices=FriendRewardKind.choices, default=FriendRewardKind.NONE
    )
    amount = models.BigIntegerField(
        default=0, validators=[MinValueValidator(0), MaxValueValidator(MAX_MINOR)]
    )
    minimum_minor = models.BigIntegerField(
        default=0, validators=[MinValueValidator(0), MaxValueValidator(MAX_MINOR)]
    )
    moment = models.CharField(
        max_length=8, choices=FriendRewardMoment.choices, default=FriendRewardMoment.PAYABLE
    )
    from_list = models.BooleanField(default=False)
    since = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "program"], name="friend_terms_once")
        ]


class FriendRewardStatus(models.TextChoices):
    GRANTED = "granted", _("Granted")
    USED = "used", _("Used")
    CANCELLED = "cancelled", _("Cancelled")


class FriendReward(Record):
    """A reward of one referred customer, once per program. The shop honours its code."""

    Status = FriendRewardStatus
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "granted": {"used", "cancelled"},
        "used": set(),
        "cancelled": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, related_name="+", db_index=False)
    enrollment = TenantForeignKey(Enrollment, related_name="+")
    customer = TenantForeignKey(Customer, related_name="+")
    sale = TenantForeignKey(Sale, related_name="+")
    kind = models.CharField(max_length=8, choices=FriendRewardKind.choices)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    code = models.CharField(max_length=80)
    status = models.CharField(
        max_length=9, choices=FriendRewardStatus.choices, default=FriendRewardStatus.GRANTED
    )
    used_at = models.DateTimeField(null=True, blank=True)
    used_order = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "program", "customer"], name="friend_reward_once"
            ),
            models.UniqueConstraint(fields=["seller", "code"], name="friend_reward_code_once"),
        ]
        indexes = [
            models.Index(fields=["seller", "status", "-id"], name="friend_reward_status"),
            models.Index(fields=["seller", "partner", "-id"], name="friend_reward_partner"),
        ]

    def __str__(self) -> str:
        return self.code


class FriendCode(Record):
    """A discount code of the seller's own, waiting for a friend. Handed out once."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="+")
    code = models.CharField(max_length=80)
    reward = TenantForeignKey(FriendReward, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seller", "code"], name="friend_code_once")]
        indexes = [
            models.Index(
                fields=["seller", "program", "id"],
                condition=models.Q(reward=None),
                name="friend_code_free",
            )
        ]

    def __str__(self) -> str:
        return self.code
