"""Whether the money of an approved batch may go out: what stops partners, read once more."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from payouts import gates, rules, selectors
from payouts.models import Batch, BatchLine
from prm.errors import Conflict

NAMED: Final = 5
"""How many partners a refusal names."""


def require_payable(batch: Batch, lines: Sequence[BatchLine] | None = None) -> None:
    """Raise Conflict where a line may not be paid now, while nothing of the batch has gone out.

    `lines` are those to be paid, all by default. Once the file was taken the bank has the order:
    what it did is a fact, and only asked back line by line.
    """
    if batch.exported_at is not None:
        return
    due = selectors.on_their_way(batch) if lines is None else lines
    stopped = gates.stopped(batch, due)
    if stopped:
        raise Conflict(
            _(
                "Since the approval something stops %(names)s Cancel the batch and draft it anew,"
                " or return these payouts."
            )
            % {"names": " ".join(_told(one) for one in stopped[:NAMED])},
            code="stopped",
        )


def require_unreturned(batch: Batch) -> None:
    """Raise Conflict where a line came back before its file was taken: it would pay it again."""
    if batch.exported_at is not None:
        return
    if BatchLine.objects.filter(batch=batch, status=BatchLine.Status.RETURNED).exists():
        raise Conflict(
            _(
                "A payout of this batch was returned before its file was taken, and still stands in"
                " it. Pay the others by hand and settle them."
            ),
            code="returned",
        )


def _told(one: gates.Stopped) -> str:
    return f"{one.line.partner.name}: {rules.REASONS[one.reason]}"
