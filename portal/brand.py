"""A seller's two colours made safe: the stylesheet that sets the --brand-* values.

Sellers pick any colour. Text on it and text in it must reach 4.5:1 in light and in dark, so each
value keeps hue and chroma of the chosen colour and shifts its lightness (OKLCH) just far enough.
"""

import math
from dataclasses import dataclass

TEXT_CONTRAST = 4.5
MARK_CONTRAST = 3.0
Rgb = tuple[float, float, float]

WHITE: Rgb = (1.0, 1.0, 1.0)
# The palest and the darkest ground that brand-coloured text stands on (--sunken of theme.css).
LIGHT_GROUND = "#f0f2ef"
DARK_GROUND = "#1e2623"
_STEP = 0.005


@dataclass(frozen=True)
class Palette:
    """The values of one mode, as #rrggbb."""

    brand: str
    fg: str
    band: str
    soft: str
    mark: str


def parse_hex(text: str) -> Rgb:
    """`#12594b` as three numbers from 0 to 1; raises ValueError for anything else."""
    if len(text) != 7 or text[0] != "#":
        raise ValueError(f"not a colour: {text!r}")
    red, green, blue = (int(text[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def to_hex(rgb: Rgb) -> str:
    """Three numbers from 0 to 1 as `#rrggbb`, clipped into the gamut."""
    return "#" + "".join(f"{round(min(1.0, max(0.0, part)) * 255):02x}" for part in rgb)


def luminance(rgb: Rgb) -> float:
    """Relative luminance as WCAG 2 defines it."""
    red, green, blue = (_linear(part) for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two #rrggbb colours, 1 to 21."""
    high, low = sorted((luminance(parse_hex(one)), luminance(parse_hex(other))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def to_oklch(rgb: Rgb) -> tuple[float, float, float]:
    """Lightness 0 to 1, chroma, hue in radians."""
    red, green, blue = (_linear(part) for part in rgb)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    light = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return light, math.hypot(a, b), math.atan2(b, a)


def from_oklch(light: float, chroma: float, hue: float) -> Rgb:
    """The colour, with less chroma where the screen cannot show that much."""
    while True:
        rgb = _oklch_to_rgb(light, chroma, hue)
        if chroma <= 0 or all(-0.001 <= part <= 1.001 for part in rgb):
            return rgb
        chroma = max(0.0, chroma - 0.004)


def shifted(colour: str, grounds: tuple[str, ...], ratio: float, step: float) -> str:
    """`colour` with its lightness moved by `step` until it reaches `ratio` on every ground."""
    light, chroma, hue = to_oklch(parse_hex(colour))
    found = colour.lower()
    while min(contrast(found, ground) for ground in grounds) < ratio and 0 <= light <= 1:
        light += step
        found = to_hex(from_oklch(min(1.0, max(0.0, light)), chroma, hue))
    return found


def light_palette(colour: str, mark: str) -> Palette:
    """Values for light mode."""
    brand = shifted(colour, (LIGHT_GROUND, "#ffffff"), TEXT_CONTRAST, -_STEP)
    soft = _tint(colour, 0.955, 0.018)
    # Text in the brand colour also stands on the soft ground: chips and chosen rows.
    brand = shifted(brand, (soft,), TEXT_CONTRAST, -_STEP)
    return Palette(
        brand=brand,
        fg="#ffffff",
        band=_band(colour, 0.37),
        soft=soft,
        mark=shifted(mark, ("#ffffff", LIGHT_GROUND), MARK_CONTRAST, -_STEP),
    )


def dark_palette(colour: str, mark: str) -> Palette:
    """Values for dark mode: a lighter brand on dark ground, with dark text upon it."""
    light, chroma, hue = to_oklch(parse_hex(colour))
    lifted = to_hex(from_oklch(max(light, 0.74), min(chroma, 0.13), hue))
    soft = _tint(colour, 0.29, 0.035)
    brand = shifted(lifted, (DARK_GROUND, soft), TEXT_CONTRAST, _STEP)
    return Palette(
        brand=brand,
        fg=shifted(_tint(colour, 0.24, 0.04), (brand,), TEXT_CONTRAST, -_STEP),
        band=_band(colour, 0.27),
        soft=soft,
        mark=shifted(mark, (DARK_GROUND,), TEXT_CONTRAST, _STEP),
    )


def stylesheet(colour: str, mark: str) -> str:
    """CSS text that sets a seller's brand; served with a long cache under a versioned address."""
    light, dark = light_palette(colour, mark), dark_palette(colour, mark)
    lines = [
        f"  --brand{suffix}: light-dark({getattr(light, name)}, {getattr(dark, name)});"
        for name, suffix in (
            ("brand", ""), ("fg", "-fg"), ("band", "-band"), ("soft", "-soft"), ("mark", "-mark"),
        )
    ]  # fmt: skip
    return ":root {\n" + "\n".join(lines) + "\n}\n"


def _band(colour: str, ceiling: float) -> str:
    """The portal's band: dark enough for white text, also at 82 % opacity."""
    light, chroma, hue = to_oklch(parse_hex(colour))
    start = to_hex(from_oklch(min(light, ceiling), min(chroma, 0.14), hue))
    return shifted(start, ("#d9d9d9",), TEXT_CONTRAST, -_STEP)


def _tint(colour: str, light: float, chroma: float) -> str:
    _light, own, hue = to_oklch(parse_hex(colour))
    return to_hex(from_oklch(light, min(own, chroma), hue))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else math.pow((part + 0.055) / 1.055, 2.4)


def _gamma(part: float) -> float:
    if part <= 0.0031308:
        return part * 12.92
    return 1.055 * math.pow(part, 1 / 2.4) - 0.055


def _oklch_to_rgb(light: float, chroma: float, hue: float) -> Rgb:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )
