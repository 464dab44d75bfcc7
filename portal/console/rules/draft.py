"""A rule as it stands in the builder: what was typed, not yet checked, and the acts on its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import QueryDict

from commissions.schema import vocabulary

MOST_ROWS: Final = 60
DEEPEST: Final = 4
SINGLE: Final = (
    "name", "event", "who", "goods", "goods_kind", "goods_text", "minimum", "via", "scope",
    "type", "pays", "base", "uncapped", "over_100", "step_metric", "step_window", "step_mode",
    "lasts", "lasts_n", "later", "adds", "level", "priority", "valid_from", "reason",
    "ex_order", "ex_before", "ex_items", "as", "based_on",
)  # fmt: skip
STEP: Final = ("from", "pays")
LIMIT: Final = ("amount", "per", "window")
CONDITION: Final = ("kind", "depth", "field", "key", "op", "value", "upto")
LEAF: Final = "leaf"
DEFAULTS: Final[dict[str, str]] = {
    "event": "sale",
    "type": "percent",
    "base": "net",
    "goods_kind": "category",
    "step_metric": "sales_amount",
    "step_window": "month",
    "step_mode": "marginal",
    "level": "1",
    "priority": "0",
    "as": "sentence",
}


KNOWN: Final[dict[str, tuple[str, ...]]] = {
    "who": ("", "new", "returning"),
    "via": ("", "coupon", "link"),
    "goods_kind": ("category", "sku"),
    "base": vocabulary.BASES,
    "step_metric": vocabulary.METRICS,
    "step_window": vocabulary.BRACKET_WINDOWS,
    "step_mode": vocabulary.MODES,
    "lasts": ("", "months", "charges", "first"),
    "as": ("sentence", "table"),
}
FIRST_FIELD: Final = "customer.country"


@dataclass
class Draft:
    """`values` are the single blanks by name; rows are blanks by name, in their order.

    A condition row is a leaf or a group (kind all, any, none); `depth` says which group it is in.
    """

    values: dict[str, str] = field(default_factory=dict)
    conditions: list[dict[str, str]] = field(default_factory=list)
    steps: list[dict[str, str]] = field(default_factory=list)
    limits: list[dict[str, str]] = field(default_factory=list)
    focus: str = ""

    def get(self, name: str) -> str:
        """What stands in a single blank, or what stands there at first."""
        return self.values.get(name, "") or DEFAULTS.get(name, "")

    def has(self, name: str) -> bool:
        """Whether the blank is part of the sentence, even if still empty."""
        return name in self.values


def read(data: QueryDict) -> Draft:
    """The draft that a form sent."""
    draft = Draft({name: str(data[name]).strip() for name in SINGLE if name in data})
    draft.conditions = _rows(data, "c", CONDITION)
    draft.steps = _rows(data, "s", STEP)
    draft.limits = _rows(data, "l", LIMIT)
    _choose_known(draft)
    _settle(draft.conditions)
    _fit_event(draft)
    return draft


def _choose_known(draft: Draft) -> None:
    """A picker that was sent something it does not offer stands where it stood at first."""
    for name, known in KNOWN.items():
        if draft.get(name) not in known:
            draft.values[name] = DEFAULTS.get(name, "")
    for row in draft.conditions:
        row["kind"] = row["kind"] if row["kind"] in vocabulary.GROUPS else LEAF
        if row["field"] not in vocabulary.KINDS and row["field"] != "metadata":
            row["field"] = FIRST_FIELD
    for row in draft.limits:
        row["per"] = row["per"] if row["per"] in vocabulary.LIMITS_PER else "sale"
        row["window"] = row["window"] if row["window"] in vocabulary.SPANS else "month"


def _fit_event(draft: Draft) -> None:
    """Leave out what the chosen event cannot have."""
    event = draft.get("event")
    if event not in vocabulary.EVENTS:
        draft.values["event"] = event = DEFAULTS["event"]
    if draft.get("type") not in types_of(event):
        draft.values["type"] = "per_thousand" if event == "impression" else "flat"
    if event not in vocabulary.WITH_BRACKETS:
        draft.steps = []
    if event not in vocabulary.SALES:
        for name in ("lasts", "lasts_n", "later"):
            draft.values.pop(name, None)
        draft.values["base"] = "net"


def types_of(event: str) -> tuple[str, ...]:
    """The kinds of reward that fit an event."""
    if event == "commission":
        return ("percent", "flat")
    if event == "impression":
        return ("per_thousand",)
    if event in vocabulary.WITH_AMOUNT:
        return ("percent", "flat", "per_unit", "points", "points_once")
    return ("flat", "per_unit", "points_once")


def _rows(data: Mapping[str, Any], letter: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    found = []
    for place in range(MOST_ROWS):
        if f"{letter}{place}-{names[0]}" not in data:
            break
        found.append({name: str(data.get(f"{letter}{place}-{name}", "")).strip() for name in names})
    return found


def _settle(rows: list[dict[str, str]]) -> None:
    """Depths that make a tree: a row is at most one deeper than the group before it."""
    room = 0
    for row in rows:
        typed = int(row["depth"]) if row["depth"].isdecimal() else 0
        depth = min(typed, room, DEEPEST)
        row["depth"] = str(depth)
        room = depth + (row["kind"] != LEAF)


def depth_of(row: Mapping[str, str]) -> int:
    """How many groups a condition row is in."""
    return int(row["depth"])


def end_of(rows: list[dict[str, str]], place: int) -> int:
    """The place after the last row that belongs to the row at `place`."""
    end = place + 1
    while end < len(rows) and depth_of(rows[end]) > depth_of(rows[place]):
        end += 1
    return end


def act(draft: Draft, what: str) -> None:
    """Do what a button of the builder says: `condition`, `condition:3`, `remove-step:1`, …"""
    verb, _colon, text = what.partition(":")
    place = int(text) if text.isdecimal() else None
    if verb in {"condition", "group"}:
        _add_condition(draft, place, group=verb == "group")
    elif verb == "step" and len(draft.steps) < MOST_ROWS:
        draft.steps.append(dict.fromkeys(STEP, ""))
        draft.focus = f"s{len(draft.steps) - 1}-pays"
    elif verb == "limit" and len(draft.limits) < MOST_ROWS:
        draft.limits.append({"amount": "", "per": "sale", "window": "month"})
        draft.focus = f"l{len(draft.limits) - 1}-amount"
    elif verb in {"later", "adds"}:
        draft.values[verb] = "1" if verb == "adds" else ""
        _ask_for_later(draft, verb)
    elif verb in {"sentence", "table"}:
        draft.values["as"] = verb
    elif verb.startswith("remove-"):
        _remove(draft, verb.removeprefix("remove-"), place)


def _ask_for_later(draft: Draft, verb: str) -> None:
    if verb == "later":
        if not draft.get("lasts"):
            draft.values |= {"lasts": "months", "lasts_n": draft.get("lasts_n")}
        draft.focus = "later"


def _add_condition(draft: Draft, place: int | None, *, group: bool) -> None:
    rows = draft.conditions
    if len(rows) >= MOST_ROWS - 1 or (place is not None and place >= len(rows)):
        return
    depth = 0 if place is None else min(depth_of(rows[place]) + 1, DEEPEST)
    at = len(rows) if place is None else end_of(rows, place)
    added = [_leaf(depth + 1 if group else depth)]
    if group:
        added.insert(0, {**_leaf(depth), "kind": "any"})
    rows[at:at] = added
    draft.focus = f"c{at}-{'kind' if group else 'field'}"


def _leaf(depth: int) -> dict[str, str]:
    blank = dict.fromkeys(CONDITION, "")
    return {**blank, "kind": LEAF, "depth": str(depth), "field": FIRST_FIELD, "op": "eq"}


def _remove(draft: Draft, what: str, place: int | None) -> None:
    if what in {"later", "adds"}:
        draft.values.pop(what, None)
        return
    rows = {"condition": draft.conditions, "step": draft.steps, "limit": draft.limits}.get(what)
    if rows is None or place is None or place >= len(rows):
        return
    del rows[place : end_of(rows, place) if what == "condition" else place + 1]
