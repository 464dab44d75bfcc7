"""The blanks of a rule's conditions beyond its sentence: a list with indented groups."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from commissions.schema import vocabulary
from portal.console.rules import pickers as pick
from portal.console.rules.draft import DEEPEST, LEAF, Draft, depth_of
from portal.console.rules.tokens import Blank, picked, typed

Row = Mapping[str, str]
Faults = Mapping[str, str]


@dataclass(frozen=True)
class ConditionRow:
    """A condition, or a group with what may be added to it."""

    place: int
    depth: int
    is_group: bool
    blanks: list[Blank]

    @property
    def may_nest(self) -> bool:
        """Whether a group may stand inside this one."""
        return self.depth + 1 < DEEPEST

    @property
    def add_act(self) -> str:
        """What adds a condition to this group."""
        return f"condition:{self.place}"

    @property
    def nest_act(self) -> str:
        """What adds a group to this group."""
        return f"group:{self.place}"

    @property
    def remove_act(self) -> str:
        """What takes it away."""
        return f"remove-condition:{self.place}"

    @property
    def remove(self) -> str:
        """How that is called."""
        number = {"number": self.place + 1}
        if self.is_group:
            return _("Take group %(number)d away with all that is in it") % number
        return _("Take condition %(number)d away") % number


def rows_of(draft: Draft, faults: Faults) -> list[ConditionRow]:
    """The rows in their order, groups before what is in them."""
    found = []
    for place, row in enumerate(draft.conditions):
        is_group = row["kind"] != LEAF
        blanks = (
            [_group(draft, faults, place, row)] if is_group else _leaf(draft, faults, place, row)
        )
        found.append(ConditionRow(place, depth_of(row), is_group, blanks))
    return found


def _group(draft: Draft, faults: Faults, place: int, row: Row) -> Blank:
    label = _("Group %(number)d") % {"number": place + 1}
    return picked(draft, faults, f"c{place}-kind", label, pick.GROUPS, row["kind"])


def _leaf(draft: Draft, faults: Faults, place: int, row: Row) -> list[Blank]:
    shown, name = {"number": place + 1}, f"c{place}"
    blanks = [_field(draft, faults, name, place, row)]
    if row["field"] == "metadata":
        label = _("Condition %(number)d, the shop’s field") % shown
        blanks.append(typed(draft, faults, f"{name}-key", label, row["key"], mode="text"))
    ops = pick.ops_of(row["field"])
    op = row["op"] if row["op"] in dict(ops) else ops[0][0]
    label = _("Condition %(number)d, compared") % shown
    blanks.append(picked(draft, faults, f"{name}-op", label, ops, op, rebuild=True))
    return [*blanks, *_values(draft, faults, name, row, op, shown)]


def _field(draft: Draft, faults: Faults, name: str, place: int, row: Row) -> Blank:
    options = [
        (str(label), [(key, str(pick.FIELD_WORDS[key]), key == row["field"]) for key in keys])
        for label, keys in pick.FIELD_GROUPS
    ]
    label = _("Condition %(number)d") % {"number": place + 1}
    own = f"{name}-field"
    error, focus = faults.get(own, ""), draft.focus == own
    return Blank(own, label, row["field"], options, error, rebuild=True, focus=focus)


def _values(
    draft: Draft, faults: Faults, name: str, row: Row, op: str, shown: Mapping[str, int]
) -> list[Blank]:
    label = _("Condition %(number)d, value") % shown
    kind = pick.kind_of(row["field"])
    if kind == "yes":
        now = "false" if row["value"] == "false" else "true"
        return [picked(draft, faults, f"{name}-value", label, pick.ANSWERS, now)]
    known = {"country": "known-countries", "tier": "known-tiers"}.get(kind, "")
    if row["field"] in {"sku", "category"}:
        known = "known-goods"
    mode = "decimal" if kind in pick.MEASURED else "text"
    is_list = op in vocabulary.LISTS
    values = [
        typed(
            draft,
            faults,
            f"{name}-value",
            label,
            row["value"],
            mode=mode,
            list_id=known,
            hint=_("one, another") if is_list else "",
            css="wide" if is_list else "",
        )
    ]
    if op == "between":
        upto = _("Condition %(number)d, highest value") % shown
        values.append(typed(draft, faults, f"{name}-upto", upto, row["upto"], mode=mode))
    return values
