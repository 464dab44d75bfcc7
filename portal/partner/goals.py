"""The partner's goals: how far he is, what is missing, contests, and how past periods ended."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from commissions.goals import selectors, services, words
from commissions.models import Goal, GoalResult
from portal.access import actor_of, reader_of, requires
from portal.columns import MarkupColumn, NameColumn
from portal.filters import SearchFilter
from portal.goal_figures import board_rows, late_note, paid_text, period_days, standing, value_text
from portal.listing import Empty, Listing
from portal.partner import goal_cards
from portal.partner.links import seat_of
from portal.partner.scope import partner_of


def _goal_url(result: GoalResult) -> str:
    return reverse("partner:goals-detail", args=[result.goal.seller.slug, result.goal_id])


class ResultTable(tables.Table):
    """Past periods with how they ended."""

    goal = NameColumn(gettext_lazy("Goal"), accessor="goal__name", url=_goal_url, meta=late_note)
    period = MarkupColumn(
        gettext_lazy("Period"), show=period_days, plain=period_days, css="num", label=True
    )
    value = MarkupColumn(
        gettext_lazy("Came to"), show=value_text, plain=value_text, css="r", label=True
    )
    stands = MarkupColumn(gettext_lazy("Reached"), show=standing, plain=standing, label=True)
    paid = MarkupColumn(
        gettext_lazy("Paid"), show=paid_text, plain=paid_text, css="r strong", label=True
    )


class ResultFilters(django_filters.FilterSet):
    """Search."""

    q = SearchFilter("goal__name", hint=gettext_lazy("Goal"))

    class Meta:
        model = GoalResult
        fields: list[str] = []


RESULTS = Listing(
    table=ResultTable,
    filters=ResultFilters,
    name="goal-results",
    default="-period",
    orders={"period": "period__starts_on", "goal": "goal__name"},
)


@requires("portal.earnings", room="partner")
def goals(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Cards of what runs now, and past periods."""
    partner_id = seat_of(reader_of(request))
    empty = Empty(
        _("No period is over yet"),
        _("When one is closed, it stands here with what you reached and what it paid."),
        (),
        "target-arrow",
    )
    page = RESULTS.show(request, selectors.results_of(partner_id), empty=empty)
    if page.download:
        return page.download
    context = {
        "page": page,
        "cards": goal_cards.cards(partner_id, seller_slug),
        "name_shown": bool(selectors.name_setting(partner_id)),
        "may_act": reader_of(request).may("portal.profile"),
        "in_contests": selectors.goals_for(partner_id).filter(kind="contest").exists(),
    }
    return render(request, "partner/goals/list.html", context)


@requires("portal.earnings", room="partner")
def detail(request: HttpRequest, seller_slug: str, goal_id: uuid.UUID) -> HttpResponse:
    """One goal: bar, targets, how it is counted, the leaderboard of a contest."""
    partner_id = seat_of(reader_of(request))
    goal = selectors.goal_for(partner_id, goal_id)
    progress = selectors.progress_of(goal, partner_id)
    version = progress.version if progress else max(goal.versions.all(), key=lambda v: v.number)
    place = selectors.places_of([goal], partner_id).get(goal.pk)
    context: dict[str, Any] = {
        "goal": goal,
        "card": goal_cards.card(progress, place, seller_slug) if progress else None,
        "steps": goal_cards.steps_shown(goal, progress) if progress else [],
        "asks": [words.step_text(goal, step) for step in version.steps],
        "prizes": [words.prize_text(goal, version, i) for i in range(len(version.prizes))],
        "terms": words.terms_lines(goal, version),
        "is_contest": goal.is_contest,
        "may_act": reader_of(request).may("portal.profile"),
        "own": selectors.results_of(partner_id).filter(goal=goal).order_by("-period__starts_on"),
        **_board(goal, partner_id),
    }
    return render(request, "partner/goals/detail.html", context)


@requires("portal.profile", room="partner")
@require_POST
def show_name(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Show the partner's name in leaderboards, or not: of one contest, or in general."""
    partner = partner_of(request)
    wanted = request.POST.get("goal", "")
    goal = selectors.goal_for(partner.pk, wanted) if _is_key(wanted) else None
    shown = request.POST.get("shown") == "1"
    services.show_name(partner=partner, actor=actor_of(request), shown=shown, goal=goal)
    words_ = _("Your name is shown to other partners.") if shown else _("Your name is hidden.")
    messages.success(request, words_)
    name, args = ("partner:goals-detail", [goal.pk]) if goal else ("partner:goals", [])
    return HttpResponseRedirect(reverse(name, args=[seller_slug, *args]))


def _board(goal: Goal, partner_id: uuid.UUID) -> dict[str, Any]:
    """The leaderboard of a contest's newest period, and whether the own name stands in it."""
    if not goal.is_contest:
        return {}
    period = selectors.newest_period(goal)
    rows = selectors.board(goal, period, partner_id) if period else []
    own = selectors.name_setting(partner_id, goal)
    general = bool(selectors.name_setting(partner_id))
    return {
        "period": period,
        "board": board_rows(goal, period, rows) if period else [],
        "name_shown": general if own is None else own,
    }


def _is_key(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
