"""Applications: approved and rejected, by people or by a program's own rules."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import record
from campaigns import application_selectors, selectors
from campaigns.models import Application
from campaigns.models.enrollments import ApplicationStatus as Status
from campaigns.services.enrollments import enroll
from campaigns.services.following import follow_application
from partners import selectors as partner_selectors
from partners import services as partner_services
from partners.models import Member, Partner
from partners.notices import DAY, Text, notices_to
from prm.errors import Conflict, Unacceptable
from sellers.actors import Actor

MOST_DAYS = 3650


@transaction.atomic
def approve_application(*, application: Application, actor: Actor) -> Application:
    """submitted -> approved: the partner is active, enrolled, and his applicant is his admin.

    Raises Conflict when it was decided meanwhile or the partner is suspended or terminated.
    """
    application = _decide(application, Status.APPROVED, actor)
    partner, program = application.partner, application.program
    partner = partner_services.activate_partner(partner=partner, actor=actor)
    if not partner_selectors.people_of(partner).filter(user=application.applicant).exists():
        partner_services.add_member(
            partner=partner, user=application.applicant, role=Member.Role.ADMIN, actor=actor
        )
    enrollment = enroll(program=program, partner=partner, actor=actor)
    type(enrollment).objects.filter(pk=enrollment.pk).update(
        terms_version=application.terms_version
    )
    application.partner = partner
    follow_application(application=application, actor=actor)
    _record_decision(
        application,
        actor,
        gettext_lazy("Welcome to %(program)s"),
        gettext_lazy(
            "%(seller)s approved %(partner)s. Your portal is open: make your first link there and "
            "take the materials you need."
        ),
        f"/{program.seller.slug}/portal/",
    )
    return application


@transaction.atomic
def reject_application(
    *,
    application: Application,
    reason: str,
    actor: Actor,
    may_reapply: bool = True,
    reapply_days: int | None = None,
) -> Application:
    """submitted -> rejected. The applicant reads `reason` and when he may apply again.

    That is after `reapply_days`, or after the program's own number of days where None is given;
    never with `may_reapply` off. Raises Unacceptable by the field, Conflict when it was decided.
    """
    text = reason.strip()
    if not text or len(text) > 500 or "\x00" in text:
        message = _("Give a reason of at most 500 characters; the applicant reads it.")
        raise Unacceptable(message, field="reason", code="required")
    if reapply_days is not None and not 0 <= reapply_days <= MOST_DAYS:
        message = _("Give 0 to %(most)d days.") % {"most": MOST_DAYS}
        raise Unacceptable(message, field="reapply_days", code="range")
    application = _decide(
        application,
        Status.REJECTED,
        actor,
        reason=text,
        may_reapply=may_reapply,
        reapply_days=reapply_days if may_reapply else None,
    )
    partner = application.partner
    others = selectors.open_applications(partner)
    if partner.status in {Partner.Status.APPLIED, Partner.Status.INVITED} and not others.exists():
        partner_services.decline_partner(partner=partner, reason=text, actor=actor)
    follow_application(application=application, actor=actor)
    _record_decision(
        application,
        actor,
        gettext_lazy("Your application to %(program)s was not accepted"),
        gettext_lazy("%(reason)s\n\nYou may apply again from %(again)s.")
        if may_reapply
        else gettext_lazy("%(reason)s"),
        f"/{application.program.seller.slug}/programs/{application.program.slug}/",
    )
    return application


def _decide(application: Application, to: Status, actor: Actor, **values: Any) -> Application:
    hit = Application.objects.filter(pk=application.pk, status=Status.SUBMITTED).update(
        status=to, decided_at=timezone.now(), decided_by=actor.user, **values
    )
    if hit != 1:
        raise Conflict(_("This application has been decided meanwhile."), code="state")
    return selectors.application_by_id(application.pk)


def _record_decision(
    application: Application, actor: Actor, subject: Text, body: Text, path: str
) -> None:
    program = application.program
    again = application_selectors.reapplying(program, application.partner).at or timezone.now()
    record(
        seller=program.seller,
        actor=actor,
        verb=f"application.{application.status}",
        object=application,
        label=f"{application.partner.name}, {program.name}",
        partner_id=application.partner_id,
        changes={"status": ("submitted", application.status)},
        detail=_detail(application),
        notify=notices_to(
            [application.applicant],
            seller=program.seller,
            room="partner",
            subject=subject,
            body=body,
            values={
                "seller": program.seller.name,
                "program": program.name,
                "partner": application.partner.name,
                "reason": application.reason,
                "again": day_words(again),
            },
            path=path,
        ),
    )


def _detail(application: Application) -> dict[str, Any]:
    """What the trail keeps of a decision: its reason, and the rule that made it."""
    found: dict[str, Any] = {"reason": application.reason} if application.reason else {}
    if application.admission:
        found["rule"] = application.admission
    return found


def day_words(moment: datetime) -> str:
    """A day as a mail names it, in the language at hand."""
    return date_format(timezone.localtime(moment), DAY)
