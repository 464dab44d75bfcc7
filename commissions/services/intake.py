"""Taking sales, refunds and credit notes: once each, credited to a partner, queued."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import work
from activity.services import Entry, record_many
from campaigns.models import Enrollment
from commissions import crediting
from commissions.inputs import (
    CreditNoteInput,
    RefundInput,
    SaleInput,
    check_credit_note,
    check_refund,
    check_sale,
    fingerprint,
)
from commissions.services import customers
from commissions.services.writing import sale_row, write_sale
from prm.errors import Conflict, Refusal, Unacceptable
from sellers.actors import Actor
from sellers.models import Seller
from tracking.models import Refund, Sale

ENGINE = "commissions"
Row = TypeVar("Row", Sale, Refund)


@dataclass(frozen=True)
class Taken:
    """A sale as stored; `created` is False for a repeat."""

    sale: Sale
    created: bool


@dataclass(frozen=True)
class TakenRefund:
    """A refund or credit note as stored; `created` is False for a repeat."""

    refund: Refund
    created: bool


def take_sale(*, seller: Seller, sale: SaleInput, actor: Actor) -> Taken:
    """Store a sale once and queue it for the engine.

    The same content again returns the stored one. Raises Conflict for other content under the
    same `external_id`, Unacceptable for values that cannot be taken.
    """
    check_sale(sale)
    mark = fingerprint(sale)
    occurred_at = sale.occurred_at or timezone.now()
    try:
        found = crediting.find(seller, sale, occurred_at)
    except Refusal:
        if (known := _known(Sale.objects.all(), sale.external_id, mark)) is None:
            raise
        return Taken(known, created=False)
    customer = customers.known(seller, [sale.customer]).of(sale.customer)
    is_new = customer is None and customers.is_named(sale.customer)
    with transaction.atomic(savepoint=is_new):
        if is_new:
            customer = customers.made(seller, [sale.customer]).of(sale.customer)
        row = sale_row(seller, sale, mark, found, customer, occurred_at)
        created = write_sale(row, actor=actor)
        if created:
            crediting.keep(seller, [(row, found)])
            work.nudge(ENGINE, seller.pk)
        elif is_new:
            transaction.set_rollback(True)  # to where no customer was made
    if created:
        return Taken(row, created=True)
    return Taken(known_sale(sale.external_id, mark), created=False)


def known_sale(external_id: str, mark: str) -> Sale:
    """The stored sale of an id. Raises Conflict where its content is not of this fingerprint."""
    row = _known(Sale.objects.all(), external_id, mark)
    if row is None:
        raise Conflict(_("Two calls were in each other's way. Nothing was kept: send it again."))
    return row


def take_refund(*, seller: Seller, refund: RefundInput, actor: Actor) -> TakenRefund:
    """Store a refund once; it waits when its sale is not known yet.

    Raises Conflict for other content under the same id, Unacceptable when more comes back than
    was sold.
    """
    check_refund(refund)
    mark = fingerprint(refund)
    known = _known(Refund.objects.all(), refund.external_id, mark)
    if known is not None:
        return TakenRefund(known, created=False)
    try:
        with transaction.atomic():
            sale = Sale.objects.filter(external_id=refund.sale_external_id).first()
            if sale is not None:
                _check_order(sale, refund)
                book_refund(sale, refund.total)
            row = Refund.objects.create(
                seller=seller,
                external_id=refund.external_id,
                fingerprint=mark,
                source=refund.source,
                sale=sale,
                sale_external_id=refund.sale_external_id,
                program_id=sale.program_id if sale else None,
                partner_id=sale.partner_id if sale else None,
                enrollment_id=sale.enrollment_id if sale else None,
                currency=sale.currency if sale else "",
                amount_minor=refund.total,
                lines=[vars(line) for line in refund.lines],
                reason=refund.reason,
                occurred_at=refund.occurred_at or timezone.now(),
                state=Refund.State.PENDING if sale else Refund.State.WAITING,
            )
            record_many(seller_id=seller.pk, actor=actor, entries=[refund_entry(row)])
            work.nudge(ENGINE, seller.pk)
    except IntegrityError:
        known = _known(Refund.objects.all(), refund.external_id, mark)
        if known is None:
            raise
        return TakenRefund(known, created=False)
    return TakenRefund(row, created=True)


def take_credit_note(*, seller: Seller, note: CreditNoteInput, actor: Actor) -> TakenRefund:
    """Store a credit note once; raises as `take_sale` does."""
    check_credit_note(note)
    mark = fingerprint(note)
    known = _known(Refund.objects.all(), note.external_id, mark)
    if known is not None:
        return TakenRefund(known, created=False)
    enrollment = crediting.named_enrollment(note.partner, note.program) if note.partner else None
    with transaction.atomic():
        row = note_row(seller, note, mark, enrollment)
        row.save(force_insert=True)
        record_many(seller_id=seller.pk, actor=actor, entries=[refund_entry(row)])
        work.nudge(ENGINE, seller.pk)
    return TakenRefund(row, created=True)


def book_refund(sale: Sale, amount: int) -> None:
    """Count a refund against its sale, in the database, so that no two overdraw it together."""
    booked = Sale.objects.filter(pk=sale.pk, refunded_minor__lte=F("amount_minor") - amount).update(
        refunded_minor=F("refunded_minor") + amount
    )
    if not booked:
        left = sale.amount_minor - sale.refunded_minor
        raise Unacceptable(
            _("Only %(left)d of this sale can still be refunded.") % {"left": left},
            field="amount",
            code="more_than_sold",
        )


def _check_order(sale: Sale, refund: RefundInput) -> None:
    moment: datetime | None = refund.occurred_at
    if moment is not None and moment < sale.occurred_at:
        raise Unacceptable(
            _("The refund is dated before its sale."), field="occurred_at", code="before_sale"
        )


def note_row(
    seller: Seller, note: CreditNoteInput, mark: str, enrollment: Enrollment | None
) -> Refund:
    """A checked credit note as it is stored, not yet saved; `mark` is its fingerprint."""
    return Refund(
        seller=seller,
        kind=Refund.Kind.CREDIT_NOTE,
        external_id=note.external_id,
        fingerprint=mark,
        source=note.source,
        program_id=enrollment.program_id if enrollment else None,
        partner_id=enrollment.partner_id if enrollment else None,
        enrollment=enrollment,
        currency=note.currency,
        amount_minor=note.total,
        lines=[line.as_json() for line in note.lines],
        reason=note.reason,
        occurred_at=note.occurred_at or timezone.now(),
    )


def refund_entry(row: Refund) -> Entry:
    """What the trail says of a new refund or credit note."""
    return Entry(
        verb=f"{row.kind}.recorded",
        object=row,
        label=row.external_id,
        partner_id=row.partner_id,
        detail={"amount_minor": row.amount_minor, "sale": row.sale_external_id},
    )


def taken_already(external_id: str) -> Conflict:
    """The refusal of other content under an id that is known."""
    return Conflict(
        _("%(id)s was already sent with other content.") % {"id": external_id[:60]},
        field="external_id",
        code="already_taken",
    )


def _known(rows: "models.QuerySet[Row]", external_id: str, mark: str) -> Row | None:
    row = rows.filter(external_id=external_id).first()
    if row is not None and row.fingerprint != mark:
        raise taken_already(external_id)
    return row
