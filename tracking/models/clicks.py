"""Links that partners share, and the clicks on them."""

import re

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Enrollment
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller

CODE_FORM = re.compile(r"^[A-Za-z0-9_-]{3,50}\Z")
CODE = RegexValidator(CODE_FORM, _("3 to 50 letters, digits, hyphens, underscores."))


class Link(Record):
    """A partner's own address for a page of the seller.

    `code` is unique over all sellers because `/r/<code>` names no seller.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    enrollment = TenantForeignKey(Enrollment, related_name="links")
    campaign = TenantForeignKey(Campaign, null=True, blank=True, related_name="links")
    code = models.CharField(max_length=50, unique=True, validators=[CODE])
    label = models.CharField(max_length=120, blank=True)
    destination = models.URLField(max_length=2000)
    sub1 = models.CharField(max_length=100, blank=True)
    sub2 = models.CharField(max_length=100, blank=True)
    sub3 = models.CharField(max_length=100, blank=True)
    sub4 = models.CharField(max_length=100, blank=True)
    sub5 = models.CharField(max_length=100, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["seller", "enrollment", "-id"], name="link_enrollment"),
            models.Index(fields=["seller", "-id"], name="link_recent"),
        ]

    def __str__(self) -> str:
        return self.label or self.code


class Click(Record):
    """One visit through a link; its id is inside the click token. Bots are kept, with a reason.

    `address` is truncated (IPv4 /24, IPv6 /48), never the whole.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    link = TenantForeignKey(Link, related_name="clicks")
    at = models.DateTimeField()
    destination = models.CharField(max_length=2000)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=400, blank=True)
    referrer = models.CharField(max_length=500, blank=True)
    bot_reason = models.CharField(max_length=40, blank=True)
    sub1 = models.CharField(max_length=100, blank=True)
    sub2 = models.CharField(max_length=100, blank=True)
    sub3 = models.CharField(max_length=100, blank=True)
    sub4 = models.CharField(max_length=100, blank=True)
    sub5 = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index(fields=["seller", "link", "at"], name="click_link")]
