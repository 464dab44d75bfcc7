"""Small lines for tiles and rows: pure geometry, no script and no inline style."""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

_PAD = 4.0
_EDGE = 2.0


def points(values: Sequence[float], width: int, height: int) -> list[tuple[float, float]]:
    """Coordinates of `values` in a box; a flat series runs along the middle."""
    low, high = min(values), max(values)
    span = high - low
    step = (width - _EDGE - _PAD) / max(len(values) - 1, 1)
    usable = height - _PAD - 3
    return [
        (
            round(_EDGE + index * step, 1),
            round(_PAD + (usable / 2 if span == 0 else (high - value) / span * usable), 1),
        )
        for index, value in enumerate(values)
    ]


def sparkline(
    values: Sequence[float], tone: str = "", width: int = 72, height: int = 24
) -> SafeString:
    """SVG of `values` in order of time; empty for fewer than two. The figure is beside it."""
    if len(values) < 2:
        return SafeString("")
    line = points([float(value) for value in values], width, height)
    path = " ".join(f"{x} {y}" for x, y in line)
    last_x, last_y = line[-1]
    return format_html(
        '<svg class="spark {}" width="{}" height="{}" viewBox="0 0 {} {}" fill="none" '
        'aria-hidden="true"><path class="f" d="M{} L{} {} L2 {}Z"/><path class="l" d="M{}"/>'
        '<circle class="d" cx="{}" cy="{}" r="2.4"/></svg>',
        tone, width, height, width, height, path, last_x, height, height, path, last_x, last_y,
    )  # fmt: skip
