"""Landing pages that a seller writes once and every partner shows as his own."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Program
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller
from sellers.models.seller import SLUG


class LandingStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Landing(Record):
    """A page of a program: text, picture and button, at `/<seller>/with/<partner>/<slug>/`.

    The partner's version carries his logo and name, and its button leads through a link of his
    to `destination`. `text` is Markdown (prm.rich_text). While it is `live` a partner of the
    program may take it; withdrawn it is gone from all partners' pages, and their links lead on.
    """

    Status = LandingStatus
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "draft": {"live"},
        "live": {"withdrawn"},
        "withdrawn": {"live"},
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="landings", db_index=False)
    campaign = TenantForeignKey(Campaign, null=True, blank=True, related_name="landings")
    slug = models.CharField(max_length=50, validators=[SLUG])
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=8000)
    button = models.CharField(max_length=40)
    destination = models.URLField(max_length=2000)
    file = models.FileField(upload_to="landings/", blank=True, max_length=200)
    file_name = models.CharField(max_length=160, blank=True)
    content_type = models.CharField(max_length=80, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    image_alt = models.CharField(max_length=160, blank=True)
    version = models.PositiveIntegerField(default=1)
    status = models.CharField(
        max_length=9, choices=LandingStatus.choices, default=LandingStatus.DRAFT
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "slug"], name="landing_slug_once"),
        ]
        indexes = [models.Index(fields=["seller", "program", "-id"], name="landing_program")]

    def __str__(self) -> str:
        return self.title
