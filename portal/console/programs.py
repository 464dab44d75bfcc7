"""Programs in the seller's console."""

import uuid
from collections.abc import Mapping
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from activity import selectors as activity
from campaigns import kinds, onboarding, selectors, services, welcoming
from campaigns.kinds import FAMILIES
from campaigns.models import Program
from campaigns.services.programs import kind_is_fixed
from commissions.services import start_program
from portal import money_format, statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import KindColumn, NameColumn, NumberColumn, StatusColumn
from portal.console.kind_forms import ExampleForm, StartProgramForm, chosen_kind
from portal.console.program_forms import ProgramForm
from portal.console.program_rooms import rooms_of
from portal.console.question_forms import asked
from portal.earning_lines import earning_lines
from portal.filters import ChoicesFilter, SearchFilter
from portal.kind_examples import example as worked_example
from portal.listing import Empty, Listing
from portal.refusals import try_on
from portal.verbs import told
from prm.money import is_currency
from sellers.rules import slug_from


def _detail_url(program: Program) -> str:
    return reverse("console:programs-detail", args=[program.seller.slug, program.pk])


class ProgramTable(tables.Table):
    """Programs with who is in them."""

    name = NameColumn(
        gettext_lazy("Program"),
        url=_detail_url,
        meta=lambda program: f"{program.currency} · {program.summary or program.slug}",
    )
    kind = KindColumn(gettext_lazy("Kind"), words=lambda program: program.get_kind_display())
    partner_count = NumberColumn(gettext_lazy("Partners"))
    waiting_count = NumberColumn(gettext_lazy("Waiting"))
    material_count = NumberColumn(gettext_lazy("Materials"))
    status = StatusColumn(gettext_lazy("Status"), kind="program")


class ProgramFilters(django_filters.FilterSet):
    """Search and status."""

    q = SearchFilter("name", "slug", "summary", hint=gettext_lazy("Name or address"))
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("program"))
    kind = ChoicesFilter(
        label=gettext_lazy("Kind"),
        all_label=gettext_lazy("All kinds"),
        choices=Program.Kind.choices,
    )

    class Meta:
        model = Program
        fields: list[str] = []


PROGRAMS = Listing(
    table=ProgramTable,
    filters=ProgramFilters,
    name="programs",
    default="-created_at",
    orders={"name": "name", "created_at": "id", "partner_count": "partner_count"},
    chips=("status", "program", "status"),
)


