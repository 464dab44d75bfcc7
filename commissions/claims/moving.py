"""What every change of a claim shares: the locked row, the conditional update, the event."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from activity.services import record
from commissions.models import Claim, ClaimMessage, ClaimStatus
from partners.notices import Text, notices_to
from partners.selectors import staff_to_tell, users_of
from prm.errors import Conflict, Unacceptable
from prm.validation import require_valid
from sellers.actors import Actor
from sellers.models import User


def locked(claim_id: uuid.UUID) -> Claim:
    """The claim with all that its decisions read, locked until the transaction ends."""
    rows = Claim.objects.select_related("program", "enrollment__program", "partner", "seller")
    return rows.select_for_update(of=("self",)).get(pk=claim_id)


def move(row: Claim, to: ClaimStatus, **fields: Any) -> None:
    """Change the status of the row, which must still be as it was read. Raises Conflict."""
    if to.value not in Claim.TRANSITIONS[row.status]:
        raise wrong_status(row)
    fields = {"asked_at": None, **fields, "status": to}
    if Claim.objects.filter(pk=row.pk, status=row.status).update(**fields) != 1:
        raise wrong_status(row)
    for name, value in fields.items():
        setattr(row, name, value)


def require(row: Claim, *allowed: ClaimStatus) -> None:
    """Raises Conflict unless the claim is in one of these states."""
    if row.status not in allowed:
        raise wrong_status(row)


def wrong_status(row: Claim) -> Conflict:
    """What was asked of a claim cannot be done as it stands."""
    words = {"claim": row, "status": ClaimStatus(row.status).label}
    return Conflict(_("%(claim)s: %(status)s. That cannot be done now.") % words, code="state")


def said(row: Claim, actor: Actor, text: str, *, field: str, by_partner: bool) -> ClaimMessage:
    """Keep a question or an answer. Raises Unacceptable on `field` when nothing is said."""
    if not text.strip():
        raise Unacceptable(_("Write something."), field=field, code="required")
    message = ClaimMessage(
        seller_id=row.seller_id,
        claim=row,
        by_partner=by_partner,
        author=actor.label[:200],
        text=text.strip(),
    )
    require_valid(message, only={"text"})
    message.save(force_insert=True)
    return message


def told_staff(
    row: Claim,
    actor: Actor,
    verb: str,
    subject: Text,
    *,
    body: Text = "",
    also: list[User] | None = None,
    detail: Mapping[str, Any] | None = None,
    changes: Mapping[str, tuple[object, object]] | None = None,
) -> None:
    """Write the event and tell the partner's manager, or who stands in for him."""
    users = list(dict.fromkeys([*staff_to_tell(row.partner), *(also or [])]))
    _record(row, actor, verb, "console", users, subject, body, detail, changes)


def told_partner(
    row: Claim,
    actor: Actor,
    verb: str,
    subject: Text,
    *,
    body: Text = "",
    detail: Mapping[str, Any] | None = None,
    changes: Mapping[str, tuple[object, object]] | None = None,
) -> None:
    """Write the event and tell the partner's people."""
    _record(row, actor, verb, "partner", users_of(row.partner), subject, body, detail, changes)


def _record(
    row: Claim,
    actor: Actor,
    verb: str,
    room: str,
    users: list[User],
    subject: Text,
    body: Text,
    detail: Mapping[str, Any] | None,
    changes: Mapping[str, tuple[object, object]] | None,
) -> None:
    seller = row.seller
    place = "console" if room == "console" else "portal"
    values = {"claim": row.number, "partner": row.partner.name, "order": row.order}
    record(
        seller=seller,
        actor=actor,
        verb=verb,
        object=row,
        partner_id=row.partner_id,
        detail={"order": row.order, **(detail or {})},
        changes=changes or {},
        notify=notices_to(
            users,
            seller=seller,
            room=room,
            subject=subject,
            body=body,
            values=values,
            path=f"/{seller.slug}/{place}/claims/{row.pk}/",
        ),
    )
