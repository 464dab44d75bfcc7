"""Reads about sellers, their people and keys."""

import uuid
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When
from django.utils import timezone

from sellers import hooks
from sellers.models import ApiKey, Invitation, Seller, Staff, User
from sellers.reader import PartnerSeat
from sellers.rules import token_hash
from sellers.scope import maintenance_scope, seller_scope


def seller_by_slug(slug: str) -> Seller | None:
    """The seller whose addresses start with `slug`."""
    with maintenance_scope():
        return Seller.objects.filter(slug=slug).first()


@dataclass(frozen=True)
class Membership:
    """One seller at whom a person has a place: in the team, or among partners' people."""

    seller: Seller
    staff: Staff | None
    seats: tuple[PartnerSeat, ...]


def memberships_of(user: User) -> list[Membership]:
    """Every seller where `user` is staff or has a partner's seat, by name."""
    with maintenance_scope():
        staff = {
            row.seller_id: row
            for row in Staff.objects.filter(user=user, is_active=True).select_related("seller")
        }
        seats: list[tuple[Seller, PartnerSeat]] = hooks.answer("seats.everywhere")(user)
    sellers = {row.seller_id: row.seller for row in staff.values()}
    sellers |= {seller.pk: seller for seller, _seat in seats}
    return sorted(
        (
            Membership(
                seller,
                staff.get(pk),
                tuple(seat for at, seat in seats if at.pk == pk),
            )
            for pk, seller in sellers.items()
        ),
        key=lambda membership: membership.seller.name.casefold(),
    )


def invitation_by_token(token: str) -> Invitation | None:
    """The open invitation that a personal link leads to, with its seller and who sent it."""
    with maintenance_scope():
        return (
            Invitation.objects.filter(
                token_hash=token_hash(token),
                accepted_at=None,
                withdrawn_at=None,
                expires_at__gt=timezone.now(),
            )
            .select_related("seller", "invited_by")
            .first()
        )


def open_invitations_for(emails: list[str]) -> list[Invitation]:
    """Open invitations, of any seller, to addresses that the reader has verified."""
    with maintenance_scope():
        return list(
            Invitation.objects.filter(
                email__in=[email.lower() for email in emails],
                accepted_at=None,
                withdrawn_at=None,
                expires_at__gt=timezone.now(),
            )
            .select_related("seller", "invited_by")
            .order_by("-id")
        )


def place_of(invitation: Invitation) -> str:
    """What the invited person would join: the seller's team or a partner, by name."""
    if not invitation.partner_id:
        return invitation.seller.name
    with seller_scope(invitation.seller_id):
        return str(hooks.answer("partner.name")(invitation.partner_id))


def team() -> QuerySet[Staff]:
    """The team of the seller in scope, those who left included."""
    return Staff.objects.select_related("user")


def staff_by_id(staff_id: uuid.UUID) -> Staff | None:
    """One member of the team in scope."""
    return team().filter(pk=staff_id).first()


def team_invitations() -> QuerySet[Invitation]:
    """Open and expired invitations to the team in scope."""
    return Invitation.objects.filter(
        partner_id=None, accepted_at=None, withdrawn_at=None
    ).select_related("invited_by")


def api_keys() -> QuerySet[ApiKey]:
    """Keys of the seller in scope, revoked ones included."""
    return ApiKey.objects.select_related("created_by")


def people_in(roles: list[str]) -> QuerySet[Staff]:
    """Who has one of `roles` in the team in scope today, by name."""
    return team().filter(role__in=roles, is_active=True).order_by("user__name")


def verified_addresses(user: User) -> list[str]:
    """E-mail addresses that the person has proved to be his."""
    return list(
        EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    )


def invitation_of_person(user: User, invitation_id: uuid.UUID) -> Invitation | None:
    """One open invitation to an address that the person has verified."""
    found = open_invitations_for(verified_addresses(user))
    return next((one for one in found if one.pk == invitation_id), None)


def team_with_state() -> QuerySet[Staff]:
    """The team with `state` ("active", "removed") and `two_step` (a second step at sign-in)."""
    return (
        team()
        .select_related("user", "seller")
        .annotate(
            state=Case(When(is_active=True, then=Value("active")), default=Value("removed")),
            two_step=Exists(Authenticator.objects.filter(user=OuterRef("user"))),
        )
    )


def api_keys_with_state() -> QuerySet[ApiKey]:
    """Keys with `state`: "active" or "revoked"."""
    return (
        api_keys()
        .select_related("created_by", "seller")
        .annotate(state=Case(When(revoked_at=None, then=Value("active")), default=Value("revoked")))
    )
