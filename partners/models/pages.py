"""What a partner shows of himself in public, and what his seller lets be shown."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from partners.models.partners import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller
from sellers.models.seller import SLUG


class PageSettings(Record):
    """Whether a seller lets partners have public pages and be found in a directory.

    A seller without a row has neither. `directory_intro` stands above the directory.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    pages_on = models.BooleanField(default=False)
    directory_on = models.BooleanField(default=False)
    directory_intro = models.CharField(max_length=500, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seller"], name="page_settings_once")]


class PartnerPage(Record):
    """A partner's brand: the name, logo and contact that the public and co-branded pieces show.

    It exists as soon as the partner wrote anything of it; `is_public` and `is_listed` are his
    consent to a page of his own and to the seller's directory. `logo` is a PNG that we drew
    ourselves (`sellers.logo`), at most 512 pixels a side; `version` grows with each new one and
    is part of its address. With `hidden_at` the seller took page and entry off, for a reason
    that the partner reads.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, related_name="pages", db_index=False)
    name = models.CharField(max_length=160)
    slug = models.CharField(max_length=50, validators=[SLUG])
    headline = models.CharField(max_length=140, blank=True)
    about = models.TextField(blank=True, max_length=3000)
    topics = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    logo = models.ImageField(upload_to="partner-logos/", blank=True, max_length=200)
    version = models.PositiveIntegerField(default=1)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website = models.URLField(max_length=500, blank=True)
    is_public = models.BooleanField(default=False)
    is_listed = models.BooleanField(default=False)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=500, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "partner"], name="partner_page_once"),
            models.UniqueConstraint(fields=["seller", "slug"], name="partner_page_slug_once"),
            models.CheckConstraint(
                condition=models.Q(hidden_at=None) | ~models.Q(hidden_reason=""),
                name="partner_page_hidden_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "name", "id"],
                condition=models.Q(is_listed=True, hidden_at=None),
                name="partner_page_listed",
            )
        ]

    def __str__(self) -> str:
        return self.name
