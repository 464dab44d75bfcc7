"""A partner's people: added, invited, given another role, taken off."""

import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import record
from partners import rules, selectors
from partners.models import Member, Partner
from partners.notices import notices_to
from prm.errors import Conflict, Unacceptable
from sellers import services as sellers
from sellers.actors import Actor
from sellers.models import Invitation, Seller, User


@transaction.atomic
def add_member(*, partner: Partner, user: User, role: str, actor: Actor) -> Member:
    """Make `user` one of the partner's people. Who is one already in that role stays as he is.

    Raises Unacceptable for an unknown role and Conflict when he has another role.
    """
    _require_role(role)
    member = _locked(partner, user)
    if member is not None and member.is_active:
        if member.role == role:
            return member
        raise Conflict(_("This person already belongs to the partner."), field="user", code="taken")
    if member is None:
        member = _created(partner, user, role)
    else:
        member.role, member.is_active = role, True
        member.save(update_fields=["role", "is_active"])
    _record(member, actor, "member.added", {"role": ("", role)})
    return member


@transaction.atomic
def invite_member(*, partner: Partner, email: str, role: str, actor: Actor) -> Invitation:
    """Invite a person to the partner's people by mail.

    Raises Unacceptable for a bad address or role, Conflict when he belongs already, has an open
    invitation, or the partnership has ended.
    """
    _require_role(role)
    if partner.status not in selectors.SEATED or partner.status == Partner.Status.TERMINATED:
        raise Conflict(_("Only an active partner can invite people."), code="state")
    if selectors.people_of(partner).filter(user__email=rules.email_key(email)).exists():
        message = _("This person already belongs to the partner.")
        raise Conflict(message, field="email", code="taken")
    return sellers.offer_place(
        seller=partner.seller,
        email=email,
        role=role,
        actor=actor,
        place=partner.name,
        template="join_partner",
        partner_id=partner.pk,
    )


def take_place(
    *, seller: Seller, partner_id: uuid.UUID, user: User, role: str, actor: Actor
) -> Member:
    """Seat a person who accepted an invitation; who belongs already keeps his role."""
    partner = selectors.partner_by_id(partner_id)
    if partner.seller_id != seller.pk or partner.status == Partner.Status.TERMINATED:
        raise Conflict(_("The partnership has ended."), code="state")
    present = selectors.people_of(partner).filter(user=user).first()
    return present or add_member(partner=partner, user=user, role=role, actor=actor)


@transaction.atomic
def change_member(*, member: Member, role: str, actor: Actor) -> Member:
    """Give a person another role. Raises Conflict where the partner would lose its last admin."""
    _require_role(role)
    current = _locked(member.partner, member.user)
    if current is None or not current.is_active:
        raise Conflict(_("This person is no longer with the partner."), code="state")
    if current.role == role:
        return current
    _keep_an_admin(current)
    before, current.role = current.role, role
    current.save(update_fields=["role"])
    _record(current, actor, "member.changed", {"role": (before, role)})
    return current


@transaction.atomic
def remove_member(*, member: Member, actor: Actor) -> None:
    """Take a person off; his next page is refused. Raises Conflict for the last admin."""
    current = _locked(member.partner, member.user)
    if current is None or not current.is_active:
        raise Conflict(_("This person is no longer with the partner."), code="state")
    _keep_an_admin(current)
    current.is_active = False
    current.save(update_fields=["is_active"])
    _record(current, actor, "member.removed", {"role": (current.role, "")})


def _locked(partner: Partner, user: User) -> Member | None:
    """The membership, with the partner's row locked so that two admins cannot remove each other."""
    Partner.objects.select_for_update().get(pk=partner.pk)
    return (
        Member.objects.filter(partner=partner, user=user).select_related("partner", "user").first()
    )


def _created(partner: Partner, user: User, role: str) -> Member:
    try:
        with transaction.atomic():
            return Member.objects.create(
                seller_id=partner.seller_id, partner=partner, user=user, role=role
            )
    except IntegrityError as error:
        raise Conflict(_("This person already belongs to the partner."), field="user") from error


def _require_role(role: str) -> None:
    if role not in Member.Role.values:
        raise Unacceptable(_("Choose admin, member or finance."), field="role", code="choice")


def _keep_an_admin(member: Member) -> None:
    if member.role != Member.Role.ADMIN:
        return
    others = selectors.people_of(member.partner).filter(role=Member.Role.ADMIN)
    if not others.exclude(pk=member.pk).exists():
        message = _("The partner needs at least one admin. Make somebody else admin first.")
        raise Conflict(message, field="role", code="last_admin")


def _record(
    member: Member, actor: Actor, verb: str, changes: dict[str, tuple[object, object]]
) -> None:
    admins = [
        user
        for user in selectors.users_of(member.partner, Member.Role.ADMIN)
        if actor.user is None or user.pk != actor.user.pk
    ]
    subjects = {
        "member.added": gettext_lazy("%(person)s joined %(partner)s"),
        "member.removed": gettext_lazy("%(person)s no longer belongs to %(partner)s"),
    }
    subject = subjects.get(verb)
    seller = member.partner.seller
    record(
        seller=seller,
        actor=actor,
        verb=verb,
        object=member,
        label=str(member.user),
        partner_id=member.partner_id,
        changes=changes,
        notify=notices_to(
            admins if subject else [],
            seller=seller,
            room="partner",
            subject=subject or "",
            values={"person": str(member.user), "partner": member.partner.name},
            path=f"/{seller.slug}/portal/people/",
            mail=False,
        ),
    )
