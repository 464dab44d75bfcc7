"""Candidate rules tried on past sales, before they are published."""

from django.conf import settings
from django.db import models

from activity.models import Job
from campaigns.models import Program
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class Simulation(Record):
    """What other rules would have paid for a program's past sales, against the rules of today.

    `candidates` is [{rule: id or null, ends: bool, scope: {…}, priority, content: {name, event,
    reward, …}}]: a new version of a rule, a new rule, or the end of one. `since` and `until` are
    days of the seller's time zone, both included. `totals` is {currency: {sales, net, now, then,
    gain, lose, same}}: `net` is what was sold less refunds, the last three count partners. `moves`
    is [{from, to, sales, difference, currency}]: what pays instead of what, by rule name.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="simulations", db_index=False)
    job = TenantForeignKey(Job, related_name="+")
    candidates = models.JSONField()
    since = models.DateField()
    until = models.DateField()
    sales = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict)
    moves = models.JSONField(default=list)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["seller", "program", "-id"], name="simulation_recent")]

    def __str__(self) -> str:
        return str(self.job.title)


class SimulationLine(Record):
    """One partner's difference in one currency: what he earned by the rules of today and of then.

    Net of refunds, in minor units; `gained` and `lost` count the sales that pay more and less.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    simulation = TenantForeignKey(Simulation, related_name="lines", db_index=False)
    partner = TenantForeignKey(Partner, related_name="+")
    currency = models.CharField(max_length=3)
    sales = models.PositiveIntegerField(default=0)
    now_minor = models.BigIntegerField(default=0)
    then_minor = models.BigIntegerField(default=0)
    difference_minor = models.BigIntegerField(default=0)
    gained = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "simulation", "partner", "currency"], name="simulation_line_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["seller", "simulation", "-difference_minor", "-id"],
                name="simulation_line_difference",
            )
        ]
