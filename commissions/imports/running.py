"""One run of an import: what all kinds of files have in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, ClassVar, Protocol

from django.utils.functional import Promise

from activity import jobs
from activity.models import Job, JobProblem
from campaigns.models import Program
from commissions.imports import reading
from commissions.imports.cells import Field, Problem
from commissions.imports.mapping import Plan
from commissions.imports.report import Report
from sellers.actors import Actor


class Items(Protocol):
    """A file's items, in the same order every time."""

    def __len__(self) -> int: ...

    def after(self, position: int) -> Iterator[Any]:
        """The items from `position` on."""
        ...


@dataclass(frozen=True)
class Setting:
    """All that a run needs to know. `program` is None for files that name none."""

    job: Job
    plan: Plan
    program: Program | None
    actor: Actor
    dry: bool


class Runner(ABC):
    """Takes batches of a file's items for one job, or only says what taking them would do.

    A kind of file is a subclass: `batch` items are taken in one transaction, which also moves
    the job on.
    """

    batch: ClassVar[int] = 500

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.job = setting.job
        self.plan = setting.plan
        self.dry = setting.dry
        self.actor = setting.actor
        self.report = Report.of(setting.job.result)

    @abstractmethod
    def items(self, file: IO[bytes], layout: reading.Layout) -> Items:
        """What the file holds."""

    @abstractmethod
    def take_items(self, items: Sequence[Any]) -> list[Problem]:
        """Write one batch and count it in `report`; what was not taken, and why."""

    def take(self, items: Sequence[Any], *, total: int) -> None:
        """One batch, its problems and the job's new position, in the open transaction."""
        problems = self.take_items(items)
        rows = [self._stored(problem) for problem in sorted(problems, key=lambda one: one.row)]
        jobs.note_problems(self.job, rows)
        jobs.progress(
            self.job,
            position=self.job.position + len(items),
            total=total,
            result=vars(self.report),
        )

    def _stored(self, problem: Problem) -> JobProblem:
        return JobProblem(
            seller_id=self.job.seller_id,
            job=self.job,
            row=problem.row,
            field=problem.field[:80],
            message=problem.message[:300],
            raw=dict(problem.raw),
        )


@dataclass(frozen=True)
class Kind:
    """One kind of file: its columns, the options of its plan, who may bring it, how it is taken.

    `permission` is needed in the console, `scope` of an API key, each beside that for imports.
    `options` name fields of Plan that mean something here; "program" among them, it is needed
    where `needs_program`. `examples` are rows of an example file, in the order of `fields`, which
    are its columns. What `forgets` names is nothing that may be kept: such cells are left out of
    reports, and the file is deleted once it is imported. `dates` and `amounts` are the fields
    that show how those are written.
    """

    name: str
    label: str | Promise
    lead: str | Promise
    fields: dict[str, Field]
    options: tuple[str, ...]
    permission: str
    scope: str
    runner: type[Runner]
    examples: tuple[tuple[str, ...], ...]
    needs_program: bool = False
    forgets: tuple[str, ...] = ()
    dates: str = "date"
    amounts: str = ""

    @property
    def required(self) -> list[str]:
        """Fields that a file must have a column for."""
        return [key for key, one in self.fields.items() if one.required]
