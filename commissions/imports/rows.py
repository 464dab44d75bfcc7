"""Files in which every row is one thing: read, repeats found, taken by the batch."""

import re
from abc import abstractmethod
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import IO, ClassVar, Final, Generic, TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from commissions.imports import cells, reading
from commissions.imports.cells import NAME_LIMIT, Field, Problem, Unreadable
from commissions.imports.mapping import Plan
from commissions.imports.running import Items, Runner, Setting
from prm.errors import Refusal

Thing = TypeVar("Thing")
Values = Mapping[str, str]
KeyOf = Callable[[Values], str]
FORMULA: Final = re.compile(r"=|[@+-].*[(|!]", re.DOTALL)
"""What a spreadsheet would compute, or run, where somebody opens the value in one."""

NAMING: Final = ("external_id", "code", "email", "name")
"""Fields that say what a row is about, the surest first."""


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, its cells by field, and as it came.

    `twin` is the number of an earlier row that says the same, 0 without one. `clash` is the
    number of one that has the same key and says something else.
    """

    number: int
    values: Values
    raw: Mapping[str, str]
    twin: int = 0
    clash: int = 0


@dataclass(frozen=True)
class Outcome:
    """What became of one thing: made, known already, or not taken and why."""

    made: bool = False
    fault: Unreadable | None = None


class Rows:
    """A file's rows in their order. `key` names what a row is about, "" where nothing does."""

    def __init__(self, file: IO[bytes], layout: reading.Layout, plan: Plan, key: KeyOf) -> None:
        self._file = file
        self._layout = layout
        self._key = key
        place = {name: index for index, name in enumerate(layout.header)}
        self._at = {one: place[name] for one, name in plan.columns.items() if name in place}
        marks = array("q", (hash(key(self._values(found))) for _row, found in self._read()))
        self._count = len(marks)
        self._repeated = _repeated(marks)

    def __len__(self) -> int:
        return self._count

    def after(self, position: int) -> Iterator[Row]:
        """Rows from `position` on; what stands before is read for its keys."""
        firsts: dict[str, tuple[int, Values]] = {}
        for place, (number, found) in enumerate(self._read()):
            values = self._values(found)
            key = self._key(values)
            twin = clash = 0
            if key and hash(key) in self._repeated:
                first, said = firsts.setdefault(key, (number, values))
                if first != number:
                    twin, clash = (first, 0) if said == values else (0, first)
            if place >= position:
                yield Row(number, values, self._raw(found), twin, clash)

    def _read(self) -> Iterator[tuple[int, list[str]]]:
        return reading.rows(self._file, self._layout)

    def _values(self, found: Sequence[str]) -> Values:
        return {
            key: found[index].strip() if index < len(found) else ""
            for key, index in self._at.items()
        }

    def _raw(self, found: Sequence[str]) -> Mapping[str, str]:
        header = self._layout.header
        return {
            name: cell.replace("\x00", "")[:NAME_LIMIT]
            for name, cell in zip(header, found, strict=False)
        }


