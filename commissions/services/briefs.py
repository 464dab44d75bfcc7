"""Briefs: what is agreed with a partner, or with all of a program, to be handed in for a fee."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import Notice, record
from campaigns.models import Program
from campaigns.selectors import is_enrolled
from commissions import backlinks
from commissions.models import Brief, Deliverable
from partners.models import Partner
from partners.notices import notices_to
from partners.selectors import users_of
from prm.errors import Conflict, FieldError, Unacceptable
from prm.money import MAX_MINOR
from prm.validation import refuse_if_any, require_valid
from sellers.actors import Actor

CHECKED: Final = frozenset(
    {"title", "description", "kind", "pieces", "fee", "due_on", "backlink", "live_days"}
)
WORDS_ONLY: Final = frozenset({"title", "description", "due_on"})
"""What may change once a piece is handed in: the deal itself stands."""


@dataclass(frozen=True)
class BriefInput:
    """What is agreed. `amount_minor` in the program's currency, 0 where its rules decide."""

    title: str
    kind: str = Brief.Kind.POST
    pieces: int = 1
    fee: str = Brief.Fee.PIECE
    amount_minor: int = 0
    description: str = ""
    due_on: date | None = None
    needs_url: bool = True
    needs_file: bool = False
    backlink: str = ""
    live_days: int = 0


FIELDS: Final = tuple(BriefInput.__dataclass_fields__)


@transaction.atomic
def create_brief(
    *, program: Program, brief: BriefInput, actor: Actor, partner: Partner | None = None
) -> Brief:
    """Agree on pieces with `partner`, or with everybody in the program.

    Raises Unacceptable by the field (`partner`, `amount`, `backlink`, `needs_url`, …).
    """
    if partner is not None and not is_enrolled(program, partner.pk):
        message = _("This partner is not in the program.")
        raise Unacceptable(message, field="partner", code="not_enrolled")
    row = Brief(seller_id=program.seller_id, program=program, partner=partner, **vars(brief))
    _tidy(row)
    _check(row)
    row.save(force_insert=True)
    record(
        seller=program.seller,
        actor=actor,
        verb="brief.created",
        object=row,
        partner_id=partner.pk if partner else None,
        detail={"program": program.name, "pieces": row.pieces, "amount_minor": row.amount_minor},
        notify=_notices(row) if partner else (),
    )
    return row


@transaction.atomic
def change_brief(*, brief: Brief, actor: Actor, **fields: Any) -> Brief:
    """Set the given fields of BriefInput. Once a piece is handed in only words and the due date.

    Raises Conflict for an ended brief, Unacceptable by the field.
    """
    row = _locked(brief.pk)
    if row.ended_at is not None:
        raise Conflict(_("This brief has ended."), code="state")
    before = {name: getattr(row, name) for name in FIELDS}
    for name, value in fields.items():
        setattr(row, name, value)
    _tidy(row)
    changes = {
        name: (old, getattr(row, name)) for name, old in before.items() if old != getattr(row, name)
    }
    if not changes:
        return row
    _refuse_fixed(row, changes)
    _check(row, new_day="due_on" in changes)
    if "due_on" in changes:
        row.late_told_at = None
    row.save(update_fields=[*changes, "late_told_at"])
    record(
        seller=row.seller,
        actor=actor,
        verb="brief.changed",
        object=row,
        partner_id=row.partner_id,
        changes={name: (_plain(old), _plain(new)) for name, (old, new) in changes.items()},
    )
    return row


@transaction.atomic
def end_brief(*, brief: Brief, actor: Actor) -> Brief:
    """Take no more pieces for it; what is handed in may still be decided. Raises Conflict."""
    hit = Brief.objects.filter(pk=brief.pk, ended_at=None).update(ended_at=timezone.now())
    if hit != 1:
        raise Conflict(_("This brief has ended."), code="state")
    row = _locked(brief.pk)
    record(
        seller=row.seller,
        actor=actor,
        verb="brief.ended",
        object=row,
        partner_id=row.partner_id,
    )
    return row


def _locked(brief_id: uuid.UUID) -> Brief:
    rows = Brief.objects.select_related("program", "seller", "partner")
    return rows.select_for_update(of=("self",)).get(pk=brief_id)


def _tidy(row: Brief) -> None:
    row.title = row.title.strip()
    row.description = row.description.strip()
    row.backlink = row.backlink.strip()
    if row.backlink:
        row.needs_url = True
    if row.fee == Brief.Fee.RULE:
        row.amount_minor = 0


def _check(row: Brief, *, new_day: bool = True) -> None:
    if not row.title:
        raise Unacceptable(_("Say what is agreed."), field="title", code="required")
    require_valid(row, only=CHECKED)
    refuse_if_any([*_money_errors(row), *_proof_errors(row), *_day_errors(row, new_day)])


def _money_errors(row: Brief) -> Iterable[FieldError]:
    if row.fee != Brief.Fee.RULE and not 0 < row.amount_minor <= MAX_MINOR:
        yield FieldError("amount", "invalid", _("Give a fee above zero."))


def _proof_errors(row: Brief) -> Iterable[FieldError]:
    if not row.needs_url and not row.needs_file:
        message = _("Ask for an address or a file: without proof there is nothing to approve.")
        yield FieldError("needs_url", "required", message)
    if row.backlink:
        try:
            backlinks.target_of(row.backlink)
        except ValueError:
            message = _("Give a host like shop.example, or a whole address.")
            yield FieldError("backlink", "invalid", message)
    elif row.live_days:
        message = _("Say first where the link must lead.")
        yield FieldError("live_days", "no_backlink", message)


def _day_errors(row: Brief, new_day: bool) -> Iterable[FieldError]:
    if new_day and row.due_on is not None and row.due_on < timezone.localdate():
        yield FieldError("due_on", "past", _("This day has passed."))


def _refuse_fixed(row: Brief, changes: dict[str, tuple[object, object]]) -> None:
    fixed = sorted(set(changes) - WORDS_ONLY)
    if fixed and Deliverable.objects.filter(brief=row).exists():
        message = _("A piece is handed in, so this stands. End the brief and make another.")
        refuse_if_any([FieldError(name.removesuffix("_minor"), "fixed", message) for name in fixed])


def _notices(row: Brief) -> Iterable[Notice]:
    if row.partner is None:
        return ()
    return notices_to(
        users_of(row.partner),
        seller=row.program.seller,
        room="partner",
        subject=gettext_lazy("Agreed with you: %(title)s"),
        body=gettext_lazy("Due on %(day)s.")
        if row.due_on
        else gettext_lazy("Hand it in when it is done."),
        values={"title": row.title, "day": row.due_on},
        path=f"/{row.program.seller.slug}/portal/deliverables/{row.pk}/",
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
