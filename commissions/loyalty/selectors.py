"""Reads about points: standings, catalogue, redemptions, figures of a program."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from campaigns.models import Enrollment, Program
from commissions.loyalty import rules
from commissions.models import (
    Commission,
    CommissionKind,
    CommissionStatus,
    FullCard,
    LoyaltyReward,
    LoyaltySettings,
    Redemption,
    StampCard,
    VoucherCode,
)
from prm.errors import NotFound
from prm.money import LOYALTY_POINTS

GONE: Final = (CommissionStatus.REJECTED, CommissionStatus.REVERSED)


@dataclass(frozen=True)
class Month:
    """Points of one month: earned less taken back, used less given back, expired."""

    start: datetime
    earned: int = 0
    used: int = 0
    expired: int = 0


@dataclass(frozen=True)
class Outstanding:
    """What a program owes in points: free to use, and still waiting."""

    payable: int
    pending: int


def settings_of(program: Program) -> LoyaltySettings:
    """The program's settings; the usual ones, not saved, where it has none yet."""
    found = LoyaltySettings.objects.filter(program=program).first()
    return found or LoyaltySettings(seller_id=program.seller_id, program=program)


def loyalty_programs() -> QuerySet[Program]:
    """Programs in which points are kept: those of the kind, and others that have settings."""
    own = LoyaltySettings.objects.filter(program=OuterRef("pk"))
    rows = Program.objects.select_related("seller")
    return rows.filter(Q(kind=Program.Kind.LOYALTY) | Exists(own)).order_by("name", "id")


def program_by_id(program_id: uuid.UUID | str) -> Program:
    """A program that keeps points; raises NotFound."""
    found = loyalty_programs().filter(pk=program_id).first()
    if found is None:
        raise NotFound("program")
    return found


def memberships(partner_id: uuid.UUID) -> list[Enrollment]:
    """A partner's enrollments in programs that keep points."""
    rows = Enrollment.objects.filter(
        partner_id=partner_id,
        status=Enrollment.Status.ACTIVE,
        program__in=loyalty_programs().values("pk"),
    )
    return list(rows.select_related("program__seller", "tier").order_by("program__name", "id"))


def member_of(partner_id: uuid.UUID, program: Program) -> Enrollment | None:
    """A partner's enrollment in a program, also an ended one; None where there never was one."""
    return Enrollment.objects.filter(partner_id=partner_id, program=program).first()


def point_lines(partner_id: uuid.UUID) -> QuerySet[Commission]:
    """A partner's lines in points, with everything that a list and a reason show."""
    return Commission.objects.filter(partner_id=partner_id, currency=LOYALTY_POINTS).select_related(
        "partner",
        "program",
        "sale__link",
        "sale__customer",
        "refund",
        "occasion",
        "on",
        "reverses__sale",
        "rule_version__rule",
        "enrollment",
        "seller",
    )


def standings(
    enrollments: Sequence[Enrollment], months: int | None, zone: ZoneInfo
) -> dict[uuid.UUID, rules.Standing]:
    """What each member has, from the lines themselves; one query."""
    rows = (
        Commission.objects.filter(
            partner_id__in=[one.partner_id for one in enrollments],
            enrollment_id__in=[one.pk for one in enrollments],
            currency=LOYALTY_POINTS,
            status=CommissionStatus.PAYABLE,
        )
        .annotate(lots=KeyTransform("lots", KeyTransform("settled", "trace")))
        .values_list(
            "pk", "enrollment_id", "kind", "amount_minor", "reverses_id", "occurred_at", "lots"
        )
    )
    by_member: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in rows:
        by_member[row[1]].append(row)
    return {one.pk: _standing(by_member[one.pk], months, zone) for one in enrollments}


