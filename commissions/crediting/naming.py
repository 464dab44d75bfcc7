"""Partners whom the seller names for a sale."""

import uuid
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from campaigns.models import Enrollment
from commissions.crediting.reading import barred
from prm.errors import Refusal, Unacceptable
from tracking.attribution import Member, Terms

Name = tuple[str, str]
"""Partner's id and program's id ("" for the only one that he is in), as they were given."""


class Named:
    """Named partners' enrollments, each looked up once: a batch names the same few again."""

    def __init__(self) -> None:
        self._found: dict[Name, Enrollment | Refusal] = {}

    def look_up(self, names: Iterable[Name]) -> None:
        """Read those that are not known yet, in one statement."""
        new: dict[Name, tuple[uuid.UUID, uuid.UUID | None]] = {}
        for name in set(names) - self._found.keys():
            try:
                partner, program = name
                new[name] = (
                    _uuid(partner, "partner"),
                    _uuid(program, "program") if program else None,
                )
            except Refusal as refusal:
                self._found[name] = refusal
        if not new:
            return
        rows = list(_active({partner for partner, _program in new.values()}))
        for name, (partner_id, program_id) in new.items():
            own = [row for row in rows if row.partner_id == partner_id]
            self._found[name] = _only(
                [row for row in own if program_id is None or row.program_id == program_id],
                "program" if program_id and own else "partner",
            )

    def enrollment(self, name: Name) -> Enrollment:
        """The enrollment of a name that was looked up. Raises Unacceptable for an unknown one."""
        found = self._found[name]
        if isinstance(found, Refusal):
            raise found
        return found


def named_enrollment(partner_id: str, program_id: str) -> Enrollment:
    """A named partner's active enrollment; `program_id` is needed where he has several."""
    named = Named()
    named.look_up([(partner_id, program_id)])
    return named.enrollment((partner_id, program_id))


def member_of(enrollment: Enrollment) -> Member:
    """The enrollment as attribution sees it; with program and partner at hand."""
    program = enrollment.program
    terms = Terms(
        str(program.pk),
        program.attribution,
        program.window_days,
        program.precedence,
        program.customer_binding,
        program.binding_months,
        program.currency,
    )
    why = barred(enrollment.partner.status, enrollment.status)
    return Member(str(enrollment.pk), str(enrollment.partner_id), terms, why)


def _active(partner_ids: Collection[uuid.UUID]) -> Iterable[Enrollment]:
    return Enrollment.objects.filter(
        partner_id__in=partner_ids, status=Enrollment.Status.ACTIVE
    ).select_related("program", "partner")


def _only(rows: list[Enrollment], field: str) -> Enrollment | Refusal:
    if len(rows) == 1:
        return rows[0]
    if rows:
        message = _("This partner is in several programs. Name one as program.")
        return Unacceptable(message, field="program", code="ambiguous")
    return Unacceptable(_("No such partner in a program."), field=field, code="unknown")


def _uuid(text: str, field: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Unacceptable(_("This is no id."), field=field, code="invalid") from None
