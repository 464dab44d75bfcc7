"""Every page address and what it needs, written down once more by hand.

The product declares the same beside each view; that the two agree, and that neither forgets an
address, is tested. `ROLES` says which roles hold a permission.
"""

from collections.abc import Iterator
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver

STAFF: Final = {"owner", "manager", "finance", "marketer", "auditor"}
PARTNER: Final = {"partner_admin", "partner_member", "partner_finance"}

ROLES: Final[dict[str, set[str]]] = {
    "home.view": STAFF,
    "partners.view": STAFF,
    "programs.view": STAFF,
    "materials.view": STAFF,
    "jobs.view": STAFF,
    "sales.view": STAFF,
    "commissions.view": STAFF - {"marketer"},
    "payouts.view": STAFF - {"marketer"},
    "ledger.view": {"owner", "manager", "finance", "auditor"},
    "trail.view": {"owner", "finance", "auditor"},
    "audit.view": {"owner", "finance", "auditor"},
    "partners.manage": {"owner", "manager"},
    "programs.manage": {"owner", "manager"},
    "materials.manage": {"owner", "manager", "marketer"},
    "rules.manage": {"owner", "manager", "marketer"},
    "links.manage": {"owner", "manager", "marketer"},
    "sales.manage": {"owner", "manager", "finance"},
    "commissions.manage": {"owner", "manager", "finance"},
    "payouts.manage": {"owner", "finance"},
    "staff.manage": {"owner"},
    "keys.manage": {"owner"},
    "settings.manage": {"owner"},
    "portal.view": PARTNER,
    "portal.materials": PARTNER,
    "portal.earnings": PARTNER,
    "portal.links": {"partner_admin", "partner_member"},
    "portal.payout": {"partner_admin", "partner_finance"},
    "portal.people": {"partner_admin"},
    "portal.profile": {"partner_admin"},
}


def seller_routes() -> Iterator[tuple[str, str, Any]]:
    """(URL name, pattern, view) of every address below a seller's."""
    for name, pattern, view in _walk(get_resolver(), "", ""):
        if "<slug:seller_slug>" in pattern:
            yield name, pattern, view


def other_routes() -> Iterator[tuple[str, str, Any]]:
    """(URL name, pattern, view) of our own addresses outside sellers, the API's left out."""
    for name, pattern, view in _walk(get_resolver(), "", ""):
        if "<slug:seller_slug>" not in pattern and not pattern.startswith("api/"):
            yield name, pattern, view


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[tuple[str, str, Any]]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry, pattern, inner)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", pattern, entry.callback
