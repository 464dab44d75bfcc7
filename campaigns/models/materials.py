"""Campaigns, and the materials partners may use."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.enrollments import Tier
from campaigns.models.programs import Program
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class Campaign(Record):
    """A time-boxed push inside a program. Without an end it runs on."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="campaigns")
    name = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="campaign_ends_after_start",
            )
        ]
        indexes = [models.Index(fields=["seller", "-id"], name="campaign_recent")]

    def __str__(self) -> str:
        return self.name


class MaterialKind(models.TextChoices):
    BANNER = "banner", _("Banner")
    IMAGE = "image", _("Image")
    DOCUMENT = "document", _("Document")
    TEXT = "text", _("E-mail text")
    SOCIAL = "social", _("Social post")
    LANDING = "landing", _("Landing page")
    VIDEO = "video", _("Video")
    FEED = "feed", _("Product feed")


class CoBrand(models.TextChoices):
    """Whether partners may have their name put on a material."""

    NONE = "none", _("No")
    FREE = "free", _("Yes, at once")
    APPROVED = "approved", _("Yes, after we approved each one")


class CoBrandPlace(models.TextChoices):
    """Where a partner's name stands on it."""

    BOTTOM = "bottom", _("A band at the foot")
    TOP = "top", _("A band at the head")
    CORNER = "corner", _("A label in the lower right corner")


class MaterialContent(models.Model):
    """What changes from one version of a material to the next.

    `text` is of texts and posts, `subject` of e-mails, `url` of videos, `products` how many rows a
    feed has. Nobody may use it after `expires_on`, a day in the seller's time zone.
    """

    subject = models.CharField(max_length=160, blank=True)
    text = models.TextField(blank=True, max_length=20000)
    url = models.URLField(max_length=500, blank=True)
    file = models.FileField(upload_to="materials/%Y/%m/", blank=True, max_length=300)
    file_name = models.CharField(max_length=160, blank=True)
    content_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    products = models.PositiveIntegerField(default=0)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


CONTENT: Final = (
    "subject", "text", "url", "file", "file_name", "content_type", "size", "width", "height",
    "products", "expires_on",
)  # fmt: skip


class Material(MaterialContent, Record):
    """What a program's partners may use to sell, in its version in force.

    With a `campaign` it is there once that has begun, with a `tier` for enrollments of that rank
    or above. Its links lead to `destination`, without one to the program's landing page.
    """

    Kind = MaterialKind
    CoBrand = CoBrand
    Place = CoBrandPlace

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="materials", db_index=False)
    campaign = TenantForeignKey(Campaign, null=True, blank=True, related_name="materials")
    tier = TenantForeignKey(Tier, null=True, blank=True, related_name="materials")
    kind = models.CharField(max_length=8, choices=MaterialKind.choices)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=8, blank=True)
    destination = models.URLField(max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1)
    co_brand = models.CharField(max_length=8, choices=CoBrand.choices, default=CoBrand.NONE)
    co_brand_place = models.CharField(
        max_length=6, choices=CoBrandPlace.choices, default=CoBrandPlace.BOTTOM
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["seller", "program", "-id"], name="material_recent")]

    def __str__(self) -> str:
        return self.name


class MaterialVersion(MaterialContent, Record):
    """One version of a material as it was put up; `note` says what is new in it.

    The newest stands in the material too. `expires_on` of an older one is the day until which
    partners who hold it may go on.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    material = TenantForeignKey(Material, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "material", "number"], name="material_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.material_id} v{self.number}"


class MaterialUse(Record):
    """A download of a material, in one of its versions, by a partner's person."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    material = TenantForeignKey(Material, related_name="uses", db_index=False)
    partner = TenantForeignKey(Partner, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["seller", "material", "-id"], name="material_use_recent"),
            models.Index(
                fields=["seller", "partner", "material", "-version"], name="material_use_partner"
            ),
        ]


class MaterialDay(Record):
    """How often one partner looked at a material in his portal, and took it, on one day.

    `day` is in the seller's time zone.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    material = TenantForeignKey(Material, related_name="days", db_index=False)
    partner = TenantForeignKey(Partner, related_name="+", db_index=False)
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)
    downloads = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "material", "partner", "day"], name="material_day_once"
            )
        ]
        indexes = [models.Index(fields=["seller", "partner", "day"], name="material_day_partner")]


class BrandedStatus(models.TextChoices):
    QUEUED = "queued", _("Being made")
    WAITING = "waiting", _("Waits for approval")
    READY = "ready", _("Ready")
    REJECTED = "rejected", _("Not approved")
    FAILED = "failed", _("Could not be made")


class BrandedMaterial(Record):
    """A material with a partner's name, contact and logo on it, made once by a worker.

    `name`, `contact` and `link_url` are what stands on it, `version` the material's version that
    it was made from. A partner has one in the making at a time; the newest ready one counts.
    """

    Status = BrandedStatus
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "queued": {"waiting", "ready", "failed"},
        "waiting": {"ready", "rejected"},
        "ready": set(),
        "rejected": set(),
        "failed": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    material = TenantForeignKey(Material, related_name="branded", db_index=False)
    partner = TenantForeignKey(Partner, related_name="+")
    version = models.PositiveIntegerField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=80)
    contact = models.CharField(max_length=120, blank=True)
    link_url = models.CharField(max_length=500, blank=True)
    status = models.CharField(
        max_length=8, choices=BrandedStatus.choices, default=BrandedStatus.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(upload_to="branded/%Y/%m/", blank=True, max_length=300)
    file_name = models.CharField(max_length=160, blank=True)
    content_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "material", "partner"],
                condition=models.Q(status="queued"),
                name="branded_in_the_making_once",
            )
        ]
        indexes = [
            models.Index(fields=["seller", "material", "partner", "-id"], name="branded_partner"),
            models.Index(
                fields=["seller", "-id"],
                condition=models.Q(status="waiting"),
                name="branded_waiting",
            ),
            models.Index(
                fields=["seller", "id"],
                condition=models.Q(status="queued"),
                name="branded_queued",
            ),
        ]

    def __str__(self) -> str:
        return self.name
