"""What the parts of a rule mean together: each well formed, yet some fit no event or each other."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from commissions.schema import vocabulary as words
from prm.errors import FieldError

Content = dict[str, Any]


def faults(content: Content) -> list[FieldError]:
    """What cannot be accepted of a rule whose parts are well formed, each by its path."""
    found: list[FieldError] = []
    for check in (_reward, _rates, _override, _brackets, _steps, _duration, _limits):
        found.extend(check(content))
    return found


def _reward(content: Content) -> Iterator[FieldError]:
    event, reward = content["event"], content["reward"]
    by_rate = "rate" in reward
    if (event == "impression") != (reward["type"] == "per_thousand"):
        message = _("Impressions are paid per 1,000, and nothing else is.")
        yield FieldError("reward.type", "unfit_reward", message)
        return
    if by_rate and event not in words.WITH_AMOUNT:
        message = _("This event has no amount to take a rate of. Pay a flat amount.")
        yield FieldError("reward.type", "no_amount", message)
    elif reward.get("base", "net") != "net" and event not in words.SALES:
        message = _("Only sales and renewals have this base. Choose net.")
        yield FieldError("reward.base", "no_such_base", message)
    if event == "commission" and reward["type"] not in {"percent", "flat"}:
        message = _("On a recruit’s commission pay a percentage or a flat amount.")
        yield FieldError("reward.type", "unfit_reward", message)


def _rates(content: Content) -> Iterator[FieldError]:
    reward = content["reward"]
    if reward["type"] != "percent" or reward.get("allow_over_100"):
        return
    steps = (content["brackets"] or {"steps": []})["steps"]
    rates = [("reward.rate", reward["rate"])]
    rates += [
        (f"brackets.steps[{index}].rate", step["rate"])
        for index, step in enumerate(steps)
        if "rate" in step
    ]
    message = _("A rate is from 0 to 100 percent. To pay more, allow it with allow_over_100.")
    for path, rate in rates:
        if Decimal(rate) > 100:
            yield FieldError(path, "out_of_range", message)


def _override(content: Content) -> Iterator[FieldError]:
    if content["event"] == "commission" and content["override"] is None:
        message = _("Say how many levels up this pays: 1 is the recruiter.")
        yield FieldError("override", "missing_override", message)
    if content["event"] != "commission" and content["override"] is not None:
        message = _("Levels go with the event commission. Choose it, or leave the level out.")
        yield FieldError("override", "unfit_event", message)


def _brackets(content: Content) -> Iterator[FieldError]:
    brackets = content["brackets"]
    if brackets is None:
        return
    if content["event"] not in words.WITH_BRACKETS:
        message = _("Steps go with sales, renewals and periods. Leave them out here.")
        yield FieldError("brackets", "unfit_event", message)
    if brackets["mode"] == "marginal" and brackets["window"] == "previous_month":
        message = _("An event adds nothing to the month before. Choose slab, or another window.")
        yield FieldError("brackets.mode", "unfit_window", message)


def _steps(content: Content) -> Iterator[FieldError]:
    if content["brackets"] is None:
        return
    pays = "rate" if "rate" in content["reward"] else "amount"
    other = "amount" if pays == "rate" else "rate"
    before = -1
    for index, step in enumerate(content["brackets"]["steps"]):
        path = f"brackets.steps[{index}]"
        if pays not in step:
            message = _("A step of this reward needs this.")
            yield FieldError(f"{path}.{pays}", "required", message)
        if other in step:
            message = _("A step of this reward has no such field.")
            yield FieldError(f"{path}.{other}", "unknown_field", message)
        if step["from"] == before:
            message = _("Two steps start here. Take one of them away.")
            yield FieldError(f"{path}.from", "duplicate", message)
        elif step["from"] < before:
            message = _("This step starts below the one before it. Put the steps in order.")
            yield FieldError(f"{path}.from", "not_ascending", message)
        before = max(before, step["from"])


def _duration(content: Content) -> Iterator[FieldError]:
    duration, event = content["duration"], content["event"]
    if duration is None:
        return
    if event not in words.SALES:
        message = _("A duration goes with sales and renewals. Leave it out here.")
        yield FieldError("duration", "unfit_event", message)
    elif event == "renewal" and duration in ({"months": 0}, {"charges": 1}):
        message = _("A renewal is never the first sale, so this would never pay. Give more.")
        yield FieldError(f"duration.{next(iter(duration))}", "never", message)


def _limits(content: Content) -> Iterator[FieldError]:
    seen = set()
    for index, limit in enumerate(content["limits"]):
        path = f"limits[{index}]"
        window = "sale" if limit["per"] == "sale" else limit["window"]
        if limit["per"] == "customer" and content["event"] not in words.WITH_CUSTOMER:
            message = _("This event has no customer. Limit it per partner or program.")
            yield FieldError(f"{path}.per", "unfit_event", message)
        if (limit["per"], window) in seen:
            message = _("This limit is given twice. Keep the lower one.")
            yield FieldError(path, "duplicate", message)
        seen.add((limit["per"], window))
