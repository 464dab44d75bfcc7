"""Materials with partners' names on them: looked at, approved or sent back."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns import services
from campaigns.materials import selectors
from campaigns.models import BrandedMaterial
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, StatusColumn, TextColumn
from portal.console.material_forms import RefusalForm
from portal.downloads import kept_file
from portal.filters import ChoicesFilter, SearchFilter
from portal.icons import icon
from portal.listing import Empty, Listing
from portal.refusals import try_on


def _detail_url(piece: BrandedMaterial) -> str:
    slug = piece.material.program.seller.slug
    return reverse("console:materials-named-detail", args=[slug, piece.pk])


def _thumb(piece: BrandedMaterial) -> Any:
    if not piece.content_type.startswith("image/"):
        return format_html('<span class="ico">{}</span>', icon("file-text"))
    slug = piece.material.program.seller.slug
    url = reverse("console:materials-named-file", args=[slug, piece.pk])
    return format_html(
        '<img class="thumb" src="{}?inline=1" alt="" loading="lazy" width="64" height="40">', url
    )


class NamedTable(tables.Table):
    """Pieces with who asked for them."""

    thumb = MarkupColumn(gettext_lazy("Picture"), show=_thumb, css="w1", exclude_from_export=True)
    material = NameColumn(
        gettext_lazy("Material"),
        accessor="material__name",
        url=_detail_url,
        meta=lambda piece: " · ".join(filter(None, [piece.name, piece.contact])),
    )
    partner = TextColumn(gettext_lazy("Partner"), accessor="partner__name")
    created_at = DayColumn(gettext_lazy("Asked for"))
    status = StatusColumn(gettext_lazy("Status"), kind="branded")


class NamedFilters(django_filters.FilterSet):
    """Search, status."""

    q = SearchFilter(
        "name", "partner__name", "material__name", hint=gettext_lazy("Partner or material")
    )
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("branded"))

    class Meta:
        model = BrandedMaterial
        fields: list[str] = []


NAMED = Listing(
    table=NamedTable,
    filters=NamedFilters,
    name="named-materials",
    default="-created_at",
    orders={"created_at": "created_at"},
    chips=("status", "branded", "status"),
)


@requires("materials.view", room="console")
def named(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """All pieces."""
    empty = Empty(
        _("No partner's name on a material yet"),
        _("Partners put their name, contact and logo on materials that allow it."),
        ((_("See materials"), reverse("console:materials", args=[seller_slug])),),
        "stack-2",
    )
    page = NAMED.show(request, selectors.branded(), empty=empty)
    return page.download or render(request, "console/materials/named.html", {"page": page})


@requires("materials.view", room="console")
def detail(request: HttpRequest, seller_slug: str, branded_id: uuid.UUID) -> HttpResponse:
    """One piece, large enough to judge it."""
    return _shown(request, selectors.branded_by_id(branded_id), RefusalForm())


@requires("materials.view", room="console")
def file(request: HttpRequest, seller_slug: str, branded_id: uuid.UUID) -> HttpResponse:
    """The piece itself; `?inline=1` shows a picture in the page."""
    return kept_file(selectors.branded_by_id(branded_id), inline="inline" in request.GET)


@requires("materials.manage", room="console")
@require_POST
def approve(request: HttpRequest, seller_slug: str, branded_id: uuid.UUID) -> HttpResponse:
    """Let the partner use it."""
    piece = selectors.branded_by_id(branded_id)
    services.approve_branding(piece=piece, actor=actor_of(request))
    text = _("%(partner)s can use it now.") % {"partner": piece.partner.name}
    messages.success(request, text)
    return HttpResponseRedirect(_after(seller_slug))


@requires("materials.manage", room="console")
@require_POST
def reject(request: HttpRequest, seller_slug: str, branded_id: uuid.UUID) -> HttpResponse:
    """Send it back with a reason."""
    piece = selectors.branded_by_id(branded_id)
    form = RefusalForm(request.POST)
    if form.is_valid() and try_on(
        form,
        lambda: services.reject_branding(
            piece=piece, actor=actor_of(request), reason=form.cleaned_data["reason"]
        ),
    ):
        text = _("%(partner)s reads why.") % {"partner": piece.partner.name}
        messages.success(request, text)
        return HttpResponseRedirect(_after(seller_slug))
    return _shown(request, piece, form, status=422)


def _shown(
    request: HttpRequest, piece: BrandedMaterial, form: RefusalForm, status: int = 200
) -> HttpResponse:
    waits = piece.status == BrandedMaterial.Status.WAITING
    context = {
        "piece": piece,
        "form": form,
        "is_picture": piece.content_type.startswith("image/"),
        "may_decide": waits and reader_of(request).may("materials.manage"),
    }
    return render(request, "console/materials/named_detail.html", context, status=status)


def _after(seller_slug: str) -> str:
    address = reverse("console:materials-named", args=[seller_slug])
    return f"{address}?status=waiting" if selectors.waiting_branded().exists() else address
