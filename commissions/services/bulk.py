"""Taking sales and credit notes by the hundred, as `intake` takes them one by one.

One statement of each kind for a whole batch; each item gets its own answer, so that a bad one
stops only itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import connection, models, transaction
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
from commissions.services import customers, intake, writing
from prm.errors import Refusal
from sellers.actors import Actor
from sellers.models import Seller
from tracking.models import Refund, Sale

Row = TypeVar("Row", Sale, Refund)
Input = TypeVar("Input", SaleInput, CreditNoteInput)


@dataclass(frozen=True)
class Outcome:
    """What became of one item: created, known already with the same content, or refused.

    `sale` is a created one as stored.
    """

    created: bool = False
    refusal: Refusal | None = None
    sale: Sale | None = None

    @property
    def is_known(self) -> bool:
        """Whether the same had come before."""
        return not self.created and self.refusal is None


KNOWN = Outcome()


@dataclass
class _Sifted(Generic[Input]):
    """A batch with its answers so far.

    `new` are the items that nobody has sent yet, by place, with their fingerprints; `twins` the
    places of repeats inside the batch, with the place of the first.
    """

    outcomes: list[Outcome]
    new: dict[int, tuple[Input, str]] = field(default_factory=dict)
    twins: dict[int, int] = field(default_factory=dict)

    def refuse(self, place: int, refusal: Refusal) -> None:
        """Answer one item with a refusal."""
        self.outcomes[place] = Outcome(refusal=refusal)

    def answered(self) -> list[Outcome]:
        """The answers; a repeat of what was refused is refused alike."""
        for place, first in self.twins.items():
            if self.outcomes[first].refusal is not None:
                self.outcomes[place] = self.outcomes[first]
        return self.outcomes


def take_many(*, seller: Seller, sales: Sequence[SaleInput], actor: Actor) -> list[Outcome]:
    """Store sales once each and queue them for the engine; one answer for each, in order.

    Means for each what `take_sale` means; what that would raise stands in `refusal`.
    """
    with transaction.atomic(savepoint=False):
        sifted = _sift(sales, check_sale, Sale.objects.all())
        rows = _credited(seller, sifted)
        written = writing.write_sales([row for row, _found in rows.values()])
        ours = {row.pk for row in written}
        crediting.keep(seller, [(row, found) for row, found in rows.values() if row.pk in ours])
        for place, (row, _found) in rows.items():
            if row.pk in ours:
                sifted.outcomes[place] = Outcome(created=True, sale=row)
        lost = {place: row for place, (row, _found) in rows.items() if row.pk not in ours}
        _answer_lost(sifted, lost, Sale.objects.all())
        _announce(seller, actor, [writing.sale_entry(row) for row in written])
    return sifted.answered()


def take_credit_notes(
    *, seller: Seller, notes: Sequence[CreditNoteInput], actor: Actor
) -> list[Outcome]:
    """Store credit notes once each and queue them; answers as of `take_many`."""
    finder = crediting.Finder(seller)
    with transaction.atomic(savepoint=False):
        sifted = _sift(notes, check_credit_note, Refund.objects.all())
        rows: dict[int, Refund] = {}
        for place, (note, mark) in sifted.new.items():
            try:
                enrollment = finder.enrollment(note.partner, note.program) if note.partner else None
            except Refusal as refusal:
                sifted.refuse(place, refusal)
                continue
            rows[place] = intake.note_row(seller, note, mark, enrollment)
        Refund.objects.bulk_create(rows.values(), ignore_conflicts=True)
        found = Refund.objects.filter(pk__in=[row.pk for row in rows.values()])
        ours = set(found.values_list("pk", flat=True))
        for place, row in rows.items():
            if row.pk in ours:
                sifted.outcomes[place] = Outcome(created=True)
        lost = {place: row for place, row in rows.items() if row.pk not in ours}
        _answer_lost(sifted, lost, Refund.objects.all())
        written = [row for row in rows.values() if row.pk in ours]
        _announce(seller, actor, [intake.refund_entry(row) for row in written])
    return sifted.answered()


def review_sales(sales: Sequence[SaleInput]) -> list[Outcome]:
    """What `take_many` would answer now, without writing; partners are taken for known."""
    return _reviewed(_sift(sales, check_sale, Sale.objects.all()))


def review_credit_notes(notes: Sequence[CreditNoteInput]) -> list[Outcome]:
    """What `take_credit_notes` would answer now, without writing."""
    return _reviewed(_sift(notes, check_credit_note, Refund.objects.all()))


def _reviewed(sifted: "_Sifted[Input]") -> list[Outcome]:
    for place in sifted.new:
        sifted.outcomes[place] = Outcome(created=True)
    return sifted.answered()


def _sift(
    items: Sequence[Input], check: Callable[[Input], None], stored: "models.QuerySet[Row]"
) -> "_Sifted[Input]":
    """Answers for what is refused or known already, and what is new."""
    sifted: _Sifted[Input] = _Sifted([KNOWN] * len(items))
    marks = _marks(stored, [item.external_id for item in items])
    places: dict[str, int] = {}
    for place, item in enumerate(items):
        try:
            check(item)
        except Refusal as refusal:
            sifted.refuse(place, refusal)
            continue
        mark, external_id = fingerprint(item), item.external_id
        if external_id not in marks:
            marks[external_id], places[external_id] = mark, place
            sifted.new[place] = item, mark
        elif marks[external_id] != mark:
            sifted.refuse(place, intake.taken_already(external_id))
        elif external_id in places:
            sifted.twins[place] = places[external_id]
    return sifted


def _credited(
    seller: Seller, sifted: "_Sifted[SaleInput]"
) -> dict[int, tuple[Sale, crediting.Found]]:
    """The rows of new sales by place, with whom they are credited to; the others are refused."""
    now = timezone.now()
    inputs = [sale for sale, _mark in sifted.new.values()]
    decided = crediting.Finder(seller).find_many([(one, one.occurred_at or now) for one in inputs])
    good: dict[int, crediting.Found] = {}
    for place, found in zip(sifted.new, decided, strict=True):
        if isinstance(found, Refusal):
            sifted.refuse(place, found)
        else:
            good[place] = found
    buyers = customers.made(seller, [sifted.new[place][0].customer for place in good])
    rows = {}
    for place, found in good.items():
        sale, mark = sifted.new[place]
        buyer = buyers.of(sale.customer)
        row = writing.sale_row(seller, sale, mark, found, buyer, sale.occurred_at or now)
        rows[place] = row, found
    return rows


def _answer_lost(
    sifted: "_Sifted[Input]", lost: "Mapping[int, Row]", stored: "models.QuerySet[Row]"
) -> None:
    """Answer for those whose ids somebody else took meanwhile."""
    marks = _marks(stored, [row.external_id for row in lost.values()])
    for place, row in lost.items():
        if marks[row.external_id] != row.fingerprint:
            sifted.refuse(place, intake.taken_already(row.external_id))


def _marks(stored: "models.QuerySet[Row]", external_ids: Iterable[str]) -> dict[str, str]:
    """Fingerprints of what is stored, by external id."""
    wanted = list(external_ids)
    if not wanted:
        return {}
    table = stored.model._meta.db_table
    sql = f'SELECT external_id, fingerprint FROM "{table}" WHERE external_id = ANY(%s)'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [wanted])
        return dict(cursor.fetchall())


def _announce(seller: Seller, actor: Actor, entries: list[Entry]) -> None:
    if entries:
        record_many(seller_id=seller.pk, actor=actor, entries=entries)
        work.nudge(intake.ENGINE, seller.pk)
