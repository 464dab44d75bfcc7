"""Simulations in the console: the list, starting one, and looking at what came of it."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.models import Job
from campaigns import selectors as campaigns
from campaigns.models import Program
from commissions import selectors as rules
from commissions.models import Simulation
from commissions.simulation import selectors
from commissions.simulation.services import run_again, start_simulation
from portal import money_format, statuses, time_format
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, NumberColumn, StatusColumn
from portal.console.simulation_forms import PeriodForm, RulesForm
from portal.console.simulation_table import PARTNERS
from portal.console.simulation_words import (
    figures_of,
    moves_of,
    period_words,
    shown_rules,
    title_of,
)
from portal.filters import ChoicesFilter, SearchFilter, named_choices
from portal.listing import Empty, Listing
from prm.errors import NotFound, Refusal

OPEN = (Job.Status.QUEUED, Job.Status.RUNNING)


def _url(simulation: Simulation) -> str:
    return reverse("console:simulations-detail", args=[simulation.seller.slug, simulation.pk])


def _result(simulation: Simulation) -> str:
    """The difference in each currency: `EUR +1,284.00`."""
    found = []
    for code, sums in sorted(simulation.totals.items()):
        difference = sums["then"] - sums["now"]
        sign = "+" if difference > 0 else ""
        found.append(f"{code} {sign}{money_format.exact(difference, code).digits}")
    return ", ".join(found) or "–"


class SimulationTable(tables.Table):
    """Simulations with their period, state and result."""

    title = NameColumn(
        gettext_lazy("Rules tried"),
        empty_values=(),
        url=_url,
        meta=lambda row: f"{row.program.name} · {period_words(row)}",
    )
    created_at = DayColumn(gettext_lazy("Started"), time=True)
    result = MarkupColumn(
        gettext_lazy("Difference"), show=_result, plain=_result, css="r", label=True
    )
    gaining = NumberColumn(gettext_lazy("Gain"))
    losing = NumberColumn(gettext_lazy("Lose"))
    state = StatusColumn(gettext_lazy("Status"), kind="simulation")

    def render_title(self, record: Simulation, column: Any) -> Any:
        """What was tried, by name."""
        return column.render(title_of(record), record)

    def value_title(self, record: Simulation) -> str:
        """The bare words for a file."""
        return title_of(record)


class SimulationFilters(django_filters.FilterSet):
    """Search, program and state."""

    q = SearchFilter("job__title", hint=gettext_lazy("Program or day"))
    program = ChoicesFilter(
        field_name="program_id",
        label=gettext_lazy("Program"),
        all_label=gettext_lazy("All programs"),
        choices=[],
    )
    state = ChoicesFilter(
        field_name="state",
        label=gettext_lazy("Status"),
        choices=statuses.labels("simulation"),
    )

    class Meta:
        model = Simulation
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = campaigns.programs().order_by("name", "id").values_list("pk", "name")
        self.filters["program"].extra["choices"] = named_choices(programs)


SIMULATIONS = Listing(
    table=SimulationTable,
    filters=SimulationFilters,
    name="simulations",
    default="-created_at",
    orders={"created_at": "id", "gaining": "gaining", "losing": "losing"},
    chips=("state", "simulation", "state"),
)


@requires("programs.view", room="console")
def simulations(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """All simulations."""
    make = reverse("console:simulations-new", args=[seller_slug])
    may_manage = reader_of(request).may("rules.manage")
    empty = Empty(
        _("No rules tried yet"),
        _("Try other rules on past sales first: who would gain, who would lose, what it costs."),
        ((_("Try rules"), make),) if may_manage else (),
        "scale",
    )
    program = request.GET.get("program", "")
    make = f"{make}?program={program}" if _as_uuid(program) else make
    page = SIMULATIONS.show(request, selectors.listed(), empty=empty)
    context = {"page": page, "may_manage": may_manage, "new_url": make}
    return page.download or render(request, "console/simulations/list.html", context)


# Starting


@requires("rules.manage", room="console")
def new(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Say what happens to each rule of a program, and over which period to try it."""
    chosen = request.GET.get("rule", "")
    program = _program(request.GET.get("program", ""), chosen)
    if program is None:
        programs = campaigns.programs().order_by("name", "id")
        context: dict[str, Any] = {"programs": programs, "crumbs": _crumbs(seller_slug)}
        return render(request, "console/simulations/program.html", context)
    form = RulesForm(request.POST or None, program=program, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        since, until = form.days()
        try:
            made = start_simulation(
                program=program,
                candidates=form.candidates(),
                since=since,
                until=until,
                actor=actor_of(request),
            )
        except Refusal as refusal:
            form.put(refusal)
        else:
            return HttpResponseRedirect(_url(made))
    context = {"form": form, "program": program, "crumbs": _crumbs(seller_slug)}
    status = 422 if form.errors else 200
    return render(request, "console/simulations/new.html", context, status=status)


def _program(program_id: str, rule_id: str) -> Program | None:
    """The program that the address means: by itself or by a rule; the only one without either."""
    if key := _as_uuid(rule_id):
        program: Program = rules.rule_by_id(key).program
        return program
    if key := _as_uuid(program_id):
        return campaigns.program_by_id(key)
    if program_id or rule_id:
        raise NotFound(_("There is no such program."))
    programs = list(campaigns.programs().order_by("id")[:2])
    return programs[0] if len(programs) == 1 else None


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@requires("rules.manage", room="console")
def again(request: HttpRequest, seller_slug: str, simulation_id: uuid.UUID) -> HttpResponse:
    """Try the same rules over another period."""
    simulation = selectors.simulation_by_id(simulation_id)
    form = PeriodForm(request.POST or None, program=simulation.program)
    if request.method == "POST" and form.is_valid():
        since, until = form.days()
        try:
            made = run_again(
                simulation=simulation, since=since, until=until, actor=actor_of(request)
            )
        except Refusal as refusal:
            form.put(refusal)
        else:
            return HttpResponseRedirect(_url(made))
    context = {
        "form": form,
        "simulation": simulation,
        "shown": shown_rules(simulation, selectors.tried(simulation)),
        "crumbs": _crumbs(seller_slug, simulation),
    }
    status = 422 if form.errors else 200
    return render(request, "console/simulations/again.html", context, status=status)


# Looking


@requires("programs.view", room="console")
def detail(request: HttpRequest, seller_slug: str, simulation_id: uuid.UUID) -> HttpResponseBase:
    """What the rules would have paid against those of today: sums, chart, why, every partner."""
    simulation = selectors.simulation_by_id(simulation_id)
    rows = selectors.lines().filter(simulation=simulation)
    empty = Empty(_("Nobody earned anything"), _("No sales of this program lie in the period."))
    page = PARTNERS.show(request, rows, empty=empty, filter_kwargs={"simulation": simulation})
    if page.download:
        return page.download
    shown = shown_rules(simulation, selectors.tried(simulation))
    may_manage = reader_of(request).may("rules.manage")
    is_done = simulation.job.status == Job.Status.DONE
    is_stale = any(one.is_stale for one in shown)
    context = {
        **_work(simulation),
        "title": title_of(simulation),
        "lead": _lead(simulation),
        "state": "published" if simulation.published_at else simulation.job.status,
        "is_open": simulation.job.status in OPEN,
        "is_done": is_done,
        "is_stale": is_stale,
        "figures": figures_of(simulation) if is_done else [],
        "moves": moves_of(simulation),
        "shown": shown,
        "page": page,
        "may_manage": may_manage,
        "may_write": may_manage and not simulation.published_at,
        "may_publish": may_manage and is_done and not is_stale and not simulation.published_at,
        "crumbs": _crumbs(seller_slug),
    }
    return render(request, "console/simulations/detail.html", context)


def _lead(simulation: Simulation) -> str:
    """`Affiliate · 21 Aug – 18 Nov 2026 · 2,184 sales · 19 Nov 2026, 09:38 WIB · Maya Siregar`."""
    parts = [simulation.program.name, period_words(simulation)]
    if simulation.job.status == Job.Status.DONE:
        count = money_format.number(simulation.sales)
        parts.append(_("sales tried: %(n)s") % {"n": count})
    if simulation.job.finished_at:
        parts.append(time_format.moment_text(simulation.job.finished_at))
    if simulation.author:
        parts.append(str(simulation.author))
    return " · ".join(parts)


@requires("programs.view", room="console")
def work(request: HttpRequest, seller_slug: str, simulation_id: uuid.UUID) -> HttpResponse:
    """How far a simulation is; the part of its page that asks for itself."""
    simulation = selectors.simulation_by_id(simulation_id)
    response = render(request, "console/simulations/work.html", _work(simulation))
    if simulation.job.status not in OPEN:
        response["HX-Refresh"] = "true"
    return response


def _work(simulation: Simulation) -> dict[str, Any]:
    return {
        "simulation": simulation,
        "job": simulation.job,
        "work_title": _("Trying the rules on past sales"),
        "work_note": _("You can leave; it goes on, and you are told when it is done."),
    }


def _crumbs(seller_slug: str, simulation: Simulation | None = None) -> list[dict[str, str]]:
    found = [{"label": _("Rules tried"), "url": reverse("console:simulations", args=[seller_slug])}]
    if simulation is not None:
        found.append({"label": title_of(simulation), "url": _url(simulation)})
    return found
