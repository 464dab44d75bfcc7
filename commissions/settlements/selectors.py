"""Reads about agreements, what is reported for them, and their settlements."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.utils import timezone

from campaigns.models import Enrollment, Program
from commissions.models import (
    Agreement,
    AgreementParty,
    AgreementVersion,
    EntryStatus,
    Settlement,
    SettlementEntry,
    SettlementLine,
    SettlementStatus,
)
from commissions.settlements import calendar, checks, computing, words
from commissions.settlements.computing import Computed
from commissions.settlements.words import Row
from prm.errors import NotFound

PARTIES = Prefetch(
    "parties",
    AgreementParty.objects.select_related("enrollment__partner", "seller").order_by(
        "position", "id"
    ),
)


@dataclass(frozen=True)
class Account:
    """One party's lines of a settlement and what they come to."""

    party: AgreementParty
    rows: list[Row]
    total: int


def programs() -> QuerySet[Program]:
    """Programs of the kinds that are settled by period."""
    return Program.objects.filter(kind__in=checks.PROGRAM_KINDS).order_by("name", "id")


def agreements() -> QuerySet[Agreement]:
    """All agreements with their parties and their `state`: planned, running or ended."""
    today = timezone.localdate()
    state = Case(
        When(starts_on__gt=today, then=Value("planned")),
        When(ends_on__lt=today, then=Value("ended")),
        default=Value("running"),
        output_field=CharField(),
    )
    rows = Agreement.objects.select_related("program", "seller").prefetch_related(PARTIES)
    return rows.annotate(state=state)


def agreements_of(partner_id: uuid.UUID) -> QuerySet[Agreement]:
    """A partner's agreements."""
    return agreements().filter(Exists(_parties_of(partner_id, "pk")))


def agreement_by_id(agreement_id: uuid.UUID, partner_id: uuid.UUID | None = None) -> Agreement:
    """The agreement, or the partner's own one; raises NotFound."""
    rows = agreements() if partner_id is None else agreements_of(partner_id)
    found = rows.filter(pk=agreement_id).first()
    if found is None:
        raise NotFound("agreement")
    return found


def versions(agreement: Agreement) -> list[AgreementVersion]:
    """Its terms, the newest first."""
    rows = agreement.versions.select_related("author")
    return list(rows.order_by("-number"))


def current_terms(agreement: Agreement) -> AgreementVersion:
    """The terms in force for the present period, or for the last one."""
    rows = sorted(versions(agreement), key=lambda one: one.number)
    today = today_of(agreement)
    day = max(min(today, agreement.ends_on or today), agreement.starts_on)
    first = calendar.span_of(day, agreement.period).starts_on
    return computing.version_for(rows, max(first, agreement.starts_on))


def today_of(agreement: Agreement) -> date:
    """The present day in the agreement's time zone."""
    return calendar.local_day(timezone.now(), agreement.time_zone)


def settlements() -> QuerySet[Settlement]:
    """All settlements with their agreements."""
    rows = Settlement.objects.select_related("agreement__program", "seller", "version")
    return rows.prefetch_related(Prefetch("agreement__parties", PARTIES.queryset))


def settlements_of(partner_id: uuid.UUID) -> QuerySet[Settlement]:
    """A partner's approved settlements, with `owed_minor`: what he was owed by each."""
    mine = Q(lines__party__enrollment__partner_id=partner_id)
    rows = settlements().filter(
        Exists(_parties_of(partner_id, "agreement_id")), status=SettlementStatus.APPROVED
    )
    return rows.annotate(owed_minor=Sum("lines__amount_minor", filter=mine, default=0))


def settlement_by_id(settlement_id: uuid.UUID, partner_id: uuid.UUID | None = None) -> Settlement:
    """The settlement, or the partner's own approved one; raises NotFound."""
    rows = settlements() if partner_id is None else settlements_of(partner_id)
    found = rows.filter(pk=settlement_id).first()
    if found is None:
        raise NotFound("settlement")
    return found


def lines_of(settlement: Settlement) -> QuerySet[SettlementLine]:
    """A settlement's lines in their order."""
    rows = settlement.lines.select_related("party__enrollment__partner", "party__seller")
    return rows.order_by("position", "id")


def accounts(settlement: Settlement) -> list[Account]:
    """What each party is owed, line by line; partners first, the seller's own side last."""
    found: dict[uuid.UUID, list[SettlementLine]] = {}
    for line in lines_of(settlement):
        found.setdefault(line.party_id, []).append(line)
    length, own = settlement.agreement.period, settlement.starts_on
    rows = []
    for lines in found.values():
        told = [words.row_of(_as_dict(one), own, length, settlement.currency) for one in lines]
        rows.append(Account(lines[0].party, told, sum(one.amount for one in told)))
    return sorted(rows, key=lambda one: one.party.enrollment_id is None)


