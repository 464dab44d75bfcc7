"""The partner's home: what he earned, where his money is, his links, and what is new."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext

from activity import notifications
from campaigns import kinds
from campaigns import selectors as campaigns
from campaigns.models import Enrollment
from commissions import offers, reasons
from commissions import selectors as commissions
from commissions.best_links import best_links
from commissions.selectors import Cost, Tile
from partners import selectors as partners
from payouts import rules as payout_rules
from payouts import selectors as payouts
from portal import money_format, navigation, time_format
from portal.access import reader_of, requires, user_of
from portal.link_address import link_url
from portal.partner import goal_cards, links
from portal.partner.link_forms import ShortLinkForm
from prm import periods
from prm.money import LOYALTY_POINTS
from sellers.models import User
from sellers.reader import Reader
from tracking import selectors as tracking

NEWS = 4
GOALS = 3


@dataclass(frozen=True)
class Purse:
    """A partner's money in one currency. Minor units; `missing` is what the minimum still lacks."""

    currency: str
    earned: Cost
    pending: Tile
    held: Tile
    payable: Tile
    in_payout: Tile
    paid: Tile
    next_free: datetime | None
    minimum: int

    @property
    def missing(self) -> int:
        """How much is missing to the smallest payout; 0 when it is reached."""
        return max(0, self.minimum - self.payable.amount)

    @property
    def owed(self) -> int:
        """Everything earned and not yet paid."""
        places = (self.pending, self.held, self.payable, self.in_payout)
        return sum(place.amount for place in places)


@dataclass(frozen=True)
class News:
    """One new thing: its icon, what it says, where it leads, and whether it is unread."""

    icon: str
    title: str
    text: str
    url: str
    at: datetime
    new: bool = False

    @property
    def when(self) -> str:
        """The time of day for today's, else the day."""
        today = time_format.local_day(self.at) == timezone.localdate()
        return time_format.clock_text(self.at) if today else time_format.day_text(self.at)


