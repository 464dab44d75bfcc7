"""Who may do what: roles to permissions, and API scopes to permissions. Pure data."""

from typing import Final

from django.utils.translation import gettext_lazy as _

READ_MONEY: Final = frozenset({"sales.view", "commissions.view", "payouts.view", "ledger.view"})
READ_NETWORK: Final = frozenset(
    {"home.view", "partners.view", "programs.view", "materials.view", "jobs.view"}
)
AUDIT: Final = frozenset({"trail.view", "ledger.view", "audit.view"})

MANAGER: Final = (
    READ_NETWORK
    | READ_MONEY
    | {
        "partners.manage",
        "programs.manage",
        "materials.manage",
        "rules.manage",
        "sales.manage",
        "commissions.manage",
        "links.manage",
    }
)
FINANCE: Final = (
    READ_NETWORK
    | READ_MONEY
    | AUDIT
    | {
        "sales.manage",
        "commissions.manage",
        "payouts.manage",
    }
)
MARKETER: Final = READ_NETWORK | {
    "sales.view",
    "materials.manage",
    "links.manage",
    "rules.manage",
}
AUDITOR: Final = READ_NETWORK | READ_MONEY | AUDIT
OWNER: Final = (
    MANAGER
    | FINANCE
    | MARKETER
    | AUDIT
    | {
        "staff.manage",
        "keys.manage",
        "settings.manage",
    }
)

STAFF_PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "owner": frozenset(OWNER),
    "manager": frozenset(MANAGER),
    "finance": frozenset(FINANCE),
    "marketer": frozenset(MARKETER),
    "auditor": frozenset(AUDITOR),
}

PARTNER_READ: Final = frozenset({"portal.view", "portal.materials"})
PARTNER_PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "admin": PARTNER_READ
    | {"portal.earnings", "portal.links", "portal.payout", "portal.people", "portal.profile"},
    "finance": PARTNER_READ | {"portal.earnings", "portal.payout"},
    "member": PARTNER_READ | {"portal.earnings", "portal.links"},
}

API_SCOPES: Final[dict[str, object]] = {
    "programs:read": _("Read programs, rules and campaigns"),
    "programs:write": _("Create and change programs, rules and campaigns"),
    "partners:read": _("Read partners and enrollments"),
    "partners:write": _("Create and change partners and enrollments"),
    "links:read": _("Read links"),
    "links:write": _("Create links"),
    "clicks:write": _("Tell of clicks"),
    "sales:read": _("Read sales and refunds"),
    "sales:write": _("Send sales and refunds"),
    "imports:read": _("Read imports of files and what they refused"),
    "imports:write": _("Import files; each kind needs its own scope, too"),
    "claims:read": _("Read claims of missing sales"),
    "claims:write": _("File claims and answer them"),
    "commissions:read": _("Read commissions, balances and statements"),
    "commissions:write": _("Approve, hold, release and reject commissions, and adjust"),
    "payouts:read": _("Read payout batches and files"),
    "payouts:write": _("Draft, approve, settle and return payout batches"),
    "activity:read": _("Read the trail"),
}
PARTNER_KEY_SCOPES: Final = frozenset(
    {
        "programs:read",
        "partners:read",
        "links:read",
        "sales:read",
        "commissions:read",
        "claims:read",
        "claims:write",
    }
)
