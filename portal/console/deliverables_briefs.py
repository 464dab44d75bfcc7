"""Briefs in the seller's console: what is agreed with partners, to be handed in for a fee."""

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

from activity import selectors as activity
from campaigns import selectors as campaigns
from campaigns.models import Enrollment
from commissions import deliverable_selectors as selectors
from commissions.models import Brief
from commissions.services import briefs as services
from portal import deliverable_words, statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, StatusColumn
from portal.console.deliverable_forms import ChangeBriefForm, NewBriefForm
from portal.filters import ChoicesFilter, SearchFilter, named_choices
from portal.listing import Empty, Listing
from portal.refusals import try_on
from portal.verbs import told


def _url(brief: Brief) -> str:
    return reverse("console:deliverables-brief", args=[brief.seller.slug, brief.pk])


def whom_words(brief: Brief) -> str:
    """With whom it is agreed."""
    return brief.partner.name if brief.partner else _("everybody in the program")


def _progress(brief: Any) -> str:
    words = _("%(approved)d approved, %(waiting)d to review")
    return words % {"approved": brief.approved_count, "waiting": brief.waiting_count}


class BriefTable(tables.Table):
    """Briefs with how far they are."""

    title = NameColumn(
        gettext_lazy("Brief"),
        url=_url,
        meta=lambda brief: f"{brief.program.name} · {whom_words(brief)}",
    )
    kind = MarkupColumn(
        gettext_lazy("Kind"),
        show=lambda brief: brief.get_kind_display(),
        plain=lambda brief: brief.get_kind_display(),
    )
    pays = MarkupColumn(
        gettext_lazy("Pays"),
        show=deliverable_words.fee_words,
        plain=deliverable_words.fee_words,
        label=True,
    )
    progress = MarkupColumn(gettext_lazy("Pieces"), show=_progress, plain=_progress, label=True)
    due_on = DayColumn(gettext_lazy("Due"))
    state = StatusColumn(gettext_lazy("Status"), kind="brief")


class BriefFilters(django_filters.FilterSet):
    """Search, status, kind and program."""

    q = SearchFilter("title", "partner__name", hint=gettext_lazy("Title or partner"))
    state = ChoicesFilter(
        field_name="state", label=gettext_lazy("Status"), choices=statuses.labels("brief")
    )
    kind = ChoicesFilter(
        label=gettext_lazy("Kind"),
        all_label=gettext_lazy("All kinds"),
        choices=Brief.Kind.choices,
    )
    program = ChoicesFilter(
        label=gettext_lazy("Program"), all_label=gettext_lazy("All programs"), choices=[]
    )

    class Meta:
        model = Brief
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = campaigns.programs().order_by("name").values_list("pk", "name")
        self.filters["program"].extra["choices"] = named_choices(programs)


BRIEFS = Listing(
    table=BriefTable,
    filters=BriefFilters,
    name="briefs",
    default="-created_at",
    orders={"created_at": "id", "title": "title"},
    chips=("state", "brief", "state"),
)


@requires("programs.view", room="console")
def briefs(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """All briefs."""
    empty = Empty(
        _("No briefs yet"),
        _("A brief says what a partner makes for you, for what fee and until when."),
        ((_("Agree on something"), reverse("console:deliverables-brief-new", args=[seller_slug])),),
        "checklist",
    )
    page = BRIEFS.show(request, selectors.briefs(), empty=empty)
    return page.download or render(request, "console/deliverables/briefs.html", {"page": page})


@requires("programs.manage", room="console")
def brief_new(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Agree on pieces with a partner, or with everybody in a program."""
    programs = list(selectors.delivering_programs())
    asked = request.GET.get("program", "")
    chosen = [one for one in programs if str(one.pk) == asked] or programs
    enrollments = list(
        campaigns.enrollments()
        .filter(program__in=chosen, status=Enrollment.Status.ACTIVE)
        .order_by("partner__name", "id")
    )
    asked_partner = request.GET.get("partner", "")
    own = [one for one in enrollments if str(one.partner_id) == asked_partner]
    whom = f"enrollment:{own[0].pk}" if own else ""
    form = NewBriefForm(
        request.POST or None, programs=chosen, enrollments=enrollments, initial={"whom": whom}
    )
    made: list[Brief] = []
    if request.method == "POST" and form.is_valid():
        program, partner = form.parties()
        brief = form.brief()
        if form.is_valid() and try_on(
            form,
            lambda: made.append(
                services.create_brief(
                    program=program, partner=partner, brief=brief, actor=actor_of(request)
                )
            ),
        ):
            messages.success(request, _("Agreed. It stands in the partners’ portal."))
            return HttpResponseRedirect(
                reverse("console:deliverables-brief", args=[seller_slug, made[0].pk])
            )
    context = {"form": form, "has_program": bool(programs)}
    status = 422 if form.is_bound else 200
    return render(request, "console/deliverables/brief_new.html", context, status=status)


@requires("programs.view", room="console")
def brief(request: HttpRequest, seller_slug: str, brief_id: uuid.UUID) -> HttpResponse:
    """One brief: its terms, who owes what, and its history."""
    row = selectors.brief_by_id(brief_id)
    owing = selectors.owing_partners(row)
    context = {
        "brief": row,
        "whom": whom_words(row),
        "fee": deliverable_words.fee_words(row),
        "proof": deliverable_words.proof_words(row),
        "stay": deliverable_words.stay_words(row),
        "pieces": selectors.deliverables().filter(brief=row).order_by("-handed_in_at", "-id")[:20],
        "owing": owing[:20],
        "owing_count": len(owing),
        "no_rule": row.fee == Brief.Fee.RULE and not selectors.pays_by_rule(row.program_id),
        "events": [told(event) for event in activity.events_of_object(row.pk)[:10]],
        "may_manage": reader_of(request).may("programs.manage"),
    }
    return render(request, "console/deliverables/brief.html", context)


@requires("programs.manage", room="console")
def brief_edit(request: HttpRequest, seller_slug: str, brief_id: uuid.UUID) -> HttpResponse:
    """Change a brief; once a piece is handed in only its words and its day."""
    row = selectors.brief_by_id(brief_id)
    form = ChangeBriefForm(request.POST or None, brief=row, fixed=row.handed_count > 0)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        if form.is_valid() and try_on(
            form, lambda: services.change_brief(brief=row, actor=actor_of(request), **values)
        ):
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(_url(row))
    context = {"form": form, "brief": row, "fixed": row.handed_count > 0}
    status = 422 if form.is_bound else 200
    return render(request, "console/deliverables/brief_edit.html", context, status=status)


@requires("programs.manage", room="console")
def brief_end(request: HttpRequest, seller_slug: str, brief_id: uuid.UUID) -> HttpResponse:
    """Say what ending means, then take no more pieces."""
    row = selectors.brief_by_id(brief_id)
    if request.method == "POST":
        services.end_brief(brief=row, actor=actor_of(request))
        messages.success(request, _("%(title)s has ended.") % {"title": row.title})
        return HttpResponseRedirect(_url(row))
    context = {
        "title": _("End %(title)s?") % {"title": row.title},
        "consequences": [
            _("Nobody can hand in another piece for it."),
            _("What is handed in stays, and you can still approve it."),
            _("It cannot be opened again; you can make another."),
        ],
        "act": _("End it"),
        "back": _url(row),
    }
    return render(request, "console/deliverables/confirm.html", context)
