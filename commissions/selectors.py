"""Reads about commissions."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from commissions.models import Commission, Rule, RuleVersion


def lines() -> QuerySet[Commission]:
    """Earnings lines with everything that a list, a reason and a trace show."""
    return Commission.objects.select_related(
        "partner",
        "program",
        "sale__link",
        "sale__customer",
        "refund",
        "reverses__sale",
        "rule_version__rule",
        "enrollment",
    )


def lines_of(partner_id: uuid.UUID) -> QuerySet[Commission]:
    """One partner's lines."""
    return lines().filter(partner_id=partner_id)


def partner_totals(
    partner_ids: Iterable[uuid.UUID], start: datetime, end: datetime
) -> dict[uuid.UUID, dict[str, dict[str, int]]]:
    """Per partner and currency over `[start, end)`: {lines, earned}; one query."""
    rows = (
        Commission.objects.filter(
            partner_id__in=list(partner_ids), occurred_at__gte=start, occurred_at__lt=end
        )
        .exclude(status=Commission.Status.REJECTED)
        .values("partner_id", "currency")
        .annotate(
            earned=Sum("amount_minor"),
            lines=Count("id", filter=Q(kind=Commission.Kind.COMMISSION)),
        )
    )
    found: dict[uuid.UUID, dict[str, dict[str, int]]] = {}
    for row in rows:
        by_currency = found.setdefault(row["partner_id"], {})
        by_currency[row["currency"]] = {"lines": row["lines"], "earned": int(row["earned"])}
    return found


def rules() -> QuerySet[Rule]:
    """Rules with their versions."""
    return Rule.objects.select_related("partner", "program").prefetch_related("versions__author")


def rules_of(program_id: uuid.UUID) -> QuerySet[Rule]:
    """A program's rules with their versions, his own before the general, the stronger first."""
    return rules().filter(program_id=program_id).order_by("partner_id", "-priority", "id")


def current_version(rule: Rule) -> RuleVersion:
    """The newest version of a rule whose versions are prefetched."""
    return max(rule.versions.all(), key=lambda version: version.number)
