"""Reads about links, clicks and sales."""

import uuid

from django.db.models import Count, Q, QuerySet

from sellers.scope import maintenance_scope
from tracking.models import Link, Sale


def link_to_follow(code: str) -> Link | None:
    """The link behind `/r/<code>` with everything the redirect needs."""
    with maintenance_scope():
        return (
            Link.objects.filter(code=code)
            .select_related("enrollment__program", "enrollment__partner")
            .first()
        )


def links() -> QuerySet[Link]:
    """Links with partner, program and campaign."""
    return Link.objects.select_related("enrollment__partner", "enrollment__program", "campaign")


def links_of(partner_id: uuid.UUID) -> QuerySet[Link]:
    """A partner's links."""
    return links().filter(enrollment__partner_id=partner_id)


def with_click_counts(rows: QuerySet[Link]) -> QuerySet[Link]:
    """Links with `people`: clicks that no machine made."""
    return rows.annotate(people=Count("clicks", filter=Q(clicks__bot_reason="")))


def sales() -> QuerySet[Sale]:
    """Sales with what a list shows."""
    return Sale.objects.select_related("partner", "program", "link", "customer")
