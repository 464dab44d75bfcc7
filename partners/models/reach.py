"""Where a prospect or partner is heard, and who speaks for him."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner
from partners.models.prospects import Prospect
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller

MOST_FOLLOWERS = 10_000_000_000


class Platform(models.TextChoices):
    WEBSITE = "website", _("Website or blog")
    YOUTUBE = "youtube", "YouTube"
    INSTAGRAM = "instagram", "Instagram"
    TIKTOK = "tiktok", "TikTok"
    FACEBOOK = "facebook", "Facebook"
    X = "x", "X"
    LINKEDIN = "linkedin", "LinkedIn"
    THREADS = "threads", "Threads"
    PINTEREST = "pinterest", "Pinterest"
    TWITCH = "twitch", "Twitch"
    TELEGRAM = "telegram", "Telegram"
    WHATSAPP = "whatsapp", "WhatsApp"
    DISCORD = "discord", "Discord"
    PODCAST = "podcast", _("Podcast")
    NEWSLETTER = "newsletter", _("Newsletter")
    SHOP = "shop", _("Online shop")
    STORE = "store", _("Store or branch")
    OTHER = "other", _("Other")


class Channel(Record):
    """One place where a prospect, a partner or both (the same one) is heard.

    `audience` is followers, subscribers, readers or visitors a month; `engagement` percent of them
    who react. Both are what the seller noted; None where he does not know.
    """

    Platform = Platform

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    prospect = TenantForeignKey(
        Prospect, null=True, blank=True, related_name="channels", db_index=False
    )
    partner = TenantForeignKey(
        Partner, null=True, blank=True, related_name="channels", db_index=False
    )
    platform = models.CharField(max_length=12, choices=Platform.choices)
    handle = models.CharField(max_length=120, blank=True)
    url = models.URLField(max_length=500, blank=True)
    audience = models.BigIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(MOST_FOLLOWERS)],
    )
    engagement = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(prospect=None, partner=None), name="channel_of_somebody"
            ),
            models.CheckConstraint(
                condition=models.Q(audience=None) | models.Q(audience__gte=0),
                name="channel_audience_not_negative",
            ),
            models.UniqueConstraint(
                fields=["seller", "prospect", "platform", "handle"], name="channel_once_prospect"
            ),
            models.UniqueConstraint(
                fields=["seller", "partner", "platform", "handle"], name="channel_once_partner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_platform_display()} {self.handle}".strip()


class ReferenceKind(models.TextChoices):
    WORKS_WITH = "works_with", _("Works with")
    TESTIMONIAL = "testimonial", _("Testimonial")


class Reference(Record):
    """Who else works with a prospect or partner, or what somebody says of him."""

    Kind = ReferenceKind

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    prospect = TenantForeignKey(
        Prospect, null=True, blank=True, related_name="references", db_index=False
    )
    partner = TenantForeignKey(
        Partner, null=True, blank=True, related_name="references", db_index=False
    )
    kind = models.CharField(max_length=12, choices=ReferenceKind.choices)
    name = models.CharField(max_length=160)
    contact = models.CharField(max_length=254, blank=True)
    text = models.TextField(max_length=2000, blank=True)
    url = models.URLField(max_length=500, blank=True)
    given_on = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(prospect=None, partner=None), name="reference_of_somebody"
            )
        ]
        indexes = [
            models.Index(fields=["seller", "prospect"], name="reference_prospect"),
            models.Index(fields=["seller", "partner"], name="reference_partner"),
        ]

    def __str__(self) -> str:
        return self.name
