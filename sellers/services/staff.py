"""The team: roles and leaving. The last owner stays."""

import zoneinfo

from django.conf import settings
from django.utils.translation import gettext as _

from prm.errors import Conflict, FieldError, NotFound, Unacceptable
from prm.validation import require_valid
from sellers.actors import Actor
from sellers.models import Seller, Staff, User
from sellers.trail import Notice, record


def change_staff_role(*, staff: Staff, role: str, actor: Actor) -> Staff:
    """Give a member of the team another role.

    Raises Unacceptable for an unknown role, Conflict when he left or is the only owner.
    """
    if role not in Staff.Role.values:
        raise Unacceptable(_("Choose a role from the list."), field="role", code="unknown")
    row = _locked(staff)
    if row.role == role:
        return row
    if row.role == Staff.Role.OWNER:
        _require_another_owner(row)
    before, row.role = row.role, role
    row.save(update_fields=["role"])
    told = [] if str(row.user_id) == actor.id else [row.user]
    record(
        seller=row.seller,
        actor=actor,
        verb="staff.role_changed",
        object=row,
        changes={"role": (before, role)},
        notify=[
            Notice(
                told,
                "console",
                _("Your role at %(seller)s is now %(role)s")
                % {"seller": row.seller.name, "role": row.get_role_display()},
                path=f"/{row.seller.slug}/console/",
            )
        ],
    )
    return row


def remove_staff(*, staff: Staff, actor: Actor) -> Staff:
    """End a membership: he cannot open the console any more; what he did stays under his name.

    Raises Conflict when he has left already or is the only owner.
    """
    row = _locked(staff)
    if row.role == Staff.Role.OWNER:
        _require_another_owner(row)
    row.is_active = False
    row.save(update_fields=["is_active"])
    record(
        seller=row.seller, actor=actor, verb="staff.removed", object=row, detail={"role": row.role}
    )
    return row


def change_person(*, user: User, name: str, language: str, time_zone: str) -> User:
    """Change how a log-in is named and in which language and time zone it reads.

    Empty language or time zone follow the seller. Raises Unacceptable by the field.
    """
    user.name, user.language, user.time_zone = name.strip(), language, time_zone
    require_valid(user, only=("name", "language", "time_zone"))
    wrong = []
    if not user.name:
        wrong.append(FieldError("name", "required", _("Say what people should call you.")))
    if language and language not in dict(settings.LANGUAGES):
        wrong.append(FieldError("language", "unknown", _("Choose a language from the list.")))
    if time_zone and time_zone not in zoneinfo.available_timezones():
        wrong.append(FieldError("time_zone", "unknown", _("Choose a time zone from the list.")))
    if wrong:
        raise Unacceptable(_("Some values cannot be accepted."), errors=wrong)
    user.save(update_fields=["name", "language", "time_zone"])
    return user


def _locked(staff: Staff) -> Staff:
    """The row as it is now. The seller is locked first, so that two owners cannot leave at once."""
    Seller.objects.select_for_update(no_key=True).get(pk=staff.seller_id)
    row = Staff.objects.filter(pk=staff.pk).select_related("user", "seller").first()
    if row is None:
        raise NotFound(_("There is no such person in the team."))
    if not row.is_active:
        raise Conflict(_("%(name)s has left the team already.") % {"name": row})
    return row


def _require_another_owner(row: Staff) -> None:
    owners = Staff.objects.filter(role=Staff.Role.OWNER, is_active=True).exclude(pk=row.pk)
    if not owners.exists():
        raise Conflict(
            _("%(name)s is the only owner. Make somebody else an owner first.") % {"name": row},
            field="role",
            code="last_owner",
        )
