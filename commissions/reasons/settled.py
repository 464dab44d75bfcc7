"""Words for lines whose amount was settled outside the rules: a goal, a period, points.

Such a line's trace is {"settled": {"what": code, ...facts}}. The module that owns a code registers
how to say it and which rows its bill has; numbers stand in the trace, words never.
"""

from collections.abc import Callable
from dataclasses import dataclass

from commissions.models import Commission
from commissions.reasons.figures import Reason

BillRow = tuple[str, int]
"""A label in the reader's language and an amount in minor units."""


@dataclass(frozen=True)
class Words:
    """How to say one kind of settled line. `bill` ends before the total."""

    reason: Callable[[Commission, str], Reason]
    bill: Callable[[Commission], list[BillRow]]
    title: Callable[[Commission], str]


_words: dict[str, Words] = {}


def register(what: str, words: Words) -> None:
    """Called at start-up by the module that owns the code `what`."""
    _words[what] = words


def words_of(line: Commission) -> Words:
    """The words of a settled line."""
    return _words[line.trace["settled"]["what"]]
