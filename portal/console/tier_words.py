"""Where a partner stands among the tiers of his programs, in staff's words."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from campaigns import selectors as campaigns
from campaigns.models import Enrollment
from commissions.goals.words import days_text


def tier_name(row: Enrollment) -> str:
    """His tier's name, a dash for none."""
    return row.tier.name if row.tier else "–"


def stands(row: Enrollment) -> str:
    """That he is pinned, or falls short and until when he keeps the tier; "" for neither."""
    if row.tier_pinned_at is not None:
        return _("Pinned")
    if row.tier_falls_on is not None:
        return _("Falls short, leaves on %(day)s") % {
            "day": days_text(row.tier_falls_on, row.tier_falls_on)
        }
    return ""


def beside(rows: Sequence[Enrollment]) -> list[tuple[Enrollment, str, str]]:
    """Each enrollment with its tier and how he stands there; both "" where there are no tiers.

    One query. Needs the enrollments' tiers.
    """
    programs = [row.program_id for row in rows]
    tiers = campaigns.tiers().filter(program__in=programs).order_by()
    tiered = set(tiers.values_list("program_id", flat=True).distinct())
    return [
        (row, tier_name(row), stands(row)) if row.program_id in tiered else (row, "", "")
        for row in rows
    ]
