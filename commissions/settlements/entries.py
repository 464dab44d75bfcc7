"""Figures that the parties report, with their proof; they count once the seller has agreed."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.uploads import IMAGE_TYPES, checked_document, checked_image
from commissions.models import (
    Agreement,
    AgreementParty,
    EntryKind,
    EntryStatus,
    SettlementEntry,
)
from commissions.settlements import calendar
from prm.errors import Conflict, FieldError, Unacceptable
from prm.money import MAX_MINOR
from prm.validation import checked_url, refuse_if_any, require_valid
from sellers.actors import Actor

KINDS_OF: Final[dict[str, tuple[str, ...]]] = {
    Agreement.Kind.ROYALTY: (EntryKind.NET_SALES,),
    Agreement.Kind.SHARED_REVENUE: (EntryKind.COST, EntryKind.REVENUE),
    Agreement.Kind.DISTRIBUTION: (EntryKind.UNITS,),
}
IMAGES: Final = frozenset({"jpeg", *(ending for _type, ending in IMAGE_TYPES.values())})


@dataclass(frozen=True)
class EntryInput:
    """A figure as handed in. `on` is the day it belongs to; money in minor units."""

    kind: str
    on: date
    note: str
    amount_minor: int = 0
    quantity: int = 0
    url: str = ""
    file: "File[Any] | None" = None


def kinds_for(agreement: Agreement) -> list[str]:
    """What can be reported under the newest terms: nothing where only sales count."""
    newest = agreement.versions.latest("number").terms
    kinds = list(KINDS_OF[agreement.kind])
    if newest["source"] == "sales":
        kinds = [kind for kind in kinds if kind == EntryKind.COST]
    if not newest.get("costs", True):
        kinds = [kind for kind in kinds if kind != EntryKind.COST]
    return [str(kind) for kind in kinds]


@transaction.atomic
def report(
    *, party: AgreementParty, entry: EntryInput, actor: Actor, agreed: bool
) -> SettlementEntry:
    """Hand in a figure. What the seller's own people enter is `agreed` at once.

    Raises Unacceptable for a kind that the terms do not count, a day outside the agreement, an
    amount of nothing, or a partner's figure without any proof.
    """
    agreement = party.agreement
    _require_sound(agreement, entry)
    row = SettlementEntry(
        seller_id=agreement.seller_id,
        agreement=agreement,
        party=party,
        kind=entry.kind,
        on=entry.on,
        amount_minor=entry.amount_minor,
        quantity=entry.quantity,
        note=entry.note.strip(),
        url=checked_url(entry.url, "url") if entry.url.strip() else "",
        entered_by=actor.label[:160],
    )
    if entry.file is not None:
        _attach(row, entry.file)
    if agreed:
        _decided(row, EntryStatus.APPROVED, actor, "")
    elif not (row.file or row.url):
        message = _("Add a proof: a file, or an address where it can be seen.")
        raise Unacceptable(message, field="file", code="required")
    require_valid(row, only=["note", "url", "entered_by"])
    row.save(force_insert=True)
    _touch(agreement)
    _record(row, actor, "settlement_entry.added" if agreed else "settlement_entry.submitted")
    return row


@transaction.atomic
def approve_entry(*, entry: SettlementEntry, actor: Actor) -> SettlementEntry:
    """Agree to a figure: it counts in the period of its day. Raises Conflict once decided."""
    return _decide(entry, EntryStatus.APPROVED, actor, "", "settlement_entry.approved")


@transaction.atomic
def reject_entry(*, entry: SettlementEntry, reason: str, actor: Actor) -> SettlementEntry:
    """Refuse a figure, or take out one that counted; settled periods are corrected later.

    Raises Unacceptable without a reason, Conflict once refused.
    """
    if not reason.strip():
        raise Unacceptable(_("Say why. The partner will read it."), field="reason", code="required")
    return _decide(
        entry, EntryStatus.REJECTED, actor, reason.strip()[:500], "settlement_entry.rejected"
    )


def _decide(
    entry: SettlementEntry, to: str, actor: Actor, reason: str, verb: str
) -> SettlementEntry:
    rows = SettlementEntry.objects.select_for_update(of=("self",))
    row = rows.select_related("agreement__seller", "party__enrollment").get(pk=entry.pk)
    if to not in SettlementEntry.TRANSITIONS[row.status]:
        raise Conflict(
            _("This figure is decided already: %(status)s.")
            % {"status": row.get_status_display().lower()},
            code="wrong_status",
        )
    before = row.status
    _decided(row, to, actor, reason)
    row.save(update_fields=["status", "decided_by", "decided_at", "reason"])
    _touch(row.agreement)
    _record(row, actor, verb, before)
    return row


def _decided(row: SettlementEntry, status: str, actor: Actor, reason: str) -> None:
    row.status, row.decided_by, row.reason = status, actor.label[:160], reason
    row.decided_at = timezone.now()


def _require_sound(agreement: Agreement, entry: EntryInput) -> None:
    errors = []
    if entry.kind not in kinds_for(agreement):
        message = _("This agreement does not count such figures.")
        errors.append(FieldError("kind", "not_counted", message))
    last = agreement.ends_on or date.max
    if not agreement.starts_on <= entry.on <= last:
        message = _("Choose a day while the agreement runs.")
        errors.append(FieldError("on", "out_of_range", message))
    elif entry.on > calendar.local_day(timezone.now(), agreement.time_zone):
        errors.append(FieldError("on", "in_future", _("Choose a day that has been, or today.")))
    units = entry.kind == EntryKind.UNITS
    if not 0 <= entry.amount_minor <= MAX_MINOR or not 0 <= entry.quantity <= MAX_MINOR:
        errors.append(FieldError("amount", "invalid", _("Give an amount above zero.")))
    elif units and not (entry.quantity or entry.amount_minor):
        errors.append(FieldError("quantity", "required", _("Say how many moved.")))
    elif not units and not entry.amount_minor:
        errors.append(FieldError("amount", "required", _("Give an amount above zero.")))
    elif not units and entry.quantity:
        errors.append(FieldError("quantity", "invalid", _("Only goods that moved have a number.")))
    if not entry.note.strip():
        errors.append(FieldError("note", "required", _("Say what it is for.")))
    refuse_if_any(errors)


def _attach(row: SettlementEntry, file: "File[Any]") -> None:
    """The proof, looked at from the inside; kept under a name of ours."""
    ending = (file.name or "").rpartition(".")[2].lower()
    kept = checked_image(file) if ending in IMAGES else checked_document(file)
    row.file_name, row.content_type = kept.name, kept.content_type
    row.file.save(f"{row.pk}.{kept.name.rpartition('.')[2]}", ContentFile(kept.content), save=False)


def _touch(agreement: Agreement) -> None:
    """Let a worker look again: what came late may need a settlement of its own."""
    if agreement.ends_on is not None:
        Agreement.objects.filter(pk=agreement.pk).update(look_at=timezone.now())


def _record(row: SettlementEntry, actor: Actor, verb: str, before: str = "") -> None:
    enrollment = row.party.enrollment
    record(
        seller=row.agreement.seller,
        actor=actor,
        verb=verb,
        object=row,
        label=row.note[:200],
        partner_id=enrollment.partner_id if enrollment else None,
        changes={"status": (before, row.status)} if before else {},
        detail={
            "kind": row.kind,
            "on": row.on.isoformat(),
            "amount_minor": row.amount_minor,
            "quantity": row.quantity,
            "currency": row.agreement.currency,
            "reason": row.reason,
        },
    )
