"""Prospects in the seller's console: directory, one prospect, adding and changing."""

import uuid
from typing import Any

import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from activity import selectors as activity
from campaigns import prospect_selectors as fits
from partners import prospect_selectors as selectors
from partners.models import Prospect
from partners.selectors import default_manager, partner_by_id
from partners.services import prospects as services
from portal import fit_words, statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, NumberColumn, StatusColumn
from portal.console import reach_shown
from portal.console.partners import country_name
from portal.console.prospect_filters import ProspectFilters
from portal.console.prospect_forms import DropForm, ProspectForm
from portal.listing import Empty, Listing
from portal.refusals import try_on
from portal.templatetags import prm_figures
from portal.verbs import told
from prm.errors import NotFound

FIELDS = (
    "name", "kind", "email", "website", "country", "niches", "content_kinds", "languages",
    "source", "external_id", "manager", "notes",
)  # fmt: skip
SHOWN_EVENTS = 20


def detail_url(prospect: Prospect) -> str:
    """The prospect's page."""
    return reverse("console:prospects-detail", args=[prospect.seller.slug, prospect.pk])


def _meta(prospect: Prospect) -> str:
    return " · ".join(filter(None, [country_name(prospect.country), ", ".join(prospect.niches)]))


def platforms_line(prospect: Prospect) -> str:
    """`YouTube, Instagram`, in the order of size."""
    channels = sorted(prospect.channels.all(), key=lambda one: -(one.audience or 0))
    return ", ".join(dict.fromkeys(one.get_platform_display() for one in channels))


def _fit(prospect: Any) -> Any:
    if prospect.fit_score is None:
        return "–"
    score = prm_figures.number(prospect.fit_score)
    name = getattr(prospect, "fit_program", "")
    strong = format_html('<span class="strong">{}</span>', score)
    return format_html('{}<div class="tiny dim">{}</div>', strong, name) if name else strong


class ProspectTable(tables.Table):
    """Prospects with their reach and how well they fit."""

    name = NameColumn(gettext_lazy("Prospect"), url=detail_url, meta=_meta)
    channels = MarkupColumn(
        gettext_lazy("Channels"),
        accessor="id",
        show=lambda row: platforms_line(row) or "–",
        plain=platforms_line,
        label=True,
    )
    audience = NumberColumn(gettext_lazy("Audience"))
    fit_score = MarkupColumn(
        gettext_lazy("Fit of 100"),
        show=_fit,
        plain=lambda row: "" if row.fit_score is None else row.fit_score,
        css="r",
        label=True,
    )
    stage_at = DayColumn(gettext_lazy("In stage since"))
    stage = StatusColumn(gettext_lazy("Stage"), kind="prospect")

    def __init__(self, data: Any, *, named: bool = False, **kwargs: Any) -> None:
        rows = list(data)
        if named and rows:
            best = fits.best_scores([row.pk for row in rows])
            for row in rows:
                row.fit_program = best.get(row.pk, (0, ""))[1]
        super().__init__(rows, **kwargs)


PROSPECTS = Listing(
    table=ProspectTable,
    filters=ProspectFilters,
    name="prospects",
    default="-created_at",
    orders={
        "name": "name",
        "audience": "audience",
        "fit_score": "fit_score",
        "stage_at": "stage_at",
        "created_at": "created_at",
    },
    chips=("stage", "prospect", "stage"),
)


