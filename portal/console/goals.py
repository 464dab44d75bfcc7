"""Goals and contests in the console: the list, one goal with everybody's progress, its life."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from campaigns import selectors as campaigns
from campaigns.models import Program
from commissions.goals import selectors, services, words
from commissions.goals.evaluation import look_soon
from commissions.goals.services import GoalInput
from commissions.models import Goal, GoalKind, GoalMetric, GoalWindow
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, StatusColumn, TextColumn
from portal.console.goal_forms import GoalForm, initial_of
from portal.console.goal_pages import STANDINGS, figures, rehearsal_lines
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Empty, Listing
from prm.errors import Refusal


def _detail_url(goal: Goal) -> str:
    return reverse("console:goals-detail", args=[goal.seller.slug, goal.pk])


def _asks(goal: Goal) -> str:
    """What it asks in short: the metric and how often."""
    return f"{goal.get_metric_display()} · {goal.get_window_display()}"


class GoalTable(tables.Table):
    """Goals with what they ask, for whom, and when."""

    name = NameColumn(gettext_lazy("Goal"), url=_detail_url, meta=_asks)
    kind = MarkupColumn(
        gettext_lazy("Kind"),
        show=lambda goal: goal.get_kind_display(),
        plain=lambda goal: goal.get_kind_display(),
    )
    program = TextColumn(gettext_lazy("Program"), accessor="program__name", label=True)
    audience = MarkupColumn(
        gettext_lazy("For whom"),
        show=words.audience_text,
        plain=words.audience_text,
        label=True,
    )
    starts_on = DayColumn(gettext_lazy("First day"))
    ends_on = DayColumn(gettext_lazy("Last day"))
    shown_state = StatusColumn(gettext_lazy("Status"), kind="goal")


class GoalFilters(django_filters.FilterSet):
    """Search, status, kind and program."""

    q = SearchFilter("name", "description", "program__name", hint=gettext_lazy("Name or program"))
    shown_state = ChoicesFilter(
        field_name="shown_state", label=gettext_lazy("Status"), choices=statuses.labels("goal")
    )
    kind = ChoicesFilter(
        label=gettext_lazy("Kind"),
        all_label=gettext_lazy("Goals and contests"),
        choices=GoalKind.choices,
    )
    window = ChoicesFilter(
        label=gettext_lazy("How often"),
        all_label=gettext_lazy("Any period"),
        choices=GoalWindow.choices,
    )

    class Meta:
        model = Goal
        fields: list[str] = []


GOALS = Listing(
    table=GoalTable,
    filters=GoalFilters,
    name="goals",
    default="-created_at",
    orders={"name": "name", "starts_on": "starts_on", "created_at": "id"},
    chips=("shown_state", "goal", "shown_state"),
)


@requires("programs.view", room="console")
def goals(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """All goals and contests."""
    make = reverse("console:goals-new", args=[seller_slug])
    empty = Empty(
        _("No goals yet"),
        _("A goal is a target with a bonus; a contest ranks partners and pays the best."),
        ((_("Set a goal"), make), (_("Run a contest"), f"{make}?kind=contest")),
        "target-arrow",
    )
    page = GOALS.show(request, selectors.goals_with_state(), empty=empty)
    return page.download or render(request, "console/goals/list.html", {"page": page})


@requires("programs.view", room="console")
def detail(request: HttpRequest, seller_slug: str, goal_id: uuid.UUID) -> HttpResponse:
    """One goal: where everybody stands, what it paid, what it asks now and asked before."""
    goal = selectors.goal_by_id(goal_id)
    may_see_money = reader_of(request).may("commissions.view")
    may_see = may_see_money or goal.metric != GoalMetric.COMMISSION
    rows = selectors.results().filter(goal=goal) if may_see else selectors.results().none()
    empty = Empty(
        _("Nothing counted yet"),
        _("Partners stand here as soon as something of theirs counts."),
        (),
        "target-arrow",
    )
    page = STANDINGS.show(
        request,
        rows,
        empty=empty,
        filter_kwargs={"goal": goal},
        table_kwargs={"exclude": () if may_see_money else ("paid",)},
    )
    if page.download:
        return page.download
    context = {
        "goal": goal,
        "page": page,
        "crumbs": _crumbs(seller_slug),
        "may_manage": reader_of(request).may("rules.manage"),
        "may_see": may_see,
        "may_see_money": may_see_money,
        **figures(goal),
    }
    return render(request, "console/goals/detail.html", context)


@requires("rules.manage", room="console")
def new(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Draft a goal or a contest; with several programs, choose one first."""
    kind = GoalKind.CONTEST if request.GET.get("kind") == "contest" else GoalKind.GOAL
    programs = list(campaigns.programs().order_by("name", "id"))
    program = _chosen(programs, request.GET.get("program", ""))
    if program is None:
        context = {"programs": programs, "kind": kind, "crumbs": _crumbs(seller_slug)}
        return render(request, "console/goals/program.html", context)
    initial = {"starts_on": timezone.localdate(), "window": GoalWindow.MONTH, "timing": "end"}
    form = GoalForm(request.POST or None, program=program, kind=kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = _create(request, form)
        if made is not None:
            messages.success(request, _("Drafted. Look at it once more, then make it live."))
            return HttpResponseRedirect(_detail_url(made))
    return _form_page(request, seller_slug, form, None)


@requires("rules.manage", room="console")
def edit(request: HttpRequest, seller_slug: str, goal_id: uuid.UUID) -> HttpResponse:
    """Change a draft, or the words and terms of a live goal for periods to come."""
    goal = selectors.goal_by_id(goal_id)
    version = max(goal.versions.all(), key=lambda one: one.number)
    form = GoalForm(
        request.POST or None,
        program=goal.program,
        kind=goal.kind,
        fixed=goal.status != Goal.Status.DRAFT,
        initial=initial_of(goal, version),
    )
    if request.method == "POST" and form.is_valid() and _change(request, form, goal):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(_detail_url(goal))
    return _form_page(request, seller_slug, form, goal)


@requires("rules.manage", room="console")
def publish(request: HttpRequest, seller_slug: str, goal_id: uuid.UUID) -> HttpResponse:
    """Say what it would have cost before, then make it live."""
    goal = selectors.goal_by_id(goal_id)
    if request.method == "POST":
        services.publish_goal(goal=goal, actor=actor_of(request))
        messages.success(request, _("%(name)s is live.") % {"name": goal.name})
        return HttpResponseRedirect(_detail_url(goal))
    context = {
        "goal": goal,
        "title": _("Make %(name)s live?") % {"name": goal.name},
        "consequences": [
            ngettext(
                "%(n)d partner sees it in the portal at once.",
                "%(n)d partners see it in the portal at once.",
                (count := selectors.audience_size(goal)),
            )
            % {"n": count},
            *rehearsal_lines(goal),
            _("What it asks and pays stays as it is for every period that has begun."),
        ],
        "act": _("Make it live"),
        "tone": "primary",
        "back": _detail_url(goal),
    }
    return render(request, "console/goals/act.html", context)


@requires("rules.manage", room="console")
def end(request: HttpRequest, seller_slug: str, goal_id: uuid.UUID) -> HttpResponse:
    """Say what ending means, then end it."""
    goal = selectors.goal_by_id(goal_id)
    if request.method == "POST":
        ended = services.end_goal(goal=goal, actor=actor_of(request))
        messages.success(request, _("%(name)s has ended.") % {"name": ended.name})
        return HttpResponseRedirect(_detail_url(goal))
    running = selectors.running_span(goal)
    days = words.days_text(running.first, running.last) if running else ""
    context = {
        "goal": goal,
        "title": _("End %(name)s?") % {"name": goal.name},
        "consequences": [
            _("The period %(days)s runs to its end and is paid as promised.") % {"days": days}
            if running
            else _("It has not begun, so it never will."),
            _("No further period begins."),
            _("Partners see it among the ended ones."),
        ],
        "act": _("End it, no further period begins"),
        "back": _detail_url(goal),
    }
    return render(request, "console/goals/act.html", context)


@requires("rules.manage", room="console")
@require_POST
def delete(request: HttpRequest, seller_slug: str, goal_id: uuid.UUID) -> HttpResponse:
    """Throw a draft away."""
    goal = selectors.goal_by_id(goal_id)
    services.delete_goal(goal=goal, actor=actor_of(request))
    messages.success(request, _("The draft %(name)s is thrown away.") % {"name": goal.name})
    return HttpResponseRedirect(reverse("console:goals", args=[seller_slug]))


@requires("rules.manage", room="console")
@require_POST
def count(request: HttpRequest, seller_slug: str, goal_id: uuid.UUID) -> HttpResponse:
    """Have a goal counted now instead of at its next turn."""
    goal = selectors.goal_by_id(goal_id)
    if goal.looked_at is not None:
        look_soon(goal)
    messages.success(request, _("It is being counted. Look again in a moment."))
    return HttpResponseRedirect(_detail_url(goal))


def _chosen(programs: list[Program], wanted: str) -> Program | None:
    """The program that the address names, or the only one there is."""
    if len(programs) == 1:
        return programs[0]
    return next((one for one in programs if str(one.pk) == wanted), None)


def _create(request: HttpRequest, form: GoalForm) -> Goal | None:
    """The draft; None where the form now says what is wrong."""
    terms = form.terms(form.cleaned_data["metric"])
    if not form.is_valid():
        return None
    given = GoalInput(kind=form.kind, terms=terms, **form.fields_given())
    try:
        return services.create_goal(program=form.program, goal=given, actor=actor_of(request))
    except Refusal as refusal:
        form.show(refusal)
        return None


def _change(request: HttpRequest, form: GoalForm, goal: Goal) -> bool:
    """Whether the change went through."""
    terms = form.terms(form.cleaned_data.get("metric", goal.metric))
    if not form.is_valid():
        return False
    try:
        services.change_goal(
            goal=goal, actor=actor_of(request), fields=form.fields_given(), new_terms=terms
        )
    except Refusal as refusal:
        form.show(refusal)
        return False
    return True


def _form_page(
    request: HttpRequest, seller_slug: str, form: GoalForm, goal: Goal | None
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "goal": goal,
        "program": form.program,
        "is_contest": form.kind == GoalKind.CONTEST,
        "crumbs": _crumbs(seller_slug),
        "coming": selectors.coming_span(goal) if goal and form.fixed else None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/goals/edit.html", context, status=status)


def _crumbs(slug: str) -> list[dict[str, str]]:
    return [{"label": _("Goals"), "url": reverse("console:goals", args=[slug])}]
