"""What a goal asks and pays, as it is given and checked. The stored shape is GoalVersion's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from commissions.models import GoalKind
from prm.errors import FieldError
from prm.money import MAX_MINOR

MAX_STEPS: Final = 10
MAX_PRIZES: Final = 50
MAX_GRACE_DAYS: Final = 365
RATE_PLACES: Final = 4


@dataclass(frozen=True)
class Terms:
    """What a goal asks and pays; see GoalVersion for the shape of `steps` and `prizes`."""

    steps: Sequence[Mapping[str, Any]] = field(default_factory=list)
    all_steps: bool = False
    at_once: bool = False
    take_back: bool = False
    net_of_refunds: bool = True
    grace_days: int | None = None
    prizes: Sequence[int] = field(default_factory=list)
    in_points: bool = False
    minimum: int = 1


def faults(terms: Terms, kind: str) -> list[FieldError]:
    """Everything wrong with the terms of a goal or a contest, by dotted field path."""
    found = _contest(terms) if kind == GoalKind.CONTEST else _goal(terms)
    if terms.grace_days is not None and not 0 <= terms.grace_days <= MAX_GRACE_DAYS:
        found.append(FieldError("grace_days", "out_of_range", _("Give 0 to 365 days.")))
    return found


def stored(terms: Terms) -> dict[str, Any]:
    """Checked terms as the columns of a version."""
    return {
        **vars(terms),
        "steps": [_step(step) for step in terms.steps],
        "prizes": list(terms.prizes),
    }


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    reward = dict(step["reward"])
    if reward["type"] == "percent":
        rate = Decimal(str(reward["rate"]))
        whole = rate == rate.to_integral()
        reward["rate"] = str(rate.quantize(Decimal(1)) if whole else rate.normalize())
    return {"name": str(step["name"]).strip(), "from": step["from"], "reward": reward}


def _goal(terms: Terms) -> list[FieldError]:
    if terms.prizes:
        return [FieldError("prizes", "not_here", _("Prizes belong to a contest."))]
    if not terms.steps:
        return [FieldError("steps", "required", _("Give at least one target."))]
    if len(terms.steps) > MAX_STEPS:
        return [FieldError("steps", "too_many", _("A goal has at most 10 targets."))]
    found = [fault for i, step in enumerate(terms.steps) for fault in _step_faults(i, step)]
    return found or [*_order(terms.steps), *_timing(terms)]


def _step_faults(index: int, step: Mapping[str, Any]) -> list[FieldError]:
    path = f"steps[{index}]"
    found = []
    name = str(step.get("name") or "").strip()
    if len(name) > 60:
        found.append(FieldError(f"{path}.name", "max_length", _("At most 60 characters.")))
    if not _is_whole(step.get("from"), 1):
        found.append(FieldError(f"{path}.from", "invalid", _("Give a target above zero.")))
    reward = step.get("reward") or {}
    kind = reward.get("type")
    if kind in {"flat", "points"}:
        if not _is_whole(reward.get("amount"), 1):
            found.append(
                FieldError(f"{path}.reward.amount", "invalid", _("Give an amount above zero."))
            )
    elif kind == "percent":
        found += _rate_faults(f"{path}.reward.rate", reward.get("rate"))
    else:
        message = _("A target pays an amount of money, a percentage or points.")
        found.append(FieldError(f"{path}.reward.type", "unknown_choice", message))
    return found


def _rate_faults(path: str, value: Any) -> list[FieldError]:
    try:
        rate = Decimal(str(value))
    except InvalidOperation:
        return [FieldError(path, "invalid", _("Give a rate like 7.5."))]
    if not rate.is_finite() or not 0 < rate <= 100:
        return [FieldError(path, "out_of_range", _("The rate is above 0 and up to 100."))]
    exponent = rate.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > RATE_PLACES:
        return [FieldError(path, "too_fine", _("A rate has at most four decimals."))]
    return []


def _order(steps: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    found = []
    for i in range(1, len(steps)):
        if steps[i]["from"] <= steps[i - 1]["from"]:
            message = _("Each target must be higher than the one before.")
            found.append(FieldError(f"steps[{i}].from", "order", message))
        now, before = steps[i]["reward"], steps[i - 1]["reward"]
        if now["type"] == before["type"] and _size(now) < _size(before):
            key = "rate" if now["type"] == "percent" else "amount"
            message = _("A higher target must not pay less than the one before.")
            found.append(FieldError(f"steps[{i}].reward.{key}", "order", message))
    return found


def _timing(terms: Terms) -> list[FieldError]:
    """A reward can be paid at once where it is known at once, and where steps can be compared."""
    if terms.take_back and not terms.at_once:
        message = _("Only what is paid at once can be taken back.")
        return [FieldError("take_back", "not_here", message)]
    kinds = {step["reward"]["type"] for step in terms.steps}
    if terms.at_once and "percent" in kinds:
        message = _("A percentage is known when the period is over: pay it then.")
        return [FieldError("at_once", "percent", message)]
    if terms.at_once and not terms.all_steps and len(kinds) > 1:
        message = _("To pay at once, let all targets pay money or all pay points.")
        return [FieldError("at_once", "mixed", message)]
    return []


def _contest(terms: Terms) -> list[FieldError]:
    if terms.steps:
        return [FieldError("steps", "not_here", _("A contest has prizes, not targets."))]
    if terms.at_once or terms.take_back:
        message = _("A contest pays when it is over.")
        return [FieldError("at_once", "not_here", message)]
    if not terms.prizes:
        return [FieldError("prizes", "required", _("Give at least a prize for the first."))]
    if len(terms.prizes) > MAX_PRIZES:
        return [FieldError("prizes", "too_many", _("A contest has at most 50 prizes."))]
    found = [
        FieldError(f"prizes[{i}]", "invalid", _("Give an amount above zero."))
        for i, prize in enumerate(terms.prizes)
        if not _is_whole(prize, 1)
    ]
    if not found:
        found = [
            FieldError(f"prizes[{i}]", "order", _("A later place must not win more."))
            for i in range(1, len(terms.prizes))
            if terms.prizes[i] > terms.prizes[i - 1]
        ]
    if not _is_whole(terms.minimum, 1):
        found.append(FieldError("minimum", "invalid", _("Give a minimum above zero.")))
    return found


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= MAX_MINOR


def _size(reward: Mapping[str, Any]) -> Decimal:
    return Decimal(str(reward["rate"] if reward["type"] == "percent" else reward["amount"]))
