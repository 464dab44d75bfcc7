"""Reads about sellers' hosts for links."""

import uuid

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from prm.errors import NotFound
from tracking.models import LinkDomain


def domains() -> QuerySet[LinkDomain]:
    """The seller's hosts for links."""
    return LinkDomain.objects.select_related("seller")


def verified() -> QuerySet[LinkDomain]:
    """Those that links may stand on."""
    return domains().filter(verified_at__isnull=False).order_by("host")


def listed() -> QuerySet[LinkDomain]:
    """Hosts with `link_count` and `state`: verified, checking, fault or named."""
    return domains().annotate(
        link_count=Count("links"),
        state=Case(
            When(verified_at=None, due_at__isnull=False, then=Value("checking")),
            When(~Q(fault=""), then=Value("fault")),
            When(verified_at__isnull=False, then=Value("verified")),
            default=Value("named"),
            output_field=CharField(),
        ),
    )


def by_id(domain_id: uuid.UUID) -> LinkDomain:
    """The host; raises NotFound."""
    return _one(domains(), domain_id)


def listed_by_id(domain_id: uuid.UUID) -> LinkDomain:
    """The host with its count and state; raises NotFound."""
    return _one(listed(), domain_id)


def _one(rows: QuerySet[LinkDomain], domain_id: uuid.UUID) -> LinkDomain:
    found = rows.filter(pk=domain_id).first()
    if found is None:
        raise NotFound(_("There is no such host."))
    return found
