"""The thirteen kinds of program: what each pays, needs and has. Pure: words, rooms and defaults.

Questions asked when a program of a kind is made are in `campaigns.kind_settings`; the rules that
its answers make are in `commissions.starters`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models.programs import HoldFrom, ProgramKind, SelfPurchase

Words = str | Promise

LINKS: Final = "links"
DELIVERABLES: Final = "deliverables"
SETTLEMENTS: Final = "settlements"
POINTS: Final = "points"
REFERRAL: Final = "referral"
GOALS: Final = "goals"
ROOMS: Final = (LINKS, DELIVERABLES, SETTLEMENTS, POINTS, REFERRAL, GOALS)


@dataclass(frozen=True)
class Kind:
    """One kind: `pays` for the seller, `applicants` for who may join, `defaults` of a program."""

    code: str
    icon: str
    meaning: Words
    pays: Words
    applicants: Words
    suits: Words
    needs: Words
    measures: tuple[Words, ...]
    rooms: frozenset[str]
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The kind's name in the reader's language."""
        return str(ProgramKind(self.code).label)


def _of(rooms: Iterable[str], **defaults: Any) -> dict[str, Any]:
    return {"rooms": frozenset(rooms), "defaults": MappingProxyType(defaults)}


_BASE: Final[dict[str, Any]] = {
    "window_days": 30,
    "hold_days": 30,
    "hold_from": HoldFrom.SALE.value,
    "self_purchase": SelfPurchase.NOTHING.value,
    "auto_approve": False,
    "auto_approve_commissions": True,
}

