"""Writes about links and their hosts. Sales also earn, so they are taken in commissions."""

from tracking.services.domains import add_domain, ask_for_check, remove_domain
from tracking.services.landings import (
    change_landing,
    create_landing,
    publish_landing,
    take_landing,
    withdraw_landing,
)
from tracking.services.link_coupons import set_coupon_parameter
from tracking.services.links import change_link, create_link, disable_link
from tracking.services.many_links import RowAnswer, WantedLink, create_links
from tracking.services.material_links import link_of_material
from tracking.services.page_items import (
    add_page_item,
    change_page_item,
    move_page_item,
    remove_page_item,
)

__all__ = [
    "RowAnswer",
    "WantedLink",
    "add_domain",
    "add_page_item",
    "ask_for_check",
    "change_landing",
    "change_link",
    "change_page_item",
    "create_landing",
    "create_link",
    "create_links",
    "disable_link",
    "link_of_material",
    "move_page_item",
    "publish_landing",
    "remove_domain",
    "remove_page_item",
    "set_coupon_parameter",
    "take_landing",
    "withdraw_landing",
]
