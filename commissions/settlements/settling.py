"""Settling a period: drafted when it is over, computed again until somebody approves it, once.

Whatever runs twice or at once ends the same: one settlement per period, one line per party and
period in the ledger, one approval.
"""

import logging
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity import work
from activity.services import record
from campaigns.models import Program
from commissions.models import (
    Agreement,
    AgreementParty,
    CommissionKind,
    Settlement,
    SettlementLine,
    SettlementStatus,
)
from commissions.services.occasions import OccasionInput, Settled, pay_once
from commissions.settlements import calendar, computing
from commissions.settlements.agreements import first_look, lock
from commissions.settlements.calendar import Span
from commissions.settlements.computing import Computed
from partners.models import Member
from partners.notices import notices_to
from prm.errors import Conflict, Unacceptable
from prm.money import MAX_MINOR
from sellers.actors import SYSTEM, Actor
from sellers.models import User
from sellers.scope import seller_scope

logger = logging.getLogger(__name__)

WORK: Final = "settlements"
LATE_DAYS: Final = 730
"""For so long after an agreement's end what comes late is still looked for."""
_SUBJECT = gettext_lazy("%(agreement)s: %(period)s is settled")
_BODY = gettext_lazy("Your statement shows each amount and how it came about.")


def what_of(agreement: Agreement) -> str:
    """The code under which its amounts are told: royalty, joint_venture, co_branding, …"""
    if agreement.kind == Agreement.Kind.SHARED_REVENUE:
        branded = agreement.program.kind == Program.Kind.CO_BRANDING
        return "co_branding" if branded else "joint_venture"
    return str(agreement.kind)


def key_of(span: Span) -> str:
    """A period's short name in any language: 2026-03, 2026-Q3, 2026-H2, 2026."""
    day = span.starts_on
    names = {
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "half_year": f"{day.year}-H{1 if day.month < 7 else 2}",
    }
    return names.get(span.length, str(day.year))


def span_of(settlement: Settlement) -> Span:
    """A settlement's period."""
    return Span(settlement.starts_on, settlement.ends_on, settlement.agreement.period)


@transaction.atomic
def draft_next(*, agreement: Agreement, actor: Actor) -> Settlement | None:
    """Draft the next period that is over; None when what came after the end changes nothing.

    Raises Unacceptable while the period still runs.
    """
    row = lock(agreement)
    span, late = computing.next_span(row, _today(row))
    if span.ends_on >= _today(row):
        message = _("This period is not over yet. Its figures so far stand in the agreement.")
        raise Unacceptable(message, code="not_over")
    return _draft(row, span, late, actor)


@transaction.atomic
def refresh(*, settlement: Settlement) -> Settlement:
    """Compute a draft again from what is known now; an approved one stays as it is."""
    agreement = lock(settlement.agreement)
    row = Settlement.objects.get(pk=settlement.pk)
    row.agreement = agreement
    if row.status == SettlementStatus.DRAFT:
        computed = computing.compute(agreement, span_of(row))
        _require_payable(computed)
        _write(row, computed)
    return row


@transaction.atomic
def approve(*, settlement: Settlement, actor: Actor, seen: str = "") -> Settlement:
    """Agree to a draft: each partner's amount becomes a payable line of his earnings, once.

    `seen` is the digest of what was looked at. Raises Conflict when it is approved already, when
    an earlier period is still a draft, or when the figures are no longer those seen.
    """
    agreement = lock(settlement.agreement)
    row = Settlement.objects.get(pk=settlement.pk)
    row.agreement = agreement
    drafts = agreement.settlements.filter(status=SettlementStatus.DRAFT)
    if row.status != SettlementStatus.DRAFT:
        raise Conflict(_("This settlement is approved already."), code="wrong_status")
    if drafts.filter(starts_on__lt=row.starts_on).exists():
        raise Conflict(_("An earlier period waits. Approve it first."), code="earlier_open")
    computed = computing.compute(agreement, span_of(row))
    if seen and seen != computed.digest:
        raise Conflict(_("The figures have changed meanwhile. Look again."), code="changed")
    _require_payable(computed)
    _write(row, computed)
    hit = Settlement.objects.filter(pk=row.pk, status=SettlementStatus.DRAFT).update(
        status=SettlementStatus.APPROVED,
        approved_at=timezone.now(),
        approved_by=actor.label[:160],
    )
    if hit != 1:
        raise Conflict(_("This settlement is approved already."), code="wrong_status")
    _pay(row, computed, actor)
    row.refresh_from_db()
    row.agreement = agreement
    _record(row, actor, "settlement.approved", tell=True)
    return row


