"""Refer a friend: the link, words to send, and what came of it. Friends have no names here."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import django_filters
import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors as campaigns
from campaigns.models import Enrollment, Program
from commissions.loyalty import words
from commissions.models import Commission, FriendReward, FriendTerms
from commissions.reasons import amount_text
from commissions.referrals import selectors
from portal import points_words, time_format
from portal.access import reader_of, requires
from portal.columns import DayColumn, MarkupColumn, MoneyColumn, StatusColumn
from portal.commission_cells import status_note
from portal.filters import ChoicesFilter, SinceFilter, UntilFilter
from portal.link_address import link_url
from portal.listing import Empty, Listing
from portal.partner.links import seat_of
from portal.statuses import labels, look
from portal.templatetags import prm_states
from prm.money import LOYALTY_POINTS
from tracking import selectors as tracking


@dataclass(frozen=True)
class Share:
    """A program to refer to: the partner's link, words to send, and what a friend gets."""

    program: Program
    url: str
    text: str
    mail: str
    gift: str


def friend_gift(reward: FriendReward | FriendTerms, currency: str) -> str:
    """`EUR 5.00 discount`: what a friend gets or got, or "" for nothing."""
    if reward.kind == FriendTerms.Kind.POINTS:
        return words.points_text(reward.amount)
    amount = amount_text(reward.amount, currency)
    by_kind = {
        FriendTerms.Kind.VOUCHER.value: _("a discount of %(amount)s") % {"amount": amount},
        FriendTerms.Kind.CREDIT.value: _("a credit of %(amount)s") % {"amount": amount},
    }
    return by_kind.get(reward.kind, "")


def _rewards(table: Any) -> dict[Any, FriendReward]:
    """Friends' rewards of the page's lines by sale; looked up once."""
    if not hasattr(table, "friend_rewards"):
        lines = list(table.data.data) if hasattr(table.data, "data") else list(table.data)
        found = selectors.friends(lines)
        table.friend_rewards = {one.line.sale_id: one.reward for one in found if one.reward}
    rewards: dict[Any, FriendReward] = table.friend_rewards
    return rewards


def _who(line: Commission) -> str:
    return _("A customer of %(day)s") % {"day": time_format.day_text(line.occurred_at)}


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]


class FriendColumn(MarkupColumn):
    """What the friend got and whether he used it."""

    def render(self, record: Commission, table: Any) -> Any:  # type: ignore[override]
        """`a discount of EUR 5.00`, with its status."""
        reward = _rewards(table).get(record.sale_id)
        if reward is None:
            return "–"
        why = points_words.void_reason(reward.reason)
        return format_html(
            '{}<div class="tiny">{}{}</div>',
            _first_large(friend_gift(reward, reward.currency)),
            prm_states.state("friend_reward", reward.status),
            format_html(' <span class="dim">{}</span>', why) if why else "",
        )

    def value(self, record: Commission, table: Any) -> str:  # type: ignore[override]
        """The same in words."""
        reward = _rewards(table).get(record.sale_id)
        if reward is None:
            return ""
        state = look("friend_reward", reward.status).label
        return f"{friend_gift(reward, reward.currency)}, {state}"


class FriendsTable(tables.Table):
    """Friends who bought, without their names."""

    who = MarkupColumn(
        gettext_lazy("Friend"),
        show=lambda line: format_html('<span class="strong">{}</span>', _who(line)),
        plain=_who,
        css="name-cell",
    )
    got = FriendColumn(gettext_lazy("What the friend got"), show=lambda line: "", label=True)
    amount_minor = MoneyColumn(gettext_lazy("You earned"), strong=True)
    occurred_at = DayColumn(gettext_lazy("Bought"))
    status = StatusColumn(gettext_lazy("Status"), kind="commission", note=status_note)


class FriendsFilters(django_filters.FilterSet):
    """Status and period."""

    status = ChoicesFilter(label=gettext_lazy("Status"), choices=labels("commission"))
    since = SinceFilter("occurred_at")
    until = UntilFilter("occurred_at")

    class Meta:
        model = Commission
        fields: list[str] = []


FRIENDS = Listing(
    table=FriendsTable,
    filters=FriendsFilters,
    name="friends",
    default="-occurred_at",
    orders={"occurred_at": "occurred_at", "amount_minor": "amount_minor"},
    chips=("status", "commission", "status"),
)


@requires("portal.links", room="partner")
def friends(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """My link, words to share, and friends who bought."""
    partner_id = seat_of(reader_of(request))
    new = reverse("partner:links-new", args=[seller_slug])
    empty = Empty(
        _("No friend has bought yet"),
        _("Send your link. When a friend buys for the first time, it stands here."),
        ((_("Make a link"), new),),
        "user-share",
    )
    page = FRIENDS.show(request, selectors.referred(partner_id), empty=empty)
    if page.download:
        return page.download
    shares, without = _shares(partner_id)
    context = {"page": page, "shares": shares, "without": without, "new_url": new}
    return render(request, "partner/points/friends.html", context)


def _shares(partner_id: Any) -> tuple[list[Share], list[Program]]:
    """Programs to refer to with a link, and those that lack one yet; three queries."""
    joined: list[Enrollment] = [
        one
        for one in campaigns.enrollments_of(partner_id, only_active=True)
        if one.program.kind == Program.Kind.REFERRAL
    ]
    links: dict[Any, Any] = {}
    for link in tracking.links_of(partner_id).filter(disabled_at=None).order_by("id"):
        links.setdefault(link.enrollment.program_id, link)
    terms = selectors.terms_of_many([one.program_id for one in joined])
    shares = [
        _share(one.program, link_url(links[one.program_id]), terms.get(one.program_id))
        for one in joined
        if one.program_id in links
    ]
    return shares, [one.program for one in joined if one.program_id not in links]


def _share(program: Program, url: str, terms: FriendTerms | None) -> Share:
    currency = LOYALTY_POINTS if terms and terms.kind == "points" else program.currency
    gift = friend_gift(terms, currency) if terms else ""
    values = {"seller": program.seller.name, "url": url, "gift": gift}
    if gift:
        text = _("I buy at %(seller)s and like it. With my link you get %(gift)s: %(url)s") % values
    else:
        text = _("I buy at %(seller)s and like it. Have a look: %(url)s") % values
    subject = _("A tip for you: %(seller)s") % values
    return Share(program, url, text, f"mailto:?subject={quote(subject)}&body={quote(text)}", gift)
