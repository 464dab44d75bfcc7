"""Writes about partners and their people."""

from partners.services.pages import hide_page, save_page, set_page_settings, show_page
from partners.services.partners import (
    activate_partner,
    change_partner,
    create_partner,
    decline_partner,
    reactivate_partner,
    suspend_partner,
    terminate_partner,
)
from partners.services.people import (
    add_member,
    change_member,
    invite_member,
    remove_member,
    take_place,
)
from partners.services.recruiting import set_recruiter

__all__ = [
    "activate_partner",
    "add_member",
    "change_member",
    "change_partner",
    "create_partner",
    "decline_partner",
    "hide_page",
    "invite_member",
    "reactivate_partner",
    "remove_member",
    "save_page",
    "set_page_settings",
    "set_recruiter",
    "show_page",
    "suspend_partner",
    "take_place",
    "terminate_partner",
]
