"""The console's home: what needs somebody now, then how the business grows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors as campaigns
from commissions import selectors as commissions
from ledger import selectors as ledger
from portal import navigation, waiting
from portal.access import reader_of, requires
from portal.console.growth import PERIODS, growth
from portal.console.waiting_tasks import KINDS, Task, tasks
from prm.counts import Counts
from sellers import selectors as sellers
from sellers.reader import Reader

PERIOD_WORDS: Final[dict[str, str | Promise]] = {
    "7d": gettext_lazy("7 days"),
    "month": gettext_lazy("Month so far"),
    "quarter": gettext_lazy("Quarter so far"),
}

_STEPS: Final = Counts(
    {
        "rules": [commissions.live_rules],
        "open": [campaigns.open_programs],
        "people": [sellers.team, sellers.team_invitations],
    }
)
# How many of each a seller has who is on his way.
_STEPS_DONE: Final = {"rules": 1, "open": 1, "people": 2}


@dataclass(frozen=True)
class FirstStep:
    """One thing that a new seller does before the first sale."""

    title: str
    text: str
    url: str
    done: bool


@requires("home.view", room="console")
def home(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Tasks by urgency with counts as chips; figures of the chosen period; first steps at first."""
    reader = reader_of(request)
    rooms = waiting.rooms(reader, "console")
    unpaid = waiting.unreachable(reader)
    waits = waiting.counts(reader, rooms, unpaid)
    every = tasks(reader, waits, unpaid)
    show = request.GET.get("show", "")
    shown = [task for task in every if task.kind == show] if show in KINDS else every
    period = request.GET.get("period", "")
    period = period if period in PERIODS else "month"
    today, later = _by_urgency(shown)
    context = {
        "task_groups": [group for group in (today, later) if group["tasks"]],
        "count": sum(task.count for task in every),
        "due_count": sum(task.count for task in _by_urgency(every)[0]["tasks"]),
        "chips": _chips(every, show, period),
        "now": timezone.now(),
        "today": timezone.localdate(),
        "growth": growth(reader, period) if reader.may("sales.view") else None,
        "periods": _periods(show, period),
        "steps": first_steps(reader),
        "owed": _owed(reader),
        "nav_counts": waits,
        "nav_rooms": {"console": rooms},
        "partners_url": navigation.address("console:partners", seller_slug),
    }
    return render(request, "console/home.html", context)


def _owed(reader: Reader) -> list[ledger.Balance]:
    """What all partners are owed, by currency, the seller's own first."""
    own = reader.seller.currency
    return sorted(ledger.balances_of_all(), key=lambda one: (one.currency != own, one.currency))


def first_steps(reader: Reader) -> list[FirstStep]:
    """The way to the first sale; empty once all but the colours is done, and for who may not."""
    if not reader.may("settings.manage"):
        return []
    slug, seller = reader.seller.slug, reader.seller
    there = _STEPS.of(_STEPS_DONE)
    if all(there[name] >= least for name, least in _STEPS_DONE.items()):
        return []
    first = campaigns.programs().order_by("id").first()
    new_program = reverse("console:programs-create", args=[slug])
    page = reverse("console:programs-detail", args=[slug, first.pk]) if first else new_program
    rules = reverse("console:rules", args=[slug, first.pk]) if first else new_program
    return [
        FirstStep(
            _("Show your colours"),
            _("Your logo and colours on the pages that partners see."),
            reverse("console:branding", args=[slug]),
            bool(seller.logo) or seller.brand_version > 1,
        ),
        FirstStep(
            _("Make a program"),
            _("What is sold, on which terms, and how long sales are held."),
            new_program,
            first is not None,
        ),
        FirstStep(
            _("Say what it pays"),
            _("A rule: a percentage or a flat amount per sale."),
            rules,
            there["rules"] > 0,
        ),
        FirstStep(
            _("Open it"),
            _("From then on partners can read its page and apply."),
            page,
            there["open"] > 0,
        ),
        FirstStep(
            _("Invite a colleague"),
            _("A payout needs two people: one drafts it, another approves it."),
            reverse("console:staff", args=[slug]),
            there["people"] > 1,
        ),
    ]


def _by_urgency(found: list[Task]) -> tuple[dict[str, Any], dict[str, Any]]:
    end = timezone.localtime().replace(hour=23, minute=59, second=59, microsecond=999999)
    due = [task for task in found if _is_due(task, end)]
    rest = [task for task in found if not _is_due(task, end)]
    return (
        {"title": _("Due today"), "due": True, "tasks": due, "count": sum(t.count for t in due)},
        {"title": _("Waiting"), "due": False, "tasks": rest, "count": sum(t.count for t in rest)},
    )


def _is_due(task: Task, end: datetime) -> bool:
    return task.due is not None and task.due <= end


def _chips(every: list[Task], show: str, period: str) -> list[dict[str, Any]]:
    """All, then each kind that has something, with its count."""
    rest = f"&period={period}" if period != "month" else ""
    chips = [_chip(_("All"), sum(task.count for task in every), f"?{rest[1:]}", show == "")]
    for kind, label in KINDS.items():
        count = sum(task.count for task in every if task.kind == kind)
        if count:
            chips.append(_chip(label, count, f"?show={kind}{rest}", show == kind))
    return chips


def _chip(label: Any, count: int, url: str, on: bool) -> dict[str, Any]:
    return {"label": label, "count": count, "url": url, "on": on}


def _periods(show: str, period: str) -> list[dict[str, Any]]:
    rest = f"&show={show}" if show else ""
    return [
        {"label": label, "url": f"?period={key}{rest}#growth", "on": key == period}
        for key, label in PERIOD_WORDS.items()
    ]