@requires("partners.view", room="console")
def prospects(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The directory of prospects."""
    imports = reverse("console:imports-new", args=[seller_slug])
    empty = Empty(
        _("No prospects yet"),
        _("Note here whom you would like to work with: where he is heard, and by how many."),
        (
            (_("Add a prospect"), reverse("console:prospects-create", args=[seller_slug])),
            (_("Bring a file"), f"{imports}?kind=prospects"),
        ),
        "user-search",
    )
    program = request.GET.get("program", "")
    page = PROSPECTS.show(
        request,
        fits.with_fit(selectors.prospects(), program),
        empty=empty,
        table_kwargs={"named": not program},
    )
    context = {
        "page": page,
        "may_manage": reader_of(request).may("partners.manage"),
        "profiles": fits.profiles().count(),
    }
    return page.download or render(request, "console/prospects/list.html", context)


@requires("partners.view", room="console")
def detail(request: HttpRequest, seller_slug: str, prospect_id: uuid.UUID) -> HttpResponse:
    """One prospect: facts, reach, fit with its reasons, invitations, history."""
    prospect = selectors.prospect_by_id(prospect_id)
    may_manage = reader_of(request).may("partners.manage")
    context = {
        "prospect": prospect,
        "country": country_name(prospect.country),
        "languages": [fit_words.name_of("languages", one) for one in prospect.languages],
        "contents": [fit_words.name_of("content_kinds", one) for one in prospect.content_kinds],
        **reach_shown.of(prospect),
        "fits": [
            {"program": one.program, "score": one.fit.score, "reasons": fit_words.told(one.fit),
             "lacking": one.fit.lacking}
            for one in fits.fits_of(prospect)
        ],
        "invitations": fits.invitations_of(prospect),
        "events": [told(event) for event in activity.events_of_object(prospect.pk)[:SHOWN_EVENTS]],
        "partners_alike": _partners_alike(prospect) if may_manage else [],
        "may_manage": may_manage,
        "may_invite": may_manage and can_invite(prospect),
        "moves": moves_of(prospect) if may_manage else [],
        "may_drop": may_manage and Prospect.Stage.DROPPED in Prospect.TRANSITIONS[prospect.stage],
    }  # fmt: skip
    return render(request, "console/prospects/detail.html", context)


def _partners_alike(prospect: Prospect) -> list[Any]:
    if prospect.partner_id is not None:
        return []
    return selectors.partners_like(prospect)


def can_invite(prospect: Prospect) -> bool:
    """Whether an invitation can go out now."""
    invited = Prospect.Stage.INVITED
    allowed = prospect.stage == invited or invited in Prospect.TRANSITIONS[prospect.stage]
    return allowed and not prospect.no_contact


def moves_of(prospect: Prospect) -> list[tuple[str, str]]:
    """Stages to which staff may move him with one press, and what the button says."""
    words = {"found": _("Back to found"), "talking": _("Now in talks")}
    open_ones = Prospect.TRANSITIONS[prospect.stage]
    return [(stage, label) for stage, label in words.items() if stage in open_ones]


@requires("partners.manage", room="console")
def create(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Add a prospect; who looks like another one, or like a partner, is shown first."""
    reader = reader_of(request)
    form = ProspectForm(
        request.POST or None, initial={"manager": default_manager(reader.user), "kind": "company"}
    )
    alike: dict[str, Any] = {}
    made: list[Prospect] = []
    if request.method == "POST" and form.is_valid():
        alike = {} if request.POST.get("anyway") else _alike(form.cleaned_data)
        if not alike and try_on(form, lambda: made.append(_make(request, form))):
            messages.success(request, _("%(name)s is noted.") % {"name": made[0].name})
            return HttpResponseRedirect(detail_url(made[0]))
    context = {"form": form, **alike}
    status = 422 if request.method == "POST" else 200
    return render(request, "console/prospects/create.html", context, status=status)


def _alike(data: dict[str, Any]) -> dict[str, Any]:
    """Prospects and partners that may be the same; empty where there are none."""
    known = {"name": data["name"], "email": data["email"], "website": data["website"]}
    prospects_alike = selectors.alike(**known)
    partners_alike = selectors.partners_like(Prospect(**known))
    found = {"prospects_alike": prospects_alike, "partners_alike": partners_alike}
    return {name: rows for name, rows in found.items() if rows}


def _make(request: HttpRequest, form: ProspectForm) -> Prospect:
    values = {name: form.cleaned_data[name] for name in FIELDS}
    return services.create_prospect(
        seller=reader_of(request).seller, actor=actor_of(request), **values
    )


@requires("partners.manage", room="console")
def edit(request: HttpRequest, seller_slug: str, prospect_id: uuid.UUID) -> HttpResponse:
    """Change what is known of a prospect."""
    prospect = selectors.prospect_by_id(prospect_id)
    initial = {name: getattr(prospect, name) for name in FIELDS}
    form = ProspectForm(request.POST or None, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.change_prospect(
                prospect=prospect, actor=actor_of(request), **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(detail_url(prospect))
    context = {"form": form, "prospect": prospect, "crumbs": crumbs(prospect, _("Change"))}
    status = 422 if request.method == "POST" else 200
    return render(request, "console/prospects/edit.html", context, status=status)


@requires("partners.manage", room="console")
@require_POST
def move(request: HttpRequest, seller_slug: str, prospect_id: uuid.UUID) -> HttpResponse:
    """Move along by hand; from the board it goes back there."""
    prospect = selectors.prospect_by_id(prospect_id)
    moved = services.move_prospect(
        prospect=prospect, to=request.POST.get("stage", ""), actor=actor_of(request)
    )
    words = {"name": moved.name, "stage": statuses.look("prospect", moved.stage).label}
    messages.success(request, _("%(name)s: %(stage)s.") % words)
    if request.POST.get("from") == "board":
        return HttpResponseRedirect(reverse("console:prospects-board", args=[seller_slug]))
    return HttpResponseRedirect(detail_url(moved))


@requires("partners.manage", room="console")
def drop(request: HttpRequest, seller_slug: str, prospect_id: uuid.UUID) -> HttpResponse:
    """Put a prospect aside, with the reason."""
    prospect = selectors.prospect_by_id(prospect_id)
    form = DropForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.move_prospect(
                prospect=prospect,
                to=Prospect.Stage.DROPPED,
                actor=actor_of(request),
                reason=form.cleaned_data["reason"],
            ),
        )
    ):
        messages.success(request, _("%(name)s is put aside.") % {"name": prospect.name})
        return HttpResponseRedirect(detail_url(prospect))
    context = {"form": form, "prospect": prospect, "crumbs": crumbs(prospect, _("Put aside"))}
    status = 422 if request.method == "POST" else 200
    return render(request, "console/prospects/drop.html", context, status=status)


@requires("partners.manage", room="console")
@require_POST
def tie(request: HttpRequest, seller_slug: str, prospect_id: uuid.UUID) -> HttpResponse:
    """Say that the prospect is a partner whom the seller has already."""
    prospect = selectors.prospect_by_id(prospect_id)
    alike = {str(one.partner.pk): one.partner for one in selectors.partners_like(prospect)}
    partner = alike.get(request.POST.get("partner", ""))
    if partner is None:
        raise NotFound("partner")
    services.recognise_partner(
        prospect=prospect, partner=partner_by_id(partner.pk), actor=actor_of(request)
    )
    messages.success(request, _("%(name)s is noted as your partner.") % {"name": prospect.name})
    return HttpResponseRedirect(detail_url(prospect))


def crumbs(prospect: Prospect, last: str) -> list[dict[str, str]]:
    """The way back: directory, prospect, this page."""
    listed = reverse("console:prospects", args=[prospect.seller.slug])
    return [
        {"label": _("Prospects"), "url": listed},
        {"label": prospect.name, "url": detail_url(prospect)},
        {"label": last, "url": ""},
    ]