def accounts_of(agreement: Agreement, computed: Computed) -> list[Account]:
    """The same for a settlement that is not stored: figures so far."""
    found: list[Account] = []
    for party in agreement.parties.all():
        lines = [one for one in computed.lines if one.party_id == str(party.pk)]
        own, length = computed.span.starts_on, computed.span.length
        told = [words.row_of(vars(one), own, length, agreement.currency) for one in lines]
        if told:
            found.append(Account(party, told, sum(one.amount for one in told)))
    return sorted(found, key=lambda one: one.party.enrollment_id is None)


def so_far(agreement: Agreement) -> Computed | None:
    """The next period as it stands now; None where it has not begun, or all is settled."""
    today = today_of(agreement)
    span, late = computing.next_span(agreement, today)
    return None if late or span.starts_on > today else computing.compute(agreement, span)


def advance_left(agreement: Agreement) -> int:
    """What of the advances was not yet set against royalties."""
    granted = agreement.advances.aggregate(sum=Sum("amount_minor", default=0))["sum"]
    rows = SettlementLine.objects.filter(
        settlement__agreement=agreement,
        settlement__status=SettlementStatus.APPROVED,
        code=SettlementLine.Code.RECOUPED,
    )
    return int(granted + rows.aggregate(sum=Sum("amount_minor", default=0))["sum"])


def entries() -> QuerySet[SettlementEntry]:
    """All reported figures, the newest first."""
    rows = SettlementEntry.objects.select_related(
        "agreement__program", "agreement__seller", "party__enrollment__partner", "party__seller"
    )
    return rows.order_by("-on", "-id")


def entries_of(
    agreement: Agreement, partner_id: uuid.UUID | None = None
) -> QuerySet[SettlementEntry]:
    """Figures of one agreement. A partner reads what counts, and what he himself handed in."""
    rows = entries().filter(agreement=agreement)
    if partner_id is None:
        return rows
    mine = Q(party__enrollment__partner_id=partner_id)
    return rows.filter(mine | Q(status=EntryStatus.APPROVED))


def entry_by_id(entry_id: uuid.UUID, partner_id: uuid.UUID | None = None) -> SettlementEntry:
    """The figure; for a partner one of his agreements that he may read. Raises NotFound."""
    rows = entries().filter(pk=entry_id)
    if partner_id is not None:
        mine = Q(party__enrollment__partner_id=partner_id)
        rows = rows.filter(Exists(_parties_of(partner_id, "agreement_id")))
        rows = rows.filter(mine | Q(status=EntryStatus.APPROVED))
    found = rows.first()
    if found is None:
        raise NotFound("entry")
    return found


def waiting_drafts() -> QuerySet[Settlement]:
    """Drafts that wait for somebody."""
    return Settlement.objects.filter(status=SettlementStatus.DRAFT)


def waiting_entries() -> QuerySet[SettlementEntry]:
    """Reported figures that wait for somebody."""
    return SettlementEntry.objects.filter(status=EntryStatus.SUBMITTED)


def partners_in(program: Program) -> list[Enrollment]:
    """Who may be a party of an agreement in a program."""
    rows = Enrollment.objects.filter(program=program, status=Enrollment.Status.ACTIVE)
    return list(rows.select_related("partner").order_by("partner__name", "id"))


def names_of(parties: Iterable[AgreementParty]) -> dict[str, str]:
    """What the parties are called, by id."""
    return {str(one.pk): str(one) for one in parties}


def paid_by_period(
    agreement: Agreement, partner_id: uuid.UUID | None = None
) -> list[tuple[date, int]]:
    """First day and partners' total of each approved settlement, the oldest first."""
    rows = agreement.settlements.filter(status=SettlementStatus.APPROVED).order_by("starts_on")
    if partner_id is None:
        return list(rows.values_list("starts_on", "total_minor"))
    mine = Q(lines__party__enrollment__partner_id=partner_id)
    summed = rows.annotate(mine=Sum("lines__amount_minor", filter=mine, default=0))
    return list(summed.values_list("starts_on", "mine"))


def _parties_of(partner_id: uuid.UUID, path: str) -> QuerySet[AgreementParty]:
    return AgreementParty.objects.filter(
        agreement_id=OuterRef(path), enrollment__partner_id=partner_id
    )


def _as_dict(line: SettlementLine) -> dict[str, Any]:
    return {
        "code": line.code,
        "belongs_on": line.belongs_on,
        "base": line.base_minor,
        "amount": line.amount_minor,
        "facts": line.facts,
    }
