"""The icon of a seller's portal on a phone: his logo, or the product's mark, on his own colour."""

from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw

from portal import brand

SIZES: Final = (180, 192, 512)
"""Sides in pixels: the iPhone's home screen, and the two that a manifest must have."""

# A phone may cut a circle of 80 % out of the picture: what is shown stays inside it.
_INNER: Final = 0.56
_OVERSAMPLING: Final = 4
# The mark of portal/static/prm/mark.svg: four leaves on a field of 24, each turned by 45 degrees.
_LEAVES: Final = ((8.6, 8.6, 45), (15.4, 8.6, -45), (8.6, 15.4, -45), (15.4, 15.4, 45))
_FIELD: Final = 24
_RADII: Final = (2.6, 6.0)
_STROKE: Final = 1.8
_MIN_CONTRAST: Final = 2.0


def icon(size: int, colour: str, logo: Image.Image | None) -> Image.Image:
    """A square of `size` pixels without transparency. `logo` is RGBA."""
    ground = brand.light_palette(colour, colour).band
    if logo is not None and not _stands_out(logo, ground):
        ground = "#ffffff"
    picture = Image.new("RGB", (size, size), ground)
    inner = round(size * _INNER)
    shown = _mark(inner) if logo is None else _fitted(logo, inner)
    place = ((size - shown.width) // 2, (size - shown.height) // 2)
    picture.paste(shown, place, shown)
    return picture


def _fitted(logo: Image.Image, side: int) -> Image.Image:
    scale = side / max(logo.size)
    width, height = (max(1, round(part * scale)) for part in logo.size)
    return logo.resize((width, height), Image.Resampling.LANCZOS)


def _stands_out(logo: Image.Image, ground: str) -> bool:
    """Whether the logo's average colour can be told from the ground."""
    small = logo.resize((16, 16), Image.Resampling.BOX)
    data = small.tobytes()
    seen = [data[i : i + 3] for i in range(0, len(data), 4) if data[i + 3] > 127]
    if not seen:
        return True
    red, green, blue = (sum(pixel[i] for pixel in seen) / len(seen) / 255 for i in range(3))
    return brand.contrast(brand.to_hex((red, green, blue)), ground) >= _MIN_CONTRAST


@lru_cache(maxsize=4)
def _mark(side: int) -> Image.Image:
    """The product's mark in white, as RGBA."""
    large = side * _OVERSAMPLING
    unit = large / _FIELD
    picture = Image.new("L", (large, large), 0)
    for x, y, turn in _LEAVES:
        leaf = Image.new("L", (large, large), 0)
        (rx, ry), (cx, cy) = _RADII, (x * unit, y * unit)
        box = (cx - rx * unit, cy - ry * unit, cx + rx * unit, cy + ry * unit)
        ImageDraw.Draw(leaf).ellipse(box, outline=255, width=round(_STROKE * unit))
        turned = leaf.rotate(turn, Image.Resampling.BICUBIC, center=(cx, cy))
        picture.paste(255, (0, 0), turned)
    mask = picture.resize((side, side), Image.Resampling.LANCZOS)
    white = Image.new("RGBA", (side, side), "#ffffff")
    white.putalpha(mask)
    return white
