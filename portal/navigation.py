"""What stands in each room's navigation: one table, rendered by the shells.

An entry appears when its URL exists, the reader has its permission, and one of his programs has
the room that the entry is about. The current entry is the one whose URL name the page's own name
starts with, so `console:partners-detail` marks Partners.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sellers.reader import Reader

MOST_TABS = 4
"""Entries on the phone's bottom bar, beside the one that opens the rest."""
MOST_IN_BAR = 10
"""Entries of the portal's bar on a wide screen, beside the one that opens the rest: so many fit in
1216 pixels in both languages with room for the current one."""
FIRST_STEPS = "first_steps"
"""What a partner has in whose programs there is a check-list."""


@dataclass(frozen=True)
class Entry:
    """One line: label, icon, URL name; `permission` needed; `count` key in `nav_counts`.

    `also` lists further URL-name prefixes for which this entry is the current one; `tab` puts it on
    the phone's bottom bar while there is room, the lowest first; `short` is its label there. `bar`
    does the same for the portal's bar on a wide screen.
    `room_of` names a room of program kinds
    (campaigns/kinds.py) or FIRST_STEPS: without a program that has it the entry stays away.
    """

    label: str | Promise
    icon: str
    url_name: str
    permission: str = ""
    count: str = ""
    hot: bool = False
    also: tuple[str, ...] = ()
    tab: int = 0
    short: str | Promise = ""
    room_of: str = ""
    bar: int = 0


@dataclass(frozen=True)
class Group:
    """Entries under one heading; the first and last groups have none."""

    label: str | Promise
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Shown:
    """An entry ready to render."""

    entry: Entry
    url: str
    current: bool
    count: int | None
    tab: bool = False
    bar: bool = False


@dataclass(frozen=True)
class ShownGroup:
    """A heading and its shown entries."""

    label: str | Promise
    entries: list[Shown] = field(default_factory=list)

    @property
    def tucked_away(self) -> list[Shown]:
        """The entries behind the bar's "More"; the current one stands in the bar itself."""
        return [item for item in self.entries if not (item.bar or item.current)]

    @property
    def waiting(self) -> int:
        """How much waits in the entries that are tucked away."""
        return sum(item.count or 0 for item in self.tucked_away)


CONSOLE = (
    Group("", (Entry(_("Home"), "home", "console:home", count="home", hot=True),)),
    Group(
        _("Network"),
        (
            Entry(
                _("Partners"), "users", "console:partners", "partners.view", "applications",
                also=("console:applications", "console:enrollments", "console:members"),
            ),
            Entry(_("Prospects"), "user-search", "console:prospects", "partners.view"),
            Entry(
                _("Programs"), "affiliate", "console:programs", "programs.view",
                also=(
                    "console:campaigns", "console:rules", "console:simulations", "console:tiers",
                ),
            ),
            Entry(
                _("Materials"), "photo", "console:materials", "materials.view", count="branded"
            ),
            Entry(
                _("Conversations"), "messages", "console:conversations", "partners.manage",
                "conversations", hot=True,
            ),
            Entry(
                _("Announcements"), "speakerphone", "console:announcements", "materials.view"
            ),
            Entry(_("Landing pages"), "browser", "console:landings", "materials.view"),
            Entry(_("Public pages"), "id-badge", "console:public-pages", "partners.view"),
            Entry(_("Help articles"), "lifebuoy", "console:articles", "materials.view"),
            Entry(_("Goals"), "target-arrow", "console:goals", "programs.view", room_of="goals"),
        ),
    ),
    Group(
        _("Selling"),
        (
            Entry(_("Links"), "link", "console:links", "partners.view"),
            Entry(_("Coupons"), "discount", "console:coupons", "partners.view"),
            Entry(_("Traffic"), "chart-line", "console:traffic", "partners.view"),
            Entry(_("Performance"), "trending-up", "console:performance", "partners.view"),
            Entry(_("Sales"), "shopping-cart", "console:sales", "sales.view", "sales"),
            Entry(
                _("Shop systems"), "plug-connected", "console:sources", "sales.view", "sources"
            ),
            Entry(_("Claims"), "search", "console:claims", "sales.view", "claims"),
            Entry(
                _("Loyalty"), "award", "console:loyalty", "programs.view", "redemptions",
                room_of="points",
            ),
            Entry(
                _("Friends’ rewards"), "user-share", "console:friends", "programs.view",
                room_of="referral",
            ),
            Entry(
                _("Deliverables"), "checklist", "console:deliverables", "programs.view",
                "deliverables", room_of="deliverables",
            ),
        ),
    ),
    Group(
        _("Money"),
        (
            Entry(_("Commissions"), "receipt-2", "console:commissions", "commissions.view", "held"),
            Entry(
                _("Fraud review"), "shield-check", "console:review", "commissions.view", "review"
            ),
            Entry(
                _("Settlements"), "scale", "console:settlements", "commissions.view",
                "settlements", room_of="settlements",
            ),
            Entry(
                _("Payouts"), "wallet", "console:payouts", "payouts.view", "payouts",
                also=("console:batches",),
            ),
        ),
    ),
    Group(
        "",
        (
            Entry(
                _("Imports"), "file-import", "console:imports", "jobs.view", "imports",
                also=("console:tasks",),
            ),
            Entry(_("Notifications"), "bell", "console:notifications", "home.view", "unread"),
            Entry(
                _("Settings"), "settings", "console:settings", "settings.manage",
                also=(
                    "console:staff", "console:api-keys", "console:branding", "console:link-domains",
                ),
            ),
        ),
    ),
)  # fmt: skip

