"""Loading rules into memory, once per batch."""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from commissions.models import Rule, RuleVersion
from commissions.rules import Book, CompiledRule, compile_rule

Books = dict[str, Book]
SCOPES = ("partner", "group", "campaign", "tier")


def load(program_ids: Iterable[uuid.UUID | str] | None = None) -> Books:
    """The books of these programs, or of all of the seller's, by the program's id as text."""
    versions = RuleVersion.objects.select_related("rule__program").order_by("rule_id", "number")
    if program_ids is not None:
        versions = versions.filter(rule__program_id__in=set(program_ids))
    found: dict[str, list[CompiledRule]] = defaultdict(list)
    for program, rule in compiled(versions):
        found[program].append(rule)
    return {program: Book.of(rules) for program, rules in found.items()}


def compiled(versions: QuerySet[RuleVersion]) -> Iterable[tuple[str, CompiledRule]]:
    """Program and compiled rule of each version, with the span in which it is in force."""
    by_rule: dict[uuid.UUID, list[RuleVersion]] = defaultdict(list)
    for version in versions:
        by_rule[version.rule_id].append(version)
    for rows in by_rule.values():
        for version, following in zip(rows, [*rows[1:], None], strict=True):
            yield str(version.rule.program_id), of_version(version, following)


def of_version(version: RuleVersion, following: RuleVersion | None = None) -> CompiledRule:
    """One version compiled; it ends where the following begins or its rule was ended."""
    rule = version.rule
    ends = [moment for moment in (following and following.valid_from, rule.ended_at) if moment]
    scope = scope_of(rule)
    return compile_rule(
        content_of(version),
        version_id=str(version.pk),
        rule_id=str(rule.pk),
        currency=rule.program.currency,
        valid_from=version.valid_from,
        valid_until=min(ends, default=None),
        name=version.name,
        number=version.number,
        scope=scope,
        scope_id=str(getattr(rule, f"{scope}_id")) if scope != "program" else None,
        priority=rule.priority,
        order=str(rule.pk),
    )


def scope_of(rule: Rule) -> str:
    """Whom a rule is for: partner, group, campaign, tier, or everybody in the program."""
    return next((name for name in SCOPES if getattr(rule, f"{name}_id")), "program")


def content_of(version: RuleVersion) -> dict[str, object]:
    """A version's content in the stored shape."""
    return {
        "event": version.event,
        "reward": version.reward,
        "conditions": version.conditions,
        "brackets": version.brackets,
        "duration": version.duration,
        "limits": version.limits,
        "adds": version.adds,
        "override_level": version.override_level,
    }
