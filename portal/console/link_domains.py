"""The seller's own hosts for links: named, checked, removed."""

import uuid
from urllib.parse import urlsplit

import django_filters
import django_tables2 as tables
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, NameColumn, NumberColumn, StatusColumn
from portal.filters import ChoicesFilter, SearchFilter
from portal.link_domain_words import fault_words
from portal.listing import Empty, Listing
from portal.refusals import try_on
from portal.statuses import labels
from prm.errors import Refusal
from tracking import services
from tracking.models import LinkDomain
from tracking.selectors import domains


class DomainTable(tables.Table):
    """One line per host."""

    host = NameColumn(
        gettext_lazy("Host"),
        accessor="host",
        url=lambda domain: reverse(
            "console:link-domains-detail", args=[domain.seller.slug, domain.pk]
        ),
    )
    link_count = NumberColumn(gettext_lazy("Links"))
    checked_at = DayColumn(gettext_lazy("Checked"))
    state = StatusColumn(gettext_lazy("State"), kind="link_domain")


class DomainFilters(django_filters.FilterSet):
    """By name and state."""

    q = SearchFilter("host", hint=gettext_lazy("Host"))
    state = ChoicesFilter(label=gettext_lazy("State"), choices=labels("link_domain"))

    class Meta:
        model = LinkDomain
        fields: list[str] = []


DOMAINS = Listing(
    table=DomainTable,
    filters=DomainFilters,
    name="link-domains",
    default="host",
    orders={"host": "host", "checked_at": "checked_at"},
)


class DomainForm(forms.Form):
    """The host alone."""

    host = forms.CharField(
        label=gettext_lazy("Host"),
        max_length=253,
        help_text=gettext_lazy("A part of your domain that nothing else uses: go.shop.example"),
    )


@requires("settings.manage", room="console")
def link_domains(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """All hosts of the seller."""
    empty = Empty(
        _("No host of your own yet"),
        _("Links can stand on your own domain, as go.shop.example/r/code. Visitors trust it more."),
        ((_("Add a host"), reverse("console:link-domains-new", args=[seller_slug])),),
        "world-www",
    )
    page = DOMAINS.show(request, domains.listed(), empty=empty)
    return page.download or render(request, "console/settings/link_domains.html", {"page": page})


@requires("settings.manage", room="console")
def new(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Name a host."""
    form = DomainForm(request.POST or None)
    made: list[LinkDomain] = []

    def act() -> None:
        seller, host = reader_of(request).seller, form.cleaned_data["host"]
        made.append(services.add_domain(seller=seller, host=host, actor=actor_of(request)))

    if request.method == "POST" and form.is_valid() and try_on(form, act):
        return redirect("console:link-domains-detail", seller_slug, made[0].pk)
    status = 422 if form.errors else 200
    return render(request, "console/settings/link_domains_new.html", {"form": form}, status=status)


@requires("settings.manage", room="console")
def detail(request: HttpRequest, seller_slug: str, domain_id: uuid.UUID) -> HttpResponse:
    """One host: what to do for it, and what the last check found."""
    domain = domains.listed_by_id(domain_id)
    target = urlsplit(settings.BASE_URL)
    context = {
        "domain": domain,
        "target": target.hostname,
        "record": f"{domain.host}. CNAME {target.hostname}.",
        "example": f"{target.scheme}://{domain.host}/r/…",
        "fault": fault_words(domain.fault),
    }
    return render(request, "console/settings/link_domains_detail.html", context)


@requires("settings.manage", room="console")
@require_POST
def check(request: HttpRequest, seller_slug: str, domain_id: uuid.UUID) -> HttpResponse:
    """Have the host asked by a worker; the page shows what it said."""
    domain = domains.by_id(domain_id)
    try:
        services.ask_for_check(domain=domain)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    return redirect("console:link-domains-detail", seller_slug, domain.pk)


@requires("settings.manage", room="console")
def remove(request: HttpRequest, seller_slug: str, domain_id: uuid.UUID) -> HttpResponse:
    """Say what will happen, then take the host away."""
    domain = domains.listed_by_id(domain_id)
    back = reverse("console:link-domains-detail", args=[seller_slug, domain.pk])
    if request.method == "POST":
        services.remove_domain(domain=domain, actor=actor_of(request))
        messages.success(request, _("%(host)s is removed.") % {"host": domain.host})
        return HttpResponseRedirect(reverse("console:link-domains", args=[seller_slug]))
    consequences = [
        _("Addresses on %(host)s that were shared lead nowhere from now on.")
        % {"host": domain.host},
        _("The links themselves stay; they are shown under our own address again."),
    ]
    context = {"domain": domain, "consequences": consequences, "back": back}
    return render(request, "console/settings/link_domains_remove.html", context)
