"""Which partner a value of the partner column means."""

import uuid

from django.utils.translation import gettext as _

from campaigns import services as campaigns
from campaigns.models import Enrollment, Program
from commissions.imports.mapping import Plan
from partners import services as partners
from partners.models import Partner
from prm.errors import Refusal, Unacceptable
from sellers.actors import Actor

NEW = "new"


class Partners:
    """Partners by the values of a file's column, each looked up once.

    With `write` false nothing is made: what would be made is in `made` all the same.
    """

    def __init__(self, *, program: Program, plan: Plan, actor: Actor, write: bool) -> None:
        self._program = program
        self._plan = plan
        self._actor = actor
        self._write = write
        self._ignored = {value.strip().casefold() for value in plan.ignored}
        self._found: dict[str, str | Refusal] = {}
        self.made: list[str] = []

    def id_of(self, value: str) -> str:
        """The partner's id, "" where the value names none. Raises Unacceptable, field `partner`."""
        if not value or value.casefold() in self._ignored:
            return ""
        if value not in self._found:
            try:
                self._found[value] = self._enrolled(value)
            except Refusal as refusal:
                self._found[value] = refusal
        found = self._found[value]
        if isinstance(found, Refusal):
            raise found
        return found

    def _enrolled(self, value: str) -> str:
        partner = _known(value)
        if partner is not None and _in_program(partner, self._program.pk):
            return str(partner.pk)
        if not self._plan.create_partners:
            message = (
                _("No partner has this id or name.")
                if partner is None
                else _("This partner is not in the program.")
            )
            raise Unacceptable(message, field="partner", code="unknown")
        if partner is None:
            self.made.append(value)
        if not self._write:
            return str(partner.pk) if partner else NEW
        if partner is None:
            partner = partners.create_partner(
                seller=self._program.seller, actor=self._actor, name=value, external_id=value
            )
        campaigns.enroll(program=self._program, partner=partner, actor=self._actor)
        return str(partner.pk)


def _known(value: str) -> Partner | None:
    """A partner by our id, the seller's own id, or name."""
    for found in (
        Partner.objects.filter(pk=value) if _is_uuid(value) else Partner.objects.none(),
        Partner.objects.filter(external_id=value),
        Partner.objects.filter(name__iexact=value),
    ):
        rows = list(found[:2])
        if len(rows) > 1:
            message = _("Several partners have this name. Write the partner's id instead.")
            raise Unacceptable(message, field="partner", code="ambiguous")
        if rows:
            return rows[0]
    return None


def _is_uuid(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True


def _in_program(partner: Partner, program_id: uuid.UUID) -> bool:
    return Enrollment.objects.filter(
        partner=partner, program_id=program_id, status=Enrollment.Status.ACTIVE
    ).exists()