def _standing(rows: Sequence[Any], months: int | None, zone: ZoneInfo) -> rules.Standing:
    """Lines of one member as lots and uses."""
    points: dict[uuid.UUID, int] = {}
    earned_at: dict[uuid.UUID, datetime] = {}
    expired: dict[str, int] = defaultdict(int)
    used = 0
    for key, _member, kind, amount, reverses, at, _lots in rows:
        if kind != CommissionKind.EXPIRY and reverses is None and amount > 0:
            points[key], earned_at[key] = amount, at
    for key, _member, kind, amount, reverses, at, lots in rows:
        if kind == CommissionKind.EXPIRY:
            for lot in lots or []:
                expired[lot["line"]] += lot["points"]
        elif key in points:
            continue
        elif reverses in points:
            points[reverses] += amount
        elif amount > 0:
            points[key], earned_at[key] = amount, at
        else:
            used -= amount
    lots_now = [
        rules.Lot(
            key=str(key),
            earned_at=earned_at[key],
            points=amount,
            expired=expired.pop(str(key), 0),
            expires_at=rules.expires_at(earned_at[key], months, zone),
        )
        for key, amount in points.items()
    ]
    # What expired of a lot that is wholly reversed since has no lot any more.
    gone = [rules.Lot(key, timezone.now(), 0, expired=n) for key, n in expired.items() if n]
    return rules.standing([*lots_now, *gone], used)


def standing_of(enrollment: Enrollment) -> rules.Standing:
    """What one member has; `enrollment.program.seller` must be loaded."""
    settings = settings_of(enrollment.program)
    zone = ZoneInfo(enrollment.program.seller.time_zone)
    return standings([enrollment], settings.expire_months, zone)[enrollment.pk]


def sums_of(enrollment: Enrollment) -> dict[str, int]:
    """A member's points by where they are: pending, held, earned, used, expired; one query."""
    rows = Commission.objects.filter(
        partner_id=enrollment.partner_id, enrollment=enrollment, currency=LOYALTY_POINTS
    ).exclude(status__in=GONE)
    used, expired = Q(kind=CommissionKind.REDEMPTION), Q(kind=CommissionKind.EXPIRY)
    found = rows.aggregate(
        pending=_points(Q(status=CommissionStatus.PENDING)),
        held=_points(Q(status=CommissionStatus.HELD)),
        earned=_points(~used & ~expired),
        used=_points(used),
        expired=_points(expired),
    )
    return {**found, "used": -found["used"], "expired": -found["expired"]}


def outstanding(program: Program) -> Outstanding:
    """The program's liability in points; one query."""
    rows = Commission.objects.filter(program=program, currency=LOYALTY_POINTS)
    waits = Q(status__in=(CommissionStatus.PENDING, CommissionStatus.HELD))
    found = rows.aggregate(
        payable=_points(Q(status=CommissionStatus.PAYABLE)), pending=_points(waits)
    )
    return Outstanding(**found)


def months_of(program: Program, starts: Sequence[datetime]) -> list[Month]:
    """Earned, used and expired of each month that begins at `starts`, oldest first; one query."""
    used, expired = Q(kind=CommissionKind.REDEMPTION), Q(kind=CommissionKind.EXPIRY)
    rows = (
        Commission.objects.filter(
            program=program, currency=LOYALTY_POINTS, occurred_at__gte=starts[0]
        )
        .exclude(status__in=GONE)
        .annotate(month=TruncMonth("occurred_at", tzinfo=starts[0].tzinfo))
        .values("month")
        .annotate(earned=_points(~used & ~expired), used=_points(used), gone=_points(expired))
    )
    found = {row["month"]: row for row in rows.order_by()}
    none = {"earned": 0, "used": 0, "gone": 0}
    return [
        Month(start, row["earned"], -row["used"], -row["gone"])
        for start in starts
        for row in [found.get(start, none)]
    ]


def member_count(program: Program) -> int:
    """Active members of a program."""
    return Enrollment.objects.filter(program=program, status=Enrollment.Status.ACTIVE).count()


def summaries() -> list[Any]:
    """Programs that keep points, with `members` and `owed`, points free to use; one query."""
    active = Enrollment.objects.filter(program=OuterRef("pk"), status=Enrollment.Status.ACTIVE)
    lines = Commission.objects.filter(
        program=OuterRef("pk"), currency=LOYALTY_POINTS, status=CommissionStatus.PAYABLE
    )
    owed = lines.order_by().annotate(one=Value(1)).values("one").annotate(n=Sum("amount_minor"))
    total = Coalesce(Subquery(owed.values("n"), output_field=BigIntegerField()), 0)
    return list(loyalty_programs().annotate(members=_count(active), owed=total))


