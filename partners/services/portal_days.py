"""Noting that a person was in a partner's portal."""

import uuid
from zoneinfo import ZoneInfo

from django.utils import timezone

from partners.models import PortalDay
from sellers.models import Seller, User


def note_portal_day(*, seller: Seller, partner_id: uuid.UUID, user: User) -> None:
    """Keep that `user` opened the portal of the partner today, once; one statement."""
    today = timezone.localdate(timezone=ZoneInfo(seller.time_zone))
    day = PortalDay(seller=seller, partner_id=partner_id, day=today, user_id=user.pk)
    PortalDay.objects.bulk_create([day], ignore_conflicts=True)
