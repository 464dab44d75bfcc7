"""Partners' public pages in the console: allowed, looked over, hidden with a reason."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from partners import pages, services
from partners.models import PartnerPage
from portal import partner_pages, statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, StatusColumn
from portal.filters import ChoicesFilter, SearchFilter
from portal.icons import icon
from portal.listing import Empty, Listing
from portal.refusals import try_on
from prm.errors import Refusal
from tracking.selectors import pages as shown_pages


def _detail_url(page: PartnerPage) -> str:
    return reverse("console:public-pages-detail", args=[page.seller.slug, page.pk])


def _logo(page: PartnerPage) -> SafeString:
    url = partner_pages.logo_address(page)
    if not url:
        return format_html('<span class="ico">{}</span>', icon("id-badge"))
    return format_html('<img class="thumb" src="{}" alt="" loading="lazy">', url)


class PageTable(tables.Table):
    """Pages with where they are shown."""

    logo = MarkupColumn(gettext_lazy("Logo"), show=_logo, css="w1", exclude_from_export=True)
    name = NameColumn(
        gettext_lazy("Page"), url=_detail_url, meta=lambda page: f"{page.partner} · {page.slug}"
    )
    headline = tables.Column(verbose_name=gettext_lazy("In one line"), default="–")
    updated_at = DayColumn(gettext_lazy("Changed"))
    state = StatusColumn(gettext_lazy("Status"), kind="partner_page")


class PageFilters(django_filters.FilterSet):
    """Search, status, directory."""

    q = SearchFilter(
        "name", "slug", "headline", "about", "partner__name", hint=gettext_lazy("Name or words")
    )
    state = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("partner_page"))
    is_listed = ChoicesFilter(
        label=gettext_lazy("Directory"),
        all_label=gettext_lazy("All pages"),
        choices=[
            ("True", gettext_lazy("In the directory")),
            ("False", gettext_lazy("Not in it")),
        ],
    )

    class Meta:
        model = PartnerPage
        fields: list[str] = []


PAGES = Listing(
    table=PageTable,
    filters=PageFilters,
    name="public-pages",
    default="-updated_at",
    orders={"name": "name", "updated_at": "updated_at"},
    chips=("state", "partner_page", "state"),
)


class SettingsForm(forms.Form):
    """The two switches and the words above the directory."""

    pages_on = forms.BooleanField(
        label=gettext_lazy("Partners may have a public page"),
        required=False,
        help_text=gettext_lazy("Each partner decides for himself whether his is seen."),
    )
    directory_on = forms.BooleanField(
        label=gettext_lazy("Show a directory of partners"),
        required=False,
        help_text=gettext_lazy("Only those who want to be listed stand in it."),
    )
    directory_intro = forms.CharField(
        label=gettext_lazy("Words above the directory"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(forms.Form):
    """Why a page is hidden."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, which the partner will read"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@requires("partners.view", room="console")
def public_pages(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Every page that a partner has written."""
    reader = reader_of(request)
    settings = pages.settings_of(reader.seller)
    acts: tuple[tuple[Any, str], ...] = ()
    if reader.may("settings.manage"):
        url = reverse("console:public-pages-settings", args=[seller_slug])
        acts = ((_("Switch public pages on"), url),) if not settings.pages_on else ()
    empty = Empty(
        _("No partner has written a page yet"),
        _("They find “Your page” in their portal: name, logo, contact and what they recommend."),
        acts,
        "id-badge",
    )
    page = PAGES.show(request, pages.pages(), empty=empty)
    context = {
        "page": page,
        "settings": settings,
        "directory_url": reverse("partner-directory", args=[seller_slug]),
    }
    return page.download or render(request, "console/public_pages/list.html", context)


@requires("settings.manage", room="console")
def settings(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Switch pages and directory on or off."""
    seller, actor = reader_of(request).seller, actor_of(request)
    current = pages.settings_of(seller)
    names = ("pages_on", "directory_on", "directory_intro")
    form = SettingsForm(
        request.POST or None, initial={name: getattr(current, name) for name in names}
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.set_page_settings(seller=seller, actor=actor, **form.cleaned_data),
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("console:public-pages", seller_slug)
    status = 422 if form.errors else 200
    return render(request, "console/public_pages/settings.html", {"form": form}, status=status)


@requires("partners.view", room="console")
def detail(request: HttpRequest, seller_slug: str, page_id: uuid.UUID) -> HttpResponse:
    """One page: what it says and what stands on it."""
    found = pages.page_by_id(page_id)
    context = {
        "own": found,
        "logo": partner_pages.logo_address(found),
        "about": partner_pages.formatted(found.about),
        "open": pages.is_open(found, pages.settings_of(found.seller)),
        "address": partner_pages.address(found),
        "items": shown_pages.page_items(found),
        "may_manage": reader_of(request).may("partners.manage"),
    }
    return render(request, "console/public_pages/detail.html", context)


@requires("partners.manage", room="console")
def hide(request: HttpRequest, seller_slug: str, page_id: uuid.UUID) -> HttpResponse:
    """Say what will happen, then take the page off."""
    found = pages.page_by_id(page_id)
    form = ReasonForm(request.POST or None)
    actor = actor_of(request)
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.hide_page(page=found, reason=form.cleaned_data["reason"], actor=actor),
        )
    ):
        messages.success(request, _("%(name)s is hidden.") % {"name": found})
        return redirect(_detail_url(found))
    context = {
        "own": found,
        "form": form,
        "back": _detail_url(found),
        "consequences": [
            _("The page, its landing pages and its entry in the directory are gone at once."),
            _("His links and coupons go on as before."),
            _("The partner is told, with your reason, by mail and in his portal."),
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "console/public_pages/hide.html", context, status=status)


@requires("partners.manage", room="console")
@require_POST
def show(request: HttpRequest, seller_slug: str, page_id: uuid.UUID) -> HttpResponse:
    """Let a hidden page be seen again."""
    found = pages.page_by_id(page_id)
    try:
        services.show_page(page=found, actor=actor_of(request))
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("%(name)s may be seen again.") % {"name": found})
    return redirect(_detail_url(found))
