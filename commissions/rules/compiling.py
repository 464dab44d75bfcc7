"""From the stored shape of a rule to what is applied. The shape is checked when it is written."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from commissions.rules import conditions
from commissions.rules.terms import Brackets, CompiledRule, Duration, Limit, Reward, Step


def compile_rule(
    content: Mapping[str, Any],
    *,
    version_id: str,
    rule_id: str,
    currency: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
    name: str = "",
    number: int = 1,
    scope: str = "program",
    scope_id: str | None = None,
    priority: int = 0,
    order: str = "",
) -> CompiledRule:
    """A version's content ({event, reward, conditions, brackets, …}) made ready."""
    condition = content.get("conditions")
    return CompiledRule(
        version_id=version_id,
        rule_id=rule_id,
        name=name,
        number=number,
        valid_from=valid_from,
        valid_until=valid_until,
        currency=currency,
        reward=_reward(content["reward"]),
        event=content.get("event", "sale"),
        scope=scope,
        scope_id=scope_id,
        goods=conditions.goods_of(condition),
        priority=priority,
        order=order or rule_id,
        test=conditions.compile_test(condition),
        fields=conditions.fields_of(condition),
        brackets=_brackets(content.get("brackets")),
        duration=_duration(content.get("duration")),
        limits=tuple(
            Limit(one["per"], one["window"], one["amount"]) for one in content.get("limits") or ()
        ),
        adds=bool(content.get("adds")),
        override_level=content.get("override_level"),
        content=content,
    )


def _reward(stored: Mapping[str, Any]) -> Reward:
    rate = stored.get("rate")
    return Reward(
        type=stored["type"],
        base=stored.get("base") or "net",
        rate=Decimal(str(rate)) if rate is not None else None,
        amount=stored.get("amount") or 0,
        uncapped=bool(stored.get("uncapped")),
    )


def _brackets(stored: Mapping[str, Any] | None) -> Brackets | None:
    if not stored:
        return None
    steps = sorted((_step(one) for one in stored["steps"]), key=lambda step: step.start)
    return Brackets(stored["metric"], stored["window"], stored["mode"], tuple(steps))


def _step(stored: Mapping[str, Any]) -> Step:
    rate = stored.get("rate")
    return Step(
        stored["from"], Decimal(str(rate)) if rate is not None else None, stored.get("amount") or 0
    )


def _duration(stored: Mapping[str, Any] | None) -> Duration | None:
    return Duration(stored.get("months"), stored.get("charges")) if stored else None
