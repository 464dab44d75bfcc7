"""Writes about sales, refunds, rules and commissions, by noun."""

from commissions.services.bulk import take_credit_notes, take_many
from commissions.services.decisions import (
    adjust,
    approve_commission,
    hold_commission,
    reject_commission,
    release_commission,
)
from commissions.services.intake import take_credit_note, take_refund, take_sale
from commissions.services.leads import take_lead
from commissions.services.payments import pay_sale
from commissions.services.programs import start_program
from commissions.services.retries import retry_refund, retry_sale
from commissions.services.rulebook import change_rule, create_rule, end_rule

__all__ = [
    "adjust",
    "approve_commission",
    "change_rule",
    "create_rule",
    "end_rule",
    "hold_commission",
    "pay_sale",
    "reject_commission",
    "release_commission",
    "retry_refund",
    "retry_sale",
    "start_program",
    "take_credit_note",
    "take_credit_notes",
    "take_lead",
    "take_many",
    "take_refund",
    "take_sale",
]
