"""A material as a card and opened: what the partner can do with it, his link inside."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from campaigns import rules
from campaigns.materials import selectors as materials
from campaigns.materials.kinds import PROSE, SHAPES, can_carry_name
from campaigns.models import BrandedMaterial, Material
from commissions.material_usage import Usage
from partners.models import Partner
from portal.link_address import link_url
from portal.material_facts import KIND_ICONS, ending, facts, sample_of
from portal.public.banners import banner_address
from portal.public.feeds import feed_address
from tracking import selectors as tracking
from tracking.models import Link

NEW_FOR: Final = timedelta(days=14)
SOON: Final = 14
ENOUGH_CLICKS: Final = 100
"""From here on it is worth saying what others sell by a material."""


@dataclass(frozen=True)
class Links:
    """The partner's live links: his oldest of each program, and those of materials by place."""

    of_program: Mapping[uuid.UUID, Link]
    of_material: Mapping[uuid.UUID, Sequence[Link]]

    def best(self, material: Material, where: str = "") -> Link | None:
        """The material's own link for a place, else its first, else the program's."""
        own = self.of_material.get(material.pk, ())
        for link in own:
            if link.sub1 == where:
                return link
        return own[0] if own else self.of_program.get(material.program_id)


def links_of(partner: Partner) -> Links:
    """All of the partner's; one query."""
    of_program: dict[uuid.UUID, Link] = {}
    of_material: dict[uuid.UUID, list[Link]] = {}
    now = timezone.now()
    for link in tracking.links_of(partner.pk).filter(disabled_at=None).order_by("id"):
        if link.expires_at and link.expires_at <= now:
            continue
        if link.material_id:
            of_material.setdefault(link.material_id, []).append(link)
        elif link.landing_id is None:
            of_program.setdefault(link.enrollment.program_id, link)
    return Links(of_program, of_material)


def links_by_program(partner: Partner) -> Mapping[uuid.UUID, Link]:
    """The partner's oldest live link of each program."""
    return links_of(partner).of_program


def card(
    material: Material, links: Links, partner: Partner, usage: Usage | None, others: Usage | None
) -> dict[str, Any]:
    """What a card shows; `usage` is the partner's own, `others` that of all partners."""
    left = days_left(material)
    slug = material.program.seller.slug
    link = links.best(material)
    is_new = material.created_at > timezone.now() - NEW_FOR
    told = others if others and others.clicks >= ENOUGH_CLICKS else None
    return {
        "facts": facts(material),
        "icon": KIND_ICONS[material.kind],
        "ending": ending(material),
        "new": is_new,
        "renewed": material.version > 1,
        "days_left": left,
        "soon": left is not None and 0 <= left <= SOON,
        "file_url": reverse("partner:materials-file", args=[slug, material.pk]),
        "text": merged_text(material, link, partner),
        "is_picture": material.content_type.startswith("image/"),
        "is_prose": material.kind in PROSE,
        "is_embedded": SHAPES[material.kind].embeds,
        "carries_name": can_carry_name(material),
        "usage": usage,
        "used": bool(usage and (usage.clicks or usage.sales)),
        "earned": sorted(usage.earned.items()) if usage else [],
        "others_rate": told.rate if told else None,
        "sample": sample_of(material) if material.products else [],
    }


def days_left(material: Material) -> int | None:
    """Until its own end or its campaign's, the nearer; None for what stays."""
    campaign = material.campaign
    ends = [day for day in (material.expires_on, campaign and campaign.ends_on) if day]
    return (min(ends) - timezone.localdate()).days if ends else None


def merged_text(material: Material, link: Link | None, partner: Partner) -> str:
    """A text with the partner's link and name inside; without a link its place stays visible."""
    values = {"program": material.program.name, "partner": partner.name}
    if link is not None:
        values["link"] = link_url(link)
    return rules.merged(material.text, values)


def opened(material: Material, link: Link | None, partner: Partner, where: str) -> dict[str, Any]:
    """What the opened material shows beyond its card."""
    slug = material.program.seller.slug
    own = link if link and link.material_id else None
    piece = materials.branded_newest(material, partner.pk)
    return {
        "link": link_url(link) if link else "",
        "own_link": own,
        "where": where or (own.sub1 if own else ""),
        "code": embed_code(material, link) if link else "",
        "feeds": [(form.upper(), feed_address(slug, own.code, form)) for form in ("csv", "xml")]
        if own and material.products
        else [],
        "piece": piece,
        "in_use": in_use(material, piece, partner),
        "outdated": materials.outdated(material, partner.pk),
        "versions": list(materials.versions(material)[:5]) if material.version > 1 else [],
    }


def in_use(
    material: Material, newest: BrandedMaterial | None, partner: Partner
) -> BrandedMaterial | None:
    """The piece with his name that he can take now."""
    if newest is None or newest.status == BrandedMaterial.Status.READY:
        return newest
    return materials.branded_in_use(material.pk, partner.pk)


def embed_code(material: Material, link: Link) -> str:
    """HTML for the partner's page: the banner, leading through his link, and its views counted.

    His own link of the material is in the picture's address too, so that his name is on it.
    """
    if not SHAPES[material.kind].embeds:
        return ""
    code = link.code if link.material_id else ""
    address = link_url(link)
    return (
        f'<a href="{escape(address)}" rel="sponsored">\n'
        f'  <img src="{escape(banner_address(material.program.seller.slug, material.pk, code))}"\n'
        f'       width="{material.width}" height="{material.height}" '
        f'alt="{escape(material.name)}">\n</a>\n'
        f'<img src="{escape(views_address(link))}" width="1" height="1" alt="">'
    )


def views_address(link: Link) -> str:
    """The picture that counts a view of a banner, beside the link's own address."""
    host, _path, code = link_url(link).rpartition("/r/")
    return (host or str(settings.BASE_URL)) + reverse("browser-impression", args=[code])
