"""A member's points: what he has, his stamp cards, what he can get, and every line with why."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Enrollment
from commissions import reasons
from commissions.loyalty import rules, selectors, services, stamps, words
from commissions.models import Commission, CommissionKind, LoyaltyReward, Redemption, StampCard
from portal import points_words
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NumberColumn, StatusColumn
from portal.commission_cells import status_note
from portal.filters import ChoicesFilter, SinceFilter, UntilFilter
from portal.listing import Empty, Listing
from portal.partner.links import seat_of
from portal.reward_pictures import reward_picture
from portal.statuses import labels
from prm.errors import NotFound, Refusal

KINDS = (
    ("earned", gettext_lazy("Earned")),
    ("used", gettext_lazy("Used")),
    ("expired", gettext_lazy("Expired")),
    ("back", gettext_lazy("Taken back")),
)
OWN_KINDS = {
    "used": (CommissionKind.REDEMPTION,),
    "expired": (CommissionKind.EXPIRY,),
    "back": (CommissionKind.REVERSAL, CommissionKind.CREDIT_NOTE),
}


@dataclass(frozen=True)
class Card:
    """A stamp card as its member sees it: `filled` of `card.every`, `full` so far."""

    card: StampCard
    filled: int
    full: int
    counts: str
    gift: str


@dataclass(frozen=True)
class Offer:
    """A reward, how many points are missing to it, and why it cannot be had otherwise."""

    reward: LoyaltyReward
    cost: str
    missing: str
    why: str
    left: str

    @property
    def open(self) -> bool:
        """Whether the member can have it now."""
        return not self.missing and not self.why


def _what(line: Commission) -> Any:
    reason = reasons.reason(line, reasons.PARTNER)
    return format_html(
        '<span class="strong">{}</span><span class="why"><b>{}</b>{}</span>',
        points_words.line_title(line),
        reason.what,
        reason.why,
    )


def _plain(line: Commission) -> str:
    return f"{points_words.line_title(line)}. {reasons.sentence(line)}"


class PointsTable(tables.Table):
    """Every line of points, with why."""

    occurred_at = DayColumn(
        gettext_lazy("Date"), attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    what = MarkupColumn(
        gettext_lazy("What, and why"),
        show=_what,
        plain=_plain,
        attrs={"td": {"class": "w-half"}, "th": {"class": "w-half"}},
    )
    amount_minor = NumberColumn(gettext_lazy("Points"))
    status = StatusColumn(gettext_lazy("Status"), kind="points", note=status_note)


class PointsFilters(django_filters.FilterSet):
    """Kind, status and period."""

    kind = ChoicesFilter(
        label=gettext_lazy("Kind"),
        all_label=gettext_lazy("All kinds"),
        choices=KINDS,
        method="filter_kind",
    )
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=labels("points"))
    since = SinceFilter("occurred_at")
    until = UntilFilter("occurred_at")

    class Meta:
        model = Commission
        fields: list[str] = []

    def filter_kind(
        self, rows: QuerySet[Commission], name: str, value: str
    ) -> QuerySet[Commission]:
        """What was earned, used, expired or taken back."""
        if value in OWN_KINDS:
            return rows.filter(kind__in=OWN_KINDS[value])
        others = [kind for kinds in OWN_KINDS.values() for kind in kinds]
        return rows.exclude(kind__in=others)


POINTS = Listing(
    table=PointsTable,
    filters=PointsFilters,
    name="points",
    default="-occurred_at",
    orders={"occurred_at": "occurred_at", "amount_minor": "amount_minor"},
    keep=("program",),
)


@requires("portal.earnings", room="partner")
def points(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The balance of one program, its cards and catalogue, and the history."""
    partner_id = seat_of(reader_of(request))
    members = selectors.memberships(partner_id)
    member = _chosen(request, members)
    rows = selectors.point_lines(partner_id)
    if member is not None:
        rows = rows.filter(program_id=member.program_id)
    page = POINTS.show(request, rows, empty=_nothing())
    if page.download:
        return page.download
    context: dict[str, Any] = {"page": page, "members": members, "member": member}
    if member is not None:
        context |= _standing(member)
        context |= {
            "cards": _cards(member),
            "offers": _offers(member, context["has"].spendable, context["names"]),
            "asked": selectors.redemptions().filter(enrollment=member).order_by("-id")[:10],
            "may_redeem": reader_of(request).may("portal.payout"),
        }
    return render(request, "partner/points/list.html", context)


