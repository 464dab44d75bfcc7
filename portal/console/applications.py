"""Applications in the seller's console."""

import uuid
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

from campaigns import selectors, services
from campaigns.models import Application
from partners.selectors import possible_duplicates
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, NameColumn, StatusColumn, TextColumn
from portal.console.partner_forms import ReasonForm
from portal.console.partners import country_name
from portal.filters import ChoicesFilter, SearchFilter, named_choices
from portal.listing import Empty, Listing
from portal.refusals import try_on
from prm.errors import Refusal


def _detail_url(application: Application) -> str:
    slug = application.program.seller.slug
    return reverse("console:applications-detail", args=[slug, application.pk])


def _meta(application: Application) -> str:
    partner = application.partner
    return " · ".join(filter(None, [country_name(partner.country), partner.domain, partner.email]))


class ApplicationTable(tables.Table):
    """Who wants to join what."""

    partner = NameColumn(
        gettext_lazy("Applicant"), accessor="partner__name", url=_detail_url, meta=_meta
    )
    program = TextColumn(gettext_lazy("Program"), accessor="program__name", label=True)
    created_at = DayColumn(gettext_lazy("Handed in"), time=True)
    status = StatusColumn(gettext_lazy("Status"), kind="application")


class ApplicationFilters(django_filters.FilterSet):
    """Search, status and program."""

    q = SearchFilter("partner__name", "partner__email", hint=gettext_lazy("Name or e-mail"))
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("application"))
    program = ChoicesFilter(
        label=gettext_lazy("Program"), all_label=gettext_lazy("All programs"), choices=[]
    )

    class Meta:
        model = Application
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = selectors.programs().order_by("name").values_list("pk", "name")
        self.filters["program"].extra["choices"] = named_choices(rows)


APPLICATIONS = Listing(
    table=ApplicationTable,
    filters=ApplicationFilters,
    name="applications",
    default="-created_at",
    orders={"created_at": "created_at", "partner": "partner__name"},
    chips=("status", "application", "status"),
)


@requires("partners.view", room="console")
def applications(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """All applications; ticked ones are decided together."""
    if request.method == "POST":
        return _decide_chosen(request)
    empty = Empty(
        _("No applications yet"),
        _("People apply on the page of an open program. Share its address where they are."),
        ((_("See your programs"), reverse("console:programs", args=[seller_slug])),),
        "user-plus",
    )
    page = APPLICATIONS.show(request, selectors.applications(), empty=empty)
    may_decide = reader_of(request).may("partners.manage")
    context = {"page": page, "acts": "console/applications/acts.html" if may_decide else ""}
    return page.download or render(request, "console/applications/list.html", context)


def _decide_chosen(request: HttpRequest) -> HttpResponse:
    """The posted list: approve at once, or ask for one reason and reject."""
    reader_of(request).require("partners.manage", room="console")
    chosen = APPLICATIONS.chosen(request, selectors.applications())
    waiting = list(chosen.filter(status=Application.Status.SUBMITTED)[:500])
    act = request.POST.get("act", "")
    back = HttpResponseRedirect(request.path)
    if act not in {"approve", "reject"} or not waiting:
        messages.warning(request, _("None of the chosen applications waits for an answer."))
        return back
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    if act == "reject" and not form.is_valid():
        return _ask_reason(request, waiting, form)
    done = 0
    for application in waiting:
        done += _decided(request, application, act, form)
    _say(request, act, done, len(waiting) - done)
    return back


def _decided(request: HttpRequest, application: Application, act: str, form: ReasonForm) -> bool:
    actor = actor_of(request)
    try:
        if act == "approve":
            services.approve_application(application=application, actor=actor)
        else:
            reason = form.cleaned_data["reason"]
            services.reject_application(application=application, reason=reason, actor=actor)
    except Refusal:
        # Somebody else was faster, or the partner is suspended: the rest goes on.
        return False
    return True


def _say(request: HttpRequest, act: str, done: int, left: int) -> None:
    words = {
        "approve": ngettext("%(n)d application approved.", "%(n)d applications approved.", done),
        "reject": ngettext("%(n)d application rejected.", "%(n)d applications rejected.", done),
    }
    messages.success(request, words[act] % {"n": done})
    if left:
        text = ngettext("%(n)d had moved on meanwhile.", "%(n)d had moved on meanwhile.", left)
        messages.warning(request, text % {"n": left})


def _ask_reason(request: HttpRequest, waiting: list[Application], form: ReasonForm) -> HttpResponse:
    names = ", ".join(application.partner.name for application in waiting[:8])
    count = len(waiting)
    context = {
        "title": ngettext("Reject %(n)d application?", "Reject %(n)d applications?", count)
        % {"n": count},
        "consequences": [
            names if count <= 8 else _("%(names)s and others") % {"names": names},
            _("Each applicant gets a mail with your reason and the day he may apply again."),
            _("Answers and decision stay on file."),
        ],
        "act": _("Reject %(n)d") % {"n": count},
        "back": request.path,
        "form": form,
        "chosen": [str(application.pk) for application in waiting],
    }
    return render(request, "console/applications/reject_many.html", context)


@requires("partners.view", room="console")
def detail(request: HttpRequest, seller_slug: str, application_id: uuid.UUID) -> HttpResponse:
    """One application: answers, what we know, decision."""
    application = selectors.application_by_id(application_id)
    return _detail_page(request, application, ReasonForm(), 200)


def _detail_page(
    request: HttpRequest, application: Application, form: ReasonForm, status: int
) -> HttpResponse:
    partner = application.partner
    context = {
        "application": application,
        "partner": partner,
        "country": country_name(partner.country),
        "duplicates": possible_duplicates(
            name=partner.name,
            email=partner.email,
            website=partner.website,
            apart_from=partner.pk,
        ),
        "earlier": selectors.applications().filter(partner=partner).exclude(pk=application.pk),
        "form": form,
        "waiting": application.status == Application.Status.SUBMITTED,
        "may_decide": reader_of(request).may("partners.manage"),
        "crumbs": [
            {
                "label": _("Applications"),
                "url": reverse("console:applications", args=[application.program.seller.slug]),
            },
            {"label": partner.name, "url": ""},
        ],
    }
    return render(request, "console/applications/detail.html", context, status=status)


@requires("partners.manage", room="console")
@require_POST
def approve(request: HttpRequest, seller_slug: str, application_id: uuid.UUID) -> HttpResponse:
    """Take the applicant in."""
    application = selectors.application_by_id(application_id)
    services.approve_application(application=application, actor=actor_of(request))
    values = {"partner": application.partner.name, "program": application.program.name}
    messages.success(request, _("%(partner)s is in %(program)s and knows it.") % values)
    return HttpResponseRedirect(_detail_url(application))


@requires("partners.manage", room="console")
@require_POST
def reject(request: HttpRequest, seller_slug: str, application_id: uuid.UUID) -> HttpResponse:
    """Turn the applicant down, with a reason."""
    application = selectors.application_by_id(application_id)
    form = ReasonForm(request.POST)
    actor = actor_of(request)
    if form.is_valid() and try_on(
        form,
        lambda: services.reject_application(
            application=application, reason=form.cleaned_data["reason"], actor=actor
        ),
    ):
        values = {"partner": application.partner.name}
        messages.success(request, _("%(partner)s was turned down and knows why.") % values)
        return HttpResponseRedirect(_detail_url(application))
    return _detail_page(request, application, form, 422)
