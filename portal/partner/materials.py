"""Materials in the partner's portal: to look at, take and copy, with his link inside."""

import uuid
from typing import Any, Final
from urllib.parse import urlencode

import django_filters
import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import onboarding, selectors, services
from campaigns.materials import selectors as more
from campaigns.materials.kinds import PROSE
from campaigns.models import Material
from campaigns.models.onboarding import Gate
from commissions import material_usage as usage
from partners.models import Partner, PartnerPage
from portal import choices, qr
from portal.access import reader_of, requires, user_of
from portal.columns import DayColumn, NameColumn, TextColumn
from portal.downloads import kept_file, text_file
from portal.filters import ChoicesFilter, SearchFilter, named_choices
from portal.link_address import link_url
from portal.listing import Empty, Listing, Page
from portal.partner.material_cards import Links, card, links_of, merged_text, opened
from portal.partner.material_forms import NameForm, PlaceForm
from portal.partner.scope import partner_of, seat_of
from prm.errors import NotFound

PAGE_SIZE: Final = 24
MOST_LOCKED: Final = 3


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
    language = ChoicesFilter(
        label=gettext_lazy("Language"), all_label=gettext_lazy("All languages"), choices=[]
    )

    class Meta:
        model = Material
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.queryset is None:
            return
        rows = self.queryset.exclude(campaign=None).order_by("campaign__name")
        names = rows.values_list("campaign_id", "campaign__name").distinct()
        self.filters["campaign"].extra["choices"] = named_choices(names)
        used = self.queryset.exclude(language="").order_by().values_list("language", flat=True)
        self.filters["language"].extra["choices"] = spoken(set(used.distinct()))


def spoken(codes: set[str]) -> list[tuple[str, str]]:
    """The languages of `codes` by name; none where there is no choice."""
    found = [(code, str(name)) for code, name in choices.languages() if code in codes]
    return found if len(found) > 1 else []


MATERIALS = Listing(
    table=MaterialTable,
    filters=MaterialFilters,
    name="materials",
    default="-created_at",
    orders={"created_at": "created_at", "name": "name", "sale_count": "sale_count"},
    chips=("kind", "material_kind", "kind"),
    chip_labels={
        "banner": gettext_lazy("Banners"),
        "image": gettext_lazy("Images"),
        "document": gettext_lazy("Documents"),
        "text": gettext_lazy("E-mails"),
        "social": gettext_lazy("Posts"),
        "landing": gettext_lazy("Landing pages"),
        "video": gettext_lazy("Videos"),
        "feed": gettext_lazy("Feeds"),
    },
    size=PAGE_SIZE,
    exports=False,
)
ORDERS: Final = (
    ("-created_at", gettext_lazy("Newest first")),
    ("-sale_count", gettext_lazy("Sells best for you")),
    ("name", gettext_lazy("By name")),
)


