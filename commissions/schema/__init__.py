"""What a rule may say: one schema for the API and the console, and the stored form it yields."""

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import ValidationError

from commissions.schema.conditions import MAX_DEPTH, Conditions, leaves
from commissions.schema.content import (
    BracketFields,
    ContentFields,
    DurationFields,
    LimitFields,
    OverrideFields,
    RewardFields,
)
from commissions.schema.meaning import faults
from commissions.schema.values import canonical
from commissions.schema.vocabulary import (
    BASES,
    BRACKET_WINDOWS,
    EVENTS,
    GROUPS,
    KINDS,
    LIMIT_WINDOWS,
    LIMITS_PER,
    METRICS,
    MODES,
    OPERATORS,
    OPERATORS_OF,
    REWARDS,
    SCOPES,
    ConditionField,
    field_named,
)
from prm.errors import Malformed, Unacceptable
from sellers.rest.problems import SHAPE_CODES, invalid

__all__ = [
    "BASES",
    "BRACKET_WINDOWS",
    "EVENTS",
    "GROUPS",
    "KINDS",
    "LIMITS_PER",
    "LIMIT_WINDOWS",
    "MAX_DEPTH",
    "METRICS",
    "MODES",
    "OPERATORS",
    "OPERATORS_OF",
    "REWARDS",
    "SCOPES",
    "BracketFields",
    "ConditionField",
    "Conditions",
    "ContentFields",
    "DurationFields",
    "LimitFields",
    "OverrideFields",
    "RewardFields",
    "canonical",
    "checked",
    "field_named",
    "leaves",
]


def checked(content: Mapping[str, Any]) -> dict[str, Any]:
    """A rule's content in its one stored form, every part present.

    `content` has name, event, reward, conditions, brackets, duration, limits, adds and override;
    what is missing gets its default. Raises Malformed for a wrong shape and Unacceptable for
    what cannot be accepted, with every wrong field by its path (`brackets.steps[2].from`).
    """
    sent = {name: value for name, value in content.items() if value is not None}
    serializer = ContentFields(data=sent)
    try:
        serializer.is_valid(raise_exception=True)
    except ValidationError as error:
        raise invalid(error) from None
    found = {
        "event": "sale",
        "conditions": None,
        "brackets": None,
        "duration": None,
        "limits": [],
        "adds": False,
        "override": None,
        **_plain(serializer.validated_data),
    }
    wrong = faults(found)
    if wrong:
        kind = Malformed if any(one.code in SHAPE_CODES for one in wrong) else Unacceptable
        raise kind(f"{wrong[0].field}: {wrong[0].message}", errors=wrong)
    return found


def _plain(value: Any) -> Any:
    """The value with plain dicts and lists, as JSON gives it back."""
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
