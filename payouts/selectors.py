"""Reads about payouts."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.models import Program
from commissions import selectors as commissions
from commissions.models import Commission
from commissions.screening.selectors import under_review
from commissions.screening.settings import not_looked_at
from partners.models import Partner
from payouts import gates, rules
from payouts.models import Batch, BatchItem, BatchLine, PayoutMethod, TaxNumber
from prm.errors import NotFound
from prm.money import LOYALTY_POINTS
from sellers.models import Staff, User
from sellers.roles import STAFF_PERMISSIONS
from sellers.rules import token_hash

Status = Commission.Status
TO_PARTNERS = ("approved", "settled", "returned")


@dataclass(frozen=True)
class Candidate:
    """A partner with unpaid lines up to a cutoff. `reason` is a key of rules.REASONS, or ""."""

    partner: Partner
    amount_minor: int
    lines: int
    minimum_minor: int
    method: PayoutMethod | None
    reason: str

    def as_json(self) -> dict[str, object]:
        """How a batch remembers who was left out."""
        return {
            "partner_id": str(self.partner.pk),
            "partner": self.partner.name,
            "amount_minor": self.amount_minor,
            "reason": self.reason,
            "minimum_minor": self.minimum_minor,
        }


@dataclass
class _Sum:
    total: int = 0
    lines: int = 0
    programs: set[uuid.UUID] = field(default_factory=set)


def free_lines(currency: str) -> QuerySet[Commission]:
    """Payable lines that no batch has, that nobody must look at first, of partners not stopped.

    Of a partner whom a review stops nothing is paid, and nothing taken back: it waits together.
    """
    taken = BatchItem.objects.filter(commission_id=OuterRef("pk"), is_current=True)
    return Commission.objects.filter(
        ~Exists(taken), ~not_looked_at(), ~under_review(), currency=currency, status=Status.PAYABLE
    )


def candidates(currency: str, cutoff: datetime) -> list[Candidate]:
    """Every partner with money up to `cutoff`, by name: who is paid, and who waits and why.

    Lines whose hold ended but that no worker has moved yet count as payable. What is held stands
    after the rest, beside what the same partner may be paid of other lines.
    """
    taken = BatchItem.objects.filter(commission_id=OuterRef("pk"), is_current=True)
    over = Q(status=Status.PENDING, needs_approval=False, payable_at__lte=timezone.now())
    lines = Commission.objects.filter(~Exists(taken), currency=currency, payable_at__lte=cutoff)
    due = lines.filter(Q(status=Status.PAYABLE) | over)
    free = due.filter(~not_looked_at(), ~under_review())
    kept = lines.filter(Q(status=Status.HELD) | Q(pk__in=due.filter(under_review()).values("pk")))
    held = [
        Candidate(partner, one.total, one.lines, 0, None, rules.HELD)
        for partner, one in _by_partner(kept)
        if one.total > 0
    ]
    return _judged(currency, free) + held


def _by_partner(lines: QuerySet[Commission]) -> list[tuple[Partner, _Sum]]:
    """Partners by name, each with the sum of his lines."""
    rows = lines.values("partner_id", "program_id").annotate(
        sum=Sum("amount_minor"), lines=Count("id")
    )
    sums: dict[uuid.UUID, _Sum] = defaultdict(_Sum)
    for row in rows.order_by():
        one = sums[row["partner_id"]]
        one.total += int(row["sum"])
        one.lines += row["lines"]
        one.programs.add(row["program_id"])
    partners = Partner.objects.filter(pk__in=sums).order_by("name", "id")
    return [(partner, sums[partner.pk]) for partner in partners]


def _judged(currency: str, free: QuerySet[Commission]) -> list[Candidate]:
    sums = _by_partner(free)
    minimums = minimums_of({program for _partner, one in sums for program in one.programs})
    shut = gates.read(partner for partner, _one in sums)
    found = []
    for partner, one in sums:
        least = rules.minimum([minimums[program] for program in one.programs], currency)
        reason = rules.why_left_out(
            status=partner.status,
            total=one.total,
            minimum=least,
            gate=shut.of(partner, one.programs),
        )
        method = shut.methods.get(partner.pk)
        found.append(Candidate(partner, one.total, one.lines, least, method, reason))
    return found


def minimums_of(program_ids: set[uuid.UUID]) -> dict[uuid.UUID, dict[str, int]]:
    """Minimum payout in minor units by currency, of each program."""
    return dict(Program.objects.filter(pk__in=program_ids).values_list("pk", "minimum_payout"))


def current_method(partner_id: uuid.UUID) -> PayoutMethod | None:
    """A partner's confirmed payout method; it may still be held."""
    return gates.current_methods({partner_id}).get(partner_id)