@requires("programs.view", room="console")
def programs(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """All programs."""
    empty = Empty(
        _("No programs yet"),
        _("A program holds the terms under which partners work: what earns, and how it is paid."),
        ((_("Make a program"), reverse("console:programs-create", args=[seller_slug])),),
        "affiliate",
    )
    page = PROGRAMS.show(request, selectors.program_figures().select_related("seller"), empty=empty)
    return page.download or render(request, "console/programs/list.html", {"page": page})


@requires("programs.view", room="console")
def detail(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """One program: settings, terms, form, who is in it."""
    program = selectors.program_by_id(program_id)
    kind = kinds.kind_of(program.kind)
    page_url = request.build_absolute_uri(reverse("program-page", args=[seller_slug, program.slug]))
    context = {
        "program": program,
        "page_url": page_url,
        "figures": selectors.figures_of(program),
        "minimum": [money_format.plain(v, k) for k, v in sorted(program.minimum_payout.items())],
        "kind": kind,
        "rooms": rooms_of(request, program),
        "by_agreement": kinds.SETTLEMENTS in kind.rooms,
        "by_brief": kinds.DELIVERABLES in kind.rooms,
        "earnings": earning_lines(program),
        "asked": asked(program),
        "step_count": len(onboarding.steps().get(program.pk, [])),
        "mail_count": welcoming.mails_of(program).count(),
        "versions": selectors.terms_versions(program),
        "campaigns": selectors.campaigns().filter(program=program).order_by("-id")[:5],
        "events": [told(event) for event in activity.events_of_object(program.pk)[:10]],
        "may_manage": reader_of(request).may("programs.manage"),
    }
    return render(request, "console/programs/detail.html", context)


@requires("programs.manage", room="console")
def create(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Choose a kind, then answer its few questions; everything else has a default."""
    kind = chosen_kind(request.POST.get("kind") or request.GET.get("kind", ""))
    if kind is None:
        families = [(label, [kinds.kind_of(code) for code in codes]) for label, codes in FAMILIES]
        return render(request, "console/programs/kinds.html", {"families": families})
    seller = reader_of(request).seller
    form = _start_form(request, kind)
    made: list[Program] = []
    if (
        request.method == "POST"
        and request.POST.get("act") != "preview"
        and form.is_valid()
        and try_on(
            form,
            lambda: made.append(
                start_program(seller=seller, actor=actor_of(request), **form.cleaned_data)
            ),
        )
    ):
        messages.success(request, _("Made as a draft. Look it over, then open it."))
        return HttpResponseRedirect(_detail_url(made[0]))
    context = {
        "form": form,
        "kind": kind,
        "example": _example(request.POST if form.is_bound else form.start, kind, seller.currency),
    }
    status = 422 if form.is_bound else 200
    return render(request, "console/programs/create.html", context, status=status)


def _start_form(request: HttpRequest, kind: kinds.Kind) -> StartProgramForm:
    seller = reader_of(request).seller
    previews = request.POST.get("act") == "preview"
    data = request.POST.copy() if request.method == "POST" and not previews else None
    if data is not None and not data.get("slug"):
        data["slug"] = slug_from(data.get("name", ""))
    initial = {"currency": seller.currency, "landing_url": seller.website}
    initial |= request.POST.dict() if previews else {}
    return StartProgramForm(data, kind=kind.code, currency=seller.currency, initial=initial)


@requires("programs.manage", room="console")
def example(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """What a partner would earn by the answers so far; part of a page."""
    kind = chosen_kind(request.GET.get("kind", "")) or kinds.kind_of(kinds.FIRST)
    words = _example(request.GET, kind, reader_of(request).seller.currency)
    return render(request, "console/programs/example.html", {"example": words})


def _example(data: Mapping[str, Any], kind: kinds.Kind, currency: str) -> str:
    """The worked example of answers as they stand in the form; "" while they are not whole."""
    form = ExampleForm({"currency": currency, **{name: data[name] for name in data}},
                       kind=kind.code, currency=currency)  # fmt: skip
    form.full_clean()
    chosen = form.cleaned_data.get("currency", "")
    answers = form.answers(chosen) if is_currency(chosen) else {}
    return worked_example(kind.code, answers, chosen) if answers and not form.errors else ""


@requires("programs.manage", room="console")
def edit(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Change settings and terms."""
    program = selectors.program_by_id(program_id)
    fixed = kind_is_fixed(program)
    form = ProgramForm(request.POST or None, program=program, fixed_kind=fixed)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.change_program(
                program=program, actor=actor_of(request), **form.values()
            ),
        )
    ):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(_detail_url(program))
    status = 422 if request.method == "POST" else 200
    context = {
        "form": form,
        "program": program,
        "fixed_kind": fixed,
        "crumbs": crumbs(program, _("Settings")),
    }
    return render(request, "console/programs/edit.html", context, status=status)


@requires("programs.manage", room="console")
@require_POST
def open_program(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Publish the program's page and take applications."""
    program = selectors.program_by_id(program_id)
    services.open_program(program=program, actor=actor_of(request))
    messages.success(request, _("%(name)s is open. Share its page.") % {"name": program.name})
    return HttpResponseRedirect(_detail_url(program))


@requires("programs.manage", room="console")
def close(request: HttpRequest, seller_slug: str, program_id: uuid.UUID) -> HttpResponse:
    """Take no more applications."""
    program = selectors.program_by_id(program_id)
    if request.method == "POST":
        services.close_program(program=program, actor=actor_of(request))
        undo = f"undo:{reverse('console:programs-open', args=[seller_slug, program.pk])}"
        words = _("%(name)s takes no more applications.") % {"name": program.name}
        messages.success(request, words, extra_tags=undo)
        return HttpResponseRedirect(_detail_url(program))
    figures = selectors.figures_of(program)
    context = {
        "program": program,
        "title": _("Close %(name)s?") % {"name": program.name},
        "consequences": [
            _("Its page says that it is closed; nobody can apply."),
            ngettext(
                "%(n)d partner stays in it and goes on earning.",
                "%(n)d partners stay in it and go on earning.",
                figures.partner_count,
            )
            % {"n": figures.partner_count},
            *_still_waiting(figures.waiting_count),
            _("You can open it again at any time."),
        ],
        "act": _("Close it"),
        "back": _detail_url(program),
        "crumbs": crumbs(program, _("Close")),
    }
    return render(request, "console/programs/act.html", context)


def _still_waiting(count: int) -> list[str]:
    words = ngettext(
        "%(n)d application still waits for your answer.",
        "%(n)d applications still wait for your answer.",
        count,
    )
    return [words % {"n": count}] if count else []


@requires("programs.view", room="console")
def terms(
    request: HttpRequest, seller_slug: str, program_id: uuid.UUID, version: int
) -> HttpResponse:
    """The very text of one version of the terms."""
    program = selectors.program_by_id(program_id)
    found = selectors.terms_of(program, version)
    last = _("Terms, version %(version)d") % {"version": version}
    context = {"program": program, "terms": found, "crumbs": crumbs(program, last)}
    return render(request, "console/programs/terms.html", context)


def crumbs(program: Program, last: str) -> list[dict[str, str]]:
    """The way back: list, program, this page."""
    return [
        {"label": _("Programs"), "url": reverse("console:programs", args=[program.seller.slug])},
        {"label": program.name, "url": _detail_url(program)},
        {"label": last, "url": ""},
    ]
