"""What earns: rules of a program, in versions."""

from django.conf import settings
from django.db import models

from campaigns.models import Campaign, Group, Program, Tier
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class Rule(Record):
    """Something that earns in a program; content is in versions.

    At most one of `partner`, `group`, `campaign` and `tier` narrows whom it is for; a rule
    without is for everybody in the program.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="rules", db_index=False)
    partner = TenantForeignKey(Partner, null=True, blank=True, related_name="+")
    group = TenantForeignKey(Group, null=True, blank=True, related_name="+")
    campaign = TenantForeignKey(Campaign, null=True, blank=True, related_name="+")
    tier = TenantForeignKey(Tier, null=True, blank=True, related_name="+")
    priority = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(partner=None, group=None, campaign=None)
                | models.Q(partner=None, group=None, tier=None)
                | models.Q(partner=None, campaign=None, tier=None)
                | models.Q(group=None, campaign=None, tier=None),
                name="rule_one_scope",
            )
        ]
        indexes = [models.Index(fields=["seller", "program"], name="rule_program")]


class RuleVersion(Record):
    """A rule's content from `valid_from` until the next version. Never changed.

    Shapes are those of `commissions.schema`:
    `reward` {type: percent|flat|per_unit|per_thousand|points, rate: "7.5" | amount: 500, base,
    uncapped};
    `conditions` {all|any|none: [...]} or null; `brackets` {metric, window, mode, steps} or null;
    `duration` {months} | {charges} or null; `limits` [{per, window, amount}]; `adds` pays on top;
    `override_level` N pays the recruiter N levels up on a recruit's commission.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    rule = TenantForeignKey(Rule, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    event = models.CharField(max_length=12, default="sale")
    reward = models.JSONField()
    conditions = models.JSONField(null=True, blank=True)
    brackets = models.JSONField(null=True, blank=True)
    duration = models.JSONField(null=True, blank=True)
    limits = models.JSONField(default=list, blank=True)
    adds = models.BooleanField(default=False)
    override_level = models.PositiveSmallIntegerField(null=True, blank=True)
    valid_from = models.DateTimeField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "rule", "number"], name="rule_version_once")
        ]

    def __str__(self) -> str:
        return self.name