class RowsRunner(Runner, Generic[Thing]):
    """Takes rows: a kind of file says what a row is about, reads it, and takes things.

    A dry run does what the run would do and rolls it back, so that it finds what that would find.
    """

    fields: ClassVar[Mapping[str, Field]]
    lengths: ClassVar[Mapping[str, int]]
    forgets: ClassVar[Sequence[str]] = ()
    batch: ClassVar[int] = 100

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._zone = ZoneInfo(setting.plan.time_zone)
        self._moments: dict[tuple[str, str], datetime] = {}
        self._refused: dict[int, Unreadable] = {}

    @abstractmethod
    def key(self, values: Values) -> str:
        """What a row is about: two rows of one key must say the same."""

    @abstractmethod
    def read(self, values: Values) -> Thing:
        """A row as the thing that it tells of. Raises Unreadable, or a Refusal by the field."""

    @abstractmethod
    def take_things(self, things: Sequence[Thing]) -> list[Outcome]:
        """Write things, each unless it is known; an outcome for each, in order."""

    def items(self, file: IO[bytes], layout: reading.Layout) -> Items:
        """The file's rows."""
        return Rows(file, layout, self.plan, self.key)

    def take_items(self, items: Sequence[Row]) -> list[Problem]:
        """Take the good rows; the others come back with their reasons."""
        things: list[tuple[Row, Thing]] = []
        faults: list[tuple[Row, Unreadable]] = []
        for row in items:
            try:
                if not row.twin:
                    things.append((row, self._thing(row)))
            except (Unreadable, Refusal) as wrong:
                faults.append((row, fault_of(wrong)))
        with transaction.atomic():
            outcomes = self.take_things([thing for _row, thing in things])
            transaction.set_rollback(self.dry)
        for (row, _thing), outcome in zip(things, outcomes, strict=True):
            self.report.made += outcome.made
            self.report.known += not outcome.made and outcome.fault is None
            if outcome.fault is not None:
                faults.append((row, outcome.fault))
        faults += self._twins(items, faults)
        self.report.rows += len(items)
        self.report.bad_rows += len(faults)
        hidden = {self.plan.columns.get(key) for key in self.forgets}
        return [
            Problem(
                row.number,
                one.field,
                one.message,
                {name: cell for name, cell in row.raw.items() if name not in hidden},
            )
            for row, one in faults
        ]

    def moment(self, text: str, key: str) -> datetime:
        """A cell's date, in the zone of the file where it has none. Raises Unreadable."""
        known = self._moments.get((key, text))
        if known is None:
            known = cells.moment(text, self.plan.dates, key)
            known = known if known.tzinfo else known.replace(tzinfo=self._zone)
            self._moments[key, text] = known
        return known

    def _thing(self, row: Row) -> Thing:
        if row.clash:
            message = _("Row %(row)d is about the same and says something else. Keep one of them.")
            key = next((one for one in NAMING if row.values.get(one)), "")
            raise Unreadable(key, message % {"row": row.clash})
        for key, one in self.fields.items():
            text = row.values.get(key, "")
            if text:
                self._check(key, text)
            elif one.required:
                raise Unreadable(key, _("The cell is empty."))
        return self.read(row.values)

    def _check(self, key: str, text: str) -> None:
        if "\x00" in text:
            raise Unreadable(key, _("The cell has a zero character in it."))
        if "\ufffd" in text:
            message = _("The cell has a character that cannot be read. Save the file as UTF-8.")
            raise Unreadable(key, message)
        if FORMULA.match(text):
            message = _("This looks like a formula. Write the value itself.")
            raise Unreadable(key, message)
        limit = self.lengths.get(key, cells.TEXT_LIMIT)
        if len(text) > limit:
            message = _("Longer than %(limit)d characters.") % {"limit": limit}
            raise Unreadable(key, message)

    def _twins(
        self, items: Iterable[Row], faults: Iterable[tuple[Row, Unreadable]]
    ) -> list[tuple[Row, Unreadable]]:
        """Repeats of what was refused, refused alike; the others are known."""
        self._refused |= {row.number: fault for row, fault in faults}
        twins = [row for row in items if row.twin]
        found = [(row, self._refused[row.twin]) for row in twins if row.twin in self._refused]
        self.report.known += len(twins) - len(found)
        return found


def each(things: Iterable[Thing], take: Callable[[Thing], bool]) -> list[Outcome]:
    """Things taken one by one: `take` says whether it made something, or refuses."""
    outcomes = []
    for thing in things:
        try:
            outcomes.append(Outcome(made=take(thing)))
        except (Unreadable, Refusal) as wrong:
            outcomes.append(Outcome(fault=fault_of(wrong)))
    return outcomes


def fault_of(wrong: Unreadable | Refusal) -> Unreadable:
    """Why a row is not taken: the first thing that is wrong with it, by the field."""
    if isinstance(wrong, Unreadable):
        return wrong
    if wrong.errors:
        return Unreadable(wrong.errors[0].field, wrong.errors[0].message)
    return Unreadable("", wrong.message)


def _repeated(marks: "array[int]") -> frozenset[int]:
    """Marks that come more than once."""
    ordered = sorted(marks)
    pairs = pairwise(ordered)
    return frozenset(one for one, following in pairs if one == following)