PARTNER = (
    Group(
        "",
        (
            Entry(_("Home"), "home", "partner:home", "portal.view", tab=1, bar=1),
            Entry(
                _("Links"), "link", "partner:links", "portal.links", tab=3, room_of="links", bar=2
            ),
            Entry(_("Traffic"), "chart-line", "partner:traffic", "portal.links", room_of="links"),
            Entry(_("Performance"), "trending-up", "partner:performance", "portal.earnings", bar=9),
            Entry(
                _("Materials"),
                "photo",
                "partner:materials",
                "portal.materials",
                tab=5,
                also=("partner:campaigns",),
                bar=3,
            ),
            Entry(
                _("Deliverables"),
                "checklist",
                "partner:deliverables",
                "portal.view",
                tab=4,
                room_of="deliverables",
                bar=5,
            ),
            Entry(
                _("Points"),
                "award",
                "partner:points",
                "portal.earnings",
                tab=4,
                room_of="points",
                bar=5,
            ),
            Entry(
                _("Refer a friend"),
                "user-share",
                "partner:friends",
                "portal.links",
                room_of="referral",
            ),
            Entry(_("Earnings"), "coins", "partner:earnings", "portal.earnings", tab=2, bar=4),
            Entry(_("Missing sales"), "search", "partner:claims", "portal.earnings"),
            Entry(
                _("Settlements"),
                "scale",
                "partner:settlements",
                "portal.earnings",
                tab=4,
                room_of="settlements",
                bar=5,
            ),
            Entry(
                _("Statements"),
                "file-text",
                "partner:statements",
                "portal.earnings",
                also=("partner:payouts", "partner:payout-method", "partner:tax"),
                bar=6,
            ),
            Entry(_("Goals"), "target-arrow", "partner:goals", "portal.earnings", room_of="goals"),
            Entry(_("Your page"), "id-badge", "partner:page", "portal.profile"),
            Entry(_("Programs"), "affiliate", "partner:programs", "portal.view"),
            Entry(
                _("First steps"),
                "list-check",
                "partner:onboarding",
                "portal.view",
                room_of=FIRST_STEPS,
            ),
            Entry(
                _("Conversations"),
                "messages",
                "partner:conversations",
                "portal.view",
                "conversations",
                bar=7,
            ),
            Entry(_("Help"), "lifebuoy", "partner:articles", "portal.view", bar=10),
            Entry(_("News"), "news", "partner:news", "portal.view", "news", bar=8),
            Entry(_("People"), "users", "partner:people", "portal.people"),
            Entry(_("Profile"), "user", "partner:profile", "portal.view"),
            Entry(_("Notifications"), "bell", "partner:notifications", "portal.view", "unread"),
        ),
    ),
)

AUDIT = (
    Group(
        "",
        (
            Entry(_("Overview"), "shield-check", "audit:home", "audit.view"),
            Entry(_("Trail"), "list-details", "audit:trail", "trail.view"),
            Entry(
                _("Ledger"),
                "book",
                "audit:ledger",
                "ledger.view",
                also=("audit:transfers", "audit:proof"),
            ),
        ),
    ),
)

ROOMS: Mapping[str, tuple[Group, ...]] = {"console": CONSOLE, "partner": PARTNER, "audit": AUDIT}


def permitted(request: HttpRequest, permission: str) -> bool:
    """Whether the reader has `permission`; without a reader in scope nothing is held back."""
    reader: Reader | None = getattr(request, "reader", None)
    return not permission or reader is None or reader.may(permission)


def address(url_name: str, seller_slug: str) -> str:
    """The URL of an entry, or "" while the room has no such page."""
    try:
        return reverse(url_name, kwargs={"seller_slug": seller_slug})
    except NoReverseMatch:
        return ""


def address_of(url_name: str, *args: object) -> str:
    """The URL of any page, or "" while there is no such page."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


def is_current(entry: Entry, view_name: str) -> bool:
    """Whether the page called `view_name` belongs to `entry`."""
    names = (entry.url_name, *entry.also)
    return any(view_name == name or view_name.startswith(f"{name}-") for name in names)


def shown(
    room: str,
    request: HttpRequest,
    seller_slug: str,
    counts: Mapping[str, int],
    rooms: Container[str] | None = None,
) -> list[ShownGroup]:
    """The navigation of `room` as this reader sees it; groups without an entry fall away.

    `rooms` are those of the reader's programs, asked only for entries that need one; without it
    nothing is held back.
    """
    match = getattr(request, "resolver_match", None)
    view_name = match.view_name if match else ""
    groups = []
    for group in ROOMS[room]:
        entries = [
            Shown(entry, url, is_current(entry, view_name), counts.get(entry.count) or None)
            for entry in group.entries
            if permitted(request, entry.permission)
            and (not entry.room_of or rooms is None or entry.room_of in rooms)
            and (url := address(entry.url_name, seller_slug))
        ]
        if entries:
            groups.append(ShownGroup(group.label, entries))
    return _with_places(groups)


def _with_places(groups: list[ShownGroup]) -> list[ShownGroup]:
    """The groups with the entries of the phone's and the wide bar chosen."""
    entries = [item.entry for group in groups for item in group.entries]
    tabs = _first(entries, lambda entry: entry.tab, MOST_TABS)
    bar = _first(entries, lambda entry: entry.bar, MOST_IN_BAR)
    return [
        ShownGroup(
            group.label,
            [
                replace(item, tab=item.entry.url_name in tabs, bar=item.entry.url_name in bar)
                for item in group.entries
            ],
        )
        for group in groups
    ]


def _first(entries: list[Entry], place: Callable[[Entry], int], most: int) -> set[str]:
    """URL names of the `most` entries with the lowest places; an entry without one stays out."""
    wanted = sorted((entry for entry in entries if place(entry)), key=place)
    return {entry.url_name for entry in wanted[:most]}
