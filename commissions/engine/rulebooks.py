"""Loading rules into memory, once per batch."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from commissions.models import RuleVersion
from commissions.rules import CompiledRule, Reward


def load(program_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[CompiledRule]]:
    """All versions of all rules of the programs, each with the span in which it is in force."""
    versions = (
        RuleVersion.objects.filter(rule__program_id__in=set(program_ids))
        .select_related("rule__program")
        .order_by("rule_id", "number")
    )
    by_rule: dict[uuid.UUID, list[RuleVersion]] = defaultdict(list)
    for version in versions:
        by_rule[version.rule_id].append(version)
    compiled: dict[uuid.UUID, list[CompiledRule]] = defaultdict(list)
    for rows in by_rule.values():
        for version, following in zip(rows, [*rows[1:], None], strict=True):
            compiled[version.rule.program_id].append(_compile(version, following))
    return compiled


def _compile(version: RuleVersion, following: RuleVersion | None) -> CompiledRule:
    rule = version.rule
    ends = [moment for moment in (following and following.valid_from, rule.ended_at) if moment]
    return CompiledRule(
        version_id=str(version.pk),
        rule_id=str(rule.pk),
        name=version.name,
        number=version.number,
        valid_from=version.valid_from,
        valid_until=min(ends, default=None),
        partner_id=str(rule.partner_id) if rule.partner_id else None,
        priority=rule.priority,
        order=str(rule.pk),
        currency=rule.program.currency,
        reward=_reward(version.reward),
    )


def _reward(stored: dict[str, Any]) -> Reward:
    return Reward(
        type=stored["type"],
        base=stored.get("base", "net"),
        rate=Decimal(stored.get("rate", "0")),
        amount=stored.get("amount", 0),
        uncapped=stored.get("uncapped", False),
    )
