"""Who is credited: the ways customers came, whom they stay with, and sales that are shared."""

from django.db import models

from campaigns.models import Enrollment, Program
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller
from tracking.models.links import Link
from tracking.models.sales import Customer, Sale


class Touch(Record):
    """A customer came through a click; kept when a lead or sale of his named it, once."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = TenantForeignKey(Customer, related_name="touches", db_index=False)
    link = TenantForeignKey(Link, related_name="touches")
    click_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "customer", "click_id"], name="touch_once")
        ]


class Bond(Record):
    """A customer stays with a partner of a program from `since` until `until`, for ever without."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="+")
    customer = TenantForeignKey(Customer, related_name="bonds", db_index=False)
    enrollment = TenantForeignKey(Enrollment, related_name="bonds")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "customer", "program"], name="bond_once")
        ]


class SaleShare(Record):
    """One counted click of a sale that several partners share, in order of clicks from 0.

    The share is `weight` / sum of the sale's weights. A sale of one partner has no shares; of a
    shared one, `Sale.partner` names who has the largest, the earlier click first. `net_minor` and
    `units` are its part of the sale's net and units by largest remainder, so that sums over
    partners need no arithmetic: `tracking.sharing.share_rows` fills them. `barred` is the part of
    a partner who bought himself: nobody gets it.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    sale = TenantForeignKey(Sale, related_name="shares", db_index=False)
    position = models.PositiveSmallIntegerField()
    enrollment = TenantForeignKey(Enrollment, related_name="+")
    partner = TenantForeignKey(Partner, related_name="sale_shares", db_index=False)
    link = TenantForeignKey(Link, null=True, blank=True, related_name="+")
    weight = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    units = models.BigIntegerField()
    barred = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "sale", "position"], name="share_place_once"),
            models.CheckConstraint(condition=models.Q(weight__gt=0), name="share_weight_positive"),
        ]
        indexes = [models.Index(fields=["seller", "partner", "sale"], name="share_partner")]
