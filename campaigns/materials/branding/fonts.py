"""The typeface of what we draw: Inter from npm, in static cuts that Pillow and typst can use.

The package has one variable font in parts by script; neither Pillow's layout nor typst takes
the parts as one, so the cuts are made once per process, and each text picks the part that has
its letters.
"""

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from PIL import ImageFont

REGULAR: Final = 400
STRONG: Final = 600
WEIGHTS: Final = (REGULAR, STRONG)
FAMILIES: Final = {
    "latin": "Inter",
    "latin-ext": "Inter Ext",
    "cyrillic": "Inter Cyrillic",
    "greek": "Inter Greek",
    "vietnamese": "Inter Vietnamese",
}
_FILE: Final = "@fontsource-variable/inter/files/inter-{part}-wght-normal.woff2"


@cache
def cut(part: str, weight: int) -> bytes:
    """One part of the typeface at one weight, as TrueType."""
    font = instancer.instantiateVariableFont(_source(part), {"wght": weight})
    font.flavor = None
    for record in list(font["name"].names):
        if record.nameID in {16, 17, 21, 22}:
            font["name"].names.remove(record)
    font["name"].setName(FAMILIES[part], 1, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


@cache
def letters(part: str) -> frozenset[int]:
    """The characters that a part has."""
    return frozenset(_source(part).getBestCmap())


def _source(part: str) -> TTFont:
    return TTFont(Path(settings.BASE_DIR) / "node_modules" / _FILE.format(part=part))


def parts_for(text: str) -> list[str]:
    """The parts that `text` needs, the plain one first."""
    wanted = {ord(sign) for sign in text}
    found = ["latin"]
    wanted -= letters("latin")
    for part in FAMILIES:
        if not wanted:
            break
        if wanted & letters(part):
            found.append(part)
            wanted -= letters(part)
    return found


@cache
def loaded(part: str, weight: int, size: int) -> ImageFont.FreeTypeFont:
    """A part ready to draw, `size` in pixels."""
    return ImageFont.truetype(io.BytesIO(cut(part, weight)), size)


def runs(text: str) -> list[tuple[str, str]]:
    """`text` cut where the part changes: (part, piece); what no part has stays in the plain one."""
    parts = parts_for(text)
    found: list[tuple[str, str]] = []
    for sign in text:
        part = next((one for one in parts if ord(sign) in letters(one)), "latin")
        if found and found[-1][0] == part:
            found[-1] = (part, found[-1][1] + sign)
        else:
            found.append((part, sign))
    return found


def write_to(folder: Path, texts: Sequence[str]) -> None:
    """The cuts that `texts` need as files in `folder`, for typst."""
    for part in parts_for("".join(texts)):
        for weight in WEIGHTS:
            (folder / f"{part}-{weight}.ttf").write_bytes(cut(part, weight))


def can_write(text: str) -> bool:
    """Whether the typeface has every letter of `text`."""
    wanted = {ord(sign) for sign in text if not sign.isspace()}
    return not wanted.difference(*(letters(part) for part in parts_for(text)))