def methods_now(partner_id: uuid.UUID) -> tuple[PayoutMethod | None, PayoutMethod | None]:
    """A partner's confirmed method and the change that waits for confirmation; one query."""
    rows = PayoutMethod.objects.filter(partner_id=partner_id, replaced_at=None)
    found = {row.confirmed_at is not None: row for row in rows.select_related("requested_by")}
    return found.get(True), found.get(False)


def requested_method(partner_id: uuid.UUID) -> PayoutMethod | None:
    """The change that waits for its confirmation, whether or not its link still works."""
    rows = PayoutMethod.objects.filter(partner_id=partner_id, replaced_at=None, confirmed_at=None)
    return rows.select_related("requested_by").first()


def requested_by_token(partner_id: uuid.UUID, token: str) -> PayoutMethod | None:
    """The change that the link with `token` confirms; None when that is over."""
    found = requested_method(partner_id)
    return found if found and found.token_hash == token_hash(token) else None


def methods_of(partner_id: uuid.UUID) -> QuerySet[PayoutMethod]:
    """A partner's payout methods, the one in force first. What was only asked for is no method."""
    rows = PayoutMethod.objects.filter(partner_id=partner_id, confirmed_at__isnull=False)
    return rows.order_by("-created_at", "-id")


def methods_by_state() -> QuerySet[PayoutMethod]:
    """Every partner's account in force and those asked for, with `state` and `until`.

    `state` is in_force, held (a change that no payout uses before `until`) or asked (`until` its
    link in the mail ends).
    """
    held = Q(confirmed_at__isnull=False, usable_at__gt=timezone.now())
    return (
        PayoutMethod.objects.filter(replaced_at=None)
        .select_related("partner", "seller", "requested_by")
        .annotate(
            state=Case(
                When(confirmed_at=None, then=Value("asked")),
                When(held, then=Value("held")),
                default=Value("in_force"),
            ),
            until=Case(
                When(confirmed_at=None, then=F("expires_at")), When(held, then=F("usable_at"))
            ),
            since=Coalesce(F("confirmed_at"), F("created_at")),
        )
        .order_by("-id")
    )


def current_tax_number(partner_id: uuid.UUID) -> TaxNumber | None:
    """A partner's tax number in force."""
    return TaxNumber.objects.filter(partner_id=partner_id, replaced_at=None).first()


def currencies_owed() -> list[str]:
    """Currencies in which somebody has a free payable or due line; points are no money."""
    rows = Commission.objects.filter(status__in=(Status.PAYABLE, Status.PENDING))
    rows = rows.exclude(currency=LOYALTY_POINTS)
    return list(rows.order_by("currency").values_list("currency", flat=True).distinct())


def batches() -> QuerySet[Batch]:
    """All batches, newest first, with `state` (the status as shown), and `total_minor` and
    `line_count` of the lines that were not dropped.
    """
    kept = (
        BatchLine.objects.filter(batch=OuterRef("pk"))
        .exclude(status=BatchLine.Status.DROPPED)
        .order_by()
        .values("batch")
    )
    return (
        Batch.objects.select_related("drafted_by", "approved_by", "seller")
        .defer("file")
        .annotate(
            total_minor=Coalesce(Subquery(kept.annotate(n=Sum("amount_minor")).values("n")), 0),
            line_count=Coalesce(Subquery(kept.annotate(n=Count("pk")).values("n")), 0),
            state=Case(
                When(status="approved", exported_at__isnull=False, then=Value("exported")),
                default=F("status"),
            ),
        )
        .order_by("-id")
    )


def batch_by_id(batch_id: uuid.UUID | str) -> Batch:
    """One batch with its totals; raises NotFound."""
    found = batches().filter(pk=batch_id).first()
    if found is None:
        raise NotFound("batch")
    return found


def _items() -> Coalesce:
    rows = BatchItem.objects.filter(line=OuterRef("pk")).order_by().values("line")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def lines_of(batch: Batch) -> QuerySet[BatchLine]:
    """A batch's lines in the order of its file, with `item_count`."""
    return (
        BatchLine.objects.filter(batch=batch)
        .select_related("partner", "method", "batch__seller")
        .annotate(item_count=_items(), currency=F("batch__currency"))
        .order_by("reference", "id")
    )


def on_their_way(batch: Batch) -> list[BatchLine]:
    """The lines of an approved batch that were neither paid nor sent back."""
    return list(lines_of(batch).filter(status=BatchLine.Status.APPROVED))


def payout_by_id(partner_id: uuid.UUID, line_id: uuid.UUID) -> BatchLine:
    """One of a partner's own payouts; raises NotFound."""
    found = payouts_to(partner_id).filter(pk=line_id).first()
    if found is None:
        raise NotFound("payout")
    return found


