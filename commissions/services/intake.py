"""Taking sales, refunds and credit notes: once each, credited to a partner, queued."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.conf import settings
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
    CustomerInput,
    RefundInput,
    SaleInput,
    check_credit_note,
    check_refund,
    check_sale,
    fingerprint,
)
from prm.errors import Conflict, Unacceptable
from sellers.actors import Actor
from sellers.models import Seller
from tracking.models import Customer, Refund, Sale
from tracking.rules import email_hash

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
    known = _known(Sale.objects.all(), sale.external_id, mark)
    if known is not None:
        return Taken(known, created=False)
    occurred_at = sale.occurred_at or timezone.now()
    found = crediting.find(seller, sale, occurred_at)
    try:
        with transaction.atomic():
            row = sale_row(
                seller, sale, mark, found, customer_of(seller, sale.customer), occurred_at
            )
            row.save(force_insert=True)
            crediting.keep(seller, [(row, found)])
            record_many(seller_id=seller.pk, actor=actor, entries=[sale_entry(row)])
            work.nudge(ENGINE, seller.pk)
    except IntegrityError:
        known = _known(Sale.objects.all(), sale.external_id, mark)
        if known is None:
            raise
        return Taken(known, created=False)
    return Taken(row, created=True)


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


def sale_row(
    seller: Seller,
    sale: SaleInput,
    mark: str,
    found: crediting.Found,
    customer: Customer | None,
    occurred_at: datetime,
) -> Sale:
    """A checked sale as it is stored, not yet saved; `mark` is its fingerprint."""
    return Sale(
        seller=seller,
        external_id=sale.external_id,
        fingerprint=mark,
        source=sale.source,
        customer=customer,
        enrollment_id=found.enrollment_id,
        program_id=found.program_id,
        partner_id=found.partner_id,
        link_id=found.link_id,
        currency=sale.currency,
        amount_minor=sale.net,
        tax_minor=sale.tax,
        shipping_minor=sale.shipping,
        lines=[line.as_json() for line in sale.lines],
        attribution=found.decision.as_json(),
        is_shared=found.decision.is_shared,
        metadata=sale.metadata,
        coupon=sale.coupon,
        subscription_id=sale.subscription_id,
        charge_number=sale.charge_number,
        country=sale.customer.country,
        occurred_at=occurred_at,
        paid_at=sale.paid_at,
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


def sale_entry(row: Sale) -> Entry:
    """What the trail says of a new sale."""
    return Entry(
        verb="sale.recorded",
        object=row,
        label=row.external_id,
        partner_id=row.partner_id,
        detail={"amount_minor": row.amount_minor, "currency": row.currency},
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


def customer_of(seller: Seller, given: CustomerInput) -> Customer | None:
    """The customer by external id, else by mailbox; made at the first sale."""
    row = customer_row(seller, given)
    if given.external_id:
        customer, _made = Customer.objects.get_or_create(
            seller=seller,
            external_id=given.external_id,
            defaults={"email_hash": row.email_hash, "country": row.country},
        )
        return customer
    if not row.email_hash:
        return None
    found = Customer.objects.filter(email_hash=row.email_hash).order_by("id").first()
    if found is None:
        row.save(force_insert=True)
    return found or row


def customer_row(seller: Seller, given: CustomerInput) -> Customer:
    """A customer as stored, not yet saved."""
    return Customer(
        seller=seller,
        external_id=given.external_id or None,
        email_hash=email_hash(given.email, settings.SECRET_KEY),
        country=given.country,
    )
