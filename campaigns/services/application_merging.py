"""Applications of people whose partner the seller has already: taken over into that partner."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity.services import record
from campaigns import selectors
from campaigns.models import Application, Enrollment
from campaigns.services.application_decisions import approve_application
from partners import services as partner_services
from partners.models import Member, Partner
from partners.services.merging import lock_both, merge_applicant
from prm.errors import Conflict
from sellers.actors import Actor


@transaction.atomic
def merge_application(
    *, application: Application, into: Partner, actor: Actor, role: str = Member.Role.ADMIN
) -> Application:
    """submitted -> approved as an application of `into`, whom the applicant works for in `role`.

    The partner made for the applicant ends as merged: his applications, prospect, channels and
    references are `into`'s from now on. An applicant who belongs to `into` keeps his role there.
    Raises Unacceptable for an unknown role, and Conflict when the application was decided, the
    applicant's own partner is more than an applicant, or `into` cannot join or has an open
    application to the same program.
    """
    lock_both(application.partner_id, into.pk)
    application = selectors.application_by_id(application.pk)
    applicant, into = application.partner, Partner.objects.get(pk=into.pk)
    if application.status != Application.Status.SUBMITTED:
        raise Conflict(_("This application has been decided meanwhile."), code="state")
    if Enrollment.objects.filter(partner=applicant).exists():
        raise Conflict(_("Only somebody who is no partner yet can be merged."), code="state")
    merge_applicant(partner=applicant, into=into, actor=actor)
    _hand_over(applicant, into)
    into = partner_services.activate_partner(partner=into, actor=actor)
    if not into.members.filter(user=application.applicant, is_active=True).exists():
        partner_services.add_member(
            partner=into, user=application.applicant, role=role, actor=actor
        )
    record(
        seller=application.program.seller,
        actor=actor,
        verb="application.merged",
        object=application,
        label=f"{applicant.name}, {application.program.name}",
        partner_id=into.pk,
        changes={"partner": (applicant.name, into.name)},
    )
    return _approved(selectors.application_by_id(application.pk), into, actor)


def _hand_over(applicant: Partner, into: Partner) -> None:
    """All applications name `into`; an open one of both to one program stands against it."""
    try:
        with transaction.atomic():
            Application.objects.filter(partner=applicant).update(partner=into)
    except IntegrityError as error:
        message = _("%(partner)s has an open application to the same program. Decide on it first.")
        raise Conflict(message % {"partner": into.name}, code="open") from error


def _approved(application: Application, into: Partner, actor: Actor) -> Application:
    """Approved; an enrollment that stood already keeps the newer terms it was made under."""
    stood = selectors.active_enrollment(application.program, into)
    done = approve_application(application=application, actor=actor)
    if stood is not None:
        Enrollment.objects.filter(pk=stood.pk).update(
            terms_version=max(stood.terms_version, application.terms_version)
        )
    return done
