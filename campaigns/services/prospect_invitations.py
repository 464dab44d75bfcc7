"""Invitations to apply: a personal link by mail, which fills the application in.

The link's token is random. Until the mail is sent it is kept sealed; after that only its hash is,
so sending again makes a new link and ends the old one.
"""

from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity import work
from activity.services import record
from campaigns import prospect_selectors as selectors
from campaigns.models import Program, ProspectInvitation
from partners import rules
from partners.models import Prospect
from partners.notices import notices_to
from partners.selectors import default_manager
from partners.services import prospects as prospect_services
from prm.crypto import seal
from prm.errors import Conflict, Unacceptable
from sellers.actors import SYSTEM, Actor
from sellers.mail import LANGUAGES
from sellers.models import User
from sellers.rules import new_token, token_hash

KIND: Final = "prospect_mail"
LIFE: Final = timedelta(days=30)
MOST_MESSAGE: Final = 2_000


@transaction.atomic
def invite_prospect(
    *,
    prospect: Prospect,
    program: Program,
    actor: Actor,
    email: str = "",
    message: str = "",
    language: str = "",
) -> ProspectInvitation:
    """Invite a prospect to apply to an open program; a worker sends the mail.

    Without `email` it goes to the prospect's own, which an `email` given here becomes where he has
    none. Raises Unacceptable by the field, and Conflict when he asked not to be written to, has an
    open invitation to the program, has applied, is a partner, or the program is not open.
    """
    current = Prospect.objects.select_for_update(of=("self",)).select_related("seller")
    prospect = current.get(pk=prospect.pk)
    _require_invitable(prospect, program)
    address = _address(email or prospect.email)
    _require_text(message, language)
    _end_expired(prospect, program)
    if not prospect.email:
        prospect_services.change_prospect(prospect=prospect, actor=actor, email=address)
    token = new_token()
    invitation = ProspectInvitation(
        seller=prospect.seller,
        program=program,
        prospect=prospect,
        email=address,
        message=message.strip(),
        language=language or prospect.seller.language,
        token_hash=token_hash(token),
        invited_by=actor.user,
        expires_at=timezone.now() + LIFE,
    )
    invitation.sealed = seal(token.encode(), place=place_of(invitation))
    _save(invitation)
    prospect_services.set_stage(prospect=prospect, to=Prospect.Stage.INVITED, actor=actor)
    _record(invitation, actor, "prospect.invited")
    work.nudge(KIND, prospect.seller_id)
    return invitation


@transaction.atomic
def invite_again(*, invitation: ProspectInvitation, actor: Actor) -> ProspectInvitation:
    """End an open or expired invitation and send a new link to the same address."""
    withdraw_invitation(invitation=invitation, actor=actor, quiet=True)
    return invite_prospect(
        prospect=invitation.prospect,
        program=invitation.program,
        actor=actor,
        email=invitation.email,
        message=invitation.message,
        language=invitation.language,
    )


@transaction.atomic
def withdraw_invitation(
    *, invitation: ProspectInvitation, actor: Actor, quiet: bool = False
) -> None:
    """The link ends at once, and a mail that still waits is not sent. Raises Conflict when over.

    With nothing else open the prospect is in talks again, unless `quiet`: a new one follows.
    """
    hit = ProspectInvitation.objects.filter(selectors.OPEN, pk=invitation.pk).update(
        withdrawn_at=timezone.now(), mail_due=False, sealed=b""
    )
    if hit != 1:
        raise _over()
    if quiet:
        return
    _record(invitation, actor, "prospect.invitation_withdrawn")
    _back_to_talks(invitation.prospect, actor)


@transaction.atomic
def claim_invitation(*, invitation: ProspectInvitation, user: User, actor: Actor) -> None:
    """The person who opened the link begins the application; the first one stays.

    Only then does his application move this prospect along.
    """
    hit = ProspectInvitation.objects.filter(
        selectors.OPEN, pk=invitation.pk, claimed_by=None
    ).update(claimed_by=user, claimed_at=timezone.now())
    if hit == 1:
        _record(invitation, actor, "prospect.started")


