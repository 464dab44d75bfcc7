"""Materials in the partner's portal: to look at, take and copy, with his link inside."""

import uuid
from datetime import timedelta
from typing import Any

import django_filters
import django_tables2 as tables
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import rules, selectors, services
from campaigns.models import Material
from partners.models import Partner
from portal.access import requires, user_of
from portal.columns import DayColumn, NameColumn, TextColumn
from portal.downloads import kept_file, text_file
from portal.filters import ChoicesFilter, SearchFilter, named_choices
from portal.listing import Empty, Listing
from portal.material_facts import KIND_ICONS, ending, facts
from portal.partner.scope import partner_of, seat_of
from portal.public.programs import banner_address
from prm.errors import NotFound
from tracking import selectors as tracking
from tracking.models import Link

NEW_FOR = timedelta(days=14)
PAGE_SIZE = 24


class MaterialTable(tables.Table):
    """What an exported list says of a material."""

    name = NameColumn(gettext_lazy("Material"))
    program = TextColumn(gettext_lazy("Program"), accessor="program__name")
    created_at = DayColumn(gettext_lazy("Since"))


class MaterialFilters(django_filters.FilterSet):
    """Search, kind, campaign."""

    q = SearchFilter("name", "description", "text", hint=gettext_lazy("Search materials"))
    kind = ChoicesFilter(label=gettext_lazy("Kind"), choices=Material.Kind.choices)
    campaign = ChoicesFilter(
        label=gettext_lazy("Campaign"), all_label=gettext_lazy("All campaigns"), choices=[]
    )

    class Meta:
        model = Material
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.queryset is not None:
            rows = self.queryset.exclude(campaign=None).order_by("campaign__name")
            names = rows.values_list("campaign_id", "campaign__name").distinct()
            self.filters["campaign"].extra["choices"] = named_choices(names)


MATERIALS = Listing(
    table=MaterialTable,
    filters=MaterialFilters,
    name="materials",
    default="-created_at",
    orders={"created_at": "created_at", "name": "name"},
    chips=("kind", "material_kind", "kind"),
    chip_labels={
        "banner": gettext_lazy("Banners"),
        "document": gettext_lazy("Documents"),
        "text": gettext_lazy("Texts"),
    },
    size=PAGE_SIZE,
    exports=False,
)


@requires("portal.materials", room="partner")
def materials(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Everything the partner may use, one of them opened beside the rest."""
    partner = partner_of(request)
    rows = selectors.materials_for(partner.pk)
    page = MATERIALS.show(request, rows, empty=_nothing(partner))
    links = links_by_program(partner)
    context = {
        "page": page,
        "partner": partner,
        "cards": [_card(line["record"], links, partner) | line for line in page.rows],
        "opened": _opened(request, page.open_id, partner, links),
        "close_url": page.url(open=""),
        "has_links": bool(links),
    }
    return render(request, "partner/materials/list.html", context)


def _nothing(partner: Partner) -> Empty:
    if partner.status != Partner.Status.ACTIVE:
        why = _("Your account is not active, so there are none to take now.")
    else:
        why = _("Banners, papers and texts for your programs appear here as they are put up.")
    return Empty(_("No materials yet"), why, (), "photo")


def links_by_program(partner: Partner) -> dict[uuid.UUID, Link]:
    """The partner's oldest live link of each program: what goes into his materials."""
    found: dict[uuid.UUID, Link] = {}
    for link in tracking.links_of(partner.pk).filter(disabled_at=None).order_by("id"):
        found.setdefault(link.enrollment.program_id, link)
    return found


def link_address(link: Link) -> str:
    """The whole address that a partner shares."""
    return str(settings.BASE_URL) + reverse("follow", args=[link.code])


def _card(material: Material, links: dict[uuid.UUID, Link], partner: Partner) -> dict[str, Any]:
    campaign = material.campaign
    today = timezone.localdate()
    days_left = (campaign.ends_on - today).days if campaign and campaign.ends_on else None
    slug = material.program.seller.slug
    return {
        "facts": facts(material),
        "icon": KIND_ICONS[material.kind],
        "ending": ending(material),
        "new": material.created_at > timezone.now() - NEW_FOR,
        "days_left": days_left,
        "over": days_left is not None and days_left < 0,
        "soon": days_left is not None and 0 <= days_left <= 14,
        "file_url": reverse("partner:materials-file", args=[slug, material.pk]),
        "text": merged_text(material, links.get(material.program_id), partner),
    }


def merged_text(material: Material, link: Link | None, partner: Partner) -> str:
    """A text with the partner's link and name inside; without a link its place stays visible."""
    values = {"program": material.program.name, "partner": partner.name}
    if link is not None:
        values["link"] = link_address(link)
    return rules.merged(material.text, values)


def _opened(
    request: HttpRequest, open_id: str, partner: Partner, links: dict[uuid.UUID, Link]
) -> dict[str, Any] | None:
    """The material that `?open=` names, ready to use; None for none of his."""
    try:
        material = selectors.material_for(partner.pk, uuid.UUID(open_id))
    except (ValueError, NotFound):
        return None
    link = links.get(material.program_id)
    return {
        **_card(material, links, partner),
        "record": material,
        "link": link_address(link) if link else "",
        "code": _embed_code(material, link_address(link)) if link else "",
        "uses": material.own_use_count,  # type: ignore[attr-defined]
    }


def _embed_code(material: Material, link: str) -> str:
    """HTML for the partner's page: the banner, leading through his link, and its views counted."""
    if material.kind != Material.Kind.BANNER:
        return ""
    source = banner_address(material.program.seller.slug, material.pk)
    return (
        f'<a href="{escape(link)}" rel="sponsored">\n'
        f'  <img src="{escape(source)}"\n'
        f'       width="{material.width}" height="{material.height}" '
        f'alt="{escape(material.name)}">\n</a>\n'
        f'<img src="{escape(views_address(link))}" width="1" height="1" alt="">'
    )


def views_address(link: str) -> str:
    """The picture that counts a view of a banner, beside the link's own address."""
    host, _path, code = link.rpartition("/r/")
    return host + reverse("browser-impression", args=[code])


@requires("portal.materials", room="partner")
def file(request: HttpRequest, seller_slug: str, material_id: uuid.UUID) -> HttpResponse:
    """The file, of a text with his link inside. A picture shown in the page is not counted."""
    seat = seat_of(request)
    material = selectors.material_for(seat.partner_id, material_id)
    inline = "inline" in request.GET
    if material.kind == Material.Kind.TEXT:
        partner = partner_of(request)
        link = links_by_program(partner).get(material.program_id)
        response = text_file(material.name, merged_text(material, link, partner))
    else:
        response = kept_file(material, inline=inline)
    if not inline:
        services.record_material_use(
            material=material, partner_id=seat.partner_id, user=user_of(request)
        )
    return response
