"""Writing off points whose time is over, and telling members before."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from activity.services import record
from campaigns.models import Enrollment
from commissions.loyalty import rules, selectors, words
from commissions.loyalty.members import lock_member
from commissions.models import (
    Commission,
    CommissionKind,
    LoyaltySettings,
    OccasionKind,
    PointsReminder,
)
from commissions.services.occasions import OccasionInput, Settled, pay_once
from partners.notices import notices_to
from partners.selectors import users_of
from prm.money import LOYALTY_POINTS
from sellers.actors import SYSTEM

SOON = gettext_lazy("%(points)s expire soon")
SOON_MORE = gettext_lazy("The first go on %(day)s, all of them by %(last)s. Choose a reward.")


def write_off(member: Enrollment, settings: LoyaltySettings) -> list[Commission]:
    """Write off what is due of a locked member's points; nothing is left to do afterwards.

    Running it again writes nothing, since it compares lots with what was written off of them.
    """
    zone = ZoneInfo(member.program.seller.time_zone)
    has = selectors.standings([member], settings.expire_months, zone)[member.pk]
    now = timezone.now()
    found = rules.due(has, now)
    ends = {left.lot.key: left.lot.expires_at or now for left in has.lots}
    gone = [one for one in found if one.points > 0]
    back = [one for one in found if one.points < 0]
    moment = max((ends[one.key] for one in gone), default=now)
    lines = [_line(member, settings, gone, moment), _line(member, settings, back, now)]
    return [line for line in lines if line is not None]


def settle(enrollment: Enrollment, settings: LoyaltySettings) -> list[Commission]:
    """The same for a member who is not locked yet, in a transaction of its own."""
    with transaction.atomic():
        return write_off(lock_member(enrollment), settings)


def remind(enrollment: Enrollment, settings: LoyaltySettings) -> int:
    """Tell a member once of each point about to expire; how many points he was told of."""
    with transaction.atomic():
        member = lock_member(enrollment)
        zone = ZoneInfo(member.program.seller.time_zone)
        has = selectors.standings([member], settings.expire_months, zone)[member.pk]
        told = windows(has, settings, _told_until(member), timezone.now())
        if not told:
            return 0
        for days, until, _points, _first in told:
            PointsReminder.objects.update_or_create(
                seller_id=member.seller_id, enrollment=member, days=days, defaults={"until": until}
            )
        _days, until, points, first = max(told, key=lambda one: one[2])
        _notify(member, settings, points, first.astimezone(zone), until.astimezone(zone))
        return points


def windows(
    has: rules.Standing,
    settings: LoyaltySettings,
    told: dict[int, datetime],
    now: datetime,
) -> list[tuple[int, datetime, int, datetime]]:
    """(days, until, points, first) of each reminder that has something new to say."""
    found = []
    for days in settings.remind_days:
        until = now + timedelta(days=days)
        points, first = rules.expiring(has, max(now, told.get(days, now)), until)
        if points and first is not None:
            found.append((days, until, points, first))
    return found


def reminders(enrollments: Sequence[Enrollment]) -> dict[object, dict[int, datetime]]:
    """Up to when members were told, by member and days; one query."""
    found: dict[object, dict[int, datetime]] = {one.pk: {} for one in enrollments}
    rows = PointsReminder.objects.filter(enrollment_id__in=list(found))
    for member, days, until in rows.values_list("enrollment_id", "days", "until"):
        found[member][days] = until
    return found


def _told_until(member: Enrollment) -> dict[int, datetime]:
    return reminders([member])[member.pk]


def _line(
    member: Enrollment, settings: LoyaltySettings, dues: Sequence[rules.Due], moment: datetime
) -> Commission | None:
    if not dues:
        return None
    written = Commission.objects.filter(
        partner_id=member.partner_id, enrollment=member, kind=CommissionKind.EXPIRY
    ).count()
    facts = {
        "what": words.EXPIRY,
        "months": settings.expire_months,
        "lots": [{"line": one.key, "points": one.points} for one in dues],
        **words.names_of(settings).as_facts(),
    }
    return pay_once(
        enrollment=member,
        occasion=OccasionInput(
            kind=OccasionKind.LOYALTY,
            key=f"points-expiry:{member.pk}:{written + 1}",
            label=member.program.name,
            occurred_at=moment,
            currency=LOYALTY_POINTS,
        ),
        settled=Settled(
            CommissionKind.EXPIRY, -sum(one.points for one in dues), facts, at_once=True
        ),
        actor=SYSTEM,
    )


def _notify(
    member: Enrollment, settings: LoyaltySettings, points: int, first: datetime, until: datetime
) -> None:
    seller = member.program.seller
    last_day = timedelta(days=1)  # an expiry is the midnight after the last good day
    record(
        seller=seller,
        actor=SYSTEM,
        verb="points.expiring",
        object=member,
        label=member.program.name,
        partner_id=member.partner_id,
        detail={"points": points, "first": (first - last_day).date().isoformat()},
        notify=notices_to(
            users_of(member.partner, "admin", "member"),
            seller=seller,
            room="partner",
            subject=SOON,
            body=SOON_MORE,
            values={
                "points": words.points_text(points, words.names_of(settings)),
                "day": (first - last_day).date(),
                "last": until.date(),
            },
            path=f"/{seller.slug}/portal/points/",
        ),
    )
