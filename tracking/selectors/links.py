"""Reads about links."""

import uuid

from django.db.models import QuerySet

from prm.errors import NotFound
from sellers.scope import maintenance_scope
from tracking.models import Link
from tracking.models.links import CODE_FORM


def link_to_follow(code: str) -> Link | None:
    """The link behind `/r/<code>` with everything the redirect needs."""
    if not CODE_FORM.fullmatch(code):
        return None
    with maintenance_scope():
        return (
            Link.objects.filter(code=code)
            .select_related("enrollment__program", "enrollment__partner")
            .first()
        )


def links() -> QuerySet[Link]:
    """Links with partner, program and campaign."""
    return Link.objects.select_related(
        "enrollment__partner", "enrollment__program", "campaign", "seller"
    )


def links_of(partner_id: uuid.UUID) -> QuerySet[Link]:
    """A partner's links."""
    return links().filter(enrollment__partner_id=partner_id)


def link_by_id(link_id: uuid.UUID | str, partner_id: uuid.UUID | None = None) -> Link:
    """The link, with `partner_id` only among his; raises NotFound."""
    rows = links() if partner_id is None else links_of(partner_id)
    found = rows.filter(pk=link_id).first()
    if found is None:
        raise NotFound("link")
    return found
