"""Partners' names on materials: asked for, approved or not. The making is a worker's."""

import uuid
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity import work
from activity.services import record
from campaigns.materials import kinds
from campaigns.models import BrandedMaterial, Material
from partners import selectors as partners
from partners.notices import notices_to
from prm.errors import Conflict, Unacceptable
from prm.validation import require_valid
from sellers.actors import Actor

KIND: Final = "branding"
MOST_KEPT: Final = 50
"""Pieces a partner may ask for of one material in a day."""


@transaction.atomic
def ask_for_branding(
    *,
    material: Material,
    partner_id: uuid.UUID,
    actor: Actor,
    name: str,
    contact: str = "",
    link_url: str = "",
) -> BrandedMaterial:
    """A piece with the partner's name on it, to be made by a worker.

    The caller has checked that the partner may use the material. Raises Unacceptable by the field,
    Conflict while another is being made, where none may be, and beyond 50 a day.
    """
    if not kinds.can_carry_name(material):
        raise Conflict(_("This material carries no partner's name."), code="not_allowed")
    piece = BrandedMaterial(
        seller_id=material.seller_id,
        material=material,
        partner_id=partner_id,
        version=material.version,
        asked_by=actor.user,
        name=" ".join(name.split()),
        contact=" ".join(contact.split()),
        link_url=link_url,
    )
    if not piece.name:
        raise Unacceptable(_("Give the name that stands on it."), field="name", code="required")
    require_valid(piece, only=("name", "contact", "link_url"))
    day_ago = timezone.now() - timedelta(days=1)
    own = BrandedMaterial.objects.filter(material=material, partner_id=partner_id)
    if own.filter(created_at__gte=day_ago).count() >= MOST_KEPT:
        raise Conflict(_("That was often today. Try again tomorrow."), code="too_many")
    try:
        with transaction.atomic():
            piece.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("One is being made just now."), code="state") from error
    record(
        seller=material.program.seller,
        actor=actor,
        verb="branding.asked",
        object=piece,
        label=material.name,
        partner_id=partner_id,
        detail={"name": piece.name, "contact": piece.contact, "version": piece.version},
    )
    work.nudge(KIND, material.seller_id)
    return piece


@transaction.atomic
def approve_branding(*, piece: BrandedMaterial, actor: Actor) -> BrandedMaterial:
    """Let the partner use it. Raises Conflict unless it waits for approval."""
    return _decide(piece, actor, BrandedMaterial.Status.READY, "")


@transaction.atomic
def reject_branding(*, piece: BrandedMaterial, actor: Actor, reason: str) -> BrandedMaterial:
    """Refuse it, for a reason that the partner reads. Raises Conflict unless it waits."""
    text = reason.strip()
    if not text:
        raise Unacceptable(_("Say why: the partner reads it."), field="reason", code="required")
    if len(text) > 500:
        message = _("At most %(limit)d characters.") % {"limit": 500}
        raise Unacceptable(message, field="reason", code="max_length")
    return _decide(piece, actor, BrandedMaterial.Status.REJECTED, text)


def _decide(piece: BrandedMaterial, actor: Actor, to: str, reason: str) -> BrandedMaterial:
    changes: dict[str, Any] = {
        "status": to,
        "decided_at": timezone.now(),
        "decided_by": actor.user,
        "reason": reason,
    }
    waiting = BrandedMaterial.objects.filter(pk=piece.pk, status=BrandedMaterial.Status.WAITING)
    if waiting.update(**changes) != 1:
        raise Conflict(_("This was already decided."), code="state")
    piece.refresh_from_db()
    approved = to == BrandedMaterial.Status.READY
    subject = (
        gettext_lazy("%(name)s with your name is approved")
        if approved
        else gettext_lazy("%(name)s with your name was not approved")
    )
    seller = piece.material.program.seller
    record(
        seller=seller,
        actor=actor,
        verb="branding.approved" if approved else "branding.rejected",
        object=piece,
        label=piece.material.name,
        partner_id=piece.partner_id,
        changes={"status": (BrandedMaterial.Status.WAITING, to)},
        detail={"name": piece.name, "reason": reason},
        notify=notices_to(
            partners.users_of(piece.partner),
            seller=seller,
            room="partner",
            subject=subject,
            body=reason,
            values={"name": piece.material.name},
            path=f"/{seller.slug}/portal/materials/?open={piece.material_id}",
        ),
    )
    return piece
