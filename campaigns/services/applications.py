"""Applications: handed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import record
from campaigns import application_selectors, rules, selectors
from campaigns.answers import Answer, checked_answers
from campaigns.models import Application, Program
from campaigns.questions import questions_of
from campaigns.services import admitting, application_files
from campaigns.services.admitting import Judged
from campaigns.services.application_decisions import (
    approve_application,
    day_words,
    reject_application,
)
from campaigns.services.following import follow_application
from partners import selectors as partner_selectors
from partners import services as partner_services
from partners.models import Partner
from partners.notices import notices_to
from prm.errors import Conflict
from prm.validation import refuse_if_any
from sellers.actors import SYSTEM, Actor
from sellers.models import User
from sellers.services.company import COUNTRIES


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
    files: "Mapping[str, File[Any]] | None" = None,
    address: str = "",
    terms_version: int | None = None,
) -> Application:
    """Hand in an application and accept the terms. The same open application comes back as it is.

    `company` is the new partner's data, or the partner himself when he is one already; `files`
    are uploads by question; `terms_version` is what the person read (default: the present one).
    Where the program's rules or its setting decide without a person, the answer is decided
    already. Raises Unacceptable by the field (`name`, `website`, `answers.<key>`), and Conflict
    when the program is closed, the terms have changed, the partner is in already or must wait
    after a rejection.
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
    checked = application_files.checked_files(files or {})
    kept = _answers(program, answers, {key: one.name for key, one in checked.items()})
    if partner is None:
        partner = _new_partner(program, user, company, actor)
    judged = admitting.judged(program=program, partner=partner, user=user, answers=kept)
    application = _create(program, partner, user, kept, address or actor.address, judged)
    application_files.keep_files(application=application, files=checked)
    follow_application(application=application, actor=actor)
    _record_received(application, actor, told=judged.decision == "review")
    if judged.decision == "approve":
        return approve_application(application=application, actor=SYSTEM)
    if judged.decision == "reject":
        return reject_application(application=application, reason=judged.reason, actor=SYSTEM)
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
    again = application_selectors.reapplying(program, partner)
    if again.never:
        raise Conflict(_("You cannot apply to this program again."), code="never")
    if again.at is not None and again.at > timezone.now():
        message = _("You may apply again from %(again)s.") % {"again": day_words(again.at)}
        raise Conflict(message, code="too_early")


def _answers(
    program: Program, given: Mapping[str, object], files: Mapping[str, str]
) -> list[Answer]:
    kept, errors = checked_answers(
        questions_of(program.questions), given, files=files, countries=COUNTRIES
    )
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
    program: Program,
    partner: Partner,
    user: User,
    answers: list[Answer],
    address: str,
    judged: Judged,
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
                admission=judged.as_json(),
                look_alikes=[one.as_json() for one in judged.look_alikes],
            )
    except IntegrityError as error:
        # Another of the partner's people was faster.
        raise Conflict(_("You have already applied. The answer comes by mail.")) from error


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
