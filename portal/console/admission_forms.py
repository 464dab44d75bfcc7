"""The form of one rule that decides about applications without a person."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.admission import DECISIONS, OPERATORS_OF, Field, Rule
from portal.admission_words import DECISIONS as DECISION_WORDS
from portal.admission_words import OPERATORS, field_words
from prm.errors import Refusal

LINES: Final = 6
YES, NO = "yes", "no"
MATCH: Final = {
    "all": gettext_lazy("All of these hold"),
    "any": gettext_lazy("At least one of these holds"),
    "none": gettext_lazy("None of these holds"),
}


class RuleForm(forms.Form):
    """Up to six conditions in one group; what is deeper is made over the API."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Then"), choices=[(one, DECISION_WORDS[one]) for one in DECISIONS]
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, which the applicant will read"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"data-when": "decision=reject"}),
    )
    match = forms.ChoiceField(label=gettext_lazy("When"), choices=list(MATCH.items()))

    def __init__(self, *args: Any, fields: Mapping[str, Field], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = fields
        names = [("", "–"), *((name, field_words(field)) for name, field in fields.items())]
        ops = [*OPERATORS.items(), (YES, _("is yes")), (NO, _("is no"))]
        for n in range(LINES):
            self.fields[f"field{n}"] = forms.ChoiceField(
                label=_("Look at"), choices=names, required=False
            )
            self.fields[f"op{n}"] = forms.ChoiceField(
                label=_("Compare"), choices=ops, required=False
            )
            self.fields[f"value{n}"] = forms.CharField(
                label=_("With"), max_length=2000, required=False
            )

    def lines(self) -> list[tuple[int, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Each line's number and its three fields."""
        return [(n + 1, self[f"field{n}"], self[f"op{n}"], self[f"value{n}"]) for n in range(LINES)]

    def filled(self) -> list[int]:
        """Numbers of the lines that look at something."""
        return [n for n in range(LINES) if self.cleaned_data.get(f"field{n}")]

    def rule(self, key: str = "") -> dict[str, Any]:
        """The rule as the service takes it."""
        data = self.cleaned_data
        leaves = [self._leaf(n) for n in self.filled()]
        reason = data["reason"] if data["decision"] == "reject" else ""
        return {
            **({"key": key} if key else {}),
            "decision": data["decision"],
            "reason": reason,
            "conditions": {data["match"]: leaves} if leaves else {},
        }

    def show(self, refusal: Refusal, place: int) -> None:
        """A service's refusal by the field that it means; `place` is the rule's in the list."""
        prefix = f"admission[{place}]."
        for error in refusal.errors:
            path = error.field.removeprefix(prefix) if error.field.startswith(prefix) else ""
            self.add_error(self._field_at(path), error.message)
        if not refusal.errors:
            self.add_error(None, refusal.message)

    def _field_at(self, path: str) -> str | None:
        if path in ("decision", "reason"):
            return path
        index = path.partition("[")[2].partition("]")[0]
        part = path.rpartition(".")[2]
        filled = self.filled()
        if not index.isdecimal() or int(index) >= len(filled):
            return f"field{filled[0] if filled else 0}" if path == "conditions" else None
        name = part if part in ("field", "op") else "value"
        return f"{name}{filled[int(index)]}"

    def _leaf(self, n: int) -> dict[str, Any]:
        name, op = self.cleaned_data[f"field{n}"], self.cleaned_data[f"op{n}"]
        text = self.cleaned_data[f"value{n}"].strip()
        if op in (YES, NO):
            return {"field": name, "op": "eq", "value": op == YES}
        if op in ("in", "not_in", "between"):
            rows = [one.strip() for one in text.split(";") if one.strip()]
            return {"field": name, "op": op, "value": rows}
        return {"field": name, "op": op, "value": text}


def initial_of(rule: Rule) -> dict[str, Any] | None:
    """A rule as the form shows it; None for one that is nested deeper than it can show."""
    group, parts = next(iter(rule.conditions.items()), ("", None))
    if "field" in rule.conditions:
        parts, group = [rule.conditions], "all"
    elif group not in MATCH or not isinstance(parts, list) or len(parts) > LINES:
        return None
    if any("field" not in part for part in parts):
        return None
    found: dict[str, Any] = {"decision": rule.decision, "reason": rule.reason, "match": group}
    for n, leaf in enumerate(parts):
        found |= {f"field{n}": leaf["field"], f"op{n}": _op(leaf), f"value{n}": _text(leaf)}
    return found


def _op(leaf: Mapping[str, Any]) -> str:
    if not isinstance(leaf["value"], bool):
        return str(leaf["op"])
    return YES if leaf["value"] is (leaf["op"] == "eq") else NO


def _text(leaf: Mapping[str, Any]) -> str:
    value = leaf["value"]
    if isinstance(value, bool):
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def compared_words(field: Field) -> str:
    """What may be asked of a field, in words."""
    if field.kind == "yes":
        return f"{_('is yes')}, {_('is no')}"
    return ", ".join(str(OPERATORS[op]) for op in OPERATORS_OF[field.kind])
