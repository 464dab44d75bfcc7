"""What is decided about an application without a person: rules on its answers. Pure.

A program keeps a list of rules {key, decision, conditions, reason}; the first whose conditions
hold decides. Conditions are written like those of what earns: {all|any|none: […]} of
{field, op, value}. A missing value matches no operator, negative ones included. Texts are
compared without regard to capitals.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from campaigns.questions import Question
from prm.comparing import COMPARISONS, GROUPS

DECISIONS: Final = ("approve", "reject", "review")
"""`review` leaves it to a person, whatever comes after."""
MAX_RULES: Final = 20
MAX_LEAVES: Final = 20
MAX_DEPTH: Final = 3
ANSWER: Final = "answers."
CHOOSING: Final = ("eq", "ne", "in", "not_in")
MEASURING: Final = ("eq", "ne", "gt", "gte", "lt", "lte", "between")
SEARCHING: Final = ("contains", "not_contains", "starts_with", "ends_with")
OPERATORS_OF: Final[dict[str, tuple[str, ...]]] = {
    "text": (*SEARCHING, *CHOOSING),
    "number": MEASURING,
    "choice": CHOOSING,
    "country": CHOOSING,
    "many": ("contains", "not_contains"),
    "yes": ("eq", "ne"),
}
"""What may be asked of a field by its kind."""
APPLICANT: Final[dict[str, str]] = {
    "country": "country",
    "kind": "choice",
    "website_domain": "text",
    "email_domain": "text",
    "look_alike": "yes",
    "rejected_before": "yes",
}
"""Fields of who applies, beside the answers."""
_KIND_OF_ANSWER: Final = {
    "text": "text",
    "long": "text",
    "url": "text",
    "number": "number",
    "choice": "choice",
    "many": "many",
    "country": "country",
    "file": "yes",
    "consent": "yes",
}


@dataclass(frozen=True)
class Field:
    """A field that a condition may look at; `choices` where its value is one of a list."""

    name: str
    kind: str
    label: str = ""
    choices: tuple[str, ...] = ()

    @property
    def operators(self) -> tuple[str, ...]:
        """What may be asked of it."""
        return OPERATORS_OF[self.kind]


@dataclass(frozen=True)
class Rule:
    """One rule. `reason` is what a rejected applicant reads."""

    key: str
    decision: str
    conditions: Mapping[str, Any]
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """The form kept in the program's row."""
        return {
            "key": self.key,
            "decision": self.decision,
            "conditions": dict(self.conditions),
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Applicant:
    """What is known of who applies."""

    country: str = ""
    kind: str = ""
    website_domain: str = ""
    email_domain: str = ""
    look_alike: bool = False
    rejected_before: bool = False


def fields_of(questions: Iterable[Question]) -> dict[str, Field]:
    """Every field that a program's conditions may look at, by name."""
    kinds = ("company", "person")
    found = {
        name: Field(name, kind, choices=kinds if name == "kind" else ())
        for name, kind in APPLICANT.items()
    }
    for question in questions:
        name = ANSWER + question.key
        kind = _KIND_OF_ANSWER[question.kind]
        found[name] = Field(name, kind, question.label, question.choices)
    return found


def rules_of(raw: object) -> list[Rule]:
    """The rules kept in a program's row, which were checked when they were written."""
    rows = raw if isinstance(raw, list) else []
    return [Rule(r["key"], r["decision"], r["conditions"], r.get("reason", "")) for r in rows]


def facts_of(applicant: Applicant, answers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The values that conditions look at, by field."""
    found: dict[str, Any] = {name: getattr(applicant, name) for name in APPLICANT}
    for answer in answers:
        value = answer["value"]
        yes_or_no = _KIND_OF_ANSWER.get(answer["kind"]) == "yes"
        found[ANSWER + answer["key"]] = bool(value) if yes_or_no else value
    return found


def decided(rules: Sequence[Rule], facts: Mapping[str, Any]) -> Rule | None:
    """The first rule whose conditions hold; None leaves it to the program's own setting."""
    return next((rule for rule in rules if holds(rule.conditions, facts)), None)


def holds(condition: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether a condition holds of these facts."""
    group = next((name for name in GROUPS if name in condition), None)
    if group is None:
        return _leaf_holds(condition, facts)
    results = [holds(part, facts) for part in condition[group]]
    return {"all": all, "any": any}[group](results) if group != "none" else not any(results)


def leaves(condition: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every {field, op, value} in a condition."""
    group = next((name for name in GROUPS if name in condition), None)
    if group is None:
        return [condition]
    return [leaf for part in condition[group] for leaf in leaves(part)]


def _leaf_holds(leaf: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    found, op, value = facts.get(leaf["field"]), leaf["op"], _folded(leaf["value"])
    if found is None or found == "" or found == []:
        return False
    if isinstance(found, list):
        picked = _folded(found)
        return (value in picked) is (op == "contains")
    return COMPARISONS[op](_folded(found), value)


def _folded(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_folded(one) for one in value]
    return value.casefold() if isinstance(value, str) else value
