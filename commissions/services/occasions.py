"""What earns besides sales: queued for the rules, or settled and paid straight away. Once each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from activity import work
from activity.services import Entry
from campaigns.models import Enrollment
from commissions.models import Commission, CommissionKind, Occasion
from commissions.services import moving
from commissions.services.intake import ENGINE
from commissions.services.seals import record_sealed
from prm.ids import new_id
from prm.money import MAX_MINOR
from sellers.actors import Actor
from tracking.models import Customer, Link


@dataclass(frozen=True)
class OccasionInput:
    """What happened. `key` makes it happen once per seller; money in minor units."""

    kind: str
    key: str
    label: str
    occurred_at: datetime
    amount_minor: int = 0
    quantity: int = 1
    currency: str = ""
    customer: Customer | None = None
    link: Link | None = None
    country: str = ""
    attribution: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Settled:
    """An amount settled outside the rules; points are in the currency PTS.

    `facts` explain it and hold `what`, a code registered in `commissions.reasons.settled`. With
    `at_once` the line is payable without a hold.
    """

    kind: CommissionKind
    amount_minor: int
    facts: Mapping[str, Any]
    at_once: bool = False


def bring(*, enrollment: Enrollment, occasion: OccasionInput) -> Occasion:
    """Queue an occasion for the rules of its event; the stored one where its key is known."""
    found = Occasion.objects.filter(key=occasion.key).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            row = _row(enrollment, occasion)
            row.save(force_insert=True)
    except IntegrityError:
        return Occasion.objects.get(key=occasion.key)
    work.nudge(ENGINE, enrollment.seller_id)
    return row


def pay_once(
    *, enrollment: Enrollment, occasion: OccasionInput, settled: Settled, actor: Actor
) -> Commission | None:
    """Write a settled amount as a line, once per key; the first line when it is known already.

    None for an amount of 0, which is remembered too. `enrollment.program` must be loaded.
    """
    with transaction.atomic():
        row = _row(enrollment, occasion)
        row.state = Occasion.State.COMPUTED
        row.outcome = Occasion.Outcome.EARNED if settled.amount_minor else Occasion.Outcome.NOTHING
        Occasion.objects.bulk_create([row], ignore_conflicts=True)
        stored = Occasion.objects.select_for_update().get(key=occasion.key)
        if stored.pk != row.pk:
            return Commission.objects.filter(occasion=stored).order_by("id").first()
        if settled.amount_minor == 0:
            return None
        line = _line(enrollment, row, settled)
        line.save(force_insert=True)
        moving.accrue(seller_id=line.seller_id, rows=[line])
        told = Entry(
            verb=f"commission.{settled.kind}",
            object=line,
            label=row.label,
            partner_id=line.partner_id,
            detail={"amount_minor": line.amount_minor, "currency": line.currency},
        )
        record_sealed(line=line, told=told, actor=actor)
    return line


def _line(enrollment: Enrollment, occasion: Occasion, settled: Settled) -> Commission:
    program = enrollment.program
    if abs(settled.amount_minor) > MAX_MINOR:
        raise ValueError("amount out of range")
    hold = timedelta(0) if settled.at_once else timedelta(days=program.hold_days)
    waits = not settled.at_once and not program.auto_approve_commissions
    pending = Commission.Status.PENDING
    return Commission(
        seller_id=enrollment.seller_id,
        kind=settled.kind,
        program_id=enrollment.program_id,
        partner_id=enrollment.partner_id,
        enrollment=enrollment,
        occasion=occasion,
        occurred_at=occasion.occurred_at,
        base_minor=occasion.amount_minor,
        amount_minor=settled.amount_minor,
        earned_minor=max(settled.amount_minor, 0),
        currency=occasion.currency,
        status=Commission.Status.PAYABLE if settled.at_once else pending,
        needs_approval=waits,
        payable_at=occasion.occurred_at + hold,
        trace={"settled": dict(settled.facts)},
        batch=new_id(),
    )


def _row(enrollment: Enrollment, occasion: OccasionInput) -> Occasion:
    return Occasion(
        seller_id=enrollment.seller_id,
        kind=occasion.kind,
        key=occasion.key,
        label=occasion.label[:200],
        program_id=enrollment.program_id,
        partner_id=enrollment.partner_id,
        enrollment=enrollment,
        customer=occasion.customer,
        link=occasion.link,
        currency=occasion.currency or enrollment.program.currency,
        amount_minor=occasion.amount_minor,
        quantity=occasion.quantity,
        attribution=dict(occasion.attribution) or {"method": "none", "why": occasion.kind},
        metadata=dict(occasion.metadata),
        country=occasion.country,
        occurred_at=occasion.occurred_at,
    )
