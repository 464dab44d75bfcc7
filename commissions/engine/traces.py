"""The stored explanation of an amount, in plain JSON; `commissions.reasons` puts it in words."""

from typing import Any

from commissions.rules import Amount, Choice, CompiledRule
from tracking.models import Refund, Sale


def of_sale(sale: Sale, choice: Choice, winner: CompiledRule, amount: Amount) -> dict[str, Any]:
    """Who gets the credit, which rule and why not the others, how the amount came about."""
    return {
        "credit": sale.attribution,
        "rule": _rule(choice, winner),
        "amount": {**_amount(winner, amount), **_parts(sale)},
    }


def of_credit_note(choice: Choice, winner: CompiledRule, amount: Amount) -> dict[str, Any]:
    """As of a sale; the credit is the partner that the note names."""
    return {
        "credit": {"method": "partner", "why": "named_by_seller"},
        "rule": _rule(choice, winner),
        "amount": _amount(winner, amount),
    }


def of_reversal(
    refund: Refund, sale: Sale, earned: int, reversed_before: int, refunded_so_far: int
) -> dict[str, Any]:
    """What came back of what was sold, and the part of the commission that goes with it."""
    return {
        "reversal": {
            "refund": refund.external_id,
            "sale": sale.external_id,
            "reason": refund.reason,
            "refund_minor": refund.amount_minor,
            "sold_minor": sale.amount_minor,
            "refunded_so_far": refunded_so_far,
            "earned_minor": earned,
            "reversed_before": reversed_before,
        }
    }


def _rule(choice: Choice, winner: CompiledRule) -> dict[str, Any]:
    return {
        "id": winner.rule_id,
        "name": winner.name,
        "version": winner.number,
        "valid_from": winner.valid_from.isoformat(),
        "scope": "partner" if winner.partner_id else "program",
        "others": [
            {"name": other.rule.name, "version": other.rule.number, "why": other.why}
            for other in choice.others
        ],
    }


def _amount(winner: CompiledRule, amount: Amount) -> dict[str, Any]:
    reward = winner.reward
    found: dict[str, Any] = {
        "type": reward.type,
        "base": amount.base,
        "base_of": reward.base if reward.type == "percent" else "net",
        "exact": format(amount.exact.normalize(), "f"),
        "rounded": amount.rounded,
        "final": amount.final,
    }
    if reward.type == "percent":
        found["rate"] = format(reward.rate, "f")
    if amount.cap is not None:
        found["cap"] = amount.cap
    return found


def _parts(sale: Sale) -> dict[str, int]:
    return {"net": sale.amount_minor, "tax": sale.tax_minor, "shipping": sale.shipping_minor}
