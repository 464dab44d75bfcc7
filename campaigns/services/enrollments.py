"""Partners in programs."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity import work
from activity.services import record
from campaigns import welcoming
from campaigns.models import Enrollment, Program
from campaigns.models.enrollments import EnrollmentStatus
from partners.models import Partner
from prm.errors import Conflict
from sellers.actors import Actor


@transaction.atomic
def enroll(*, program: Program, partner: Partner, actor: Actor) -> Enrollment:
    """Put an active partner into a program. Who is in already stays; an ended one is resumed.

    Who is resumed keeps his tier, and a grace that ran when he left begins anew: nobody counted
    his days outside. Raises Conflict when the partner is not active.
    """
    status = Partner.objects.select_for_update().values_list("status", flat=True).get(pk=partner.pk)
    if status != Partner.Status.ACTIVE:
        raise Conflict(_("Only an active partner can join a program."), code="state")
    present = Enrollment.objects.filter(program=program, partner=partner).first()
    if present is not None and present.status == Enrollment.Status.ACTIVE:
        return present
    if present is None:
        return _create(program, partner, actor)
    grace = {"tier_short_since": None, "tier_falls_on": None}
    return _move(present, Enrollment.Status.ACTIVE, actor, "enrollment.resumed", **grace)


@transaction.atomic
def end_enrollment(*, enrollment: Enrollment, actor: Actor) -> Enrollment:
    """Take a partner out of a program: no materials, no new links, no credit for later sales."""
    return _move(enrollment, Enrollment.Status.ENDED, actor, "enrollment.ended")


@transaction.atomic
def accept_terms(*, enrollment: Enrollment, actor: Actor) -> Enrollment:
    """The partner accepts the program's present terms for an enrollment made under older ones."""
    version = enrollment.program.terms_version
    before = enrollment.terms_version
    hit = Enrollment.objects.filter(
        pk=enrollment.pk, terms_version=before, status=Enrollment.Status.ACTIVE
    ).update(terms_version=version)
    if hit != 1 or before == version:
        raise Conflict(_("These terms are already accepted."), code="state")
    enrollment.refresh_from_db()
    _record(enrollment, actor, "enrollment.terms_accepted", {"terms_version": (before, version)})
    return enrollment


def _create(program: Program, partner: Partner, actor: Actor) -> Enrollment:
    try:
        with transaction.atomic():
            enrollment = Enrollment.objects.create(
                seller_id=program.seller_id,
                program=program,
                partner=partner,
                terms_version=program.terms_version,
            )
    except IntegrityError:
        return Enrollment.objects.get(program=program, partner=partner)
    _record(enrollment, actor, "enrollment.created", {"status": ("", enrollment.status)})
    work.nudge(welcoming.NAME, program.seller_id)
    return enrollment


def _move(
    enrollment: Enrollment, to: EnrollmentStatus, actor: Actor, verb: str, **others: None
) -> Enrollment:
    rows = Enrollment.objects.filter(pk=enrollment.pk).exclude(status=to)
    hit = rows.update(status=to, **others)
    if hit != 1:
        raise Conflict(_("This was already done."), code="state")
    before = enrollment.status
    enrollment.refresh_from_db()
    _record(enrollment, actor, verb, {"status": (before, str(to))})
    return enrollment


def _record(
    enrollment: Enrollment, actor: Actor, verb: str, changes: dict[str, tuple[object, object]]
) -> None:
    record(
        seller=enrollment.program.seller,
        actor=actor,
        verb=verb,
        object=enrollment,
        label=f"{enrollment.partner.name}, {enrollment.program.name}",
        partner_id=enrollment.partner_id,
        changes=changes,
    )
