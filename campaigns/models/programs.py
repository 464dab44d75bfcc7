"""Terms under which partners work."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller
from sellers.models.seller import SLUG


class ProgramStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class ProgramKind(models.TextChoices):
    AFFILIATE = "affiliate", _("Affiliate")
    REFERRAL = "referral", _("Referral")
    INFLUENCER = "influencer", _("Influencer")
    CONTENT = "content", _("Content")
    LOYALTY = "loyalty", _("Loyalty")
    RESELLER = "reseller", _("Reseller")
    DISTRIBUTION = "distribution", _("Distribution")
    CHANNEL = "channel", _("Channel")
    SPONSORSHIP = "sponsorship", _("Sponsorship")
    PLACEMENT = "placement", _("Product placement")
    CO_BRANDING = "co_branding", _("Co-branding")
    LICENSING = "licensing", _("Licensing")
    JOINT_VENTURE = "joint_venture", _("Joint venture")


class Attribution(models.TextChoices):
    LAST_CLICK = "last_click", _("Last click")
    FIRST_CLICK = "first_click", _("First click")
    LINEAR = "linear", _("Every click alike")
    POSITION = "position", _("First and last click most")
    TIME_DECAY = "time_decay", _("Later clicks more")


class Precedence(models.TextChoices):
    COUPON_OVER_CLICK = "coupon_over_click", _("The coupon’s partner")
    CLICK_OVER_COUPON = "click_over_coupon", _("The click’s partner")


class CustomerBinding(models.TextChoices):
    NONE = "none", _("Each sale by itself")
    MONTHS = "months", _("For some months")
    LIFETIME = "lifetime", _("For good")


class SelfPurchase(models.TextChoices):
    NOTHING = "nothing", _("Earns nothing")
    HOLD = "hold", _("Is held for a look")
    EARN = "earn", _("Earns like any other")


class HoldFrom(models.TextChoices):
    SALE = "sale", _("The sale")
    PAYMENT = "payment", _("The customer’s payment")


class Program(Record):
    """A program: what is sold, on which terms, and how partners are credited and paid.

    `minimum_payout` maps a currency to integer minor units. `questions` is the application
    form (campaigns/questions.py), `admission` what is decided about applications without a person
    (campaigns/admission.py).
    A customer stays with the first partner credited with him for `binding_months` where
    `customer_binding` is `months`. `claim_days` is the seller's time to answer a claim of a
    missing sale. With `browser_sales` visitors' browsers may report leads and sales; with
    `browser_approval` each report waits until staff or the seller's server confirms it. With
    `cookieless` the redirect sets no cookie.
    `kind_settings` holds what was answered to the questions of `campaigns.kinds` when the program
    was made; agreements, deliverables and pages start from it.
    """

    Status = ProgramStatus
    Kind = ProgramKind
    Attribution = Attribution
    Precedence = Precedence
    CustomerBinding = CustomerBinding
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "draft": {"open"},
        "open": {"closed"},
        "closed": {"open"},
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=120)
    slug = models.CharField(max_length=50, validators=[SLUG])
    kind = models.CharField(
        max_length=20, choices=ProgramKind.choices, default=ProgramKind.AFFILIATE
    )
    status = models.CharField(
        max_length=8, choices=ProgramStatus.choices, default=ProgramStatus.DRAFT
    )
    currency = models.CharField(max_length=3)
    summary = models.CharField(max_length=300, blank=True)
    terms = models.TextField(blank=True, max_length=20000)
    terms_version = models.PositiveIntegerField(default=1)
    questions = models.JSONField(default=list)
    admission = models.JSONField(default=list, blank=True)
    attribution = models.CharField(
        max_length=12, choices=Attribution.choices, default=Attribution.LAST_CLICK
    )
    window_days = models.PositiveSmallIntegerField(default=30, validators=[MaxValueValidator(3650)])
    precedence = models.CharField(
        max_length=20, choices=Precedence.choices, default=Precedence.COUPON_OVER_CLICK
    )
    customer_binding = models.CharField(
        max_length=8, choices=CustomerBinding.choices, default=CustomerBinding.NONE
    )
    binding_months = models.PositiveSmallIntegerField(null=True, blank=True)
    claim_days = models.PositiveSmallIntegerField(default=14, validators=[MaxValueValidator(365)])
    browser_sales = models.BooleanField(default=False)
    browser_approval = models.BooleanField(default=True)
    cookieless = models.BooleanField(default=False)
    hold_days = models.PositiveSmallIntegerField(default=30, validators=[MaxValueValidator(3650)])
    hold_from = models.CharField(max_length=8, choices=HoldFrom.choices, default=HoldFrom.SALE)
    self_purchase = models.CharField(
        max_length=8, choices=SelfPurchase.choices, default=SelfPurchase.NOTHING
    )
    minimum_payout = models.JSONField(default=dict)
    auto_approve = models.BooleanField(default=False)
    auto_approve_commissions = models.BooleanField(default=True)
    reapply_days = models.PositiveSmallIntegerField(default=30)
    kind_settings = models.JSONField(default=dict, blank=True)
    landing_url = models.URLField(max_length=500)
    allowed_hosts = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "slug"], name="program_slug_once"),
            models.CheckConstraint(
                condition=models.Q(customer_binding="months", binding_months__gt=0)
                | ~models.Q(customer_binding="months") & models.Q(binding_months=None),
                name="program_binding_months",
            ),
        ]
        indexes = [models.Index(fields=["seller", "status", "-id"], name="program_status")]

    def __str__(self) -> str:
        return self.name


class Terms(Record):
    """The very text of one version of a program's terms. Written once, never changed."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="terms_versions", db_index=False)
    version = models.PositiveIntegerField()
    text = models.TextField(max_length=20000)
    text_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "program", "version"], name="terms_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.program_id} v{self.version}"