@requires("portal.materials", room="partner")
def materials(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Everything the partner may use, one of them opened beside the rest."""
    partner = partner_of(request)
    return render(request, "partner/materials/list.html", page_of(request, partner))


def page_of(
    request: HttpRequest, partner: Partner, forms: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What the page shows; `forms` are posted ones with their mistakes, for the opened material."""
    first, today = usage.span_to(timezone.localdate())
    rows = usage.with_sales(selectors.materials_for(partner.pk), partner.pk, first)
    page = MATERIALS.show(request, rows, empty=_nothing(partner))
    links = links_of(partner)
    shown = [line["record"] for line in page.rows]
    own = usage.usages([one.pk for one in shown], first, today, partner_id=partner.pk)
    unused = [one.pk for one in shown if not own[one.pk].clicks]
    others = usage.usages(unused, first, today) if unused else {}
    locked = list(more.out_of_reach(partner.pk)[: MOST_LOCKED + 1])
    return {
        "page": page,
        "partner": partner,
        "orders": ORDERS,
        "order": ("-" if page.sort[1] else "") + page.sort[0],
        "cards": [
            card(one, links, partner, own[one.pk], others.get(one.pk)) | line
            for one, line in zip(shown, page.rows, strict=True)
        ],
        "locked": locked[:MOST_LOCKED],
        "more_locked": len(locked) > MOST_LOCKED,
        "opened": _opened(request, page, partner, links) | (forms or {}),
        "close_url": page.url(open=""),
        "has_links": bool(links.of_program or links.of_material),
        "may_link": reader_of(request).may("portal.links"),
        "manager": str(partner.manager.user) if partner.manager else "",
        "ask_url": _ask_url(request),
        "first": first,
        "last": today,
    }


def _ask_url(request: HttpRequest) -> str:
    """Where he writes that he needs something else, half written."""
    lines = (_("What:"), _("Size:"), _("Language:"), _("Where I will use it:"))
    words = {"subject": _("I need a material"), "text": "\n".join(lines)}
    slug = reader_of(request).seller.slug
    return f"{reverse('partner:conversations-create', args=[slug])}?{urlencode(words)}"


def _nothing(partner: Partner) -> Empty:
    if partner.status != Partner.Status.ACTIVE:
        why = _("Your account is not active, so there are none to take now.")
    elif onboarding.closed(partner.pk, Gate.MATERIALS):
        steps = reverse("partner:onboarding", args=[partner.seller.slug])
        return Empty(
            _("Materials open after your first steps"),
            _("What is left to do stands in your check-list."),
            ((_("First steps"), steps),),
            "lock",
        )
    else:
        why = _("Banners, papers and texts for your programs appear here as they are put up.")
    return Empty(_("No materials yet"), why, (), "photo")


def _opened(request: HttpRequest, page: Page, partner: Partner, links: Links) -> dict[str, Any]:
    """The material that `?open=` names, ready to use; empty for none of his."""
    try:
        material = selectors.material_for(partner.pk, uuid.UUID(page.open_id))
    except (ValueError, NotFound):
        return {}
    services.record_material_view(material=material, partner_id=partner.pk)
    first, today = usage.span_to(timezone.localdate())
    own = usage.usages([material.pk], first, today, partner_id=partner.pk)[material.pk]
    where = request.GET.get("where", "")[:100]
    link = links.best(material, where)
    found = {
        **card(material, links, partner, own, None),
        **opened(material, link, partner, where),
        "record": material,
        "text": merged_text(material, link, partner),
        "uses": material.own_use_count,  # type: ignore[attr-defined]
        "weeks": usage.weekly_clicks(material.pk, today, partner_id=partner.pk),
        "places": [one for one in links.of_material.get(material.pk, ()) if one.sub1],
    }
    scanned = [one for one in links.of_material.get(material.pk, ()) if one.sub1 == "qr"]
    found["qr"] = qr.svg(link_url(scanned[0])) if scanned else ""
    found["place_form"] = PlaceForm(initial={"where": found["where"]})
    if found["carries_name"]:
        found["name_form"] = NameForm(initial=_brand_of(partner, found["piece"]))
    return found


def _brand_of(partner: Partner, piece: Any) -> dict[str, str]:
    """What stands in the form: what he asked for last, else what his own page says."""
    if piece is not None:
        return {"name": piece.name, "contact": piece.contact}
    page = PartnerPage.objects.filter(partner=partner).first()
    contact = (page.website or page.email or page.phone) if page else partner.website
    shown = contact.removeprefix("https://").removeprefix("http://").rstrip("/")
    return {"name": (page.name if page else partner.name)[:80], "contact": shown[:120]}


@requires("portal.materials", room="partner")
def file(request: HttpRequest, seller_slug: str, material_id: uuid.UUID) -> HttpResponse:
    """The file, of a text with his link inside. A picture shown in the page is not counted."""
    seat = seat_of(request)
    material = selectors.material_for(seat.partner_id, material_id)
    inline = "inline" in request.GET
    if material.kind in PROSE and "picture" not in request.GET:
        partner = partner_of(request)
        response = text_file(
            material.name, merged_text(material, links_of(partner).best(material), partner)
        )
    else:
        response = kept_file(material, inline=inline)
    if not inline:
        services.record_material_use(
            material=material, partner_id=seat.partner_id, user=user_of(request)
        )
    return response
