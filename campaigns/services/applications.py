"""Applications: handed in, approved, rejected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import record
from campaigns import rules, selectors
from campaigns.models import Application, Program
from campaigns.models.enrollments import ApplicationStatus as Status
from campaigns.services.enrollments import enroll
from campaigns.services.following import follow_application
from partners import selectors as partner_selectors
from partners import services as partner_services
from partners.models import Member, Partner
from partners.notices import Text, notices_to
from prm.errors import Conflict, Unacceptable
from prm.validation import refuse_if_any
from sellers.actors import SYSTEM, Actor
from sellers.models import User


@dataclass(frozen=True)
class Company:
    """Who applies, when he is not a partner yet."""

    name: str
    kind: str = "company"
    website: str = ""
    country: str = ""


@transaction.atomic
def apply(
    *,
    program: Program,
    user: User,
    company: Company | Partner,
    answers: Mapping[str, object],
    actor: Actor,
    address: str = "",
    terms_version: int | None = None,
) -> Application:
    """Hand in an application and accept the terms. The same open application comes back as it is.

    `company` is the new partner's data, or the partner himself when he is one already;
    `terms_version` is what the person read (default: the present version). Where the program
    approves by itself, the answer is approved already. Raises Unacceptable by the field
    (`name`, `website`, `answers.<key>`), and Conflict when the program is closed, the terms have
    changed, the partner is in already or must wait after a rejection.
    """
    # One person's applications come one after the other, so that two never make two partners.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    program = Program.objects.get(pk=program.pk)
    _require_open(program, terms_version)
    partner = company if isinstance(company, Partner) else selectors.applicant_of(user)
    if partner is not None:
        waiting = selectors.open_application(program, partner)
        if waiting is not None:
            return waiting
        _require_may_apply(program, partner)
    kept = _answers(program, answers)
    if partner is None:
        partner = _new_partner(program, user, company, actor)
    application = _create(program, partner, user, kept, address or actor.address)
    auto = program.auto_approve and partner.status in {
        Partner.Status.APPLIED,
        Partner.Status.ACTIVE,
    }
    follow_application(application=application, actor=actor)
    _record_received(application, actor, told=not auto)
    if auto:
        return approve_application(application=application, actor=SYSTEM)
    return application


@transaction.atomic
def approve_application(*, application: Application, actor: Actor) -> Application:
    """submitted -> approved: the partner is active, enrolled, and his applicant is his admin.

    Raises Conflict when it was decided meanwhile or the partner is suspended or terminated.
    """
    application = _decide(application, Status.APPROVED, "", actor)
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
def reject_application(*, application: Application, reason: str, actor: Actor) -> Application:
    """submitted -> rejected. The applicant reads `reason` and when he may apply again."""
    text = reason.strip()
    if not text or len(text) > 500 or "\x00" in text:
        message = _("Give a reason of at most 500 characters; the applicant reads it.")
        raise Unacceptable(message, field="reason", code="required")
    application = _decide(application, Status.REJECTED, text, actor)
    partner = application.partner
    others = selectors.open_applications(partner)
    if partner.status in {Partner.Status.APPLIED, Partner.Status.INVITED} and not others.exists():
        partner_services.decline_partner(partner=partner, reason=text, actor=actor)
    follow_application(application=application, actor=actor)
    _record_decision(
        application,
        actor,
        gettext_lazy("Your application to %(program)s was not accepted"),
        gettext_lazy("%(reason)s\n\nYou may apply again from %(again)s."),
        f"/{application.program.seller.slug}/programs/{application.program.slug}/",
    )
    return application


def _require_open(program: Program, terms_version: int | None) -> None:
    if program.status != Program.Status.OPEN:
        raise Conflict(_("This program takes no applications now."), code="closed")
    if terms_version is not None and terms_version != program.terms_version:
        message = _("The terms have changed while you read. Read them again, then apply.")
        raise Conflict(message, field="terms_version", code="changed")


def _require_may_apply(program: Program, partner: Partner) -> None:
    if partner.status in {Partner.Status.SUSPENDED, Partner.Status.TERMINATED}:
        message = _("This partner cannot join programs now. Ask your partner manager.")
        raise Conflict(message, code="state")
    if selectors.active_enrollment(program, partner) is not None:
        raise Conflict(_("You are in this program already."), code="enrolled")
    again = selectors.may_apply_again_at(program, partner)
    if again is not None and again > timezone.now():
        message = _("You may apply again from %(again)s.") % {"again": _day(again)}
        raise Conflict(message, code="too_early")


def _answers(program: Program, given: Mapping[str, object]) -> list[dict[str, str]]:
    kept, errors = rules.checked_answers(rules.questions_of(program.questions), given)
    refuse_if_any(errors)
    return kept


def _new_partner(program: Program, user: User, company: Company | Partner, actor: Actor) -> Partner:
    if isinstance(company, Partner):
        return company
    return partner_services.create_partner(
        seller=program.seller,
        actor=actor,
        name=company.name,
        email=user.email,
        kind=company.kind,
        website=company.website,
        country=company.country,
        status=Partner.Status.APPLIED,
    )


def _create(
    program: Program, partner: Partner, user: User, answers: list[dict[str, str]], address: str
) -> Application:
    try:
        with transaction.atomic():
            return Application.objects.create(
                seller_id=program.seller_id,
                program=program,
                partner=partner,
                applicant=user,
                answers=answers,
                terms_version=program.terms_version,
                terms_hash=rules.terms_hash(program.terms),
                address=address,
            )
    except IntegrityError as error:
        # Another of the partner's people was faster.
        raise Conflict(_("You have already applied. The answer comes by mail.")) from error


def _decide(application: Application, to: Status, reason: str, actor: Actor) -> Application:
    hit = Application.objects.filter(pk=application.pk, status=Status.SUBMITTED).update(
        status=to, reason=reason, decided_at=timezone.now(), decided_by=actor.user
    )
    if hit != 1:
        raise Conflict(_("This application has been decided meanwhile."), code="state")
    return selectors.application_by_id(application.pk)


def _record_received(application: Application, actor: Actor, *, told: bool) -> None:
    program, partner = application.program, application.partner
    record(
        seller=program.seller,
        actor=actor,
        verb="application.received",
        object=application,
        label=f"{partner.name}, {program.name}",
        partner_id=partner.pk,
        changes={"status": ("", application.status)},
        detail={
            "terms_version": application.terms_version,
            "terms_hash": application.terms_hash,
            "address": application.address,
        },
        notify=notices_to(
            partner_selectors.staff_to_tell(partner) if told else [],
            seller=program.seller,
            room="console",
            subject=gettext_lazy("%(partner)s applied to %(program)s"),
            body=gettext_lazy("Read the answers, then approve or reject."),
            values={"partner": partner.name, "program": program.name},
            path=f"/{program.seller.slug}/console/applications/{application.pk}/",
        ),
    )


def _record_decision(
    application: Application, actor: Actor, subject: Text, body: Text, path: str
) -> None:
    program = application.program
    again = selectors.may_apply_again_at(program, application.partner) or timezone.now()
    record(
        seller=program.seller,
        actor=actor,
        verb=f"application.{application.status}",
        object=application,
        label=f"{application.partner.name}, {program.name}",
        partner_id=application.partner_id,
        changes={"status": ("submitted", application.status)},
        detail={"reason": application.reason} if application.reason else {},
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
                "again": _day(again),
            },
            path=path,
        ),
    )


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")
