"""Approving a batch, which freezes it, and handing out its file."""

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from commissions.models import Commission
from payouts import files, selectors, vault
from payouts.models import Batch, BatchLine
from payouts.services import drafts, money, sending
from prm.errors import Conflict, NotAllowed
from sellers.actors import Actor


@transaction.atomic
def approve_batch(*, batch: Batch, actor: Actor) -> Batch:
    """Freeze a draft: its commissions go into the payout and its file is written, once.

    The draft is brought up to date first. Raises NotAllowed for the one who drafted it, Conflict
    past the draft or when nothing is left to pay.
    """
    person = drafts.person_behind(actor)
    locked = drafts.lock(batch)
    drafts.require(locked, Batch.Status.DRAFT)
    if person.pk == locked.drafted_by_id:
        raise NotAllowed(
            _("You drafted this batch, so someone else approves it."), code="same_person"
        )
    lines = _ready_lines(locked, actor)
    now = timezone.now()
    money.move_in(money.locked_commissions(lines), to=Commission.Status.IN_PAYOUT, at=now)
    BatchLine.objects.filter(pk__in=[line.pk for line in lines]).update(
        status=BatchLine.Status.APPROVED
    )
    content = _file(locked, lines)
    drafts.move(
        locked,
        Batch.Status.APPROVED,
        approved_by=person,
        approved_at=now,
        file=vault.seal_file(locked, content),
        file_hash=hashlib.sha256(content).hexdigest(),
    )
    record(
        seller=locked.seller,
        actor=actor,
        verb="payout.approved",
        object=locked,
        changes={"status": ("draft", "approved")},
        detail={
            "partners": len(lines),
            "amount_minor": sum(line.amount_minor for line in lines),
            "currency": locked.currency,
            "file_sha256": locked.file_hash,
        },
    )
    return locked


@transaction.atomic
def export_file(*, batch: Batch, actor: Actor) -> bytes:
    """The frozen file, always the same bytes; who took it stands in the trail.

    Whoever takes it first sends the money, so what stops partners is read again. Raises Conflict
    before approval, where a line may not be paid any more, or came back before the file was taken.
    """
    locked = drafts.lock(batch)
    if not locked.file_hash:
        drafts.require(locked, Batch.Status.APPROVED)
    if locked.status == Batch.Status.APPROVED:
        sending.require_unreturned(locked)
        sending.require_payable(locked)
    content = vault.file_of(locked)
    if hashlib.sha256(content).hexdigest() != locked.file_hash:
        raise Conflict(_("The file does not fit its checksum. Do not pay it."), code="corrupt")
    if locked.exported_at is None:
        Batch.objects.filter(pk=locked.pk, exported_at=None).update(exported_at=timezone.now())
    record(
        seller=locked.seller,
        actor=actor,
        verb="payout.exported",
        object=locked,
        detail={"file_sha256": locked.file_hash, "first": locked.exported_at is None},
    )
    return content


def _ready_lines(batch: Batch, actor: Actor) -> list[BatchLine]:
    draft = selectors.lines_of(batch).filter(status=BatchLine.Status.DRAFT)
    # Refunds and holds of these lines wait from here on, so the refresh sees the last of them.
    money.locked_commissions(list(draft))
    drafts.refresh(batch, actor)
    lines = list(draft.all())
    if not lines:
        raise Conflict(_("Nothing is left to pay in this batch. Cancel it."), code="nothing_to_pay")
    return lines


def _file(batch: Batch, lines: list[BatchLine]) -> bytes:
    payments = [
        files.Payment(
            reference=line.reference,
            partner=line.partner.name,
            holder=line.method.name,
            method=line.method.kind,
            account=vault.account_of(line.method),
            amount_minor=line.amount_minor,
        )
        for line in lines
    ]
    return files.generic_csv(batch.number, batch.currency, payments)
