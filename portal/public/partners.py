"""Partners in public: their pages, their versions of landing pages, and the directory of them."""

import uuid
from typing import Any, cast

import django_filters
import django_tables2 as tables
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from partners import pages
from partners.models import Partner, PartnerPage
from portal import choices, partner_pages
from portal.access import public, reader_of
from portal.columns import NameColumn
from portal.downloads import kept_file, kept_picture
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Empty, Listing
from tracking.models import Landing
from tracking.selectors import pages as shown_pages

PAGE_SIZE = 24
_YEAR = 365 * 24 * 3600


class DirectoryTable(tables.Table):
    """Partners by name."""

    name = NameColumn(gettext_lazy("Partner"))


class DirectoryFilters(django_filters.FilterSet):
    """Search, topic, country, kind."""

    q = SearchFilter(
        "name", "headline", "about", "topics", hint=gettext_lazy("Name, place or topic")
    )
    topic = ChoicesFilter(
        label=gettext_lazy("Topic"),
        all_label=gettext_lazy("All topics"),
        choices=[],
        method="by_topic",
    )
    country = ChoicesFilter(
        field_name="partner__country",
        label=gettext_lazy("Country"),
        all_label=gettext_lazy("All countries"),
        choices=[],
    )
    kind = ChoicesFilter(
        field_name="partner__kind",
        label=gettext_lazy("Kind"),
        all_label=gettext_lazy("All kinds"),
        choices=Partner.Kind.choices,
    )

    class Meta:
        model = PartnerPage
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = [(word, word) for word in pages.topics_in_use()]
        there = set(pages.countries_listed())
        named = [(code, name) for code, name in choices.countries() if code in there]
        self.filters["topic"].extra["choices"] = topics
        self.filters["country"].extra["choices"] = named

    def by_topic(self, rows: Any, _name: str, value: str) -> Any:
        """Partners who name the topic."""
        return rows.filter(topics__contains=[value])


DIRECTORY = Listing(
    table=DirectoryTable,
    filters=DirectoryFilters,
    name="partners",
    default="name",
    orders={"name": "name"},
    size=PAGE_SIZE,
    exports=False,
)


@public
@require_safe
def directory(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Partners who want to be found, with search and filters; 404 where the seller has it off."""
    settings = pages.settings_of(reader_of(request).seller)
    if not settings.directory_on:
        raise Http404
    empty = Empty(
        _("No partner is listed yet"),
        _("Partners choose themselves whether they are shown here."),
        (),
        "address-book",
    )
    page = DIRECTORY.show(request, pages.listed(), empty=empty)
    countries = dict(choices.countries())
    cards = [
        {
            "page": line["record"],
            "logo": partner_pages.logo_address(line["record"]),
            "url": partner_pages.address(line["record"])
            if pages.is_open(line["record"], settings)
            else "",
            "country": countries.get(line["record"].partner.country, ""),
        }
        for line in page.rows
    ]
    context = {
        "page": page,
        "cards": cards,
        "settings": settings,
        "indexed": not request.GET,
        "topics": pages.topics_in_use()[:12] if not page.filtering else [],
    }
    return render(request, "public/partners/directory.html", context)


@public
@require_safe
def page(request: HttpRequest, seller_slug: str, page_slug: str) -> HttpResponse:
    """A partner's own page."""
    settings = pages.settings_of(reader_of(request).seller)
    found = pages.open_page(page_slug, settings)
    items = shown_pages.shown_items(found)
    context = partner_pages.context(found, items, preview=False)
    context["directory_on"] = settings.directory_on
    return render(request, "public/partners/page.html", context)


@public
@require_safe
def landing(
    request: HttpRequest, seller_slug: str, page_slug: str, landing_slug: str
) -> HttpResponse:
    """The seller's landing page with the partner's logo, its button through the partner's link."""
    found = pages.open_page(page_slug, pages.settings_of(reader_of(request).seller))
    link = shown_pages.landing_of_page(found, landing_slug)
    context = partner_pages.landing_context(
        found, cast("Landing", link.landing), link, preview=False
    )
    return render(request, "public/partners/landing.html", context)


@public
@require_safe
def logo(request: HttpRequest, seller_slug: str, page_id: uuid.UUID, version: int) -> HttpResponse:
    """A partner's logo: for everybody where he or his entry is public, else for those concerned."""
    found = pages.page_by_id(page_id)
    if not found.logo or found.version != version:
        raise Http404
    reader = reader_of(request)
    settings = pages.settings_of(reader.seller)
    entry = settings.directory_on and found.is_listed and found.hidden_at is None
    seen = pages.is_open(found, settings) or entry
    own = reader.seat is not None and reader.seat.partner_id == found.partner_id
    if not (seen or own or reader.may("partners.view")):
        raise Http404
    response = kept_picture(found.logo, "image/png")
    response["Cache-Control"] = _kept(seen)
    return response


@public
@require_safe
def landing_image(
    request: HttpRequest, seller_slug: str, landing_id: uuid.UUID, version: int
) -> HttpResponse:
    """A landing page's picture, drawn by us; of one that is not live only for those who may."""
    found = shown_pages.landing_by_id(landing_id)
    live = found.status == Landing.Status.LIVE
    if found.version != version or not (live or reader_of(request).may("materials.view")):
        raise Http404
    response = kept_file(found, inline=True)
    response["Cache-Control"] = _kept(live)
    return response


def _kept(everybody: bool) -> str:
    """A picture's address changes with it, so what everybody may see is kept for long."""
    return f"public, max-age={_YEAR}, immutable" if everybody else "private, max-age=60"
