"""A prospect's stage follows what becomes of his application."""

from campaigns.models import Application, ProspectInvitation
from campaigns.models.enrollments import ApplicationStatus as Status
from partners.models import Prospect
from partners.services import prospects as services
from sellers.actors import Actor

WAITING = (Prospect.Stage.FOUND, Prospect.Stage.TALKING, Prospect.Stage.INVITED)
OPEN = (*WAITING, Prospect.Stage.DROPPED, Prospect.Stage.REJECTED)


def follow_application(*, application: Application, actor: Actor) -> Prospect | None:
    """Move the applicant's prospect along; None where the seller knew none.

    submitted -> applied, approved -> joined, rejected -> rejected once no other application of the
    partner is open. Call it in the transaction of each step; calling it again changes nothing.
    """
    prospect = _prospect_of(application)
    if prospect is None:
        return None
    prospect = services.tie_to_partner(prospect=prospect, partner=application.partner, actor=actor)
    _take_invitation(prospect, application)
    to = _stage_after(application)
    if to and to in Prospect.TRANSITIONS[prospect.stage]:
        reason = application.reason if to == Prospect.Stage.REJECTED else ""
        return services.set_stage(prospect=prospect, to=to, actor=actor, reason=reason)
    return prospect


def _prospect_of(application: Application) -> Prospect | None:
    """Whom the application comes from: tied already, by his personal link, or by his address.

    A shared name or domain is a hint for people and never ties by itself.
    """
    tied = Prospect.objects.filter(partner=application.partner_id).order_by("id").first()
    if tied is not None:
        return tied
    invited = (
        ProspectInvitation.objects.filter(
            claimed_by=application.applicant_id, prospect__partner=None, withdrawn_at=None
        )
        .select_related("prospect")
        .order_by("-claimed_at", "-id")
        .first()
    )
    if invited is not None:
        found: Prospect = invited.prospect
        return found
    address = application.applicant.email.lower()
    alike = Prospect.objects.filter(email=address, partner=None, stage__in=OPEN)
    return alike.order_by("id").first()


def _take_invitation(prospect: Prospect, application: Application) -> None:
    """The open invitation to this program has led to this application."""
    ProspectInvitation.objects.filter(
        prospect=prospect,
        program=application.program_id,
        application=None,
        declined_at=None,
        withdrawn_at=None,
    ).update(application=application, mail_due=False)


def _stage_after(application: Application) -> str:
    if application.status == Status.SUBMITTED:
        return Prospect.Stage.APPLIED
    if application.status == Status.APPROVED:
        return Prospect.Stage.JOINED
    others = Application.objects.filter(
        partner=application.partner_id, status=Status.SUBMITTED
    ).exclude(pk=application.pk)
    return "" if others.exists() else Prospect.Stage.REJECTED