_KINDS: Final = (
    Kind(
        "affiliate",
        "affiliate",
        _("Partners send you visitors through links and coupons of their own."),
        _("Per click, lead or sale: a percentage or a fixed amount, once or on every renewal."),
        _("Share your own link or coupon. What comes through it earns."),
        _("Online shops and services that want many partners and pay only for results."),
        _("A page that links can lead to, and sales sent to us by your shop."),
        (_("Clicks"), _("Conversion"), _("Net sales"), _("Cost per sale")),
        **_of({LINKS, GOALS}),
    ),
    Kind(
        "referral",
        "user-share",
        _("Customers bring their friends."),
        _("A fixed reward, once, for a friend’s first purchase; the friend may get one too."),
        _("Tell your friends. When one of them buys for the first time, you get a reward."),
        _("Products that customers like to talk about."),
        _("Happy customers, and a reward that is worth a message."),
        (_("Friends invited"), _("First purchases"), _("Cost per new customer")),
        **_of({LINKS, REFERRAL}, auto_approve=True, window_days=90, hold_days=14),
    ),
    Kind(
        "influencer",
        "speakerphone",
        _("People with an audience post about you."),
        _("A fee for each approved post; where agreed, a share of the first sale to a customer."),
        _("Post about us and hand in the address. Each approved post is paid."),
        _("Brands that people want to see in use, above all at launches."),
        _("A clear brief, somebody who looks at posts, and samples to send."),
        (_("Approved posts"), _("First sales"), _("Cost per post")),
        **_of({LINKS, DELIVERABLES, GOALS}, window_days=14, hold_days=7),
    ),
    Kind(
        "content",
        "writing",
        _("Writers publish pieces that link to you."),
        _("A fee for each approved piece whose link to you is live, and still there later."),
        _("Publish a piece that links to us and hand in its address. Each approved one is paid."),
        _("Sellers who want to be found by search and read about in depth."),
        _("Subjects to write about, and the pages that should be linked."),
        (_("Approved pieces"), _("Live links"), _("Cost per piece")),
        **_of({LINKS, DELIVERABLES}, hold_days=30),
    ),
    Kind(
        "loyalty",
        "award",
        _("Members collect points or cashback on what they buy themselves."),
        _("Points or cashback for each purchase; every Nth item free; rewards from a catalogue."),
        _("Collect on each purchase and choose a reward from the catalogue."),
        _("Shops whose customers come back often."),
        _("Customer ids with your sales, and rewards that members want."),
        (_("Active members"), _("Purchases per member"), _("Points given and used")),
        **_of(
            {POINTS, GOALS},
            auto_approve=True,
            self_purchase=SelfPurchase.EARN.value,
            window_days=0,
            hold_days=14,
        ),
    ),
    Kind(
        "reseller",
        "building-store",
        _("Partners buy from you and sell on at a price of their own."),
        _("Their margin is their own. A rebate is paid on what they buy above a volume."),
        _("Buy from us and sell on; your margin is yours. Large volumes earn a rebate."),
        _("Products that need stock, a shop window or advice close to the customer."),
        _("Stock, terms of trade, and orders sent to us with the reseller’s name."),
        (_("Volume bought"), _("Rebate"), _("Active resellers")),
        **_of({GOALS}, window_days=0),
    ),
    Kind(
        "distribution",
        "truck-delivery",
        _("Partners carry your goods through their network: warehouses, carriers, wholesalers."),
        _("A fee per unit, or a percentage of what moves through the network."),
        _("Move our goods through your network and earn a fee on what moves."),
        _("Sellers who want to reach places where they have no people."),
        _("Reports of what moved: from your own systems, or from the distributor."),
        (_("Units moved"), _("Fee per unit"), _("Places reached")),
        **_of({SETTLEMENTS, GOALS}, window_days=0),
    ),
    Kind(
        "channel",
        "topology-star-3",
        _("Resellers with know-how of their own sell, install and support your product."),
        _("A percentage of each deal, or of its margin, that the partner won."),
        _("Win deals for our product and earn a share of each."),
        _("Products that need advice, installation or a contract."),
        _("Training, a contact person for partners, and sales sent with the partner’s name."),
        (_("Deals won"), _("Deal size"), _("Share of partners with a deal")),
        **_of({LINKS, GOALS}, window_days=90, hold_days=30),
    ),
    Kind(
        "sponsorship",
        "trophy",
        _("You support an event, a team or a show, and are seen there."),
        _("A fixed fee, divided over agreed deliverables; each is paid on approved proof."),
        _("Agree with us on what we are seen on. Each part is paid when its proof is approved."),
        _("Brands that want to be known by a certain crowd."),
        _("A list of what was promised, and somebody who checks the proof."),
        (_("Delivered of promised"), _("Fee paid"), _("Late deliverables")),
        **_of({DELIVERABLES}, hold_days=0),
    ),
    Kind(
        "placement",
        "device-tv",
        _("Your product is shown in films, shows, rooms or shop windows of others."),
        _("A fee for each approved placement; where agreed, a share of sales that came from it."),
        _("Show our product and hand in the proof. Each approved placement is paid."),
        _("Products that look good in use."),
        _("Samples, rules for how it may be shown, and somebody who looks at the proof."),
        (_("Approved placements"), _("Sales that came of them"), _("Cost per placement")),
        **_of({LINKS, DELIVERABLES}, window_days=30, hold_days=14),
    ),
    Kind(
        "co_branding",
        "puzzle",
        _("You and a partner make products together under both names."),
        _("Each party’s share of the revenue of the agreed products, settled by period."),
        _("Make products with us and get your share of what they bring in."),
        _("Two brands whose customers overlap."),
        _("A list of products, and an agreement about parts."),
        (_("Revenue of the products"), _("Parts paid"), _("Returns")),
        **_of({SETTLEMENTS}, window_days=0, hold_days=14),
    ),
    Kind(
        "licensing",
        "license",
        _("You sell what belongs to somebody else, and pay for the right to."),
        _("A royalty on net sales by period, at least a guarantee; an advance is recouped first."),
        _("License your work to us and earn a royalty on what we sell of it."),
        _("Designs, names, patents and content that others own."),
        _("A list of licensed products, and the licence’s terms in numbers."),
        (_("Royalties"), _("Guarantee reached"), _("Advance left")),
        **_of({SETTLEMENTS}, window_days=0, hold_days=14),
    ),
    Kind(
        "joint_venture",
        "heart-handshake",
        _("You and a partner run a business together."),
        _("Shared revenue less shared cost, settled by period, each by the agreed part."),
        _("Run a venture with us and share what it brings in and what it costs."),
        _("Large undertakings that neither would start alone."),
        _("Books of revenue and cost, and agreed parts."),
        (_("Revenue"), _("Cost"), _("Result by party")),
        **_of({SETTLEMENTS}, window_days=0, hold_days=14),
    ),
)

KINDS: Final[Mapping[str, Kind]] = MappingProxyType({kind.code: kind for kind in _KINDS})


FAMILIES: Final[tuple[tuple[Words, tuple[str, ...]], ...]] = (
    (_("For sales that partners bring"), ("affiliate", "referral", "channel", "loyalty")),
    (_("For work that you approve"), ("influencer", "content", "placement", "sponsorship")),
    (_("For goods that partners sell or carry"), ("reseller", "distribution")),
    (_("For business that you share"), ("co_branding", "licensing", "joint_venture")),
)
"""The kinds by what they are for, as they are offered."""

FIRST: Final = "affiliate"
"""What a program is where nothing is said."""


def kind_of(code: str) -> Kind:
    """The kind called `code`; raises KeyError for what is none."""
    return KINDS[code]


def defaults_of(code: str) -> dict[str, Any]:
    """Settings of a new program of this kind, as `create_program` takes them."""
    return {**_BASE, **KINDS[code].defaults}


def rooms_of(codes: Iterable[str]) -> frozenset[str]:
    """The rooms that programs of these kinds have between them."""
    return frozenset(room for code in codes for room in KINDS[code].rooms)


def kinds_with(room: str) -> tuple[str, ...]:
    """The kinds that have `room`, in the registry's order."""
    return tuple(code for code, kind in KINDS.items() if room in kind.rooms)
