"""Any two colours of a seller end up readable, in light and in dark."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import brand

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(COLOURS, COLOURS)
def test_every_colour_is_readable_in_both_modes(colour: str, mark: str) -> None:
    light, dark = brand.light_palette(colour, mark), brand.dark_palette(colour, mark)
    for palette, ground in ((light, brand.LIGHT_GROUND), (dark, brand.DARK_GROUND)):
        assert brand.contrast(palette.brand, ground) >= brand.TEXT_CONTRAST
        assert brand.contrast(palette.brand, palette.soft) >= brand.TEXT_CONTRAST
        assert brand.contrast(palette.fg, palette.brand) >= brand.TEXT_CONTRAST
        assert brand.contrast(palette.mark, ground) >= brand.MARK_CONTRAST
        # Labels on the band are white at 82 %.
        assert brand.contrast("#d9d9d9", palette.band) >= brand.TEXT_CONTRAST


def test_a_readable_colour_stays_itself() -> None:
    assert brand.light_palette("#12594b", "#a4572a").brand == "#12594b"


def test_contrast_is_that_of_wcag() -> None:
    assert brand.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert brand.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_stylesheet_sets_all_five_values() -> None:
    text = brand.stylesheet("#12594b", "#a4572a")
    names = re.findall(r"(--brand[a-z-]*): light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\);", text)
    assert names == ["--brand", "--brand-fg", "--brand-band", "--brand-soft", "--brand-mark"]


@pytest.mark.parametrize("text", ["", "red", "#fff", "#12345g", "#1234567"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        brand.parse_hex(text)
