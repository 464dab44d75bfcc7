"""Writes about loyalty, by noun."""

from commissions.loyalty.catalogue import (
    add_codes,
    change_reward,
    create_reward,
    restore_reward,
    withdraw_reward,
)
from commissions.loyalty.redeeming import cancel, fulfil, redeem
from commissions.loyalty.stamps import create_card, end_card
from commissions.loyalty.terms import change_settings

__all__ = [
    "add_codes",
    "cancel",
    "change_reward",
    "change_settings",
    "create_card",
    "create_reward",
    "end_card",
    "fulfil",
    "redeem",
    "restore_reward",
    "withdraw_reward",
]
