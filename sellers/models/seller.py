"""The tenant."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from prm.records import Record

SLUG = RegexValidator(r"^[a-z0-9](?:[a-z0-9-]{1,48})[a-z0-9]$", _("3 to 50 of a-z, 0-9 and -."))
COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A colour like #0f4c41."))


class Seller(Record):
    """A company that runs partner programs. Owns every row that carries its id.

    `payout_day` is the day of the month on which partners are told to expect their money, the
    last one where a month is shorter; None where there is no fixed day.
    """

    name = models.CharField(max_length=120)
    slug = models.CharField(max_length=50, unique=True, validators=[SLUG])
    country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=8, default="en")
    website = models.URLField(max_length=500, blank=True)
    support_email = models.EmailField(blank=True)
    payout_day = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    brand_colour = models.CharField(max_length=7, default="#12594b", validators=[COLOUR])
    mark_colour = models.CharField(max_length=7, default="#a4572a", validators=[COLOUR])
    logo = models.ImageField(upload_to="logos/", blank=True)
    brand_version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name
