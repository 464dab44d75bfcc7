"""Writes about coupons: codes that customers enter at the till and that credit a partner."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.models import Enrollment
from prm.errors import Conflict, Unacceptable
from sellers.actors import Actor
from tracking.models import Coupon
from tracking.rules import coupon_key

LENGTH: Final = 60


def create_coupon(
    *,
    enrollment: Enrollment,
    code: str,
    actor: Actor,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> Coupon:
    """A code of an enrollment's partner, valid from `valid_from` until `valid_until`, exclusive.

    Another partner may have the same code; at a time when several have it, it credits nobody.
    Raises Unacceptable for a malformed code, an end that is not after the start, an ended
    enrollment; Conflict where the partner has this code in the program already.
    """
    if enrollment.status != Enrollment.Status.ACTIVE:
        raise Unacceptable(_("This enrollment has ended."), field="enrollment", code="ended")
    code = code.strip()
    if not code or len(code) > LENGTH or not code.isprintable():
        message = _("1 to 60 characters, on one line.")
        raise Unacceptable(message, field="code", code="invalid")
    if valid_from is not None and valid_until is not None and valid_until <= valid_from:
        message = _("The end must be after the start.")
        raise Unacceptable(message, field="valid_until", code="before_start")
    row = Coupon(
        seller_id=enrollment.seller_id,
        enrollment=enrollment,
        code=code,
        key=coupon_key(code),
        valid_from=valid_from,
        valid_until=valid_until,
    )
    with transaction.atomic():
        _save(row)
        record(
            seller=enrollment.seller,
            actor=actor,
            verb="coupon.created",
            object=row,
            label=code,
            partner_id=enrollment.partner_id,
            detail={name: at.isoformat() for name, at in _validity(row) if at is not None},
        )
    return row


def disable_coupon(*, coupon: Coupon, actor: Actor) -> None:
    """End a coupon now; sales before keep its credit. Repeating it changes nothing."""
    with transaction.atomic():
        live = Coupon.objects.filter(pk=coupon.pk, disabled_at=None)
        if live.update(disabled_at=timezone.now()):
            record(
                seller=coupon.seller,
                actor=actor,
                verb="coupon.disabled",
                object=coupon,
                label=coupon.code,
                partner_id=coupon.enrollment.partner_id,
            )


def _validity(row: Coupon) -> list[tuple[str, datetime | None]]:
    return [("valid_from", row.valid_from), ("valid_until", row.valid_until)]


def _save(row: Coupon) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "coupon_once" not in str(error):
            raise
        message = _("This partner has the code already. Stop the one that is there first.")
        raise Conflict(message, field="code", code="taken") from None
