"""Sales to commissions, a batch at a time."""

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from activity.services import Entry, record_many
from campaigns.models import Enrollment
from commissions import rules
from commissions.engine import rulebooks, traces
from commissions.models import Commission
from commissions.services import moving
from partners.models import Member, Partner
from prm.ids import new_id
from sellers.actors import SYSTEM
from sellers.scope import seller_scope
from tracking.models import Sale
from tracking.rules import email_hash

logger = logging.getLogger(__name__)
BATCH = 500


@dataclass(frozen=True)
class Result:
    """What became of one sale: a commission, or the outcome that says why none."""

    sale: Sale
    outcome: str
    commission: Commission | None = None


def step(seller_id: uuid.UUID) -> bool:
    """Compute one batch of waiting sales; whether there may be more.

    A batch that fails is taken one by one, so that one bad sale stops only itself.
    """
    try:
        with seller_scope(seller_id):
            return _compute(seller_id, _claim(BATCH)) == BATCH
    except Exception:
        logger.exception("batch of sales failed, taking them one by one")
        with seller_scope(seller_id):
            ids = [sale.pk for sale in _claim(BATCH)]
    for sale_id in ids:
        _compute_alone(seller_id, sale_id)
    return bool(ids)


def _claim(limit: int) -> list[Sale]:
    """Waiting sales that no other worker has in hand, oldest first."""
    return list(
        Sale.objects.filter(state=Sale.State.PENDING)
        .order_by("id")
        .defer("lines", "metadata")
        .select_for_update(skip_locked=True)[:limit]
    )


def _compute_alone(seller_id: uuid.UUID, sale_id: uuid.UUID) -> None:
    try:
        with seller_scope(seller_id):
            row = Sale.objects.filter(pk=sale_id, state=Sale.State.PENDING)
            _compute(seller_id, list(row.select_for_update(skip_locked=True)))
    except Exception as error:
        logger.exception("sale %s failed", sale_id)
        with seller_scope(seller_id), transaction.atomic():
            Sale.objects.filter(pk=sale_id, state=Sale.State.PENDING).update(
                state=Sale.State.FAILED, error=f"{type(error).__name__}: {error}"[:500]
            )


def _compute(seller_id: uuid.UUID, sales: Sequence[Sale]) -> int:
    """Evaluate in memory, then write all commissions, transfers and events of the batch."""
    if not sales:
        return 0
    evaluate = _evaluator(sales)
    results = [evaluate(sale) for sale in sales]
    earned = [result.commission for result in results if result.commission]
    Commission.objects.bulk_create(earned)
    moving.accrue(seller_id=seller_id, rows=earned)
    record_many(
        seller_id=seller_id,
        actor=SYSTEM,
        entries=[_entry(r.commission, r.sale) for r in results if r.commission],
    )
    for outcome in {result.outcome for result in results}:
        ids = [result.sale.pk for result in results if result.outcome == outcome]
        Sale.objects.filter(pk__in=ids).update(state=Sale.State.COMPUTED, outcome=outcome, error="")
    return len(sales)


def _entry(commission: Commission, sale: Sale) -> Entry:
    return Entry(
        verb="commission.earned",
        object=commission,
        label=sale.external_id,
        partner_id=commission.partner_id,
        detail={"amount_minor": commission.amount_minor, "currency": commission.currency},
    )


def _evaluator(sales: Sequence[Sale]) -> Callable[[Sale], Result]:
    """A function from sale to result that has all it needs in memory."""
    enrollments = {
        row.pk: row
        for row in Enrollment.objects.filter(
            pk__in={sale.enrollment_id for sale in sales if sale.enrollment_id}
        ).select_related("program", "partner")
    }
    books = rulebooks.load(row.program_id for row in enrollments.values())
    own = _own_mailboxes({row.partner_id for row in enrollments.values()})
    buyers = {
        sale.customer_id: sale.customer.email_hash if sale.customer else ""
        for sale in _with_customers(sales, own)
    }

    def evaluate(sale: Sale) -> Result:
        if sale.enrollment_id is None:
            return Result(sale, Sale.Outcome.NO_PARTNER)
        enrollment = enrollments[sale.enrollment_id]
        mailbox = buyers.get(sale.customer_id, "")
        if mailbox and mailbox in own.get(enrollment.partner_id, set()):
            return Result(sale, Sale.Outcome.SELF_PURCHASE)
        return _earn(sale, enrollment, books.get(enrollment.program_id, []))

    return evaluate


def _with_customers(sales: Sequence[Sale], own: dict[uuid.UUID, set[str]]) -> QuerySet[Sale]:
    """Only sales whose buyer could be a partner's own mailbox."""
    mailboxes = {mailbox for found in own.values() for mailbox in found}
    ids = [sale.pk for sale in sales if sale.customer_id]
    return Sale.objects.filter(pk__in=ids, customer__email_hash__in=mailboxes).select_related(
        "customer"
    )


def _own_mailboxes(partner_ids: set[uuid.UUID]) -> dict[uuid.UUID, set[str]]:
    found: dict[uuid.UUID, set[str]] = {partner_id: set() for partner_id in partner_ids}
    rows = [
        *Partner.objects.filter(pk__in=partner_ids).values_list("pk", "email"),
        *Member.objects.filter(partner_id__in=partner_ids).values_list("partner", "user__email"),
    ]
    for partner_id, email in rows:
        hashed = email_hash(email, settings.SECRET_KEY)
        if hashed:
            found[partner_id].add(hashed)
    return found


def facts_of(sale: Sale, partner_id: uuid.UUID) -> rules.SaleFacts:
    """A sale as rules see it."""
    return rules.SaleFacts(
        partner_id=str(partner_id),
        currency=sale.currency,
        net=sale.amount_minor,
        tax=sale.tax_minor,
        shipping=sale.shipping_minor,
        occurred_at=sale.occurred_at,
    )


def _earn(sale: Sale, enrollment: Enrollment, book: Sequence[rules.CompiledRule]) -> Result:
    facts = facts_of(sale, enrollment.partner_id)
    choice = rules.choose(book, facts)
    if choice.winner is None:
        return Result(sale, Sale.Outcome.NO_RULE)
    amount = rules.earn(choice.winner, facts)
    if amount.final == 0:
        return Result(sale, Sale.Outcome.NOTHING)
    program = enrollment.program
    commission = Commission(
        id=new_id(),
        seller_id=sale.seller_id,
        program_id=enrollment.program_id,
        partner_id=enrollment.partner_id,
        enrollment=enrollment,
        sale=sale,
        rule_version_id=uuid.UUID(choice.winner.version_id),
        occurred_at=sale.occurred_at,
        base_minor=amount.base,
        amount_minor=amount.final,
        earned_minor=amount.final,
        currency=sale.currency,
        needs_approval=not program.auto_approve_commissions,
        payable_at=sale.occurred_at + timedelta(days=program.hold_days),
        trace=traces.of_sale(sale, choice, choice.winner, amount),
    )
    return Result(sale, Sale.Outcome.EARNED, commission)
