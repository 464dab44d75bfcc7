"""Reads about sellers' hosts for links."""

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from prm.errors import NotFound
from tracking.models import LinkDomain


def domains() -> QuerySet[LinkDomain]:
    """The seller's hosts for links."""
    return LinkDomain.objects.select_related("seller")


def verified() -> QuerySet[LinkDomain]:
    """Those that links may stand on."""
    return domains().filter(verified_at__isnull=False).order_by("host")


def by_id(domain_id: uuid.UUID) -> LinkDomain:
    """The host; raises NotFound."""
    found = domains().filter(pk=domain_id).first()
    if found is None:
        raise NotFound(_("There is no such host."))
    return found
