"""How a program's points are called and how long they live."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.models import Program
from commissions.models import LoyaltySettings
from prm.errors import Unacceptable
from prm.validation import changed_fields, require_valid
from sellers.actors import Actor

FIELDS = ("point_name", "points_name", "value_hint", "expire_months", "remind_days")


@transaction.atomic
def change_settings(
    *,
    program: Program,
    actor: Actor,
    point_name: str = "",
    points_name: str = "",
    value_hint: str = "",
    expire_months: int | None = None,
    remind_days: Sequence[int] = (),
) -> LoyaltySettings:
    """Set how points are called (one, several), what they are worth in words, and their life.

    What has expired stays so; a change holds for what is left. Raises Unacceptable by the field.
    """
    row = ensure_settings(program)
    if bool(point_name.strip()) != bool(points_name.strip()):
        message = _("Give both names: for one, and for several.")
        field = "points_name" if point_name.strip() else "point_name"
        raise Unacceptable(message, field=field, code="required")
    wanted = {
        "point_name": point_name.strip(),
        "points_name": points_name.strip(),
        "value_hint": value_hint.strip(),
        "expire_months": expire_months,
        "remind_days": sorted(set(remind_days), reverse=True),
    }
    changes = changed_fields(row, wanted)
    for field, (_before, after) in changes.items():
        setattr(row, field, after)
    require_valid(row, only=FIELDS)
    if changes:
        row.save(update_fields=list(changes))
        record(
            seller=program.seller,
            actor=actor,
            verb="loyalty.changed",
            object=row,
            label=program.name,
            changes=changes,
        )
    return row


def ensure_settings(program: Program) -> LoyaltySettings:
    """The program's row of settings, locked; made at first use. Needs a transaction."""
    LoyaltySettings.objects.bulk_create(
        [LoyaltySettings(seller_id=program.seller_id, program=program)], ignore_conflicts=True
    )
    return LoyaltySettings.objects.select_for_update().get(program=program)