@transaction.atomic
def decline_invitation(*, invitation: ProspectInvitation, actor: Actor = SYSTEM) -> None:
    """The invited says no: nobody writes to him again. Raises Conflict when it is over."""
    hit = ProspectInvitation.objects.filter(selectors.OPEN, pk=invitation.pk).update(
        declined_at=timezone.now(), mail_due=False, sealed=b""
    )
    if hit != 1:
        raise _over()
    prospect = invitation.prospect
    others = ProspectInvitation.objects.filter(selectors.OPEN, prospect=prospect)
    others.update(withdrawn_at=timezone.now(), mail_due=False, sealed=b"")
    reason = _("Asked not to be written to again.")
    prospect_services.refuse_contact(prospect=prospect, actor=actor, reason=reason)
    _record(invitation, actor, "prospect.declined", tell=True)


def place_of(invitation: ProspectInvitation) -> str:
    """Where the sealed token belongs: no other row's opens here."""
    return f"prospect_invitation:{invitation.pk}"


def _require_invitable(prospect: Prospect, program: Program) -> None:
    if program.status != Program.Status.OPEN:
        message = _("This program takes no applications now. Open it first.")
        raise Conflict(message, field="program", code="closed")
    if prospect.no_contact:
        raise Conflict(_("He asked not to be written to again."), code="no_contact")
    invited = prospect.stage == Prospect.Stage.INVITED
    if not invited and Prospect.Stage.INVITED not in Prospect.TRANSITIONS[prospect.stage]:
        state = Prospect.Stage(prospect.stage).label
        message = _("This cannot be done now: the prospect is “%(state)s”.") % {"state": state}
        raise Conflict(message, code="state")


def _require_text(message: str, language: str) -> None:
    if len(message) > MOST_MESSAGE or "\x00" in message:
        text = _("At most %(limit)d characters.") % {"limit": MOST_MESSAGE}
        raise Unacceptable(text, field="message", code="max_length")
    if language and language not in LANGUAGES:
        raise Unacceptable(_("Choose a language from the list."), field="language", code="choice")


def _address(email: str) -> str:
    address = rules.email_key(email)
    try:
        validate_email(address)
    except ValidationError:
        message = _("Give the e-mail address that the invitation goes to.")
        raise Unacceptable(message, field="email", code="required") from None
    return address


def _end_expired(prospect: Prospect, program: Program) -> None:
    now = timezone.now()
    rows = ProspectInvitation.objects.filter(
        selectors.OPEN, prospect=prospect, program=program, expires_at__lte=now
    )
    rows.update(withdrawn_at=now, mail_due=False, sealed=b"")


def _save(invitation: ProspectInvitation) -> None:
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        message = _("He has an open invitation to this program. Send that one again.")
        raise Conflict(message, field="program", code="invited") from error


def _back_to_talks(prospect: Prospect, actor: Actor) -> None:
    current = Prospect.objects.get(pk=prospect.pk)
    others = ProspectInvitation.objects.filter(selectors.OPEN, prospect=prospect)
    if current.stage == Prospect.Stage.INVITED and not others.exists():
        prospect_services.set_stage(prospect=current, to=Prospect.Stage.TALKING, actor=actor)


def _record(invitation: ProspectInvitation, actor: Actor, verb: str, *, tell: bool = False) -> None:
    prospect, seller = invitation.prospect, invitation.program.seller
    manager = prospect.manager or default_manager()
    record(
        seller=seller,
        actor=actor,
        verb=verb,
        object=prospect,
        partner_id=prospect.partner_id,
        detail={"program": invitation.program.name, "email": invitation.email},
        notify=notices_to(
            [manager.user] if tell and manager else [],
            seller=seller,
            room="console",
            subject=gettext_lazy("%(name)s declined your invitation"),
            body=gettext_lazy("No invitation goes to this address any more."),
            values={"name": prospect.name},
            path=f"/{seller.slug}/console/prospects/{prospect.pk}/",
            mail=False,
        ),
    )


def _over() -> Conflict:
    return Conflict(_("This invitation is over: it was taken, declined, withdrawn or has expired."))
