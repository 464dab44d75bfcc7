"""How the sales of the demo's partners went on since they joined."""

from collections.abc import Callable, Mapping
from math import pi, sin
from typing import Final

COURSES: Final[Mapping[str, Callable[[float], float]]] = {
    "steady": lambda _gone: 1.0,
    "grows": lambda gone: 0.4 + 1.2 * gone,
    "leaps": lambda gone: 0.5 if gone < 0.6 else 1.8,
    "waves": lambda gone: 1 + 0.7 * sin(5 * pi * gone),
    "fades": lambda gone: 1.3 if gone < 0.6 else 0.35,
    "stops": lambda gone: 1.3 if gone < 0.62 else 0.0,
}
"""Part of a partner's weight by how much of the demo's time is gone, from 0 to 1."""

FIRST_WEEKS: Final = 0.08
"""New partners bring little at first."""


def share(course: str, gone: float, joined: float) -> float:
    """The part of his weight that a partner brings when `gone` of the time is over.

    `joined` is how much of it was over when he came; before that he brings nothing.
    """
    since = gone - joined
    if since < 0:
        return 0.0
    return COURSES[course](gone) * min(1.0, 0.3 + since / FIRST_WEEKS)