# The catalogue


def rewards() -> QuerySet[Any]:
    """The catalogue with `state` (portal/statuses.py, reward), `codes_left` and `taken`."""
    now = timezone.now()
    free = VoucherCode.objects.filter(reward=OuterRef("pk"), handed_at=None)
    state = Case(
        When(withdrawn_at__isnull=False, then=Value("withdrawn")),
        When(available_from__gt=now, then=Value("planned")),
        When(available_until__lte=now, then=Value("over")),
        When(stock=0, then=Value("gone")),
        When(Q(kind=LoyaltyReward.Kind.VOUCHER, codes_left=0), then=Value("gone")),
        default=Value("active"),
        output_field=CharField(),
    )
    return (
        LoyaltyReward.objects.select_related("program__seller", "tier", "seller")
        .annotate(codes_left=_count(free), taken=_count(_alive()))
        .annotate(state=state)
    )


def reward_by_id(reward_id: uuid.UUID | str) -> Any:
    """A reward of the catalogue; raises NotFound."""
    found = rewards().filter(pk=reward_id).first()
    if found is None:
        raise NotFound("reward")
    return found


def offered(enrollment: Enrollment) -> list[Any]:
    """What a member's catalogue shows: what can be had now, with `own_count` of his own."""
    rows = rewards().filter(program_id=enrollment.program_id, state="active")
    mine = _count(_alive().filter(enrollment=enrollment))
    return list(rows.annotate(own_count=mine).order_by("cost", "id"))


def free_codes(reward: LoyaltyReward) -> int:
    """Codes not handed out yet."""
    return VoucherCode.objects.filter(reward=reward, handed_at=None).count()


# Redemptions and cards


def redemptions() -> QuerySet[Redemption]:
    """Redemptions with all that a list shows."""
    return Redemption.objects.select_related(
        "reward",
        "partner__seller",
        "program__seller",
        "seller",
        "asked_by",
        "decided_by",
        "enrollment__program__seller",
    )


def redemption_by_id(redemption_id: uuid.UUID | str) -> Redemption:
    """One redemption; raises NotFound."""
    found = redemptions().filter(pk=redemption_id).first()
    if found is None:
        raise NotFound("redemption")
    return found


def waiting() -> QuerySet[Redemption]:
    """Redemptions that wait for staff."""
    return Redemption.objects.filter(status=Redemption.Status.ASKED)


def cards() -> QuerySet[StampCard]:
    """Stamp cards of all programs."""
    return StampCard.objects.select_related("program__seller", "reward")


def cards_of(program: Program) -> list[Any]:
    """A program's stamp cards with `full_count`, running ones first."""
    full = Count("full", filter=Q(full__undone_at=None))
    rows = StampCard.objects.filter(program=program).select_related("reward", "seller")
    return list(
        rows.annotate(full_count=full).order_by(F("ended_at").desc(nulls_first=True), "-id")
    )


def card_by_id(card_id: uuid.UUID | str) -> StampCard:
    """One stamp card; raises NotFound."""
    found = cards().filter(pk=card_id).first()
    if found is None:
        raise NotFound("card")
    return found


def full_cards(enrollment_ids: Iterable[uuid.UUID]) -> QuerySet[FullCard]:
    """Cards that members completed, newest first."""
    rows = FullCard.objects.filter(enrollment_id__in=list(enrollment_ids))
    return rows.select_related("card", "line").order_by("-completed_at", "-id")


def _alive() -> QuerySet[Redemption]:
    """Redemptions of the outer reward that were not cancelled."""
    rows = Redemption.objects.filter(reward=OuterRef("pk"))
    return rows.exclude(status=Redemption.Status.CANCELLED)


def _count(rows: QuerySet[Any]) -> Coalesce:
    """How many `rows` there are, as a subquery of its own: joins would multiply them."""
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


def _points(which: Q) -> Coalesce:
    return Coalesce(Sum("amount_minor", filter=which), 0)
