"""What is settled by period: agreements, what is reported for them, and the settlements."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Enrollment, Program
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class AgreementKind(models.TextChoices):
    ROYALTY = "royalty", _("Royalty")
    SHARED_REVENUE = "shared_revenue", _("Shared revenue")
    DISTRIBUTION = "distribution", _("Distribution fee")


class PeriodLength(models.TextChoices):
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    HALF_YEAR = "half_year", _("Half-year")
    YEAR = "year", _("Year")


class Agreement(Record):
    """What was agreed to be settled by period in a program; its terms are in versions.

    `time_zone` is the seller's when it was made: it says which day a sale belongs to, and a
    settled day never changes. `look_at` is when a worker next has something to do here.
    """

    Kind = AgreementKind
    Period = PeriodLength

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="agreements", db_index=False)
    kind = models.CharField(max_length=16, choices=AgreementKind.choices)
    name = models.CharField(max_length=120)
    period = models.CharField(max_length=10, choices=PeriodLength.choices)
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=64)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(default=5)
    auto_approve = models.BooleanField(default=False)
    look_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="agreement_ends_after_start",
            )
        ]
        indexes = [
            models.Index(fields=["seller", "program", "-id"], name="agreement_program"),
            models.Index(fields=["seller", "look_at"], name="agreement_look"),
        ]

    def __str__(self) -> str:
        return self.name


class AgreementVersion(Record):
    """Terms of an agreement for periods that start on `from_on` or later. Never changed.

    `terms` is what `commissions.settlements.terms` reads and writes.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    agreement = TenantForeignKey(Agreement, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    from_on = models.DateField()
    terms = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "agreement", "number"], name="agreement_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} v{self.number}"


class AgreementParty(Record):
    """A party of an agreement: a partner by his enrollment, or the seller himself."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    agreement = TenantForeignKey(Agreement, related_name="parties", db_index=False)
    enrollment = TenantForeignKey(
        Enrollment, null=True, blank=True, related_name="agreements", db_index=False
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "agreement", "enrollment"],
                nulls_distinct=False,
                name="agreement_party_once",
            )
        ]
        indexes = [models.Index(fields=["seller", "enrollment"], name="agreement_party_of")]

    def __str__(self) -> str:
        return str(self.enrollment.partner if self.enrollment else self.seller)


class Advance(Record):
    """Money paid before it is earned; royalties are set against it first."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    agreement = TenantForeignKey(Agreement, related_name="advances")
    amount_minor = models.BigIntegerField()
    granted_on = models.DateField()
    paid = models.BooleanField(default=True)
    note = models.CharField(max_length=300, blank=True)
    granted_by = models.CharField(max_length=160)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="advance_above_zero"
            )
        ]

    def __str__(self) -> str:
        return self.note or str(_("Advance"))


class EntryKind(models.TextChoices):
    NET_SALES = "net_sales", _("Net sales")
    REVENUE = "revenue", _("Revenue")
    COST = "cost", _("Cost")
    UNITS = "units", _("Goods moved")


class EntryStatus(models.TextChoices):
    SUBMITTED = "submitted", _("Waits for a look")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Refused")


class SettlementEntry(Record):
    """A figure that somebody reported for an agreement, with its proof; it counts once approved.

    `party` holds the revenue or bore the cost. `on` is the day it belongs to.
    """

    Kind = EntryKind
    Status = EntryStatus
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "submitted": {"approved", "rejected"},
        "approved": {"rejected"},
        "rejected": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    agreement = TenantForeignKey(Agreement, related_name="entries", db_index=False)
    party = TenantForeignKey(AgreementParty, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    on = models.DateField()
    amount_minor = models.BigIntegerField(default=0)
    quantity = models.BigIntegerField(default=0)
    note = models.CharField(max_length=500)
    url = models.URLField(max_length=500, blank=True)
    file = models.FileField(upload_to="settlements/%Y/%m/", blank=True, max_length=300)
    file_name = models.CharField(max_length=160, blank=True)
    content_type = models.CharField(max_length=80, blank=True)
    status = models.CharField(
        max_length=10, choices=EntryStatus.choices, default=EntryStatus.SUBMITTED
    )
    entered_by = models.CharField(max_length=160)
    decided_by = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0, quantity__gte=0),
                name="settlement_entry_not_negative",
            )
        ]
        indexes = [
            models.Index(fields=["seller", "agreement", "on"], name="settlement_entry_on"),
            models.Index(
                fields=["seller", "-id"],
                condition=models.Q(status="submitted"),
                name="settlement_entry_waits",
            ),
        ]

    def __str__(self) -> str:
        return self.note


class SettlementStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")


class Settlement(Record):
    """One period of an agreement, computed: a draft is computed again until it is approved.

    `starts_on` and `ends_on` are its first and last day. `facts` are the figures of the period
    that belong to no single party. `late` says that it only gathers what came after the end.
    """

    Status = SettlementStatus
    TRANSITIONS: Final[dict[str, set[str]]] = {"draft": {"approved"}, "approved": set()}

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    agreement = TenantForeignKey(Agreement, related_name="settlements", db_index=False)
    version = TenantForeignKey(AgreementVersion, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    late = models.BooleanField(default=False)
    currency = models.CharField(max_length=3)
    status = models.CharField(
        max_length=10, choices=SettlementStatus.choices, default=SettlementStatus.DRAFT
    )
    total_minor = models.BigIntegerField(default=0)
    facts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    computed_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "agreement", "starts_on"], name="settlement_once_per_period"
            )
        ]
        indexes = [
            models.Index(fields=["seller", "status", "-starts_on"], name="settlement_status"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.starts_on}"


class LineCode(models.TextChoices):
    ROYALTY = "royalty", _("Royalty")
    GUARANTEE = "guarantee", _("Guarantee top-up")
    RECOUPED = "recouped", _("Set against the advance")
    SHARE = "share", _("Part of the result")
    COST = "cost", _("Cost borne")
    REVENUE = "revenue", _("Revenue held")
    FEE = "fee", _("Fee")
    MINIMUM = "minimum", _("Minimum top-up")


class SettlementLine(Record):
    """One amount of a settlement, signed; a party's lines sum to what he is owed or owes.

    A line whose `belongs_on` is an earlier period's first day is a correction: what became known
    after that period was settled. `facts` explain the amount.
    """

    Code = LineCode

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    settlement = TenantForeignKey(
        Settlement, on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    party = TenantForeignKey(AgreementParty, related_name="lines")
    code = models.CharField(max_length=12, choices=LineCode.choices)
    belongs_on = models.DateField()
    base_minor = models.BigIntegerField(default=0)
    amount_minor = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "settlement", "party", "code", "belongs_on"],
                name="settlement_line_once",
            )
        ]
