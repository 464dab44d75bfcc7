"""A partner's mark drawn on a picture by Pillow."""

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw

from campaigns.materials.branding import fonts
from campaigns.materials.branding.mark import INK, PALE, PAPER, Box, Mark, box_on

LEAST_TEXT: Final = 8
_OPTIONS: Final[dict[str, dict[str, int]]] = {"JPEG": {"quality": 90}, "WEBP": {"quality": 90}}


def branded(content: bytes, place: str, mark: Mark) -> bytes:
    """The picture with the mark on it, of the same form and size.

    Raises OSError or ValueError for what cannot be read as a picture.
    """
    with Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "WEBP"]) as source:
        form = str(source.format)
        picture = source.convert("RGBA")
    box = box_on(picture.width, picture.height, place)
    picture.alpha_composite(_label(box, mark), (box.x, box.y))
    out = io.BytesIO()
    whole = picture.convert("RGB") if form == "JPEG" else picture
    whole.save(out, form, **_OPTIONS.get(form, {}))
    return out.getvalue()


@dataclass
class _Pen:
    """Draws texts from left to right on the middle line of a label."""

    canvas: ImageDraw.ImageDraw
    middle: float
    size: int

    def width(self, text: str, weight: int) -> float:
        return sum(
            fonts.loaded(part, weight, self.size).getlength(piece)
            for part, piece in fonts.runs(text)
        )

    def write(self, x: float, text: str, weight: int, fill: str) -> float:
        """Write at `x`; where the text ends."""
        for part, piece in fonts.runs(text):
            font = fonts.loaded(part, weight, self.size)
            self.canvas.text((x, self.middle), piece, font=font, fill=fill, anchor="lm")
            x += font.getlength(piece)
        return x


def _label(box: Box, mark: Mark) -> Image.Image:
    """The mark on paper of the box's size: logo, seller × partner, and the contact at the end."""
    label = Image.new("RGBA", (box.width, box.height), PAPER)
    canvas = ImageDraw.Draw(label)
    line = max(2, box.height // 28)
    canvas.rectangle((0, 0, box.width, line - 1), fill=mark.accent)
    gap = max(6, box.height // 5)
    x = float(gap)
    if mark.logo:
        x = _logo(label, mark.logo, gap, line) + gap * 0.7
    _texts(canvas, mark, box, x, gap, line)
    return label


def _logo(label: Image.Image, logo: bytes, gap: int, line: int) -> float:
    """Paste the logo at the left; where it ends."""
    with Image.open(io.BytesIO(logo), formats=["PNG"]) as source:
        picture = source.convert("RGBA")
    room = label.height - line
    picture.thumbnail((max(1, label.width // 3), max(1, round(room * 0.68))))
    label.alpha_composite(picture, (gap, line + (room - picture.height) // 2))
    return float(gap + picture.width)


def _texts(
    canvas: ImageDraw.ImageDraw, mark: Mark, box: Box, start: float, gap: int, line: int
) -> None:
    """The texts as large as they fit; the contact goes first, then the seller's name."""
    room = box.width - start - gap
    middle = line + (box.height - line) / 2
    full = f"{mark.seller} × "
    for before, contact in ((full, mark.contact), (full, ""), ("", mark.contact), ("", "")):
        for size in range(max(LEAST_TEXT, round(box.height * 0.36)), LEAST_TEXT - 1, -1):
            pen = _Pen(canvas, middle, size)
            name = pen.width(before, fonts.REGULAR) + pen.width(mark.name, fonts.STRONG)
            after = pen.width(contact, fonts.REGULAR) + 2 * gap if contact else 0
            if name + after <= room:
                _write(pen, mark.name, before, contact, start, box.width - gap)
                return
            if size <= box.height * 0.24:
                break
    pen = _Pen(canvas, middle, max(LEAST_TEXT, round(box.height * 0.24)))
    pen.write(start, _shortened(pen, mark.name, room), fonts.STRONG, INK)


def _write(pen: _Pen, name: str, before: str, contact: str, start: float, end: float) -> None:
    x = pen.write(start, before, fonts.REGULAR, PALE)
    pen.write(x, name, fonts.STRONG, INK)
    if contact:
        pen.write(end - pen.width(contact, fonts.REGULAR), contact, fonts.REGULAR, PALE)


def _shortened(pen: _Pen, text: str, room: float) -> str:
    while len(text) > 1 and pen.width(text + "…", fonts.STRONG) > room:
        text = text[:-1].rstrip()
    return text + "…"
