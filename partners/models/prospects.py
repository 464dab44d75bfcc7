"""Prospects: whom the seller would like to work with."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner, PartnerKind
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller, Staff


class ProspectStage(models.TextChoices):
    FOUND = "found", _("Found")
    TALKING = "talking", _("In talks")
    INVITED = "invited", _("Invited")
    APPLIED = "applied", _("Applied")
    JOINED = "joined", _("Partner")
    REJECTED = "rejected", _("Turned down")
    DROPPED = "dropped", _("Put aside")


class ContentKind(models.TextChoices):
    ARTICLES = "articles", _("Articles")
    REVIEWS = "reviews", _("Reviews")
    COMPARISONS = "comparisons", _("Comparisons")
    GUIDES = "guides", _("Guides")
    VIDEOS = "videos", _("Videos")
    SHORTS = "shorts", _("Short videos")
    STREAMS = "streams", _("Live streams")
    PHOTOS = "photos", _("Photos")
    POSTS = "posts", _("Social posts")
    PODCASTS = "podcasts", _("Podcasts")
    NEWSLETTERS = "newsletters", _("Newsletters")
    COURSES = "courses", _("Courses")
    EVENTS = "events", _("Events")
    DEALS = "deals", _("Coupons and deals")
    COMMUNITY = "community", _("Community")


class Prospect(Record):
    """A company or person who is no partner yet, with what speaks for him.

    `stage` follows invitation and application by itself; staff move it between found, talking and
    dropped. `audience` is the sum over the channels, kept by the services that write those.
    `no_contact` is set when the prospect asked not to be written to. `fit_due` marks rows whose
    fit to the programs has to be worked out anew. `name_key` and `domain` are as a partner's.
    """

    Stage = ProspectStage
    Kind = PartnerKind
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "found": {"talking", "invited", "applied", "joined", "dropped"},
        "talking": {"found", "invited", "applied", "joined", "dropped"},
        "invited": {"talking", "applied", "joined", "dropped"},
        "applied": {"joined", "rejected"},
        "rejected": {"talking", "invited", "applied", "joined", "dropped"},
        "dropped": {"found", "talking", "invited", "applied", "joined"},
        "joined": set(),
    }
    BY_HAND: Final = frozenset({"found", "talking", "dropped"})

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=160)
    email = models.EmailField(max_length=254, blank=True)
    kind = models.CharField(max_length=8, choices=PartnerKind.choices, default=PartnerKind.COMPANY)
    stage = models.CharField(
        max_length=8, choices=ProspectStage.choices, default=ProspectStage.FOUND
    )
    stage_at = models.DateTimeField(default=timezone.now)
    stage_reason = models.CharField(max_length=500, blank=True)
    country = models.CharField(max_length=2, blank=True)
    languages = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    niches = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    content_kinds = ArrayField(
        models.CharField(max_length=12, choices=ContentKind.choices), default=list, blank=True
    )
    website = models.URLField(max_length=500, blank=True)
    external_id = models.CharField(max_length=120, null=True, blank=True)
    source = models.CharField(max_length=120, blank=True)
    manager = TenantForeignKey(Staff, null=True, blank=True, related_name="+")
    partner = TenantForeignKey(
        Partner, null=True, blank=True, related_name="prospects", db_index=False
    )
    no_contact = models.BooleanField(default=False)
    audience = models.BigIntegerField(default=0)
    fit_due = models.BooleanField(default=True)
    name_key = models.CharField(max_length=160, blank=True, editable=False)
    domain = models.CharField(max_length=253, blank=True, editable=False)
    notes = models.TextField(blank=True, max_length=5000)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "external_id"], name="prospect_external_id_once"
            ),
            models.CheckConstraint(
                condition=models.Q(audience__gte=0), name="prospect_audience_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "stage", "-id"], name="prospect_stage"),
            models.Index(fields=["seller", "-id"], name="prospect_recent"),
            models.Index(fields=["seller", "email"], name="prospect_email"),
            models.Index(fields=["seller", "name_key"], name="prospect_name_key"),
            models.Index(fields=["seller", "domain"], name="prospect_domain"),
            models.Index(fields=["seller", "-audience", "-id"], name="prospect_audience"),
            models.Index(fields=["seller", "partner"], name="prospect_partner"),
            models.Index(
                fields=["seller"], condition=models.Q(fit_due=True), name="prospect_fit_due"
            ),
        ]

    def __str__(self) -> str:
        return self.name
