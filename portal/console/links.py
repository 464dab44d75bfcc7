"""All partners' links in the seller's console."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors as campaigns
from commissions import selectors as commissions
from partners.selectors import partner_name
from portal import link_changes
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, MoneyColumn, NumberColumn
from portal.filters import ChoicesFilter, OnlyFilter, SearchFilter, named_choices
from portal.link_address import link_url, link_words
from portal.listing import Empty, Listing
from portal.partner.links import consequences_of_disabling, state_of
from portal.statuses import labels
from portal.templatetags import prm_states
from tracking import selectors, services
from tracking.models import Link


def _name_cell(link: Link) -> SafeString:
    partner = link.enrollment.partner
    url = reverse("console:partners-detail", args=[link.seller.slug, partner.pk])
    return format_html(
        '<span class="strong">{}</span>'
        '<div class="tiny dim">{} · <a class="q" href="{}">{}</a></div>',
        link,
        link_words(link),
        url,
        partner.name,
    )


def _state_cell(link: Link) -> SafeString:
    state = prm_states.state("link", state_of(link))
    copy = prm_states.copy_icon(link_url(link), link)
    return format_html('<span class="row-x">{}{}</span>', state, copy)


def _act_cell(link: Link) -> SafeString | str:
    if link.disabled_at:
        return ""
    row = '<a class="btn btn-ghost tuck-b" href="{}">{}<span class="visually-hidden"> {}</span></a>'
    return format_html(
        row + row,
        reverse("console:links-edit", args=[link.seller.slug, link.pk]),
        _("Change"),
        link,
        reverse("console:links-disable", args=[link.seller.slug, link.pk]),
        _("Stop"),
        link,
    )


class LinkTable(tables.Table):
    """Links with what they brought."""

    label = MarkupColumn(
        gettext_lazy("Link"),
        show=_name_cell,
        plain=link_url,
        attrs={"td": {"class": "name-cell"}, "th": {}},
    )
    program = MarkupColumn(
        gettext_lazy("Program"),
        show=lambda link: link.enrollment.program.name,
        plain=lambda link: link.enrollment.program.name,
        css="hide-s",
    )
    click_count = NumberColumn(gettext_lazy("Clicks"))
    sale_count = NumberColumn(gettext_lazy("Sales"))
    earned_minor = MoneyColumn(gettext_lazy("Commission"), currency="enrollment.program.currency")
    created_at = DayColumn(
        gettext_lazy("Made"), attrs={"td": {"class": "num hide-s"}, "th": {"class": "num hide-s"}}
    )
    state = MarkupColumn(gettext_lazy("Status"), show=_state_cell, plain=state_of)
    acts = MarkupColumn(gettext_lazy("Acts"), show=_act_cell, css="r w1", exclude_from_export=True)


class LinkFilters(django_filters.FilterSet):
    """Search, program, status; a partner, from its page."""

    q = SearchFilter(
        "label",
        "code",
        "destination",
        "enrollment__partner__name",
        hint=gettext_lazy("Link, page, partner"),
    )
    program = ChoicesFilter(
        label=gettext_lazy("Program"),
        all_label=gettext_lazy("All programs"),
        choices=[],
        field_name="enrollment__program",
    )
    state = ChoicesFilter(
        label=gettext_lazy("Status"),
        all_label=gettext_lazy("Active and retired"),
        choices=[one for one in labels("link") if one[0] in ("active", "retired")],
        method="filter_state",
    )
    partner = OnlyFilter(partner_name, field_name="enrollment__partner")

    class Meta:
        model = Link
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = campaigns.programs().order_by("name").values_list("pk", "name")
        self.filters["program"].extra["choices"] = named_choices(programs)

    def filter_state(self, rows: QuerySet[Link], name: str, value: str) -> QuerySet[Link]:
        """Those that still earn, or those that were stopped."""
        return rows.filter(disabled_at__isnull=value == "active")


LINKS = Listing(
    table=LinkTable,
    filters=LinkFilters,
    name="links",
    default="-created_at",
    orders={"created_at": "id"},  # an id tells when; the index on it serves
)


@requires("partners.view", room="console")
def links(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Every link of every partner."""
    empty = Empty(
        _("No links yet"),
        _("Partners make their links in their portal, once they are in a program."),
        ((_("See partners"), reverse("console:partners", args=[seller_slug])),),
        "link",
    )
    page = LINKS.show(
        request,
        commissions.with_figures(selectors.links()),
        empty=empty,
        table_kwargs={} if reader_of(request).may("links.manage") else {"exclude": ("acts",)},
    )
    return page.download or render(request, "console/links/list.html", {"page": page})


@requires("links.manage", room="console")
def edit(request: HttpRequest, seller_slug: str, link_id: uuid.UUID) -> HttpResponse:
    """Change what the link leads to, until when and for whom."""
    link = selectors.link_by_id(link_id)
    back = reverse("console:links", args=[seller_slug])
    return link_changes.change(request, link, template="console/links/edit.html", back=back)


@requires("links.manage", room="console")
def disable(request: HttpRequest, seller_slug: str, link_id: uuid.UUID) -> HttpResponse:
    """Say what will happen, then stop the link from earning."""
    link = selectors.link_by_id(link_id)
    back = reverse("console:links", args=[seller_slug])
    if request.method == "POST":
        services.disable_link(link=link, actor=actor_of(request))
        messages.success(request, _("%(link)s no longer earns.") % {"link": link})
        return HttpResponseRedirect(back)
    who = _("%(partner)s reads in the portal that it was stopped.")
    context = {
        "link": link,
        "consequences": [
            *consequences_of_disabling(),
            who % {"partner": link.enrollment.partner.name},
        ],
        "back": back,
    }
    return render(request, "console/links/disable.html", context)