@requires("portal.view", room="partner")
def home(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The home page; a posted form makes a link."""
    reader = reader_of(request)
    partner_id = links.seat_of(reader)
    every = list(campaigns.with_programs(partner_id))
    enrollments = [one for one in every if one.status == Enrollment.Status.ACTIVE]
    form = ShortLinkForm(request.POST or None, enrollments=enrollments)
    if request.method == "POST":
        reader.require("portal.links", room="partner")
        made = links.make(request, form)
        if made:
            address = reverse("partner:home", args=[seller_slug])
            return HttpResponseRedirect(f"{address}?made={made.pk}#make")
    context = _money(reader, partner_id, enrollments) | _selling(request, partner_id, enrollments)
    if reader.may("portal.earnings"):
        context["goal_cards"] = goal_cards.cards(partner_id, seller_slug, enrollments)[:GOALS]
    context |= {"form": form, "greeting": greeting(user_of(request)), **_news(request)}
    context["nav_rooms"] = {"partner": kinds.rooms_of(one.program.kind for one in every)}
    return render(request, "partner/home.html", context, status=422 if form.is_bound else 200)


def greeting(user: User) -> str:
    """`Good morning, Rani` by the reader's clock and language."""
    hour = timezone.localtime().hour
    if 4 <= hour < 11:
        words = pgettext("from 4 to 11", "Good morning")
    elif hour == 11:
        words = pgettext("from 11 to 12", "Good morning")
    elif 12 <= hour < 15:
        words = pgettext("from 12 to 15", "Good afternoon")
    elif 15 <= hour < 18:
        words = pgettext("from 15 to 18", "Good afternoon")
    else:
        words = pgettext("from 18 to 4", "Good evening")
    first = user.name.split()[0] if user.name.strip() else ""
    return f"{words}, {first}" if first else words


def purses(partner_id: uuid.UUID, minimums: list[dict[str, int]]) -> list[Purse]:
    """The partner's money by currency, the one with most lines first; three queries.

    Points are no money and have a page of their own.
    """
    period = periods.month_so_far(timezone.localtime())
    tiles, free = commissions.tiles(partner_id), commissions.next_free(partner_id)
    earned = commissions.earned_of(partner_id, period)
    money = [code for code in tiles if code != LOYALTY_POINTS]
    by_use = sorted(money, key=lambda code: (-sum(t.lines for t in tiles[code].values()), code))
    return [
        _purse(code, earned.get(code), tiles[code], free.get(code), minimums) for code in by_use
    ]


def _purse(
    currency: str,
    earned: Cost | None,
    tiles: dict[str, Tile],
    next_free: datetime | None,
    minimums: list[dict[str, int]],
) -> Purse:
    return Purse(
        currency=currency,
        earned=earned or Cost(0, 0),
        pending=tiles.get("pending", Tile()),
        held=tiles.get("held", Tile()),
        payable=tiles.get("payable", Tile()),
        in_payout=tiles.get("in_payout", Tile()),
        paid=tiles.get("paid", Tile()),
        next_free=next_free,
        minimum=payout_rules.minimum(minimums, currency),
    )


def _money(reader: Reader, partner_id: uuid.UUID, enrollments: list[Enrollment]) -> dict[str, Any]:
    if not reader.may("portal.earnings"):
        return {}
    found = purses(partner_id, [one.program.minimum_payout for one in enrollments])
    if not found:
        currency = enrollments[0].program.currency if enrollments else reader.seller.currency
        found = [_purse(currency, None, {}, None, [])]
    main = found[0]
    period = periods.month_so_far(timezone.localtime())
    method = payouts.current_method(partner_id)
    return {
        "purse": main,
        "moved": _moved(main.earned),
        "other_purses": found[1:],
        "month": period,
        "hold_days": _one_hold(enrollments),
        "held_reason": _held_reason(partner_id, main),
        "method": method,
        "method_words": str(method) if method else "",
    }


def _held_reason(partner_id: uuid.UUID, purse: Purse) -> str:
    """Why the newest held line is held; "" where none is."""
    held = commissions.held_reasons(partner_id, purse.currency) if purse.held.lines else []
    return reasons.stop_text(held[0]) if held else ""


def _moved(cost: Cost) -> str:
    """`↗ 17 %` against the month before; "" where nothing can be compared."""
    if cost.earned_before <= 0:
        return ""
    change = Decimal(cost.earned - cost.earned_before) * 100 / cost.earned_before
    arrow = "↗" if change > 0 else "↘" if change < 0 else "→"
    return f"{arrow} {money_format.percent(abs(change), 0)}"


def _one_hold(enrollments: list[Enrollment]) -> int | None:
    """The hold in days where all programs have the same, else None."""
    days = {one.program.hold_days for one in enrollments}
    return days.pop() if len(days) == 1 else None


def _selling(
    request: HttpRequest, partner_id: uuid.UUID, enrollments: list[Enrollment]
) -> dict[str, Any]:
    now = timezone.localtime()
    month = periods.month_so_far(now)
    own = tracking.links_of(partner_id)
    best = best_links(partner_id, month.start)
    starts = periods.week_starts(now, links.SPARK_WEEKS)
    weekly = tracking.weekly_clicks([one.link.pk for one in best], starts)
    made_id = _uuid(request.GET.get("made", ""))
    made = own.filter(pk=made_id).first() if made_id else None
    return {
        "best": [(one, weekly[one.link.pk], link_url(one.link)) for one in best],
        "link_count": own.count(),
        "made": made,
        "made_url": link_url(made) if made else "",
        "offers": [
            (one, reasons.reward_text(one.reward, one.enrollment.program.currency))
            for one in offers.offers(enrollments)
            if one.reward
        ],
        "today": timezone.localdate(),
    }


def _news(request: HttpRequest) -> dict[str, Any]:
    """Notifications and new materials in one line of time, newest first, and who to ask."""
    reader, user = reader_of(request), user_of(request)
    partner_id = links.seat_of(reader)
    told = notifications.newest(user, "partner", NEWS)
    fresh = campaigns.usable_materials(partner_id).order_by("-id")[:NEWS]
    materials = navigation.address("partner:materials", reader.seller.slug)
    news = [
        News("bell", one.subject, one.body, one.path, one.created_at, one.read_at is None)
        for one in told
    ]
    news += [News("photo", one.name, one.description, materials, one.created_at) for one in fresh]
    news.sort(key=lambda one: one.at, reverse=True)
    return {"news": news[:NEWS], "partner": partners.partner_by_id(partner_id)}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
