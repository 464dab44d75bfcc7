"""Candidate rules: checked as rules are, and made into the book that a simulation applies."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Campaign, Group, Program, Tier
from commissions.engine import rulebooks
from commissions.models import Rule, RuleVersion, Simulation
from commissions.rules import Book, CompiledRule, compile_rule
from commissions.services import rulebook
from commissions.services.rulebook import RuleInput
from partners.models import Partner
from prm.errors import Conflict, FieldError, Malformed, Refusal, Unacceptable

ALWAYS: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""Rules are tried as if they had been in force all along."""


@dataclass(frozen=True)
class Candidate:
    """A new version of `rule`, a new rule where it is None, or with `ends` the end of one.

    `scope` is {partner|group|campaign|tier: the row} of a new rule.
    """

    content: RuleInput | None = None
    rule: Rule | None = None
    ends: bool = False
    scope: Mapping[str, Any] = field(default_factory=dict)
    priority: int = 0


def stored(program: Program, candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    """Candidates in their stored form.

    Raises Malformed or Unacceptable with every mistake by its path (`rules[0].reward.rate`), and
    for no candidate at all.
    """
    if not candidates:
        raise Unacceptable(
            _("Change at least one rule to compare."), field="rules", code="required"
        )
    found: list[dict[str, Any]] = []
    errors: list[FieldError] = []
    kind: type[Refusal] = Unacceptable
    known: set[str] = set()
    for place, one in enumerate(candidates):
        try:
            found.append(_stored(program, one, known))
        except Refusal as refusal:
            errors += [replace(error, field=_path(place, error.field)) for error in refusal.errors]
            kind = Malformed if isinstance(refusal, Malformed) else kind
    if errors:
        raise kind(f"{errors[0].field}: {errors[0].message}", errors=errors)
    return found


def _path(place: int, field_: str) -> str:
    return f"rules[{place}].{field_}" if field_ else f"rules[{place}]"


def _stored(program: Program, candidate: Candidate, known: set[str]) -> dict[str, Any]:
    rule = candidate.rule
    if rule is not None:
        _check_rule(program, rule, known)
    elif candidate.ends:
        raise Unacceptable(_("Say which rule ends."), field="rule", code="required")
    shape: dict[str, Any] = {
        "rule": str(rule.pk) if rule else None,
        "ends": candidate.ends,
        "scope": scope_of(rule) if rule else _scope_ids(program, candidate.scope),
        "priority": rule.priority if rule else candidate.priority,
    }
    if candidate.ends:
        return shape
    if candidate.content is None:
        raise Unacceptable(_("Say what the rule pays."), field="reward", code="required")
    content = rulebook.checked_content(program, candidate.content)
    if rule is not None and content == _newest(rule):
        message = _("Nothing differs from the rule as it is.")
        raise Unacceptable(message, field="reward", code="same")
    return {**shape, "content": content}


def _check_rule(program: Program, rule: Rule, known: set[str]) -> None:
    """A rule that can be changed, named once."""
    if rule.program_id != program.pk:
        message = _("This rule belongs to another program.")
        raise Unacceptable(message, field="rule", code="other_program")
    if rule.ended_at is not None:
        message = _("The end of this rule is set. Make a new one.")
        raise Unacceptable(message, field="rule", code="ended")
    if str(rule.pk) in known:
        message = _("This rule is named twice. Keep one of the two.")
        raise Unacceptable(message, field="rule", code="repeated")
    known.add(str(rule.pk))


def _scope_ids(program: Program, scope: Mapping[str, Any]) -> dict[str, str]:
    rulebook.check_scope(program, scope)
    return {name: str(row.pk) for name, row in scope.items() if row is not None}


def scope_of(rule: Rule) -> dict[str, str]:
    """Whom a rule is for, in the stored shape; empty for everybody in the program."""
    name = rulebooks.scope_of(rule)
    return {} if name == "program" else {name: str(getattr(rule, f"{name}_id"))}


def _newest(rule: Rule) -> dict[str, Any]:
    version = rule.versions.latest("number")
    return {part: getattr(version, part) for part in rulebook.PARTS}


def again(simulation: Simulation) -> list[Candidate]:
    """The candidates of a simulation, to be tried once more."""
    found = []
    for one in simulation.candidates:
        rule = Rule.objects.get(pk=one["rule"]) if one["rule"] else None
        content = None if one["ends"] else RuleInput(**one["content"])
        scope = {} if rule else rows_of(one["scope"])
        found.append(Candidate(content, rule, one["ends"], scope, one["priority"]))
    return found


def rows_of(scope: Mapping[str, str]) -> dict[str, Any]:
    """The rows that a stored scope means. Raises Conflict when one is not there any more."""
    models: dict[str, Any] = {
        "partner": Partner,
        "group": Group,
        "campaign": Campaign,
        "tier": Tier,
    }
    rows = {name: models[name].objects.filter(pk=pk).first() for name, pk in scope.items()}
    if None in rows.values():
        raise Conflict(_("Whom a new rule is for is not there any more."), code="changed_since")
    return rows


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
    changed = {one["rule"] for one in candidates if one["rule"]}
    numbers = {rule.rule_id: rule.number for rule in present}
    found = [rule for rule in present if rule.rule_id not in changed]
    for place, one in enumerate(candidates):
        if not one["ends"]:
            rule_id = one["rule"] or f"new:{place:03}"
            found.append(_compiled(program, one, rule_id, numbers.get(rule_id, 0) + 1))
    return found


def books(program: Program, candidates: Sequence[Mapping[str, Any]]) -> tuple[Book, Book]:
    """The book of today and the book with the candidates."""
    present = present_rules(program.pk)
    return Book.of(present), Book.of(candidate_rules(program, present, candidates))


def _compiled(
    program: Program, stored: Mapping[str, Any], rule_id: str, number: int
) -> CompiledRule:
    scope, scope_id = next(iter(stored["scope"].items()), ("program", None))
    return compile_rule(
        stored["content"],
        version_id=f"{rule_id}:candidate",
        rule_id=rule_id,
        currency=program.currency,
        valid_from=ALWAYS,
        name=stored["content"]["name"],
        number=number,
        scope=scope,
        scope_id=scope_id,
        priority=stored["priority"],
        # a rule made now is newer than all that stand
        order=stored["rule"] or f"~{rule_id}",
    )
