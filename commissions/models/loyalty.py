"""Loyalty: how a program's points live, what they buy, and its stamp cards.

Points themselves are lines in the currency PTS (`commissions.models.lines`).
"""

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Enrollment, Program, Tier
from commissions.models.lines import Commission
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller

MOST_MONTHS: Final = 120
MOST_POINTS: Final = 1_000_000_000


def usual_reminders() -> list[int]:
    """Days before points expire at which a member is told."""
    return [30, 7]


class LoyaltySettings(Record):
    """How a program's points are called and how long they live.

    `expire_months` counts from earning; without it points never expire. `swept_at` is when the
    last daily pass over the members ended, `sweep_after` the last enrollment of a pass under way,
    `counted_at` the moment up to which new sales are on stamp cards.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="+", db_index=False)
    point_name = models.CharField(max_length=24, blank=True)
    points_name = models.CharField(max_length=24, blank=True)
    value_hint = models.CharField(max_length=120, blank=True)
    expire_months = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_MONTHS)]
    )
    remind_days = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(365)]),
        default=usual_reminders,
        blank=True,
        size=4,
    )
    swept_at = models.DateTimeField(null=True, blank=True)
    sweep_after = models.UUIDField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "program"], name="loyalty_settings_once")
        ]


class PointsReminder(Record):
    """What a member was told of points about to expire: all that goes up to `until`."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    enrollment = TenantForeignKey(Enrollment, related_name="+", db_index=False)
    days = models.PositiveSmallIntegerField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "enrollment", "days"], name="points_reminder_once"
            )
        ]


class LoyaltyRewardKind(models.TextChoices):
    GIFT = "gift", _("Gift")
    VOUCHER = "voucher", _("Voucher with a code")
    DISCOUNT = "discount", _("Discount")


class LoyaltyReward(Record):
    """Something of the catalogue that points buy. `stock` is what is left; null is unlimited.

    A voucher has a list of codes instead of a stock; each is handed out once.
    """

    Kind = LoyaltyRewardKind

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=LoyaltyRewardKind.choices)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=500, blank=True)
    cost = models.BigIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_POINTS)])
    stock = models.PositiveIntegerField(null=True, blank=True)
    per_member = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    tier = TenantForeignKey(Tier, null=True, blank=True, related_name="+")
    available_from = models.DateTimeField(null=True, blank=True)
    available_until = models.DateTimeField(null=True, blank=True)
    picture = models.FileField(upload_to="rewards/%Y/%m/", blank=True, max_length=300)
    picture_type = models.CharField(max_length=80, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(cost__gt=0), name="reward_costs_points"),
            models.CheckConstraint(
                condition=models.Q(available_from=None)
                | models.Q(available_until=None)
                | models.Q(available_until__gt=models.F("available_from")),
                name="reward_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["seller", "program", "-id"], name="reward_recent")]

    def __str__(self) -> str:
        return self.name


class VoucherCode(Record):
    """A code of a voucher reward. Handed out once, never taken back into the list."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    reward = TenantForeignKey(LoyaltyReward, related_name="codes", db_index=False)
    code = models.CharField(max_length=80)
    enrollment = TenantForeignKey(Enrollment, null=True, blank=True, related_name="+")
    handed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "reward", "code"], name="voucher_code_once")
        ]
        indexes = [
            models.Index(
                fields=["seller", "reward", "id"],
                condition=models.Q(handed_at=None),
                name="voucher_code_free",
            )
        ]

    def __str__(self) -> str:
        return self.code


class RedemptionStatus(models.TextChoices):
    ASKED = "asked", _("Asked for")
    FULFILLED = "fulfilled", _("Handed over")
    CANCELLED = "cancelled", _("Cancelled")


class Redemption(Record):
    """A reward that a member asked for. The points left at that moment (`line`)."""

    Status = RedemptionStatus
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "asked": {"fulfilled", "cancelled"},
        "fulfilled": set(),
        "cancelled": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="+")
    partner = TenantForeignKey(Partner, related_name="+")
    enrollment = TenantForeignKey(Enrollment, related_name="+", db_index=False)
    reward = TenantForeignKey(LoyaltyReward, related_name="redemptions")
    line = TenantForeignKey(Commission, null=True, blank=True, related_name="+")
    cost = models.BigIntegerField()
    status = models.CharField(
        max_length=9, choices=RedemptionStatus.choices, default=RedemptionStatus.ASKED
    )
    code = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["seller", "status", "-id"], name="redemption_status"),
            models.Index(fields=["seller", "enrollment", "-id"], name="redemption_member"),
        ]

    def __str__(self) -> str:
        return str(self.reward)


class StampCounts(models.TextChoices):
    ITEMS = "items", _("Every item")
    PURCHASES = "purchases", _("Every purchase")


class StampGift(models.TextChoices):
    CHEAPEST = "cheapest", _("The cheapest item of the card, as money")
    AVERAGE = "average", _("The average of the card, as money")
    FIXED = "fixed", _("A fixed amount of money")
    POINTS = "points", _("Points")
    VOUCHER = "voucher", _("A voucher")


class StampCard(Record):
    """Every Nth item or purchase earns something. Its terms never change; a card can be ended.

    `category` and `skus` narrow what counts. `amount` is minor units of the program's currency
    for `fixed` and points for `points`; `reward` is the voucher.
    """

    Counts = StampCounts
    Gift = StampGift

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    counts = models.CharField(max_length=9, choices=StampCounts.choices)
    every = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(2), MaxValueValidator(1000)]
    )
    category = models.CharField(max_length=120, blank=True)
    skus = ArrayField(models.CharField(max_length=120), default=list, blank=True, size=200)
    gift = models.CharField(max_length=8, choices=StampGift.choices)
    amount = models.BigIntegerField(default=0)
    reward = TenantForeignKey(LoyaltyReward, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["seller", "program", "-id"], name="stamp_card_recent")]

    def __str__(self) -> str:
        return self.name


class FullCard(Record):
    """A card that a member completed, and what it earned. `round` grows when it was undone.

    `line` is what it paid, `back` what took that away again; a voucher has its `code`.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    card = TenantForeignKey(StampCard, related_name="full", db_index=False)
    enrollment = TenantForeignKey(Enrollment, related_name="+")
    number = models.PositiveIntegerField()
    round = models.PositiveSmallIntegerField(default=1)
    line = TenantForeignKey(Commission, null=True, blank=True, related_name="+")
    back = TenantForeignKey(Commission, null=True, blank=True, related_name="+")
    code = models.CharField(max_length=80, blank=True)
    completed_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "card", "enrollment", "number", "round"], name="full_card_once"
            ),
            models.UniqueConstraint(
                fields=["seller", "card", "enrollment", "number"],
                condition=models.Q(undone_at=None),
                name="full_card_one_stands",
            ),
        ]
