"""What the bank said: lines paid, or sent back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import record
from commissions.models import Commission
from commissions.reasons import amount_text
from partners.notices import Text, notices_to
from partners.selectors import users_of
from payouts import selectors
from payouts.models import Batch, BatchItem, BatchLine
from payouts.services import drafts, money, sending
from prm.errors import Conflict, Unacceptable
from sellers.actors import Actor

REASON_LIMIT = 300
PAID = gettext_lazy("%(amount)s is on its way to %(account)s")
CAME_BACK = gettext_lazy("A payout of %(amount)s came back")


@transaction.atomic
def settle_batch(*, batch: Batch, actor: Actor) -> Batch:
    """All lines that did not come back are paid; the batch is finished.

    Raises Conflict unless it is approved, and where the money went without the batch's file while
    something stops one of the partners.
    """
    locked = drafts.lock(batch)
    drafts.require(locked, Batch.Status.APPROVED)
    lines = selectors.on_their_way(locked)
    sending.require_payable(locked, lines)
    now = timezone.now()
    _pay(lines, actor, now)
    _finish(locked, actor, now)
    return locked


@transaction.atomic
def settle_line(*, line: BatchLine, actor: Actor) -> BatchLine:
    """One line is paid; with the last one the batch is finished. Raises Conflict otherwise."""
    batch, locked = _open_line(line)
    sending.require_payable(batch, [locked])
    now = timezone.now()
    _pay([locked], actor, now)
    _finish_if_last(batch, actor, now)
    return locked


@transaction.atomic
def return_line(*, line: BatchLine, reason: str, actor: Actor) -> BatchLine:
    """The bank sent a line back: its money is payable again and free for the next batch.

    The partner's people read `reason`. Raises Unacceptable without one, Conflict unless the line
    is on its way.
    """
    why = " ".join(reason.split())
    if not why:
        message = _("Say why it came back. The partner will read it.")
        raise Unacceptable(message, field="reason", code="required")
    if len(why) > REASON_LIMIT or not why.isprintable():
        message = _("Use at most %(n)s letters.") % {"n": REASON_LIMIT}
        raise Unacceptable(message, field="reason", code="too_long")
    batch, locked = _open_line(line)
    now = timezone.now()
    rows = money.locked_commissions([locked])
    money.move_out(rows, to=Commission.Status.PAYABLE, at=now)
    BatchItem.objects.filter(line=locked, is_current=True).update(is_current=False)
    _end(locked, BatchLine.Status.RETURNED, now, why)
    _record_line(locked, actor, "payout.returned", CAME_BACK)
    _finish_if_last(batch, actor, now)
    return locked


def _open_line(line: BatchLine) -> tuple[Batch, BatchLine]:
    """The batch, locked, and the line as it is now, on its way."""
    batch = drafts.lock(line.batch)
    drafts.require(batch, Batch.Status.APPROVED)
    current = selectors.line_by_id(batch, line.pk)
    if current.status != BatchLine.Status.APPROVED:
        raise Conflict(
            _("This payout is %(status)s; that cannot be done now.")
            % {"status": BatchLine.Status(current.status).label.lower()},
            code="wrong_status",
        )
    return batch, current


def _pay(lines: Sequence[BatchLine], actor: Actor, now: datetime) -> None:
    money.move_out(money.locked_commissions(lines), to=Commission.Status.PAID, at=now)
    for line in lines:
        _end(line, BatchLine.Status.SETTLED, now)
        _record_line(line, actor, "payout.paid", PAID)


def _end(line: BatchLine, status: str, now: datetime, reason: str = "") -> None:
    hit = BatchLine.objects.filter(pk=line.pk, status=BatchLine.Status.APPROVED).update(
        status=status, ended_at=now, reason=reason
    )
    if hit != 1:
        raise Conflict(_("Somebody else was quicker. Look at the batch again."), code="state")
    line.status, line.ended_at, line.reason = status, now, reason


def _finish_if_last(batch: Batch, actor: Actor, now: datetime) -> None:
    if not BatchLine.objects.filter(batch=batch, status=BatchLine.Status.APPROVED).exists():
        _finish(batch, actor, now)


def _finish(batch: Batch, actor: Actor, now: datetime) -> None:
    drafts.move(batch, Batch.Status.SETTLED, settled_at=now)
    record(
        seller=batch.seller,
        actor=actor,
        verb="payout.settled",
        object=batch,
        changes={"status": ("approved", "settled")},
    )


def _record_line(line: BatchLine, actor: Actor, verb: str, subject: Text) -> None:
    seller = line.batch.seller
    record(
        seller=seller,
        actor=actor,
        verb=verb,
        object=line,
        label=line.reference,
        partner_id=line.partner_id,
        changes={"status": ("approved", line.status)},
        detail={
            "amount_minor": line.amount_minor,
            "currency": line.batch.currency,
            "batch": str(line.batch_id),
            **({"reason": line.reason} if line.reason else {}),
        },
        notify=notices_to(
            users_of(line.partner, "admin", "finance"),
            seller=seller,
            room="partner",
            subject=subject,
            body=line.reason.replace("%", "%%"),
            values={
                "amount": amount_text(line.amount_minor, line.batch.currency),
                "account": line.method.account_tail if line.method else "",
            },
            path=f"/{seller.slug}/portal/statements/",
        ),
    )
