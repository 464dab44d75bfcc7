"""What the system does by itself: count new sales on stamp cards, and once a day all members.

The daily pass writes off points, reminds, and counts every card again, so that whatever the quick
look missed (a sale computed at a second try) is made up for. Both may run any number of times.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from activity import work
from campaigns.models import Enrollment
from commissions.loyalty import expiry, rules, selectors, stamps
from commissions.models import LoyaltySettings, StampCard
from prm.ids import lowest_id_at
from sellers.scope import seller_scope
from tracking.models import Refund, Sale, SaleShare

BATCH: Final = 200
# Rows become visible when their transaction ends, a while after their id was made.
OVERLAP: Final = timedelta(minutes=10)


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with a daily pass or new sales to look at; runs under the maintenance scope."""
    found = set(_daily().values_list("seller_id", flat=True))
    for row in _with_cards():
        if row.seller_id not in found and _has_news(row):
            found.add(row.seller_id)
    return found


def step(seller_id: uuid.UUID) -> bool:
    """Look at new sales, then take one batch of a daily pass; whether there may be more."""
    with seller_scope(seller_id):
        fresh = list(_with_cards())
    for settings in fresh:
        with seller_scope(seller_id):
            if _has_news(settings):
                _count_news(settings)
    with seller_scope(seller_id):
        row = _daily().select_related("program__seller").order_by("id").first()
    return row is not None and _sweep(seller_id, row)


KIND: Final = work.Kind("loyalty", waiting, step, queue=work.BACKGROUND_QUEUE)


def _daily() -> "QuerySet[LoyaltySettings]":
    today = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    cards = StampCard.objects.filter(seller_id=OuterRef("seller_id"), program=OuterRef("program"))
    has_work = Q(expire_months__isnull=False) | Exists(cards)
    return LoyaltySettings.objects.filter(Q(swept_at=None) | Q(swept_at__lt=today)).filter(has_work)


def _with_cards() -> "QuerySet[LoyaltySettings]":
    return LoyaltySettings.objects.filter(counted_at__isnull=False).select_related("program")


def _has_news(settings: LoyaltySettings) -> bool:
    since = lowest_id_at(settings.counted_at or timezone.now())
    seller = {"seller_id": settings.seller_id, "id__gte": since}
    program = settings.program_id
    return (
        Sale.objects.filter(program_id=program, **seller).exists()
        or Refund.objects.filter(sale__program_id=program, **seller).exists()
    )


def _count_news(settings: LoyaltySettings) -> None:
    """Count the members who bought or gave back since the last look.

    The look reaches up to the oldest sale that is not computed yet; that one is news next time.
    """
    now = timezone.now()
    since = lowest_id_at((settings.counted_at or now) - OVERLAP)
    bought = Sale.objects.filter(program_id=settings.program_id, id__gte=since)
    back = Refund.objects.filter(sale__program_id=settings.program_id, id__gte=since)
    members = set(bought.exclude(enrollment=None).values_list("enrollment_id", flat=True))
    members |= set(back.values_list("sale__enrollment_id", flat=True))
    shares = SaleShare.objects.filter(Q(sale__in=bought) | Q(sale__in=back.values("sale")))
    members |= set(shares.values_list("enrollment_id", flat=True))
    ids = sorted(one for one in members if one is not None)
    for start in range(0, len(ids), BATCH):
        stamps.count(settings.program, ids[start : start + BATCH])
    oldest = bought.filter(state=Sale.State.PENDING).order_by("id").first()
    until: datetime = min(now, oldest.created_at) if oldest else now
    LoyaltySettings.objects.filter(pk=settings.pk).update(counted_at=until)


def _sweep(seller_id: uuid.UUID, settings: LoyaltySettings) -> bool:
    """One batch of members of a daily pass. Always more to ask for: the next batch or program."""
    with seller_scope(seller_id):
        rows = Enrollment.objects.filter(program_id=settings.program_id).order_by("id")
        if settings.sweep_after:
            rows = rows.filter(id__gt=settings.sweep_after)
        members = list(rows[:BATCH])
        settle, remind = _who(settings, members)
    for member in settle:
        with seller_scope(seller_id):
            expiry.settle(member, settings)
    for member in remind:
        with seller_scope(seller_id):
            expiry.remind(member, settings)
    with seller_scope(seller_id):
        stamps.count(settings.program, [one.pk for one in members])
        last = len(members) < BATCH
        LoyaltySettings.objects.filter(pk=settings.pk).update(
            sweep_after=None if last else members[-1].pk,
            swept_at=timezone.now() if last else settings.swept_at,
        )
    return True


def _who(
    settings: LoyaltySettings, members: Sequence[Enrollment]
) -> tuple[list[Enrollment], list[Enrollment]]:
    """Members with points to write off, and members to remind; two queries for the batch."""
    if settings.expire_months is None or not members:
        return [], []
    now = timezone.now()
    zone = ZoneInfo(settings.program.seller.time_zone)
    have = selectors.standings(members, settings.expire_months, zone)
    told = expiry.reminders(members)
    settle = [one for one in members if rules.due(have[one.pk], now)]
    remind = [one for one in members if expiry.windows(have[one.pk], settings, told[one.pk], now)]
    return settle, remind
