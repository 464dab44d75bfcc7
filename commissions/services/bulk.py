"""Taking sales and credit notes by the hundred, as `intake` takes them one by one.

One statement writes a batch; each item gets its own answer, so that a bad one stops only itself.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import models, transaction
from django.utils import timezone

from activity import work
from activity.services import Entry, record_many
from commissions import crediting
from commissions.inputs import (
    CreditNoteInput,
    SaleInput,
    check_credit_note,
    check_sale,
    fingerprint,
)
from commissions.services import intake
from prm.errors import Refusal
from sellers.actors import Actor
from sellers.models import Seller
from tracking.models import Customer, Refund, Sale

Row = TypeVar("Row", Sale, Refund)
Input = TypeVar("Input", SaleInput, CreditNoteInput)
Build = Callable[[Input, str], Row]
New = tuple[int, Input, str]
"""Place in the batch, input, fingerprint."""


@dataclass(frozen=True)
class Outcome:
    """What became of one item: created, known already with the same content, or refused."""

    created: bool = False
    refusal: Refusal | None = None


def take_many(*, seller: Seller, sales: Sequence[SaleInput], actor: Actor) -> list[Outcome]:
    """Store sales once each and queue them for the engine; one answer for each, in order.

    Means for each what `take_sale` means; what that would raise stands in `refusal`.
    """
    finder = crediting.Finder(seller)
    now = timezone.now()
    credited: dict[str, crediting.Found | Refusal] = {}

    def prepare(new: Sequence[SaleInput]) -> "Build[SaleInput, Sale]":
        customers = _customers(seller, new)
        found = finder.find_many([(sale, sale.occurred_at or now) for sale in new])
        credited.update(zip((sale.external_id for sale in new), found, strict=True))

        def build(sale: SaleInput, mark: str) -> Sale:
            found = credited[sale.external_id]
            if isinstance(found, Refusal):
                raise found
            customer = customers.get(sale.customer.external_id)
            if customer is None:
                customer = intake.customer_of(seller, sale.customer)
            return intake.sale_row(seller, sale, mark, found, customer, sale.occurred_at or now)

        return build

    with transaction.atomic():
        outcomes, rows = _store(sales, check_sale, prepare, Sale.objects.all())
        kept = [(row, credited[row.external_id]) for row in rows]
        crediting.keep(
            seller, [(row, one) for row, one in kept if isinstance(one, crediting.Found)]
        )
        _announce(seller, actor, [intake.sale_entry(row) for row in rows])
    return outcomes


def take_credit_notes(
    *, seller: Seller, notes: Sequence[CreditNoteInput], actor: Actor
) -> list[Outcome]:
    """Store credit notes once each and queue them; answers as of `take_many`."""
    finder = crediting.Finder(seller)

    def build(note: CreditNoteInput, mark: str) -> Refund:
        enrollment = finder.enrollment(note.partner, note.program) if note.partner else None
        return intake.note_row(seller, note, mark, enrollment)

    with transaction.atomic():
        outcomes, rows = _store(notes, check_credit_note, lambda _new: build, Refund.objects.all())
        _announce(seller, actor, [intake.refund_entry(row) for row in rows])
    return outcomes


def review_sales(sales: Sequence[SaleInput]) -> list[Outcome]:
    """What `take_many` would answer now, without writing; partners are taken for known."""
    return _reviewed(*_sift(sales, check_sale, Sale.objects.all()))


def review_credit_notes(notes: Sequence[CreditNoteInput]) -> list[Outcome]:
    """What `take_credit_notes` would answer now, without writing."""
    return _reviewed(*_sift(notes, check_credit_note, Refund.objects.all()))


def _reviewed(outcomes: list[Outcome], new: "list[New[Input]]") -> list[Outcome]:
    for index, _item, _mark in new:
        outcomes[index] = Outcome(created=True)
    return outcomes


def _announce(seller: Seller, actor: Actor, entries: list[Entry]) -> None:
    if entries:
        record_many(seller_id=seller.pk, actor=actor, entries=entries)
        work.nudge(intake.ENGINE, seller.pk)


def _store(
    items: Sequence[Input],
    check: Callable[[Input], None],
    prepare: "Callable[[Sequence[Input]], Build[Input, Row]]",
    stored: "models.QuerySet[Row]",
) -> tuple[list[Outcome], list[Row]]:
    """Write what is new in one statement; answers in order, and the rows that were created."""
    outcomes, new = _sift(items, check, stored)
    build = prepare([item for _index, item, _mark in new])
    rows: dict[int, Row] = {}
    for index, item, mark in new:
        try:
            rows[index] = build(item, mark)
        except Refusal as refusal:
            outcomes[index] = Outcome(refusal=refusal)
    return outcomes, _insert(stored, rows, outcomes)


def _sift(
    items: Sequence[Input], check: Callable[[Input], None], stored: "models.QuerySet[Row]"
) -> "tuple[list[Outcome], list[New[Input]]]":
    """Answers for what is refused or known already, and what is new."""
    outcomes = [Outcome()] * len(items)
    marks = _marks(stored, [item.external_id for item in items])
    new: list[New[Input]] = []
    for index, item in enumerate(items):
        try:
            check(item)
        except Refusal as refusal:
            outcomes[index] = Outcome(refusal=refusal)
            continue
        mark = fingerprint(item)
        if item.external_id not in marks:
            marks[item.external_id] = mark
            new.append((index, item, mark))
        elif marks[item.external_id] != mark:
            outcomes[index] = Outcome(refusal=intake.taken_already(item.external_id))
    return outcomes, new


def _insert(
    stored: "models.QuerySet[Row]", rows: dict[int, Row], outcomes: list[Outcome]
) -> list[Row]:
    """Insert what nobody else has inserted meanwhile, and answer for each; the created rows."""
    stored.bulk_create(rows.values(), ignore_conflicts=True)
    ours = set(stored.filter(pk__in=[row.pk for row in rows.values()]).values_list("pk", flat=True))
    lost = {index: row for index, row in rows.items() if row.pk not in ours}
    marks = _marks(stored, [row.external_id for row in lost.values()])
    for index, row in rows.items():
        if row.pk in ours:
            outcomes[index] = Outcome(created=True)
        elif marks[row.external_id] != row.fingerprint:
            outcomes[index] = Outcome(refusal=intake.taken_already(row.external_id))
    return [row for row in rows.values() if row.pk in ours]


def _marks(stored: "models.QuerySet[Row]", external_ids: Sequence[str]) -> dict[str, str]:
    """Fingerprints of what is stored, by external id."""
    if not external_ids:
        return {}
    found = stored.filter(external_id__in=external_ids)
    return dict(found.values_list("external_id", "fingerprint"))


def _customers(seller: Seller, sales: Sequence[SaleInput]) -> dict[str, Customer]:
    """Customers by external id; those not known yet are made in one statement."""
    given = {
        sale.customer.external_id: sale.customer for sale in sales if sale.customer.external_id
    }
    found = _customers_by_id(given)
    missing = sorted(given.keys() - found.keys())
    if missing:
        rows = [intake.customer_row(seller, given[external_id]) for external_id in missing]
        Customer.objects.bulk_create(rows, ignore_conflicts=True)
        found |= _customers_by_id(missing)
    return found


def _customers_by_id(external_ids: Collection[str]) -> dict[str, Customer]:
    rows = Customer.objects.filter(external_id__in=list(external_ids))
    return {str(row.external_id): row for row in rows}
