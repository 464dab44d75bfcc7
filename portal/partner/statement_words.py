"""What a transfer was, in the partner's words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from commissions import reasons
from commissions import selectors as commissions
from commissions.models import Commission
from ledger.models import AccountKind, Transfer
from payouts import selectors as payouts
from portal import traces


@dataclass(frozen=True)
class Words:
    """What happened, and why."""

    title: str
    sentence: str

    @classmethod
    def put_on(cls, transfers: list[Any]) -> None:
        """Give each transfer its `words`; two queries for all."""
        ids = {transfer.source_id for transfer in transfers}
        lines = {line.pk: line for line in commissions.lines().filter(pk__in=ids)}
        references = payouts.references_of(ids)
        for transfer in transfers:
            line = lines.get(transfer.source_id)
            transfer.words = (
                _of_line(transfer, line, references.get(transfer.source_id, ""))
                if line
                else cls(transfer.kind, transfer.note)
            )


def _of_line(transfer: Transfer, line: Commission, reference: str) -> Words:
    title = traces.title(line)
    source, target = transfer.debit.kind, transfer.credit.kind
    if line.amount_minor < 0:
        source, target = target, source
    if source == AccountKind.EXPENSE:
        return Words(title, reasons.sentence(line))
    return Words(title, _moved(target, reference, reasons.stop_text(line)))


def _moved(target: str, reference: str, reason: str) -> str:
    """The sentence of a move; `target` is where the line went."""
    values = {"payout": reference, "reason": reason}
    sentences = {
        AccountKind.PENDING: _("Back to waiting for its hold to end."),
        AccountKind.HELD: _("Held: %(reason)s") % values,
        AccountKind.PAYABLE: _("Free to pay."),
        AccountKind.IN_PAYOUT: _("Put into a payout."),
        AccountKind.PAID: _("Paid with %(payout)s.") % values,
        AccountKind.EXPENSE: _("Taken out: %(reason)s") % values,
    }
    return sentences[AccountKind(target)]
