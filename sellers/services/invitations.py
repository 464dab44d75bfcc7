"""Invitations by mail: a personal link, seven days, once.

The link's token leaves with the mail; only its hash is kept, so sending again makes a new link
and ends the old one.
"""

import logging
import smtplib
import uuid
from functools import partial

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from prm.errors import Conflict, NotAllowed, Unacceptable
from sellers import hooks
from sellers.actors import Actor
from sellers.mail import Letter, compose
from sellers.models import Invitation, Seller, Staff, User
from sellers.rules import INVITATION_LIFE, new_token, token_hash
from sellers.scope import seller_scope
from sellers.trail import Notice, record

logger = logging.getLogger(__name__)


def invite_staff(*, seller: Seller, email: str, role: str, actor: Actor) -> Invitation:
    """Invite a person to the seller's team.

    Raises Unacceptable for a bad address or role, Conflict when he belongs to the team or has an
    open invitation.
    """
    email = _address(email)
    if role not in Staff.Role.values:
        raise Unacceptable(_("Choose a role from the list."), field="role", code="unknown")
    if Staff.objects.filter(user__email=email, is_active=True).exists():
        raise Conflict(
            _("%(email)s belongs to the team already.") % {"email": email}, field="email"
        )
    return offer_place(
        seller=seller, email=email, role=role, actor=actor, place=seller.name, template="join_team"
    )


def offer_place(
    *,
    seller: Seller,
    email: str,
    role: str,
    actor: Actor,
    place: str,
    template: str,
    partner_id: uuid.UUID | None = None,
) -> Invitation:
    """An invitation to the team or, with `partner_id`, to a partner's people; mails it on commit.

    `place` is what the person joins and `template` the mail under templates/mail. Raises Conflict
    when the address has an open invitation to the same place.
    """
    email = _address(email)
    now = timezone.now()
    Invitation.objects.filter(
        email=email, partner_id=partner_id, accepted_at=None, withdrawn_at=None, expires_at__lte=now
    ).update(withdrawn_at=now)
    token = new_token()
    invitation = Invitation(
        seller=seller,
        email=email,
        role=role,
        partner_id=partner_id,
        token_hash=token_hash(token),
        invited_by=actor.user,
        expires_at=now + INVITATION_LIFE,
    )
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            _("%(email)s has an open invitation already. Send that one again.") % {"email": email},
            field="email",
            code="invited",
        ) from error
    _record(invitation, seller, actor, "invitation.sent")
    _mail_on_commit(invitation, seller, token, place, template)
    return invitation


def resend_invitation(
    *, invitation: Invitation, actor: Actor, place: str = "", template: str = "join_team"
) -> Invitation:
    """Send a fresh link for seven more days; the old link ends. Raises Conflict when it is over."""
    token, now = new_token(), timezone.now()
    changed = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, withdrawn_at=None
    ).update(token_hash=token_hash(token), expires_at=now + INVITATION_LIFE, mailed_at=None)
    if not changed:
        raise _over()
    invitation.refresh_from_db()
    seller = invitation.seller
    _record(invitation, seller, actor, "invitation.sent_again")
    _mail_on_commit(invitation, seller, token, place or seller.name, template)
    return invitation


def withdraw_invitation(*, invitation: Invitation, actor: Actor) -> Invitation:
    """End an open invitation; its link stops at once. Raises Conflict when it is over."""
    now = timezone.now()
    changed = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, withdrawn_at=None
    ).update(withdrawn_at=now)
    if not changed:
        raise _over()
    invitation.withdrawn_at = now
    _record(invitation, invitation.seller, actor, "invitation.withdrawn")
    return invitation


def accept_invitation(*, invitation: Invitation, user: User, address: str = "") -> Invitation:
    """Take the offered place. Opens the seller's scope itself.

    Raises NotAllowed unless the person has verified the very address that was invited, Conflict
    when the invitation is over.
    """
    if not owns_address(user, invitation.email):
        raise NotAllowed(
            _("This invitation is for %(email)s. Sign in with that address to accept it.")
            % {"email": invitation.email},
            field="email",
        )
    now, actor = timezone.now(), Actor.person(user, address)
    with seller_scope(invitation.seller_id):
        taken = Invitation.objects.filter(
            pk=invitation.pk,
            token_hash=invitation.token_hash,
            accepted_at=None,
            withdrawn_at=None,
            expires_at__gt=now,
        ).update(accepted_at=now)
        if not taken:
            raise _over()
        seller = invitation.seller
        if invitation.partner_id:
            hooks.answer("partner.join")(
                seller=seller,
                partner_id=invitation.partner_id,
                user=user,
                role=invitation.role,
                actor=actor,
            )
        else:
            _join_team(invitation, seller, user, actor)
    invitation.accepted_at = now
    return invitation


def owns_address(user: User, email: str) -> bool:
    """Whether the person has proved that `email` is his."""
    found = EmailAddress.objects.filter(user=user, email__iexact=email, verified=True)
    return bool(found.exists())


def _join_team(invitation: Invitation, seller: Seller, user: User, actor: Actor) -> None:
    staff, made = Staff.objects.select_for_update().get_or_create(
        seller=seller, user=user, defaults={"role": invitation.role}
    )
    if not made:
        if staff.is_active:
            raise Conflict(_("You belong to the team already, with another address."))
        staff.role, staff.is_active = invitation.role, True
        staff.save(update_fields=["role", "is_active"])
    inviter = invitation.invited_by
    record(
        seller=seller,
        actor=actor,
        verb="staff.joined",
        object=staff,
        detail={"role": staff.role, "invitation": str(invitation.pk)},
        notify=[
            Notice(
                [inviter] if inviter else [],
                "console",
                _("%(name)s joined the team as %(role)s")
                % {"name": user, "role": staff.get_role_display()},
                path=f"/{seller.slug}/console/settings/staff/",
            )
        ],
    )


def _address(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Unacceptable(
            _("This is not an e-mail address. It looks like name@company.com."), field="email"
        ) from error
    if len(email) > 254:
        raise Unacceptable(_("An e-mail address has at most 254 characters."), field="email")
    return email


def _record(invitation: Invitation, seller: Seller, actor: Actor, verb: str) -> None:
    record(
        seller=seller,
        actor=actor,
        verb=verb,
        object=invitation,
        label=invitation.email,
        detail={"role": invitation.role},
    )


def _mail_on_commit(
    invitation: Invitation, seller: Seller, token: str, place: str, template: str
) -> None:
    known = User.objects.filter(email=invitation.email).first()
    letter = compose(
        template,
        to=invitation.email,
        language=(known.language if known else "") or seller.language,
        reply_to=seller.support_email,
        time_zone=(known.time_zone if known else "") or seller.time_zone,
        context={
            "seller": seller,
            "place": place,
            "inviter": invitation.invited_by or seller.name,
            "path": f"/join/{token}/",
            "expires_at": invitation.expires_at,
        },
    )
    transaction.on_commit(partial(_send, invitation.pk, seller.pk, letter), robust=True)


def _send(invitation_id: uuid.UUID, seller_id: uuid.UUID, letter: Letter) -> None:
    """After the commit: a mail server that is away must not undo the invitation."""
    try:
        letter.send()
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("invitation %s was not mailed: %s", invitation_id, error)
        return
    with seller_scope(seller_id):
        Invitation.objects.filter(pk=invitation_id).update(mailed_at=timezone.now())


def _over() -> Conflict:
    return Conflict(_("This invitation is over: it was accepted, withdrawn or has expired."))
