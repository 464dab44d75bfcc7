"""How each partner stands, made anew for every full day of the seller's, some hundred at a time."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from activity import work
from commissions.models import Standing, StandingRound
from commissions.performance import warning
from commissions.performance.facts import facts_of
from commissions.performance.rules import Facts, engagement, health, worsened
from partners.models import Partner
from sellers.models import Seller
from sellers.scope import seller_scope

BATCH: Final = 500
# The last sales of a day and late clicks come in before it is judged.
AFTER: Final = timedelta(hours=1)
WATCHED: Final = (Partner.Status.ACTIVE, Partner.Status.SUSPENDED)
_MADE: Final = [
    "as_of", "currency", "clicks", "clicks_before", "sales", "sales_before", "amount_minor",
    "before_minor", "earned_minor", "refunded_minor", "change", "last_sale_on", "parts", "score",
    "health", "why", "since_on",
]  # fmt: skip
_MOST: Final = 2**31 - 1


def last_full_day(seller: Seller) -> date:
    """The newest day of the seller's that is over for an hour."""
    now = timezone.now() - AFTER
    return now.astimezone(ZoneInfo(seller.time_zone)).date() - timedelta(days=1)


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with partners whose standings are not of the last full day."""
    rounds = {row.seller_id: row for row in StandingRound.objects.all()}
    live = Partner.objects.filter(status__in=WATCHED).values("seller_id")
    for seller in Seller.objects.filter(pk__in=live):
        last = rounds.get(seller.pk)
        if last is None or last.day < last_full_day(seller) or last.after is not None:
            yield seller.pk


def step(seller_id: uuid.UUID) -> bool:
    """Judge the next partners of a seller; whether there may be more."""
    with seller_scope(seller_id):
        seller = Seller.objects.get(pk=seller_id)
        day = last_full_day(seller)
        StandingRound.objects.get_or_create(
            seller=seller, defaults={"day": day, "after": uuid.UUID(int=0)}
        )
        one = StandingRound.objects.select_for_update().get(seller=seller)
        if one.day < day:
            one.day, one.after = day, uuid.UUID(int=0)
        elif one.after is None:
            return False
        rows = Partner.objects.filter(status__in=WATCHED, pk__gt=one.after).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:BATCH])
        make(seller, ids, one.day)
        one.after = ids[-1] if len(ids) == BATCH else None
        one.save(update_fields=["day", "after"])
        if one.after is None:
            _drop_unwatched()
        return one.after is not None


def make(seller: Seller, partner_ids: list[uuid.UUID], day: date) -> None:
    """Judge these partners as of `day`, and tell of those who do worse; in the seller's scope."""
    known = {
        key: (kind, since)
        for key, kind, since in Standing.objects.filter(partner_id__in=partner_ids).values_list(
            "partner_id", "health", "since_on"
        )
    }
    rows, worse = [], []
    for partner_id, facts in facts_of(partner_ids, day, seller.time_zone).items():
        row = standing(seller, partner_id, facts)
        kind, since = known.get(partner_id, ("", day))
        row.since_on = since if kind == row.health else day
        rows.append(row)
        if kind and worsened(kind, row.health):
            worse.append(row)
    Standing.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["seller", "partner"],
        update_fields=_MADE,
    )
    warning.warn(seller, worse)


def standing(seller: Seller, partner_id: uuid.UUID, facts: Facts) -> Standing:
    """An unsaved standing of facts, as if its health began today."""
    case, parts = health(facts), engagement(facts)
    return Standing(
        seller=seller,
        partner_id=partner_id,
        as_of=facts.as_of,
        currency=facts.currency or seller.currency,
        clicks=facts.clicks,
        clicks_before=facts.clicks_before,
        sales=facts.sales,
        sales_before=facts.sales_before,
        amount_minor=facts.amount,
        before_minor=facts.before,
        earned_minor=facts.earned,
        refunded_minor=facts.refunded,
        change=None if facts.change is None else min(facts.change, _MOST),
        last_sale_on=facts.last_sale_on,
        parts=parts,
        score=sum(parts.values()),
        health=case.health,
        why=case.why,
        since_on=facts.as_of,
    )


def _drop_unwatched() -> None:
    """Partners who left are no longer compared."""
    Standing.objects.filter(~Q(partner__status__in=WATCHED)).delete()


KIND: Final = work.Kind("standings", waiting, step, work.BACKGROUND_QUEUE)