def line_by_id(batch: Batch, line_id: uuid.UUID | str) -> BatchLine:
    """One line of a batch; raises NotFound."""
    found = lines_of(batch).filter(pk=line_id).first()
    if found is None:
        raise NotFound("payout line")
    return found


def commissions_of(line: BatchLine) -> QuerySet[Commission]:
    """The very earnings lines that a payout pays."""
    return commissions.lines().filter(payout_items__line=line)


def payouts_to(partner_id: uuid.UUID) -> QuerySet[BatchLine]:
    """A partner's payouts as he sees them: approved and later, newest first."""
    return (
        BatchLine.objects.filter(partner_id=partner_id, status__in=TO_PARTNERS)
        .select_related("batch__seller", "method")
        .annotate(item_count=_items(), currency=F("batch__currency"))
        .order_by("-id")
    )


def references_of(commission_ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The payout that each earnings line is in now, by its reference."""
    rows = BatchItem.objects.filter(commission_id__in=commission_ids, is_current=True)
    return dict(rows.values_list("commission_id", "line__reference"))


def sums_by_status(batch: Batch) -> dict[str, dict[str, int]]:
    """Of each status of a batch's lines: `amount` in minor units and number of `lines`."""
    rows = BatchLine.objects.filter(batch=batch).order_by()
    found = rows.values("status").annotate(amount=Sum("amount_minor"), lines=Count("id"))
    return {row["status"]: {"amount": int(row["amount"]), "lines": row["lines"]} for row in found}


def batch_currencies() -> list[str]:
    """Currencies that batches were drafted in."""
    return list(Batch.objects.order_by("currency").values_list("currency", flat=True).distinct())


def open_draft(currency: str) -> Batch | None:
    """The draft in a currency; there is at most one."""
    return Batch.objects.filter(currency=currency, status=Batch.Status.DRAFT).first()


def approvers(batch: Batch) -> list[User]:
    """Who may approve this batch: staff with the right, without the one who drafted it."""
    able = [role for role, held in STAFF_PERMISSIONS.items() if "payouts.manage" in held]
    staff = Staff.objects.filter(role__in=able, is_active=True).exclude(user=batch.drafted_by_id)
    return [each.user for each in staff.select_related("user").order_by("user__name", "id")]


@dataclass(frozen=True)
class Unreachable:
    """A partner with payable money in one currency and no payout method to send it to."""

    partner_id: uuid.UUID
    name: str
    currency: str
    amount_minor: int


# What is payable to a partner is the balance of an account of his; summing lines would take long.
_UNREACHABLE: Final = """
    FROM ledger_account a
    WHERE a.kind = 'payable' AND a.partner_id IS NOT NULL AND a.unit <> %s
      AND a.credits_minor > a.debits_minor
      AND NOT EXISTS (SELECT FROM payouts_payoutmethod m
                      WHERE m.partner_id = a.partner_id AND m.replaced_at IS NULL
                        AND m.confirmed_at IS NOT NULL)
"""
_WITHOUT_METHOD: Final = f"""
    SELECT found.partner_id, p.name, found.unit, found.total
    FROM (SELECT a.partner_id, a.unit, a.credits_minor - a.debits_minor AS total {_UNREACHABLE}
          ORDER BY total DESC, a.partner_id LIMIT 200) found
    JOIN partners_partner p ON p.id = found.partner_id
    ORDER BY found.total DESC, found.partner_id
"""  # noqa: S608  of our own words
_COUNT_WITHOUT_METHOD: Final = f"""
    SELECT count(DISTINCT found.partner_id)
    FROM (SELECT a.partner_id {_UNREACHABLE} LIMIT 200) found
"""  # noqa: S608  of our own words


def without_method() -> list[Unreachable]:
    """Partners who have money payable but nowhere to be paid to, the most first, 200 at most; one
    query."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_METHOD, [LOYALTY_POINTS])
        return [Unreachable(*row) for row in cursor.fetchall()]


def count_without_method() -> int:
    """How many partners `without_method` names, without asking who; one query that stops early."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_WITHOUT_METHOD, [LOYALTY_POINTS])
        return int(cursor.fetchone()[0])


def open_batches() -> QuerySet[Batch]:
    """Drafts, and what is approved and not paid."""
    return Batch.objects.filter(status__in=(Batch.Status.DRAFT, Batch.Status.APPROVED))


def drafts() -> QuerySet[Batch]:
    """Batches that wait for a second person, oldest first."""
    return batches().filter(status=Batch.Status.DRAFT).order_by("id")
