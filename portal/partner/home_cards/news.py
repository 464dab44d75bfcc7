"""What is new for the partner, and who looks after him."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from activity import notifications
from campaigns import selectors as campaigns
from campaigns.models.onboarding import Gate
from partners.conversations import selectors as conversations
from partners.models import Conversation, Side
from portal import navigation, time_format
from portal.partner.home_cards.place import Place

NEWS = 4


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


def card(place: Place) -> dict[str, Any]:
    """Notifications and new materials in one line of time, newest first, and who to ask."""
    told = notifications.newest(place.user, "partner", NEWS)
    closed = {
        one.enrollment.program_id for one in place.check_lists if Gate.MATERIALS in one.closed
    }
    fresh = campaigns.usable_materials(place.partner_id, closed).order_by("-id")[:NEWS]
    materials = navigation.address("partner:materials", place.reader.seller.slug)
    news = [
        News("bell", one.subject, one.body, one.path, one.created_at, one.read_at is None)
        for one in told
    ]
    news += [News("photo", one.name, one.description, materials, one.created_at) for one in fresh]
    news.sort(key=lambda one: one.at, reverse=True)
    return {"news": news[:NEWS], "partner": place.partner, "last_word": _last_word(place)}


def _last_word(place: Place) -> Conversation | None:
    """The open conversation in which the seller wrote last, with the start of what he wrote."""
    if place.partner.manager is None:
        return None
    own = conversations.of_partner(place.partner_id, place.user)
    open_ones = own.filter(last_side=Side.SELLER, status=Conversation.Status.OPEN)
    return open_ones.order_by("-last_message_at", "-id").first()
