"""The check of admission rules as they come in: each fault with its path, code and cure. Pure."""

import re
import secrets
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from campaigns import admission
from campaigns.admission import Field, Rule
from campaigns.questions import Question, number_of
from prm.comparing import GROUPS
from prm.errors import FieldError

Faults = list[FieldError]
_KEY: Final = re.compile(r"[a-z0-9]{1,16}")
_PARTS: Final = frozenset({"key", "decision", "conditions", "reason"})


def checked_rules(raw: object, questions: list[Question]) -> tuple[list[Rule], Faults]:
    """Rules from input, and what is wrong with it by path (`admission[0].conditions.all[1].op`)."""
    if not isinstance(raw, list) or len(raw) > admission.MAX_RULES:
        message = _("Give a list of at most %(limit)d rules.") % {"limit": admission.MAX_RULES}
        return [], [FieldError("admission", "invalid", message)]
    fields = admission.fields_of(questions)
    rules: list[Rule] = []
    faults: Faults = []
    for index, row in enumerate(raw):
        found = _rule_faults(f"admission[{index}]", row, fields)
        faults += found
        if not found:
            key = row.get("key") or secrets.token_hex(4)
            reason = (row.get("reason") or "").strip()
            rules.append(Rule(key, row["decision"], row["conditions"], reason))
    if len({rule.key for rule in rules}) != len(rules):
        faults.append(FieldError("admission", "unique", _("Two rules have the same key.")))
    return rules, faults


def _rule_faults(path: str, row: object, fields: Mapping[str, Field]) -> Faults:
    if not isinstance(row, dict):
        return [FieldError(path, "invalid", _("Give an object."))]
    faults = [
        FieldError(f"{path}.{name}", "unknown", _("A rule has no such field."))
        for name in row
        if name not in _PARTS
    ]
    key, reason = row.get("key") or "", row.get("reason") or ""
    if key and not (isinstance(key, str) and _KEY.fullmatch(key)):
        faults.append(FieldError(f"{path}.key", "invalid", _("Use 1 to 16 of a-z and 0-9.")))
    if row.get("decision") not in admission.DECISIONS:
        message = _("Choose approve, reject or review.")
        faults.append(FieldError(f"{path}.decision", "choice", message))
    if not isinstance(reason, str) or len(reason.strip()) > 500 or "\x00" in reason:
        message = _("Give a reason of at most 500 characters; the applicant reads it.")
        faults.append(FieldError(f"{path}.reason", "invalid", message))
    elif row.get("decision") == "reject" and not reason.strip():
        message = _("Give a reason of at most 500 characters; the applicant reads it.")
        faults.append(FieldError(f"{path}.reason", "required", message))
    conditions = row.get("conditions")
    where = f"{path}.conditions"
    if not isinstance(conditions, dict) or not conditions:
        message = _("Say when the rule holds: without a condition it would decide everything.")
        return [*faults, FieldError(where, "required", message)]
    faults += _condition_faults(where, conditions, fields, 1)
    if not faults and not 1 <= len(admission.leaves(conditions)) <= admission.MAX_LEAVES:
        message = _("Give 1 to %(limit)d conditions.") % {"limit": admission.MAX_LEAVES}
        faults.append(FieldError(where, "invalid", message))
    return faults


def _condition_faults(path: str, row: object, fields: Mapping[str, Field], depth: int) -> Faults:
    if not isinstance(row, dict):
        return [FieldError(path, "invalid", _("Give an object."))]
    groups = [name for name in GROUPS if name in row]
    if not groups:
        return _leaf_faults(path, row, fields)
    parts = row[groups[0]]
    if len(row) != 1 or not isinstance(parts, list) or not parts:
        message = _("Give all, any or none with a list of conditions, and nothing beside it.")
        return [FieldError(path, "invalid", message)]
    if depth > admission.MAX_DEPTH:
        return [FieldError(path, "depth", _("Conditions are nested too deep."))]
    return [
        fault
        for index, part in enumerate(parts)
        for fault in _condition_faults(f"{path}.{groups[0]}[{index}]", part, fields, depth + 1)
    ]


def _leaf_faults(path: str, row: Mapping[str, Any], fields: Mapping[str, Field]) -> Faults:
    if set(row) != {"field", "op", "value"}:
        return [FieldError(path, "invalid", _("Give field, op and value."))]
    name = row["field"]
    field = fields.get(name) if isinstance(name, str) else None
    if field is None:
        message = _("The form has no such question.")
        return [FieldError(f"{path}.field", "choice", message)]
    op = row["op"]
    if op not in field.operators:
        message = _("This question can be compared with: %(ops)s.")
        words = ", ".join(field.operators)
        return [FieldError(f"{path}.op", "choice", message % {"ops": words})]
    fault = _value_fault(field, op, row["value"])
    return [FieldError(f"{path}.value", "invalid", fault)] if fault else []


def _value_fault(field: Field, op: str, value: object) -> str:
    """What is wrong with a value, in plain words; "" when nothing is."""
    if op == "between":
        pair = value if isinstance(value, list) else []
        if len(pair) != 2 or any(_one_fault(field, one) for one in pair):
            return _("Give two numbers, the lower one first.")
        low, high = (number_of(str(one)) for one in pair)
        fine = low is not None and high is not None and low <= high
        return "" if fine else _("Give two numbers, the lower one first.")
    if op in ("in", "not_in"):
        rows = value if isinstance(value, list) else []
        if not 1 <= len(rows) <= 50:
            return _("Give a list of 1 to 50 values.")
        return next((fault for one in rows if (fault := _one_fault(field, one))), "")
    return _one_fault(field, value)


def _one_fault(field: Field, value: object) -> str:
    if field.kind == "yes":
        return "" if isinstance(value, bool) else _("Give yes or no.")
    if field.kind == "number":
        plain = isinstance(value, (int, str)) and not isinstance(value, bool)
        fine = plain and number_of(str(value)) is not None
        return "" if fine else _("Give a number, like 5000 or 2.5.")
    if not isinstance(value, str) or not 0 < len(value.strip()) <= 200 or "\x00" in value:
        return _("Give a text of at most 200 characters.")
    if field.choices and field.kind in ("choice", "many") and value not in field.choices:
        return _("This is not one of the question’s answers.")
    if field.kind == "country" and not re.fullmatch(r"[A-Za-z]{2}", value):
        return _("Give the country's two letters, like DE.")
    return ""
