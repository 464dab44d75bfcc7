"""What partners brought by link and day, how each stands, and reviews with what was agreed."""

import uuid
from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller

NO_LINK: Final = uuid.UUID(int=0)
"""Stands for what came without a link: by a coupon, or named by the seller."""


class ResultDay(models.Model):
    """What one link of a partner brought on one day of the seller's, in one currency.

    Sales stand on their own day with their net, refunds on the day they were given, lines on
    theirs; money in minor units. Of a shared sale it is the partner's part, with the link of his
    first click. Counted anew from the rows some seconds after they change (see
    commissions/performance/counting.py).
    """

    pk = models.CompositePrimaryKey("seller_id", "partner_id", "day", "currency", "link_id")
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    partner_id = models.UUIDField()
    day = models.DateField()
    currency = models.CharField(max_length=3)
    link_id = models.UUIDField(default=NO_LINK)
    sales = models.BigIntegerField(default=0)
    by_click = models.BigIntegerField(default=0)
    amount_minor = models.BigIntegerField(default=0)
    refunds = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    earned_minor = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.day)


class Health(models.TextChoices):
    GROWING = "growing", _("Growing")
    STEADY = "steady", _("Steady")
    FADING = "fading", _("Fading")
    DORMANT = "dormant", _("Dormant")


class Standing(Record):
    """How a partner does, as of the last full day `as_of`: 30 days beside the 30 before.

    `currency` is the one he sells most in; `change` is the growth of its amount in tenths of a per
    cent, null where nothing was before. `parts` are the points of engagement by part, `score` their
    sum, 0 to 100. `why` is the code of the rule that decided `health`, `since_on` the day it began.
    """

    Health = Health

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, related_name="standings", db_index=False)
    as_of = models.DateField()
    currency = models.CharField(max_length=3, blank=True)
    clicks = models.BigIntegerField(default=0)
    clicks_before = models.BigIntegerField(default=0)
    sales = models.BigIntegerField(default=0)
    sales_before = models.BigIntegerField(default=0)
    amount_minor = models.BigIntegerField(default=0)
    before_minor = models.BigIntegerField(default=0)
    earned_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    change = models.IntegerField(null=True)
    last_sale_on = models.DateField(null=True)
    parts = models.JSONField(default=dict)
    score = models.PositiveSmallIntegerField(default=0)
    health = models.CharField(max_length=8, choices=Health.choices)
    why = models.CharField(max_length=20)
    since_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seller", "partner"], name="standing_once")]
        indexes = [
            models.Index(fields=["seller", "health"], name="standing_health"),
            models.Index(
                fields=["seller", "currency", "amount_minor", "id"], name="standing_amount"
            ),
            models.Index(fields=["seller", "score", "id"], name="standing_score"),
        ]

    def __str__(self) -> str:
        return f"{self.health} {self.score}"


class StandingRound(Record):
    """How far a seller's standings are: `day` is the day all were made for, or are being made for
    while `after` names the last partner done."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    after = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seller"], name="standing_round_once")]


class Review(Record):
    """A look back at a partner's period with him: figures against targets, scores, what follows.

    `targets` is [{metric, target, actual}], in minor units of `currency` where it is money; actuals
    are taken when the review is written and whenever it is counted again, until it is shared.
    `scores` is [{criterion, score}], 1 to 5. The partner reads it once it is shared; then it stays
    as it is, but for the actions. `written_by` is null where an API key wrote it.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, related_name="reviews", db_index=False)
    first_on = models.DateField()
    last_on = models.DateField()
    currency = models.CharField(max_length=3)
    targets = models.JSONField(default=list)
    scores = models.JSONField(default=list)
    notes = models.TextField(blank=True, max_length=5000)
    private_notes = models.TextField(blank=True, max_length=5000)
    next_on = models.DateField(null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    shared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "partner", "first_on", "last_on"], name="review_once"
            ),
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="review_days_in_order"
            ),
        ]
        indexes = [models.Index(fields=["seller", "next_on"], name="review_next")]

    def __str__(self) -> str:
        return f"{self.first_on} – {self.last_on}"


class ActionSide(models.TextChoices):
    SELLER = "seller", _("We")
    PARTNER = "partner", _("Partner")


class ReviewAction(Record):
    """Something agreed in a review: who does it, by when, and when it was done."""

    Side = ActionSide

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    review = TenantForeignKey(
        Review, on_delete=models.CASCADE, related_name="actions", db_index=False
    )
    text = models.CharField(max_length=300)
    side = models.CharField(max_length=8, choices=ActionSide.choices)
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["seller", "review"], name="review_action")]

    def __str__(self) -> str:
        return self.text
