"""Writes about sellers, their people, keys and looks. Each records what it did."""

from sellers.services.branding import set_branding
from sellers.services.company import change_seller, sign_up_seller
from sellers.services.invitations import (
    accept_invitation,
    invite_staff,
    offer_place,
    resend_invitation,
    withdraw_invitation,
)
from sellers.services.keys import make_api_key, revoke_api_key
from sellers.services.staff import change_person, change_staff_role, remove_staff

__all__ = [
    "accept_invitation",
    "change_person",
    "change_seller",
    "change_staff_role",
    "invite_staff",
    "make_api_key",
    "offer_place",
    "remove_staff",
    "resend_invitation",
    "revoke_api_key",
    "set_branding",
    "sign_up_seller",
    "withdraw_invitation",
]
