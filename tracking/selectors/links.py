"""Reads about links."""

import uuid

from django.db.models import QuerySet

from prm.errors import NotFound
from tracking.models import Link


def links() -> QuerySet[Link]:
    """Links with partner, program and campaign."""
    return Link.objects.select_related(
        "enrollment__partner",
        "enrollment__program",
        "campaign",
        "coupon",
        "landing",
        "domain",
        "seller",
    )


def links_of(partner_id: uuid.UUID) -> QuerySet[Link]:
    """A partner's links."""
    return links().filter(enrollment__partner_id=partner_id)


def link_of_code(code: str) -> Link | None:
    """The link behind an address; None for an unknown one."""
    return links().filter(code=code).first()


def link_by_id(link_id: uuid.UUID | str, partner_id: uuid.UUID | None = None) -> Link:
    """The link, with `partner_id` only among his; raises NotFound."""
    rows = links() if partner_id is None else links_of(partner_id)
    found = rows.filter(pk=link_id).first()
    if found is None:
        raise NotFound("link")
    return found
