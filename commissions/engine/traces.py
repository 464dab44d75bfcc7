"""The stored explanation of an amount, as JSON; `commissions.reasons` puts it in words."""

import json
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from commissions.rules import CompiledRule, Earned, Event
from commissions.rules.earning import Bracketed, Slice
from commissions.rules.selection import Rejected
from tracking.models import Refund, Sale

FINE_PLACES = 6
"""Decimals kept of an exact amount that has no end, like a third."""


_RECRUIT = '{"method":"recruit","why":"recruited"}'


class Writer:
    """Writes the traces of one run; what is the same for many lines is put together once."""

    def __init__(self) -> None:
        self._rules: dict[tuple[Any, ...], str] = {}

    def of(self, earned: Earned, event: Event, attribution: str) -> str:
        """Who gets the credit, which rule and why not the others, how the amount came about."""
        rule = self._rule(earned.rule, earned.others)
        attribution = credit_of(attribution, event, earned)
        amount = json.dumps(amount_of(earned, event), separators=(",", ":"))
        return f'{{"credit":{attribution},"rule":{rule},"amount":{amount}}}'

    def _rule(self, rule: CompiledRule, others: Sequence[Rejected]) -> str:
        key = (rule.version_id, *((other.rule.version_id, other.why) for other in others))
        found = self._rules.get(key)
        if found is None:
            found = self._rules[key] = json.dumps(rule_of(rule, others))
        return found


def credit_of(attribution: str, event: Event, earned: Earned) -> str:
    """A sale's credit as its line keeps it, as JSON text: a partner reads of nobody else.

    Of a shared sale it is the click that counts most for this partner, the earlier first.
    """
    if earned.of is not None:
        return _RECRUIT
    if not event.shares:
        return attribution
    credit = json.loads(attribution)
    path = credit.pop("path", ())
    own = [one for one in path if one.get("partner") == earned.member.partner and "share" in one]
    best: dict[str, Any] = max(own, key=lambda one: one["share"][0], default={})
    credit["link"], credit["clicked_at"] = best.get("link", ""), best.get("at")
    return json.dumps(credit)


def rule_of(rule: CompiledRule, others: Sequence[Rejected]) -> dict[str, Any]:
    """The rule that paid, its version, and the others that were looked at."""
    found: dict[str, Any] = {
        "id": rule.rule_id,
        "name": rule.name,
        "version": rule.number,
        "valid_from": rule.valid_from.isoformat(),
        "scope": rule.scope,
        "event": rule.event,
        "others": [
            {"name": other.rule.name, "version": other.rule.number, "why": other.why}
            for other in others
        ],
    }
    if rule.adds:
        found["adds"] = True
    if rule.override_level:
        found["override_level"] = rule.override_level
    if rule.goods != "any":
        found["goods"] = rule.goods
    if rule.duration:
        found["duration"] = rule.content.get("duration")
    return found


def amount_of(earned: Earned, event: Event) -> dict[str, Any]:
    """How the amount came about, from the base to what limits left of it."""
    amount, reward = earned.amount, earned.rule.reward
    found: dict[str, Any] = {
        "type": reward.type,
        "base": amount.base,
        "base_of": reward.base if reward.type == "percent" else "net",
        "exact": exact_text(amount.exact),
        "rounded": amount.rounded,
        "final": amount.final,
        "net": event.net,
        "tax": event.tax,
        "shipping": event.shipping,
    }
    if amount.rate is not None:
        found["rate"] = format(amount.rate, "f")
    if reward.type in {"per_unit", "per_thousand"} or event.kind == "click":
        found["each"], found["quantity"] = reward.amount, amount.quantity
    if amount.unit != event.currency:
        found["currency"] = event.currency
    if amount.cap is not None:
        found["cap"] = amount.cap
    if amount.bracket is not None:
        found["bracket"] = _bracket(amount.bracket)
    if amount.cuts:
        found["limits"] = [
            {"per": cut.per, "window": cut.window, "amount": cut.limit, "left": cut.left}
            for cut in amount.cuts
        ]
    if earned.won is not None:
        found["lines"] = list(earned.won)
    if amount.part is not None:
        part = amount.part
        found["share"] = {
            "weight": part.weight,
            "sum": part.of,
            "clicks": [place + 1 for place in part.places],
            "whole": part.whole,
            "part": part.amount,
        }
    if earned.of is not None:
        # a recruiter reads what he earns on, never what his recruit sold to whom
        found["on"] = {"commission": amount.base}
        found["net"], found["tax"], found["shipping"] = amount.base, 0, 0
    return found


def _bracket(bracket: Bracketed) -> dict[str, Any]:
    return {
        "metric": bracket.metric,
        "window": bracket.window,
        "mode": bracket.mode,
        "before": bracket.before,
        "after": bracket.after,
        "slices": [_slice(one) for one in bracket.slices],
    }


def _slice(one: Slice) -> dict[str, Any]:
    found: dict[str, Any] = {"from": one.start, "to": one.end, "size": one.size}
    if one.rate is not None:
        found["rate"] = format(one.rate, "f")
    else:
        found["amount"] = one.amount
    return found


def exact_text(exact: Fraction | Decimal) -> str:
    """An exact amount as a decimal; one without end is kept to FINE_PLACES."""
    if isinstance(exact, Decimal):
        return format(exact.normalize(), "f")
    scaled = Decimal(exact.numerator) / Decimal(exact.denominator)
    return format(scaled.quantize(Decimal(1).scaleb(-FINE_PLACES)).normalize(), "f")


def of_credit_note(earned: Earned, event: Event) -> dict[str, Any]:
    """As of a sale; the credit is the partner that the note names."""
    return {
        "credit": {"method": "partner", "why": "named_by_seller"},
        "rule": rule_of(earned.rule, earned.others),
        "amount": amount_of(earned, event),
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
