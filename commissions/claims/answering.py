"""The seller's side of a claim: ask back, decline, or accept it in one of three ways."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Enrollment
from commissions.claims import crediting
from commissions.claims.moving import locked, move, require, said, told_partner
from commissions.inputs import SaleInput
from commissions.models import Claim
from commissions.models.claims import ClaimOutcome as Outcome
from commissions.models.claims import ClaimStatus as Status
from commissions.services.decisions import adjust
from commissions.services.intake import take_sale
from partners.models import Partner
from prm.errors import Conflict, Unacceptable
from sellers.actors import Actor
from tracking.models import Sale


@transaction.atomic
def ask(*, claim: Claim, text: str, actor: Actor) -> Claim:
    """Ask the partner something; the clock stands until he answers.

    Raises Conflict unless the claim waits for an answer, Unacceptable `text`.
    """
    row = locked(claim.pk)
    require(row, Status.OPEN)
    message = said(row, actor, text, field="text", by_partner=False)
    move(row, Status.ASKED, asked_at=timezone.now())
    told_partner(
        row,
        actor,
        "claim.asked",
        gettext_lazy("A question about your claim %(claim)s"),
        body=message.text.replace("%", "%%"),
        changes={"status": (Status.OPEN.value, row.status)},
    )
    return row


@transaction.atomic
def decline(*, claim: Claim, reason: str, actor: Actor) -> Claim:
    """Refuse a claim, with a reason that the partner reads. Raises Conflict, Unacceptable."""
    row = locked(claim.pk)
    before = row.status
    _require_reason(reason)
    move(
        row,
        Status.DECLINED,
        reason=reason.strip()[:500],
        decided_at=timezone.now(),
        decided_by=actor.user,
    )
    told_partner(
        row,
        actor,
        "claim.declined",
        gettext_lazy("Your claim %(claim)s was declined"),
        body=row.reason.replace("%", "%%"),
        detail={"reason": row.reason},
        changes={"status": (before, row.status)},
    )
    return row


@transaction.atomic
def credit(*, claim: Claim, actor: Actor) -> Claim:
    """Accept: the known sale of the order, which credits nobody, is credited and computed.

    Raises Conflict where the order is not known, or somebody has the sale already.
    """
    row = _open(claim)
    sale = crediting.sale_of(row)
    if sale is None:
        raise Conflict(_("No sale of this order is known. Record it."), code="unknown")
    crediting.credit_stored(row, sale)
    return _accept(row, actor, Outcome.CREDITED, sale=sale)


@transaction.atomic
def record_sale(*, claim: Claim, sale: SaleInput, actor: Actor) -> Claim:
    """Accept: an order that is not known is recorded with the seller's data, and credited.

    Of `sale` the order number, the partner and the program are the claim's, whatever it says.
    Raises Conflict where the order is known by now, Unacceptable by the field.
    """
    row = _open(claim)
    if crediting.sale_of(row) is not None:
        raise Conflict(_("This order is known by now. Look at it again."), code="known")
    named = replace(
        sale,
        external_id=row.order,
        partner=str(row.partner_id),
        program=str(row.program_id),
        source="claim",
    )
    taken = take_sale(seller=row.seller, sale=named, actor=actor)
    if not taken.created:
        raise Conflict(_("This order is known by now. Look at it again."), code="known")
    stored = taken.sale
    stored.attribution = crediting.attribution(row, stored.attribution)
    stored.save(update_fields=["attribution"])
    return _accept(row, actor, Outcome.RECORDED, sale=stored)


@transaction.atomic
def give_goodwill(
    *, claim: Claim, amount_minor: int, currency: str, reason: str, actor: Actor
) -> Claim:
    """Accept: the partner gets an amount as an adjustment, and the sale stays as it is.

    Raises Conflict, Unacceptable by the field.
    """
    row = _open(claim)
    _require_reason(reason)
    if amount_minor <= 0:
        raise Unacceptable(_("Give an amount above 0."), field="amount", code="out_of_range")
    words = _("Claim %(number)s: %(reason)s") % {"number": row.number, "reason": reason.strip()}
    line = adjust(
        enrollment=row.enrollment,
        amount_minor=amount_minor,
        currency=currency,
        reason=words[:500],
        actor=actor,
    )
    return _accept(row, actor, Outcome.GOODWILL, adjustment=line, reason=reason.strip()[:500])


def _open(claim: Claim) -> Claim:
    """The locked claim, which still waits, of a partner who may be credited."""
    row = locked(claim.pk)
    require(row, Status.OPEN, Status.ASKED)
    active = row.enrollment.status == Enrollment.Status.ACTIVE
    if not active or row.partner.status != Partner.Status.ACTIVE:
        message = _("The partner is not active in the program; nothing can be credited to him.")
        raise Conflict(message, code="partner_inactive")
    return row


def _accept(
    row: Claim, actor: Actor, outcome: Outcome, *, sale: Sale | None = None, **fields: Any
) -> Claim:
    before = row.status
    move(
        row,
        Status.ACCEPTED,
        outcome=outcome,
        sale=sale,
        decided_at=timezone.now(),
        decided_by=actor.user,
        **fields,
    )
    told_partner(
        row,
        actor,
        "claim.accepted",
        gettext_lazy("Your claim %(claim)s was accepted"),
        detail={"outcome": outcome.value, **({"sale": str(sale.pk)} if sale else {})},
        changes={"status": (before, row.status)},
    )
    return row


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Unacceptable(_("Say why. The partner will read it."), field="reason", code="required")
