"""Applications in the seller's console."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns import application_selectors, selectors, services
from campaigns.models import Application
from partners.models import Partner
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.admission_words import signs_words
from portal.columns import DayColumn, MarkupColumn, NameColumn, StatusColumn, TextColumn
from portal.console.application_facts import look_alikes, rule_told, shown_answer
from portal.console.application_forms import RejectForm
from portal.console.applications_many import decide_chosen
from portal.console.partners import country_name
from portal.downloads import kept_file
from portal.filters import ChoicesFilter, SearchFilter, named_choices
from portal.listing import Empty, Listing
from portal.refusals import try_on


def _detail_url(application: Application) -> str:
    slug = application.program.seller.slug
    return reverse("console:applications-detail", args=[slug, application.pk])


def _meta(application: Application) -> str:
    partner = application.partner
    return " · ".join(filter(None, [country_name(partner.country), partner.domain, partner.email]))


def _seen(application: Application) -> SafeString | str:
    """What stood out when it came: partners that it resembles, and the rule that decided."""
    parts = [
        format_html(
            '<span class="strong">{}</span> <span class="dim">{}</span>',
            _("Looks like %(partner)s") % {"partner": one["name"]},
            signs_words(one["signs"]),
        )
        for one in application.look_alikes[:2]
    ]
    if application.admission:
        number = {"n": application.admission["number"]}
        stopped = application.admission.get("stopped")
        words = _("Rule %(n)d, left to a person") if stopped else _("Rule %(n)d")
        parts.append(format_html('<span class="dim">{}</span>', words % number))
    return format_html_join("", '<div class="tiny">{}</div>', ((part,) for part in parts))


class ApplicationTable(tables.Table):
    """Who wants to join what."""

    partner = NameColumn(
        gettext_lazy("Applicant"), accessor="partner__name", url=_detail_url, meta=_meta
    )
    program = TextColumn(gettext_lazy("Program"), accessor="program__name", label=True)
    seen = MarkupColumn(
        gettext_lazy("Seen"),
        show=_seen,
        plain=lambda row: "; ".join(one["name"] for one in row.look_alikes),
        label=True,
    )
    created_at = DayColumn(gettext_lazy("Handed in"), time=True)
    status = StatusColumn(gettext_lazy("Status"), kind="application")


class AlikeFilter(ChoicesFilter):
    """Applications of somebody who looked like a partner, or of nobody known."""

    def __init__(self) -> None:
        choices = [
            ("yes", gettext_lazy("Looks like a partner")),
            ("no", gettext_lazy("Like nobody you have")),
        ]
        super().__init__(label=gettext_lazy("Known or new"), choices=choices)

    def filter(self, qs: QuerySet[Application], value: str) -> QuerySet[Application]:
        """The rows that were like somebody, or not."""
        if value not in {"yes", "no"}:
            return qs
        return qs.exclude(look_alikes=[]) if value == "yes" else qs.filter(look_alikes=[])


class ApplicationFilters(django_filters.FilterSet):
    """Search, status and program."""

    q = SearchFilter("partner__name", "partner__email", hint=gettext_lazy("Name or e-mail"))
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("application"))
    program = ChoicesFilter(
        label=gettext_lazy("Program"), all_label=gettext_lazy("All programs"), choices=[]
    )
    alike = AlikeFilter()

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
        return decide_chosen(request, APPLICATIONS)
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


@requires("partners.view", room="console")
def detail(request: HttpRequest, seller_slug: str, application_id: uuid.UUID) -> HttpResponse:
    """One application: answers, what we know, decision."""
    application = selectors.application_by_id(application_id)
    return _detail_page(request, application, RejectForm(), 200)


def _detail_page(
    request: HttpRequest, application: Application, form: RejectForm, status: int
) -> HttpResponse:
    partner = application.partner
    waiting = application.status == Application.Status.SUBMITTED
    files = {file.key: file for file in application.files.all()}
    context = {
        "application": application,
        "partner": partner,
        "country": country_name(partner.country),
        "answers": [shown_answer(row, files) for row in application.answers],
        "look_alikes": look_alikes(application, live=waiting),
        "rule": rule_told(application),
        "earlier": selectors.applications().filter(partner=partner).exclude(pk=application.pk),
        "form": form,
        "reasons": application_selectors.reasons_given(),
        "waiting": waiting,
        "may_merge": waiting
        and partner.status in {Partner.Status.INVITED, Partner.Status.APPLIED}
        and reader_of(request).may("partners.manage"),
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


@requires("partners.view", room="console")
def file(request: HttpRequest, seller_slug: str, application_file_id: uuid.UUID) -> HttpResponse:
    """A file that an applicant handed in, as a download."""
    return kept_file(application_selectors.file_by_id(application_file_id))


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
    form = RejectForm(request.POST)
    actor = actor_of(request)
    if form.is_valid() and try_on(
        form,
        lambda: services.reject_application(application=application, actor=actor, **form.values()),
    ):
        values = {"partner": application.partner.name}
        messages.success(request, _("%(partner)s was turned down and knows why.") % values)
        return HttpResponseRedirect(_detail_url(application))
    return _detail_page(request, application, form, 422)
