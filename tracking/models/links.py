"""Links that partners share, and the seller's own hosts for them."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Enrollment, Material
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller
from tracking.models.landings import Landing

CODE_FORM = re.compile(r"^[A-Za-z0-9_-]{3,50}\Z")
PROOF_PATH = "/.well-known/prm-link-domain"
CODE = RegexValidator(CODE_FORM, _("3 to 50 letters, digits, hyphens, underscores."))


class LinkDomain(Record):
    """A host of the seller that leads to his links, as `https://go.shop.example/r/<code>`.

    It counts once `verified_at` is set: the host was asked and answered with `token`. Several
    sellers may name a host, one can have it verified. A worker asks it when `due_at` has come;
    `fault` is why the last answer was not the right one.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    host = models.CharField(max_length=253)
    token = models.CharField(max_length=43)
    verified_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "host"], name="link_domain_once"),
            models.UniqueConstraint(
                fields=["host"],
                condition=models.Q(verified_at__isnull=False),
                name="link_domain_of_one",
            ),
        ]
        indexes = [
            models.Index(fields=["host"], name="link_domain_host"),
            models.Index(
                fields=["due_at"],
                condition=models.Q(due_at__isnull=False),
                name="link_domain_due",
            ),
        ]

    def __str__(self) -> str:
        return self.host


class Link(Record):
    """A partner's own address for a page of the seller.

    `code` is unique over all sellers because `/r/<code>` names no seller. `targets` lead some
    visitors elsewhere, the first that fits: [{countries: ["ID"], devices: ["mobile"],
    destination}], an empty list fits all. After `expires_at`, or the end of its campaign, a link
    leads to the program's landing page and earns nothing.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    enrollment = TenantForeignKey(Enrollment, related_name="links", db_index=False)
    campaign = TenantForeignKey(Campaign, null=True, blank=True, related_name="links")
    material = TenantForeignKey(Material, null=True, blank=True, related_name="links")
    landing = TenantForeignKey(Landing, null=True, blank=True, related_name="links")
    coupon = TenantForeignKey("Coupon", null=True, blank=True, related_name="links")
    domain = TenantForeignKey(LinkDomain, null=True, blank=True, related_name="links")
    code = models.CharField(max_length=50, unique=True, validators=[CODE])
    label = models.CharField(max_length=120, blank=True)
    destination = models.URLField(max_length=2000)
    targets = models.JSONField(default=list, blank=True)
    sub1 = models.CharField(max_length=100, blank=True)
    sub2 = models.CharField(max_length=100, blank=True)
    sub3 = models.CharField(max_length=100, blank=True)
    sub4 = models.CharField(max_length=100, blank=True)
    sub5 = models.CharField(max_length=100, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "landing", "enrollment"],
                condition=models.Q(landing__isnull=False, disabled_at=None),
                name="link_of_landing_once",
            )
        ]
        indexes = [
            models.Index(fields=["seller", "enrollment", "-id"], name="link_enrollment"),
            models.Index(fields=["seller", "-id"], name="link_recent"),
            models.Index(
                fields=["seller", "material", "enrollment"],
                condition=models.Q(material__isnull=False),
                name="link_material",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.code

    @property
    def url(self) -> str:
        """The address that the partner shares: on the seller's own host where he chose one."""
        place = urlsplit(settings.BASE_URL)
        host = self.domain.host if self.domain and self.domain.verified_at else place.netloc
        return f"{place.scheme}://{host}/r/{self.code}"


class Coupon(Record):
    """A code that customers enter at the till and that credits its partner.

    `key` is the code as it is compared: trimmed, upper case. The same code may belong to several
    partners; then it credits nobody.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    enrollment = TenantForeignKey(Enrollment, related_name="coupons")
    code = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "enrollment", "key"],
                condition=models.Q(disabled_at=None),
                name="coupon_once",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_until=None)
                | models.Q(valid_until__gt=models.F("valid_from")),
                name="coupon_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "key"], name="coupon_key"),
            models.Index(fields=["seller", "-id"], name="coupon_recent"),
        ]

    def __str__(self) -> str:
        return self.code
