"""What stands on a partner's public page, and how a shop takes a coupon from an address."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Program
from partners.models import PartnerPage
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller
from tracking.models.links import Coupon, Link

PARAMETER = RegexValidator(r"^[A-Za-z][A-Za-z0-9_.-]{0,39}$", _("A word like discount."))


class PageItem(Record):
    """A link or a coupon that a partner shows on his page, in the order of `position`.

    A link of a landing page leads to the partner's version of it.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    page = TenantForeignKey(PartnerPage, related_name="items", db_index=False)
    link = TenantForeignKey(Link, null=True, blank=True, related_name="page_items")
    coupon = TenantForeignKey(Coupon, null=True, blank=True, related_name="page_items")
    title = models.CharField(max_length=80)
    note = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "page", "link"], name="page_link_once"),
            models.UniqueConstraint(fields=["seller", "page", "coupon"], name="page_coupon_once"),
            models.CheckConstraint(
                condition=models.Q(link=None, coupon__isnull=False)
                | models.Q(link__isnull=False, coupon=None),
                name="page_item_of_one",
            ),
        ]
        indexes = [models.Index(fields=["seller", "page", "position"], name="page_item_order")]

    def __str__(self) -> str:
        return self.title


class CouponParameter(Record):
    """The query parameter by which a program’s shop takes a coupon, as `discount`."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="+", db_index=False)
    name = models.CharField(max_length=40, validators=[PARAMETER])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "program"], name="coupon_parameter_once")
        ]

    def __str__(self) -> str:
        return self.name
