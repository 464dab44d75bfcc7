"""Telling once when a brief's due date has passed and pieces are missing."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext_lazy

from activity.services import record
from commissions import deliverable_rules, deliverable_selectors
from commissions.models import Brief
from partners.notices import notices_to
from partners.selectors import staff_to_tell
from sellers.actors import SYSTEM
from sellers.models import Seller, User
from sellers.scope import seller_scope

LATE: Final = "deliverables-late"
BATCH: Final = 20


def waiting() -> Iterable[uuid.UUID]:
    """Sellers in whose own day a due date has passed of which nobody was told."""
    now = timezone.now()
    rows = (
        Brief.objects.filter(late_told_at=None, ended_at=None)
        .filter(due_on__lt=now.date() + timedelta(days=1))
        .values_list("seller_id", "seller__time_zone")
        .annotate(first=Min("due_on"))
    )
    return {
        seller_id
        for seller_id, zone, first in rows
        if deliverable_rules.is_late(first, now.astimezone(ZoneInfo(zone)).date())
    }


def step(seller_id: uuid.UUID) -> bool:
    """Tell of some briefs; whether there may be more."""
    with seller_scope(seller_id):
        now = timezone.now()
        seller = Seller.objects.get(pk=seller_id)
        today = now.astimezone(ZoneInfo(seller.time_zone)).date()
        rows = list(
            Brief.objects.filter(late_told_at=None, ended_at=None, due_on__lt=today)
            .select_related("program", "partner", "seller")
            .order_by("due_on", "id")
            .select_for_update(skip_locked=True, of=("self",))[:BATCH]
        )
        for brief in rows:
            _tell(brief, now)
        return len(rows) == BATCH


def _tell(brief: Brief, now: datetime) -> None:
    """Tell who owes pieces, and staff; the row is locked and marked, so it happens once."""
    Brief.objects.filter(pk=brief.pk).update(late_told_at=now)
    owing = deliverable_selectors.owing(brief)
    if not owing:
        return
    seller = brief.seller
    values = {"title": brief.title, "count": len(owing)}
    people = notices_to(
        deliverable_selectors.users_of_partners(owing),
        seller=seller,
        room="partner",
        subject=gettext_lazy("%(title)s is past its due date"),
        body=gettext_lazy("Hand it in, or write to your partner manager."),
        values=values,
        path=f"/{seller.slug}/portal/deliverables/{brief.pk}/",
    )
    staff: list[User] = staff_to_tell(brief.partner)
    told = notices_to(
        staff,
        seller=seller,
        room="console",
        subject=gettext_lazy("%(title)s is past its due date"),
        body=ngettext_lazy(
            "%(count)d partner has not handed in all of it.",
            "%(count)d partners have not handed in all of it.",
            len(owing),
        ),
        values=values,
        path=f"/{seller.slug}/console/deliverables/briefs/{brief.pk}/",
    )
    record(
        seller=seller,
        actor=SYSTEM,
        verb="brief.late",
        object=brief,
        partner_id=brief.partner_id,
        detail={"partners": len(owing)},
        notify=[*people, *told],
    )
