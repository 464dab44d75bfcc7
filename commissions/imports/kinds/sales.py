"""Files of orders and credit notes, one row a line of an order."""

from collections.abc import Iterable, Sequence
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions.imports import reading
from commissions.imports.crediting import Partners
from commissions.imports.documents import Document, Documents
from commissions.imports.mapping import FIELDS, Problem
from commissions.imports.running import Items, Kind, Runner, Setting
from commissions.services import bulk
from prm.errors import NotFound, Refusal


class SalesRunner(Runner):
    """Takes documents: an order's lines together, a bad one without them."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        if setting.program is None:
            raise NotFound(_("Choose the program."))
        self._partners = Partners(
            program=setting.program, plan=self.plan, actor=self.actor, write=not self.dry
        )
        self._partners.made = self.report.new_partners

    def items(self, file: IO[bytes], layout: reading.Layout) -> Items:
        """The file's orders and credit notes."""
        return Documents(file, layout, self.plan)

    def take_items(self, items: Sequence[Document]) -> list[Problem]:
        """Take what is whole of each document."""
        report = self.report
        report.rows += sum(document.rows for document in items)
        problems = [problem for document in items for problem in document.problems]
        report.bad_rows += len(problems)
        credited = []
        for document in items:
            try:
                if document.lines:
                    credited.append((document, self._partners.id_of(document.partner)))
            except Refusal as refusal:
                problems += self._refused(document, refusal)
        problems += self._take_sales([pair for pair in credited if not pair[0].is_note])
        problems += self._take_notes([pair for pair in credited if pair[0].is_note])
        return problems

    def _take_sales(self, pairs: Sequence[tuple[Document, str]]) -> list[Problem]:
        sales = [document.as_sale(partner, self.plan.program) for document, partner in pairs]
        if self.dry:
            outcomes = bulk.review_sales(sales)
        else:
            outcomes = bulk.take_many(seller=self.job.seller, sales=sales, actor=self.actor)
        self.report.sales += self._sum([document for document, _partner in pairs], outcomes, sign=1)
        self.report.sales_known += sum(outcome.is_known for outcome in outcomes)
        return self._problems(pairs, outcomes)

    def _take_notes(self, pairs: Sequence[tuple[Document, str]]) -> list[Problem]:
        notes = [document.as_note(partner, self.plan.program) for document, partner in pairs]
        if self.dry:
            outcomes = bulk.review_credit_notes(notes)
        else:
            outcomes = bulk.take_credit_notes(seller=self.job.seller, notes=notes, actor=self.actor)
        self.report.notes += self._sum(
            [document for document, _partner in pairs], outcomes, sign=-1
        )
        self.report.notes_known += sum(outcome.is_known for outcome in outcomes)
        return self._problems(pairs, outcomes)

    def _sum(
        self, documents: Iterable[Document], outcomes: Iterable[bulk.Outcome], *, sign: int
    ) -> int:
        created = 0
        for document, outcome in zip(documents, outcomes, strict=True):
            if outcome.created:
                created += 1
                amount = sign * sum(line.net_amount for line in document.lines)
                self.report.add_net(document.currency, amount)
        return created

    def _problems(
        self, pairs: Iterable[tuple[Document, str]], outcomes: Iterable[bulk.Outcome]
    ) -> list[Problem]:
        return [
            problem
            for (document, _partner), outcome in zip(pairs, outcomes, strict=True)
            if outcome.refusal is not None
            for problem in self._refused(document, outcome.refusal)
        ]

    def _refused(self, document: Document, refusal: Refusal) -> list[Problem]:
        """A whole invoice that was refused stands at its first row."""
        self.report.refused += 1
        name = refusal.errors[0].field if refusal.errors else ""
        columns = self.plan.columns
        raw = {
            columns[key]: value
            for key, value in (("invoice", document.external_id), ("partner", document.partner))
            if key in columns
        }
        return [Problem(document.row, name, refusal.message, raw)]


KIND = Kind(
    name="sales",
    label=gettext_lazy("Sales"),
    lead=gettext_lazy("Orders, one row for each line. Credit notes may stand among them."),
    fields=FIELDS,
    options=(
        "program", "currency", "time_zone", "dates", "comma", "credit_prefix",
        "create_partners", "ignored",
    ),
    permission="sales.manage",
    scope="sales:write",
    runner=SalesRunner,
    examples=(
        ("1001", "2026-10-02 09:14", "12.50", "2", "", "GAYO-250", "Gayo Natural 250 g", "Coffee",
         "C-17", "DE", "Blue Parrot", "", "EUR"),
        ("1001", "2026-10-02 09:14", "38.00", "1", "3.80", "V60", "V60 set", "Brewing",
         "C-17", "DE", "Blue Parrot", "", "EUR"),
        ("1002", "2026-10-03 08:02", "13.90", "4", "", "TORAJA-250", "Toraja Sapan 250 g",
         "Coffee", "C-19", "GB", "", "", "EUR"),
    ),
    needs_program=True,
    amounts="unit_price",
)  # fmt: skip
