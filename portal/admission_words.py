"""Rules of admission and likenesses of applicants in words."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.admission import ANSWER, Field
from portal.money_format import reader_locale

FIELDS: Final[dict[str, str | Promise]] = {
    "country": gettext_lazy("The applicant’s country"),
    "kind": gettext_lazy("Applies as"),
    "website_domain": gettext_lazy("The domain of the website"),
    "email_domain": gettext_lazy("The domain of the e-mail"),
    "look_alike": gettext_lazy("Looks like a partner you have"),
    "rejected_before": gettext_lazy("Was rejected before"),
}
OPERATORS: Final[dict[str, str | Promise]] = {
    "eq": gettext_lazy("is"),
    "ne": gettext_lazy("is not"),
    "in": gettext_lazy("is one of"),
    "not_in": gettext_lazy("is none of"),
    "gt": gettext_lazy("is more than"),
    "gte": gettext_lazy("is at least"),
    "lt": gettext_lazy("is less than"),
    "lte": gettext_lazy("is at most"),
    "between": gettext_lazy("is between"),
    "contains": gettext_lazy("contains"),
    "not_contains": gettext_lazy("does not contain"),
    "starts_with": gettext_lazy("starts with"),
    "ends_with": gettext_lazy("ends with"),
}
DECISIONS: Final[dict[str, str | Promise]] = {
    "approve": gettext_lazy("Approve"),
    "reject": gettext_lazy("Reject"),
    "review": gettext_lazy("Leave it to a person"),
}
SIGNS: Final[dict[str, str | Promise]] = {
    "email": gettext_lazy("same e-mail"),
    "person": gettext_lazy("same person"),
    "domain": gettext_lazy("same website"),
    "email_domain": gettext_lazy("e-mail on its website’s domain"),
    "name": gettext_lazy("same name"),
    "near_name": gettext_lazy("similar name"),
}
_JOINED: Final = {"all": gettext_lazy(" and "), "any": gettext_lazy(" or ")}
KINDS: Final = {"company": gettext_lazy("Company"), "person": gettext_lazy("Person")}


def field_words(field: Field) -> str:
    """What a condition looks at."""
    return f"“{field.label}”" if field.label else str(FIELDS[field.name])


def condition_words(condition: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """A condition as a clause. `labels` are the questions by key."""
    group = next((name for name in ("all", "any", "none") if name in condition), None)
    if group is None:
        return _leaf_words(condition, labels)
    parts = [condition_words(part, labels) for part in condition[group]]
    if group == "none":
        return _("none of this holds: %(parts)s") % {"parts": str(_JOINED["any"]).join(parts)}
    words = str(_JOINED[group]).join(parts)
    return f"({words})" if len(parts) > 1 else words


def rule_words(rule: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """When a rule holds, as a sentence without its end."""
    words = condition_words(rule["conditions"], labels)
    return words.removeprefix("(").removesuffix(")") if words.count("(") == 1 else words


def _leaf_words(leaf: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    name = leaf["field"]
    key = name.removeprefix(ANSWER)
    what = f"“{labels.get(key, key)}”" if name.startswith(ANSWER) else str(FIELDS[name])
    value = leaf["value"]
    if isinstance(value, bool):
        yes = value is (leaf["op"] == "eq")
        return f"{what}: {_('yes') if yes else _('no')}"
    op = OPERATORS[leaf["op"]]
    if leaf["op"] == "between":
        return _("%(what)s is between %(low)s and %(high)s") % {
            "what": what, "low": value[0], "high": value[1],
        }  # fmt: skip
    rows = value if isinstance(value, list) else [value]
    return f"{what} {op} {', '.join(_value(name, one) for one in rows)}"


def _value(field: str, value: Any) -> str:
    if field == "country":
        return country_words(str(value))
    return str(KINDS.get(value, value)) if field == "kind" else str(value)


def country_words(code: str) -> str:
    """A country by name, in the reader's language."""
    return str(reader_locale().territories.get(code.upper(), code))


def sign_words(sign: Mapping[str, str]) -> str:
    """Why somebody looks like a partner, with the thing that they share."""
    words = SIGNS.get(sign["kind"])
    if words is None:
        return _("same %(thing)s") % {"thing": sign["kind"].replace("_", " ")}
    return f"{words}: {sign['value']}" if sign["kind"] != "name" else str(words)


def signs_words(signs: Iterable[Mapping[str, str]]) -> str:
    """All signs in one line."""
    return ", ".join(sign_words(sign) for sign in signs)
