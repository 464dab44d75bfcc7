"""Clicks as they were shipped from the hosts' spools, and the sums that pages read instead."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from prm.ids import new_id
from sellers.models import Seller


class Device(models.TextChoices):
    DESKTOP = "desktop", _("Computer")
    MOBILE = "mobile", _("Phone")
    TABLET = "tablet", _("Tablet")
    OTHER = "other", _("Something else")


class Click(models.Model):
    """One visit through a link; `id` is inside the click token. Bots are kept, with a reason.

    Partitioned by month of `at`. It has no foreign keys: the link's ids were copied by the
    shipper from the link itself, and a check per row would cost more than the row. `address` is
    what the policy lets stay of it, never the whole; `visitor` a hash of address and agent under
    a salt of the day that is thrown away.
    """

    Device = Device

    pk = models.CompositePrimaryKey("id", "at")
    id = models.UUIDField(default=new_id, editable=False)
    at = models.DateTimeField()
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    link_id = models.UUIDField()
    destination = models.CharField(max_length=2000, blank=True)
    address = models.CharField(max_length=64, blank=True)
    visitor = models.CharField(max_length=22, blank=True)
    agent = models.CharField(max_length=400, blank=True)
    device = models.CharField(max_length=7, choices=Device.choices, blank=True)
    country = models.CharField(max_length=2, blank=True)
    referrer = models.CharField(max_length=500, blank=True)
    bot_reason = models.CharField(max_length=40, blank=True)
    sub1 = models.CharField(max_length=100, blank=True)
    sub2 = models.CharField(max_length=100, blank=True)
    sub3 = models.CharField(max_length=100, blank=True)
    sub4 = models.CharField(max_length=100, blank=True)
    sub5 = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["seller", "link_id", "at"], name="click_link"),
            models.Index(
                fields=["seller", "at"],
                condition=models.Q(bot_reason="too many from one address"),
                name="click_flood",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Traffic(models.Model):
    """What every sum of clicks has. `clicks` are people's, `bots` machines', both whole numbers;
    `visitors` counts people once a day, some minutes late. `day` is in the seller's time zone.
    """

    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    day = models.DateField()
    clicks = models.BigIntegerField(default=0)
    bots = models.BigIntegerField(default=0)
    visitors = models.BigIntegerField(default=0)
    impressions = models.BigIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.day)


class LinkDay(Traffic):
    """One link's day."""

    pk = models.CompositePrimaryKey("seller_id", "link_id", "day")
    link_id = models.UUIDField()


class Dimension(models.TextChoices):
    """What a day is divided by; `ALL` is the day whole."""

    ALL = "", _("In all")
    PROGRAM = "program", _("Program")
    CAMPAIGN = "campaign", _("Campaign")
    SUB1 = "sub1", "sub1"
    SUB2 = "sub2", "sub2"
    SUB3 = "sub3", "sub3"
    SUB4 = "sub4", "sub4"
    SUB5 = "sub5", "sub5"
    COUNTRY = "country", _("Country")
    DEVICE = "device", _("Device")
    REFERRER = "referrer", _("Referring site")


class PartnerDay(Traffic):
    """One partner's day in one program, whole and divided; `value` is an id or a text."""

    pk = models.CompositePrimaryKey(
        "seller_id", "partner_id", "program_id", "dimension", "day", "value"
    )
    partner_id = models.UUIDField()
    program_id = models.UUIDField()
    dimension = models.CharField(max_length=8, choices=Dimension.choices, blank=True)
    value = models.CharField(max_length=100, blank=True)


class SellerDay(Traffic):
    """The seller's day, whole and divided; `value` is an id or a text."""

    pk = models.CompositePrimaryKey("seller_id", "dimension", "day", "value")
    dimension = models.CharField(max_length=8, choices=Dimension.choices, blank=True)
    value = models.CharField(max_length=100, blank=True)


class PartnerMonth(Traffic):
    """One partner's month in one program, for ranking; `day` is the first of the month."""

    pk = models.CompositePrimaryKey("seller_id", "day", "program_id", "partner_id")
    partner_id = models.UUIDField()
    program_id = models.UUIDField()
