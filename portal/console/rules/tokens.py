"""One blank of a rule: a picker or a field to type in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.console.rules.draft import Draft

Group = tuple[str, list[tuple[str, str, bool]]]


@dataclass(frozen=True)
class Blank:
    """One blank: a picker where it has `options` (in groups), else a field to type in.

    `rebuild` marks a picker on whose choice other blanks depend.
    """

    name: str
    label: str
    value: str = ""
    options: list[Group] = field(default_factory=list)
    error: str = ""
    css: str = ""
    hint: str = ""
    list_id: str = ""
    mode: str = "decimal"
    rebuild: bool = False
    focus: bool = False

    @property
    def id(self) -> str:
        """The control's id."""
        return f"id_{self.name}"


def typed(
    draft: Draft, faults: Mapping[str, str], name: str, label: str, value: str, **rest: Any
) -> Blank:
    """A blank to type in."""
    return Blank(name, label, value, error=faults.get(name, ""), focus=draft.focus == name, **rest)


def picked(
    draft: Draft,
    faults: Mapping[str, str],
    name: str,
    label: str,
    pairs: Iterable[tuple[str, Any]],
    value: str,
    **rest: Any,
) -> Blank:
    """A blank to pick from `pairs` of value and words."""
    options = [(key, str(words), key == value) for key, words in pairs]
    return Blank(
        name,
        label,
        value,
        [("", options)],
        error=faults.get(name, ""),
        focus=draft.focus == name,
        **rest,
    )
