"""Rows grouped into invoices and credit notes, however far apart an invoice's rows stand."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from django.utils.translation import gettext as _

from commissions.imports import countries, reading
from commissions.imports.mapping import Line, Plan, Problem, Reader, Unreadable
from commissions.inputs import CreditNoteInput, CustomerInput, LineInput, SaleInput
from prm.money import round_half_up

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Document:
    """One invoice or credit note with its good lines (perhaps none) and its bad rows."""

    external_id: str
    row: int
    rows: int
    is_note: bool = False
    lines: Sequence[LineInput] = field(default_factory=list)
    occurred_at: datetime | None = None
    partner: str = ""
    coupon: str = ""
    customer: str = ""
    country: str = ""
    currency: str = ""
    problems: Sequence[Problem] = field(default_factory=list)

    def as_sale(self, partner_id: str, program_id: str) -> SaleInput:
        """The invoice as a sale; `partner_id` "" for none."""
        country = countries.code_of(self.country)
        return SaleInput(
            external_id=self.external_id,
            currency=self.currency,
            lines=list(self.lines),
            customer=CustomerInput(external_id=self.customer, country=country),
            partner=partner_id,
            program=program_id if partner_id or self.coupon else "",
            coupon=self.coupon,
            occurred_at=self.occurred_at,
            source="import",
        )

    def as_note(self, partner_id: str, program_id: str) -> CreditNoteInput:
        """The credit note; `partner_id` "" for none."""
        return CreditNoteInput(
            external_id=self.external_id,
            currency=self.currency,
            lines=list(self.lines),
            partner=partner_id,
            program=program_id if partner_id else "",
            occurred_at=self.occurred_at,
        )


class Documents:
    """A file's documents, in the order in which they end. The order is the same every time."""

    def __init__(self, file: IO[bytes], layout: reading.Layout, plan: Plan) -> None:
        self._file = file
        self._layout = layout
        self._plan = plan
        self._reader = Reader(plan, layout.header)
        last: dict[str, int] = {}
        for number, cells in reading.rows(file, layout):
            last[self._key(number, cells)] = number
        self._last = last
        self._order = sorted(last, key=last.__getitem__)

    def __len__(self) -> int:
        return len(self._order)

    def after(self, position: int) -> Iterator[Document]:
        """Documents from `position` on. Only those still open are held in memory."""
        done = set(self._order[:position])
        waiting: dict[str, list[Row]] = defaultdict(list)
        for number, cells in reading.rows(self._file, self._layout):
            key = self._key(number, cells)
            if key in done:
                continue
            waiting[key].append((number, cells))
            if self._last[key] == number:
                yield self._document(waiting.pop(key))

    def _key(self, number: int, cells: list[str]) -> str:
        """The invoice; a row without one stands alone."""
        return self._reader.invoice(cells) or f"\x00{number}"

    def _document(self, rows: list[Row]) -> Document:
        problems: list[Problem] = []
        lines: list[tuple[Line, list[str]]] = []
        for number, cells in rows:
            try:
                lines.append((self._reader.line(number, cells), cells))
            except Unreadable as wrong:
                problems.append(self._problem(number, cells, wrong))
        external_id = self._reader.invoice(rows[0][1])
        prefix = self._plan.credit_prefix
        is_note = bool(prefix) and external_id.upper().startswith(prefix.upper())
        good, items = self._items(lines, is_note, problems)
        if not good:
            return Document(external_id, rows[0][0], len(rows), is_note, problems=problems)
        first = good[0]
        return Document(
            external_id=external_id,
            row=first.row,
            rows=len(rows),
            is_note=is_note,
            lines=items,
            occurred_at=min(line.moment for line in good),
            partner=first.partner,
            coupon=next((line.coupon for line in good if line.coupon), ""),
            customer=next((line.customer for line in good if line.customer), ""),
            country=first.country,
            currency=first.currency,
            problems=problems,
        )

    def _items(
        self, lines: list[tuple[Line, list[str]]], is_note: bool, problems: list[Problem]
    ) -> tuple[list[Line], list[LineInput]]:
        """The lines that make sense together, and as they are sold; the others to `problems`."""
        good: list[Line] = []
        items: list[LineInput] = []
        negative = is_note and any(line.quantity < 0 for line, _cells in lines)
        for line, cells in lines:
            try:
                _require_same(line, good[0] if good else line)
                items.append(_item(line, is_note=is_note, negative=negative))
                good.append(line)
            except Unreadable as wrong:
                problems.append(self._problem(line.row, cells, wrong))
        return good, items

    def _problem(self, row: int, cells: list[str], wrong: Unreadable) -> Problem:
        return Problem(row, wrong.field, wrong.message, self._reader.raw(cells))


def _require_same(line: Line, first: Line) -> None:
    """All lines of an invoice name the same partner and currency; the first one counts."""
    for name in ("partner", "currency"):
        if getattr(line, name) != getattr(first, name):
            message = _("Other rows of this invoice say %(other)s.")
            raise Unreadable(name, message % {"other": getattr(first, name) or "–"})


def _item(line: Line, *, is_note: bool, negative: bool) -> LineInput:
    """A line as it is sold or given back, its net rounded once. Raises Unreadable.

    The lines of a credit note are written all negative or all positive.
    """
    quantity = -line.quantity if negative else line.quantity
    if quantity <= 0:
        if is_note:
            message = _("The other rows of this credit note have the other sign.")
        elif line.quantity < 0:
            message = _("A sale's quantity is above zero.")
        else:
            message = _("The quantity is zero.")
        raise Unreadable("quantity", message)
    if line.price < 0:
        raise Unreadable("unit_price", _("A price cannot be negative."))
    discount = abs(line.discount) if negative else line.discount
    net = round_half_up(quantity * line.price) - round_half_up(discount)
    if discount < 0 or net < 0:
        raise Unreadable("discount", _("The discount is negative or larger than the line."))
    return _line_input(line, quantity, round_half_up(discount), net)


def _line_input(line: Line, quantity: int, discount: int, net: int) -> LineInput:
    fine = line.price != line.price.to_integral_value()
    return LineInput(
        quantity=quantity,
        unit_amount=round_half_up(line.price),
        discount=discount,
        sku=line.sku,
        category=line.category,
        name=line.name,
        net=net if fine else None,
        unit_price=line.price_text if fine else "",
    )
