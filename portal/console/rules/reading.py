"""From a stored version to the draft that the builder starts with."""

from decimal import Decimal
from typing import Any

from commissions.models import RuleVersion
from commissions.reasons.condition_words import ANY_COUPON
from portal.console.rules import figures
from portal.console.rules import pickers as pick
from portal.console.rules.draft import CONDITION, LEAF, Draft
from prm.money import LOYALTY_POINTS

GROUPS = ("all", "any", "none")


def draft_of(version: RuleVersion, currency: str) -> Draft:
    """The blanks as this version fills them. Its start is left out: the next has its own."""
    unit = LOYALTY_POINTS if version.reward["type"] == "points" else currency
    draft = Draft({"name": version.name, "event": version.event})
    _read_reward(draft, version.reward, unit)
    _read_brackets(draft, version.brackets, currency, unit)
    _read_duration(draft, version.duration)
    for limit in version.limits:
        amount = figures.shown_minor(limit["amount"], unit)
        draft.limits.append({**limit, "amount": amount})
    _read_conditions(draft, version.conditions, currency)
    if version.adds:
        draft.values["adds"] = "1"
    if version.override_level:
        draft.values["level"] = str(version.override_level)
    draft.values["priority"] = str(version.rule.priority)
    return draft


def _read_reward(draft: Draft, reward: dict[str, Any], unit: str) -> None:
    kind = reward["type"]
    if kind == "points" and "amount" in reward:
        kind = "points_once"
    draft.values |= {"type": kind, "pays": _pay(reward, unit), "base": reward.get("base", "net")}
    if reward.get("uncapped"):
        draft.values["uncapped"] = "1"
    if reward.get("allow_over_100"):
        draft.values["over_100"] = "1"


def _pay(part: dict[str, Any], unit: str) -> str:
    if part.get("rate") is not None:
        return figures.shown(part["rate"])
    return figures.shown_minor(part.get("amount", 0), unit)


def _read_brackets(draft: Draft, brackets: dict[str, Any] | None, currency: str, unit: str) -> None:
    if not brackets:
        return
    draft.values |= {
        "step_metric": brackets["metric"],
        "step_window": brackets["window"],
        "step_mode": brackets["mode"],
    }
    in_money = brackets["metric"] == "sales_amount"
    for step in brackets["steps"]:
        start = step["from"]
        shown = figures.shown_minor(start, currency) if in_money else figures.shown(start)
        draft.steps.append({"from": shown, "pays": _pay(step, unit)})


def _read_duration(draft: Draft, duration: dict[str, Any] | None) -> None:
    if not duration:
        return
    kind, count = ("charges" if duration.get("charges") is not None else "months"), 0
    count = duration[kind]
    if kind == "months" and count == 0:
        draft.values["lasts"] = "first"
        return
    draft.values |= {"lasts": kind, "lasts_n": str(count)}


def _read_conditions(draft: Draft, stored: dict[str, Any] | None, currency: str) -> None:
    if not stored:
        return
    items = list(stored["all"]) if "all" in stored else [stored]
    for item in items:
        if draft.get("event") in pick.SOLD and _slot(draft, item, currency):
            continue
        _row(draft, item, 0, currency)


def _slot(draft: Draft, item: dict[str, Any], currency: str) -> bool:
    """Put a plain condition into the sentence itself, where its place there is still free."""
    values = draft.values
    if item in (ANY_COUPON, {"none": [ANY_COUPON]}) and "via" not in values:
        values["via"] = "link" if "none" in item else "coupon"
        return True
    field, op, value = item.get("field"), item.get("op"), item.get("value")
    if (field, op) == ("customer.new", "eq") and "who" not in values:
        values["who"] = "new" if value in (True, "true") else "returning"
        return True
    if (field, op) == ("amount", "gte") and "minimum" not in values and _is_whole(value):
        values["minimum"] = figures.shown_minor(int(Decimal(str(value))), currency)
        return True
    if field in ("sku", "category") and op in ("eq", "in") and "goods" not in values:
        if op == "eq":
            values["goods"] = f"{field}:{value}"
            return True
        if isinstance(value, list) and not any("," in str(one) for one in value):
            values |= {"goods": "typed", "goods_kind": str(field)}
            values["goods_text"] = ", ".join(str(one) for one in value)
            return True
    return False


def _is_whole(value: Any) -> bool:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return False
    return number.is_finite() and number == number.to_integral_value()


def _row(draft: Draft, item: dict[str, Any], depth: int, currency: str) -> None:
    group = next((name for name in GROUPS if name in item), None)
    blank = {**dict.fromkeys(CONDITION, ""), "depth": str(depth)}
    if group:
        draft.conditions.append({**blank, "kind": group})
        for inner in item[group]:
            _row(draft, inner, depth + 1, currency)
        return
    field, _dot, key = str(item["field"]).partition("metadata.")
    row = {**blank, "kind": LEAF, "field": "metadata" if key else field, "key": key}
    row["op"] = item["op"]
    value, kind = item["value"], pick.kind_of(row["field"])
    if item["op"] == "between":
        row |= {"value": _text(kind, value[0], currency), "upto": _text(kind, value[1], currency)}
    elif isinstance(value, list):
        row["value"] = ", ".join(_text(kind, one, currency) for one in value)
    else:
        row["value"] = _text(kind, value, currency)
    draft.conditions.append(row)


def _text(kind: str, value: Any, currency: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "money" and _is_whole(value):
        return figures.shown_minor(int(Decimal(str(value))), currency)
    if kind == "count" and _is_whole(value):
        return str(int(Decimal(str(value))))
    return str(value)
