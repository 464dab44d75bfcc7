"""Writes about links and their hosts. Sales also earn, so they are taken in commissions."""

from tracking.services.domains import add_domain, ask_for_check, remove_domain
from tracking.services.links import change_link, create_link, disable_link

__all__ = [
    "add_domain",
    "ask_for_check",
    "change_link",
    "create_link",
    "disable_link",
    "remove_domain",
]
