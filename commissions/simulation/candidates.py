"""Candidate rules: checked as rules are, and made into the book that a simulation applies."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Program
from commissions.engine import rulebooks
from commissions.models import Rule, RuleVersion
from commissions.rules import Book, CompiledRule, compile_rule
from commissions.services import rulebook
from commissions.services.rulebook import RuleInput
from prm.errors import Unacceptable

ALWAYS: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""Rules are tried as if they had been in force all along."""


@dataclass(frozen=True)
class Candidate:
    """A new version of `rule`, a new rule where it is None, or with `ends` the end of one.

    `scope` is {partner|group|campaign|tier: id} of a new rule.
    """

    content: RuleInput | None = None
    rule: Rule | None = None
    ends: bool = False
    scope: Mapping[str, str] = field(default_factory=dict)
    priority: int = 0


def stored(program: Program, candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    """Candidates in their stored form.

    Raises Malformed or Unacceptable for content that cannot pay, by its path, and for none.
    """
    if not candidates:
        raise Unacceptable(
            _("Change at least one rule to compare."), field="rules", code="required"
        )
    return [_stored(program, one) for one in candidates]


def _stored(program: Program, candidate: Candidate) -> dict[str, Any]:
    rule = candidate.rule
    if candidate.ends:
        return {"rule": str(rule.pk) if rule else None, "ends": True}
    if candidate.content is None:
        raise Unacceptable(_("Say what the rule pays."), field="rules", code="required")
    return {
        "rule": str(rule.pk) if rule else None,
        "ends": False,
        "scope": dict(candidate.scope),
        "priority": rule.priority if rule else candidate.priority,
        "content": rulebook.checked_content(program, candidate.content),
    }


def present_rules(program_id: uuid.UUID) -> list[CompiledRule]:
    """The rules in force now, as if they had always been."""
    versions = RuleVersion.objects.filter(rule__program_id=program_id)
    now = timezone.now()
    found = rulebooks.compiled(
        versions.select_related("rule__program").order_by("rule_id", "number")
    )
    return [
        replace(rule, valid_from=ALWAYS, valid_until=None)
        for _program, rule in found
        if rule.valid_from <= now and (rule.valid_until is None or rule.valid_until > now)
    ]


def candidate_rules(
    program: Program, present: Sequence[CompiledRule], candidates: Sequence[Mapping[str, Any]]
) -> list[CompiledRule]:
    """The rules that would be in force with the stored candidates."""
    replaced = {one["rule"]: one for one in candidates if one["rule"]}
    found = []
    for rule in present:
        change = replaced.pop(rule.rule_id, None)
        if change is None:
            found.append(rule)
        elif not change["ends"]:
            found.append(_compiled(program, change, rule))
    found += [_compiled(program, one, None) for one in replaced.values() if not one["ends"]]
    found += [_compiled(program, one, None) for one in candidates if not one["rule"]]
    return found


def books(program: Program, candidates: Sequence[Mapping[str, Any]]) -> tuple[Book, Book]:
    """The book of today and the book with the candidates."""
    present = present_rules(program.pk)
    return Book.of(present), Book.of(candidate_rules(program, present, candidates))


def _compiled(
    program: Program, stored: Mapping[str, Any], present: CompiledRule | None
) -> CompiledRule:
    content = stored["content"]
    rule_id = stored["rule"] or f"new:{uuid.uuid4()}"
    scope, scope_id = next(iter(stored["scope"].items()), ("program", None))
    if present is not None:
        scope, scope_id = present.scope, present.scope_id
    return compile_rule(
        content,
        version_id=f"{rule_id}:candidate",
        rule_id=rule_id,
        currency=program.currency,
        valid_from=ALWAYS,
        name=content["name"],
        number=present.number + 1 if present else 1,
        scope=scope,
        scope_id=scope_id,
        priority=stored["priority"],
        # a rule made now is newer than all that stand
        order=present.order if present else f"~{rule_id}",
    )
