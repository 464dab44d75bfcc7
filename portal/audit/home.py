"""The auditor's overview: is the chain whole, do the books balance, what happened last."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from activity import selectors
from portal.access import requires
from portal.audit.ledger import trial_balance
from portal.audit.trail import check_context
from portal.verbs import objects_name, told

LAST_SHOWN = 12
DECISIONS_SHOWN = 8
MONEY = (
    "payout.drafted",
    "payout.approved",
    "payout.exported",
    "payout.returned",
    "payout.settled",
    "payout.cancelled",
    "payout_method.",
    "commission.adjusted",
    "commission.held",
    "commission.rejected",
    "rule.",
)


@requires("audit.view", room="audit")
def home(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Chain, books, the newest entries, and the newest decisions about money."""
    events = selectors.trail()
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    balances = trial_balance()
    context = {
        "check": check_context(),
        "balances": balances,
        "unbalanced": any(row["sum"] for row in balances),
        "today": events.filter(at__gte=today).order_by().count(),
        "week": events.filter(at__gte=today - timedelta(days=6)).order_by().count(),
        "week_start": today - timedelta(days=6),
        "now": timezone.localtime(),
        "last": [
            (event, told(event), objects_name(event.object_type)) for event in events[:LAST_SHOWN]
        ],
        "decisions": [
            (event, told(event)) for event in selectors.decisions(MONEY)[:DECISIONS_SHOWN]
        ],
    }
    return render(request, "audit/home.html", context)
