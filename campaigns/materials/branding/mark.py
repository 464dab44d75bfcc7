"""What is put on a material, and where on it."""

from dataclasses import dataclass
from typing import Final

BAND: Final = 0.125
"""Height of a band against the material's."""
LEAST_BAND: Final = 30
WIDE: Final = 3.5
"""From this ratio of sides on, a name stands at the right end, for a band would be too thin."""
INK: Final = "#1c2523"
PALE: Final = "#5b6663"
PAPER: Final = "#ffffff"


@dataclass(frozen=True)
class Mark:
    """The partner's `name`, one line of `contact`, his `logo` as PNG (or b""), beside the seller's
    name; `accent` is the seller's colour as #rrggbb. `link` becomes a code to scan on paper.
    """

    seller: str
    name: str
    contact: str = ""
    logo: bytes = b""
    accent: str = INK
    link: str = ""


@dataclass(frozen=True)
class Box:
    """A place on a picture in pixels."""

    x: int
    y: int
    width: int
    height: int


def box_on(width: int, height: int, place: str) -> Box:
    """Where the mark stands on a picture: at its foot or head, or as a label in its corner."""
    if width >= WIDE * height:
        across = min(round(width * 0.32), height * 4)
        return Box(width - across, 0, across, height)
    tall = min(max(round(height * BAND), LEAST_BAND), height)
    if place == "corner":
        gap = round(min(width, height) * 0.04)
        across = min(max(round(width * 0.45), 160), width - 2 * gap)
        return Box(width - gap - across, height - gap - tall, across, tall)
    return Box(0, 0 if place == "top" else height - tall, width, tall)