@requires("portal.payout", room="partner")
def redeem(request: HttpRequest, seller_slug: str, reward_id: uuid.UUID) -> HttpResponse:
    """Say what a reward costs and what is left after; then spend the points."""
    member, reward = _reward_of(request, reward_id)
    standing = _standing(member)
    back = f"{reverse('partner:points', args=[seller_slug])}?program={member.program_id}"
    refused = ""
    if request.method == "POST":
        try:
            made = services.redeem(enrollment=member, reward=reward, actor=actor_of(request))
        except Refusal as refusal:
            refused = refusal.message
        else:
            messages.success(request, _done(made))
            return HttpResponseRedirect(back)
    names, has = standing["names"], standing["has"].spendable
    context = {
        **standing,
        "reward": reward,
        "refused": refused,
        "cost": words.points_text(reward.cost, names),
        "after": words.points_text(has - reward.cost, names),
        "enough": has >= reward.cost,
        "back": back,
    }
    return render(request, "partner/points/redeem.html", context, status=422 if refused else 200)


@requires("portal.earnings", room="partner")
def picture(request: HttpRequest, seller_slug: str, reward_id: uuid.UUID) -> HttpResponse:
    """The picture of a reward of his programs."""
    return reward_picture(_reward_of(request, reward_id)[1])


def _reward_of(request: HttpRequest, reward_id: uuid.UUID) -> tuple[Enrollment, LoyaltyReward]:
    """A reward of a program that the reader's partner is in; raises NotFound."""
    reward = selectors.reward_by_id(reward_id)
    members = selectors.memberships(seat_of(reader_of(request)))
    found = next((one for one in members if one.program_id == reward.program_id), None)
    if found is None:
        raise NotFound("reward")
    return found, reward


def _chosen(request: HttpRequest, members: list[Enrollment]) -> Enrollment | None:
    wanted = request.GET.get("program", "")
    named = next((one for one in members if str(one.program_id) == wanted), None)
    return named or (members[0] if members else None)


def _standing(member: Enrollment) -> dict[str, Any]:
    settings = selectors.settings_of(member.program)
    has, names = selectors.standing_of(member), words.names_of(settings)
    goes, at = rules.next_expiry(has, timezone.now())
    sums = selectors.sums_of(member)
    return {
        "has": has,
        "names": names,
        "settings": settings,
        "balance": words.points_text(has.spendable, names),
        "sums": sums,
        # The moment is the midnight after the last good day.
        "expires_on": at - timedelta(seconds=1) if at else None,
        "expires": words.points_text(goes, names),
    }


def _cards(member: Enrollment) -> list[Card]:
    """Running cards, and how full each is."""
    cards = [one for one in selectors.cards_of(member.program) if one.ended_at is None]
    on_them = stamps.stamps_of(cards, [member.pk])
    full: dict[Any, int] = {}
    for row in selectors.full_cards([member.pk]).filter(undone_at=None):
        full[row.card_id] = full.get(row.card_id, 0) + 1
    return [
        Card(
            card,
            rules.filled(on_them[card.pk, member.pk], card.every),
            full.get(card.pk, 0),
            points_words.counts_text(card),
            points_words.gift_text(card),
        )
        for card in cards
    ]


def _offers(member: Enrollment, has: int, names: words.Names) -> list[Offer]:
    found = []
    for reward in selectors.offered(member):
        missing = words.points_text(reward.cost - has, names) if reward.cost > has else ""
        cost, left = words.points_text(reward.cost, names), points_words.left_text(reward)
        found.append(Offer(reward, cost, missing, _why_not(member, reward), left))
    return found


def _why_not(member: Enrollment, reward: Any) -> str:
    if reward.per_member is not None and reward.own_count >= reward.per_member:
        return _("You had your share.")
    if reward.tier and (member.tier is None or member.tier.rank < reward.tier.rank):
        return _("From %(tier)s on.") % {"tier": reward.tier.name}
    return ""


def _done(made: Redemption) -> str:
    if made.code:
        return _("Yours. The code is %(code)s; it stays on this page.") % {"code": made.code}
    return _("Asked for. You are told here when it is handed over.")


def _nothing() -> Empty:
    return Empty(
        _("No points yet"),
        _("Each purchase that earns points stands here, and what you use them for."),
        (),
        "award",
    )