# The worker's part


def _waiting() -> Iterable[uuid.UUID]:
    due = Agreement.objects.filter(look_at__lte=timezone.now())
    return set(due.order_by().values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Draft what is due of one agreement, and approve it where that was agreed."""
    with seller_scope(seller_id):
        due = Agreement.objects.filter(look_at__lte=timezone.now()).order_by("look_at", "id")
        agreement = due.select_for_update(skip_locked=True, of=("self",)).first()
        if agreement is None:
            return False
        row = lock(agreement)
        try:
            moment = _look(row)
        except Unacceptable as refusal:  # what cannot be booked waits for a person
            logger.warning("agreement %s is not settled: %s", row.pk, refusal)
            moment = timezone.now() + timedelta(days=1)
        Agreement.objects.filter(pk=row.pk).update(look_at=moment)
    return True


KIND: Final = work.Kind(WORK, _waiting, step, queue=work.BACKGROUND_QUEUE)


def _look(row: Agreement) -> datetime | None:
    """Draft, and where agreed approve, the period that is due; when to look again."""
    span, late = computing.next_span(row, _today(row))
    if (moment := first_look(row)) > timezone.now():
        return moment
    with transaction.atomic():
        made = _draft(row, span, late, SYSTEM)
        if made is not None and row.auto_approve and _is_first_draft(made):
            approve(settlement=made, actor=SYSTEM)
    if late and row.ends_on is not None and (_today(row) - row.ends_on).days > LATE_DAYS:
        return None
    return first_look(row) if made else _after(row, span)


def _after(row: Agreement, span: Span) -> datetime:
    """The end of the calendar period after one that needed no settlement, grace included."""
    following = calendar.span_of(span.ends_on + timedelta(days=1), span.length)
    day = following.ends_on + timedelta(days=1 + row.grace_days)
    return calendar.first_instant(day, row.time_zone)


def _is_first_draft(made: Settlement) -> bool:
    rows = Settlement.objects.filter(agreement_id=made.agreement_id, status=SettlementStatus.DRAFT)
    return not rows.filter(starts_on__lt=made.starts_on).exists()


def _today(agreement: Agreement) -> date:
    return calendar.local_day(timezone.now(), agreement.time_zone)


def _draft(row: Agreement, span: Span, late: bool, actor: Actor) -> Settlement | None:
    computed = computing.compute(row, span)
    if late and not computed.lines:
        return None
    _require_payable(computed)
    made = Settlement(
        seller_id=row.seller_id,
        agreement=row,
        version=computed.version,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        late=late,
        currency=row.currency,
        computed_at=timezone.now(),
    )
    made.save(force_insert=True)
    _write(made, computed)
    _record(made, actor, "settlement.drafted")
    return made


def _write(row: Settlement, computed: Computed) -> None:
    """Put what was computed into a draft's own columns and lines."""
    row.version, row.facts, row.digest = computed.version, computed.facts, computed.digest
    row.computed_at = timezone.now()
    partners = set(computing.parties_of(row.agreement).others)
    row.total_minor = sum(amount for party, amount in computed.owed().items() if party in partners)
    row.save(update_fields=["version", "facts", "digest", "computed_at", "total_minor"])
    row.lines.all().delete()
    SettlementLine.objects.bulk_create(
        SettlementLine(
            seller_id=row.seller_id,
            settlement=row,
            party_id=uuid.UUID(line.party_id),
            code=line.code,
            belongs_on=line.belongs_on,
            base_minor=line.base,
            amount_minor=line.amount,
            facts=line.facts,
            position=position,
        )
        for position, line in enumerate(computed.lines)
    )


def _require_payable(computed: Computed) -> None:
    numbers = [abs(value) for one in computed.lines for value in (one.base, one.amount)]
    if max([*numbers, *(abs(one) for one in computed.owed().values())], default=0) > MAX_MINOR:
        raise Unacceptable(_("An amount is too large to be booked. Check the figures."))


def _pay(row: Settlement, computed: Computed, actor: Actor) -> None:
    """One line of earnings for each partner; what he owes is a negative one."""
    owed = computed.owed()
    parties = row.agreement.parties.exclude(enrollment=None).select_related("enrollment__program")
    for party in parties.order_by("position", "id"):
        if party.enrollment is None or str(party.pk) not in owed:
            continue
        occasion = OccasionInput(
            kind="period",
            key=f"settlement:{row.agreement_id}:{row.starts_on}:{party.pk}",
            label=f"{row.agreement.name} {key_of(span_of(row))}",
            occurred_at=calendar.last_instant(row.ends_on, row.agreement.time_zone),
            amount_minor=_base(computed, str(party.pk)),
            currency=row.currency,
        )
        facts = facts_of(row, computed, party)
        settled = Settled(CommissionKind.SETTLEMENT, owed[str(party.pk)], facts, at_once=True)
        pay_once(enrollment=party.enrollment, occasion=occasion, settled=settled, actor=actor)


def _base(computed: Computed, party_id: str) -> int:
    own = [one for one in computed.lines if one.party_id == party_id]
    main = next((one for one in own if one.code in ("royalty", "share", "fee")), None)
    if main is None or main.belongs_on != computed.span.starts_on:
        return 0
    return max(int(main.facts.get("net", main.base)), 0)


def facts_of(row: Settlement, computed: Computed, party: AgreementParty) -> dict[str, Any]:
    """What explains a party's line of earnings for ever, in numbers and names."""
    span = computed.span
    return {
        "what": what_of(row.agreement),
        "agreement": row.agreement.name,
        "agreement_id": str(row.agreement_id),
        "settlement_id": str(row.pk),
        "version": computed.version.number,
        "late": row.late,
        "period": {
            "starts_on": span.starts_on.isoformat(),
            "ends_on": span.ends_on.isoformat(),
            "length": span.length,
        },
        "lines": [
            {
                "code": one.code,
                "belongs_on": one.belongs_on.isoformat(),
                "base": one.base,
                "amount": one.amount,
                "facts": one.facts,
            }
            for one in computed.lines
            if one.party_id == str(party.pk)
        ],
    }


def _record(row: Settlement, actor: Actor, verb: str, *, tell: bool = False) -> None:
    agreement = row.agreement
    ids = list(agreement.parties.exclude(enrollment=None).values_list("enrollment__partner_id"))
    label = f"{agreement.name} {key_of(span_of(row))}"
    members = Member.objects.filter(partner__in=[one for (one,) in ids], is_active=True)
    people = User.objects.filter(pk__in=members.values("user_id"))
    notices = notices_to(
        people if tell else [],
        seller=agreement.seller,
        room="partner",
        subject=_SUBJECT,
        body=_BODY,
        values={"agreement": agreement.name, "period": key_of(span_of(row))},
        path=f"/{agreement.seller.slug}/portal/settlements/{row.pk}/",
    )
    record(
        seller=agreement.seller,
        actor=actor,
        verb=verb,
        object=row,
        label=label,
        partner_id=ids[0][0] if len(ids) == 1 else None,
        detail={"amount_minor": row.total_minor, "currency": row.currency},
        notify=notices,
    )
