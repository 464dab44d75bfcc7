"""What partners owe for a fee: what is agreed, what they hand in, and whether their links stand."""

from typing import Final

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Enrollment, Program
from commissions.models.occasions import Occasion
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller

MOST_PIECES: Final = 200


class BriefKind(models.TextChoices):
    POST = "post", _("Post")
    ARTICLE = "article", _("Article")
    EVENT = "event", _("Event")
    PLACEMENT = "placement", _("Placement")
    OTHER = "other", _("Other")


class BriefFee(models.TextChoices):
    PIECE = "piece", _("A fee for each piece")
    TOTAL = "total", _("A fee for all pieces together")
    RULE = "rule", _("What the program’s rules say")


class Brief(Record):
    """What is agreed: so many pieces of a kind, for a fee, until a day, with which proof.

    Without `partner` it stands for every partner of the program, each for himself. `amount_minor`
    is in the program's currency: the fee of a piece, or of all of them together; 0 where the rules
    of the event `deliverable` decide. `backlink` is a host or an address that the piece must link
    to, and stay linked to for `live_days`.
    """

    Kind = BriefKind
    Fee = BriefFee

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=4000)
    kind = models.CharField(max_length=10, choices=BriefKind.choices, default=BriefKind.POST)
    pieces = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_PIECES)]
    )
    fee = models.CharField(max_length=5, choices=BriefFee.choices, default=BriefFee.PIECE)
    amount_minor = models.BigIntegerField(default=0)
    due_on = models.DateField(null=True, blank=True)
    needs_url = models.BooleanField(default=True)
    needs_file = models.BooleanField(default=False)
    backlink = models.CharField(max_length=500, blank=True)
    live_days = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(3650)])
    late_told_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fee="rule", amount_minor=0)
                | models.Q(fee__in=["piece", "total"], amount_minor__gt=0),
                name="brief_fee_fits",
            )
        ]
        indexes = [
            models.Index(fields=["seller", "program", "-id"], name="brief_recent"),
            models.Index(
                fields=["due_on"],
                condition=models.Q(late_told_at=None, ended_at=None),
                name="brief_due",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DeliverableStatus(models.TextChoices):
    SUBMITTED = "submitted", _("To review")
    SENT_BACK = "sent_back", _("Sent back")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")


class LinkState(models.TextChoices):
    WAITING = "waiting", _("Not looked at yet")
    LIVE = "live", _("Link is there")
    MISSING = "missing", _("Link not found")
    UNREACHABLE = "unreachable", _("Page not reached")


class Deliverable(Record):
    """One piece of a brief, handed in by a partner with its proof. Approved, it pays once.

    `number` is its place among the brief's pieces and stays when it is handed in again. `agreed_*`
    name who approved it while its link is looked at once more. `misses` counts looks in a row that
    found no link; `lost_at` is when it counted as gone. `next_look_at` is when the link is looked
    at next, null for never.
    """

    Status = DeliverableStatus
    Link = LinkState
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "submitted": {"approved", "sent_back", "declined"},
        "sent_back": {"submitted", "declined"},
        "approved": set(),
        "declined": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    brief = TenantForeignKey(Brief, related_name="deliverables", db_index=False)
    enrollment = TenantForeignKey(Enrollment, related_name="+")
    partner = TenantForeignKey(Partner, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    url = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    file = models.FileField(upload_to="deliverables/%Y/%m/", blank=True, max_length=300)
    file_name = models.CharField(max_length=160, blank=True)
    content_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveIntegerField(default=0)
    status = models.CharField(
        max_length=10, choices=DeliverableStatus.choices, default=DeliverableStatus.SUBMITTED
    )
    times = models.PositiveSmallIntegerField(default=1)
    handed_in_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.JSONField(default=dict, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)
    occasion = TenantForeignKey(Occasion, null=True, blank=True, related_name="+")
    fee_minor = models.BigIntegerField(null=True, blank=True)
    link_state = models.CharField(max_length=12, choices=LinkState.choices, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    live_since = models.DateTimeField(null=True, blank=True)
    misses = models.PositiveSmallIntegerField(default=0)
    next_look_at = models.DateTimeField(null=True, blank=True)
    watch_until = models.DateTimeField(null=True, blank=True)
    lost_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "brief", "partner", "number"], name="deliverable_piece_once"
            )
        ]
        indexes = [
            models.Index(fields=["seller", "status", "-id"], name="deliverable_status"),
            models.Index(fields=["seller", "partner", "-id"], name="deliverable_partner"),
            models.Index(
                fields=["next_look_at"],
                condition=models.Q(next_look_at__isnull=False),
                name="deliverable_look",
            ),
        ]

    def __str__(self) -> str:
        """The brief's title, with the place among several pieces."""
        if self.brief.pieces == 1:
            return str(self.brief)
        return f"{self.brief.title} {self.number}/{self.brief.pieces}"


class LinkLook(Record):
    """One look at a handed-in page for the agreed link, and what was found. Never changed.

    `facts` hold numbers and names for the words: {code, http, href, rel, moved_to}.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    deliverable = TenantForeignKey(Deliverable, related_name="looks", db_index=False)
    url = models.CharField(max_length=500)
    result = models.CharField(max_length=12, choices=LinkState.choices)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["seller", "deliverable", "-id"], name="link_look_recent")]
