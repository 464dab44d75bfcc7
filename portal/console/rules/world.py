"""The rules of a program as the engine reads them, for the builder's example and its checks."""

import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from campaigns.models import Enrollment, Program
from commissions.models import Rule, RuleVersion
from commissions.rules import CompiledRule, Member, compile_rule
from commissions.services.rulebook import PARTS
from portal.console.rules.sample import World

DRAFT: Final = "draft"
YOUNGEST: Final = "~"
"""Sorts behind every id: a rule that does not exist yet is the one created last."""
SCOPES: Final = ("partner", "group", "campaign", "tier")
JUST_BEFORE: Final = timedelta(seconds=1)


def content_of(version: RuleVersion) -> dict[str, Any]:
    """What a version says, by the names of its parts."""
    return {part: getattr(version, part) for part in PARTS}


def scope_of(rule: Rule) -> tuple[str, str | None]:
    """Whom a rule is for: the kind of its scope, and whose id."""
    for name in SCOPES:
        found = getattr(rule, f"{name}_id")
        if found:
            return name, str(found)
    return "program", None


def version_at(rule: Rule, now: datetime) -> RuleVersion | None:
    """The version in force at `now`, of a rule whose versions are prefetched."""
    started = [one for one in rule.versions.all() if one.valid_from <= now]
    if not started or (rule.ended_at is not None and rule.ended_at <= now):
        return None
    return max(started, key=lambda one: one.number)


def compiled(
    content: Mapping[str, Any],
    rule: Rule | None,
    *,
    program: Program,
    scope: tuple[str, str | None],
    now: datetime,
    version_id: str = DRAFT,
    priority: int = 0,
) -> CompiledRule:
    """Content made ready, as if it had just come into force."""
    rule_id = str(rule.pk) if rule else DRAFT
    return compile_rule(
        content,
        version_id=version_id,
        rule_id=rule_id,
        currency=program.currency,
        valid_from=now - JUST_BEFORE,
        name=content.get("name") or "",
        scope=scope[0],
        scope_id=scope[1],
        priority=rule.priority if rule else priority,
        order=rule_id if rule else YOUNGEST,
    )


def in_force(
    rules: Iterable[Rule], program: Program, now: datetime, but: Rule | None = None
) -> tuple[CompiledRule, ...]:
    """The rules that pay today, without `but`."""
    found = []
    for rule in rules:
        version = version_at(rule, now)
        if version is None or rule == but:
            continue
        found.append(
            compiled(
                content_of(version),
                rule,
                program=program,
                scope=scope_of(rule),
                now=now,
                version_id=str(version.pk),
            )
        )
    return tuple(found)


def world_of(
    program: Program,
    rules: Iterable[Rule],
    enrollment: Enrollment | None,
    scope: tuple[str, str | None],
    but: Rule | None,
) -> World:
    """Where an imaginary event of this program happens, to one of its partners."""
    now = timezone.now()
    own: dict[str, str | None] = {scope[0]: scope[1]}
    member = Member(partner=own.get("partner") or "somebody", enrollment="")
    if enrollment is not None:
        tier = enrollment.tier
        member = Member(
            partner=str(enrollment.partner_id),
            enrollment=str(enrollment.pk),
            country=enrollment.partner.country,
            tier=str(enrollment.tier_id) if tier else None,
            tier_key=tier.key if tier else "",
            group=str(enrollment.group_id) if enrollment.group_id else None,
        )
    member.tier = own.get("tier") or member.tier
    member.group = own.get("group") or member.group
    return World(
        program=str(program.pk),
        currency=program.currency,
        member=member,
        zone=zoneinfo.ZoneInfo(program.seller.time_zone),
        now=now,
        others=in_force(rules, program, now, but),
    )
