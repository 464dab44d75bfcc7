"""Numbers as people type them into a rule, in either convention."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import translation

from portal.console.rules import figures


@pytest.mark.parametrize(
    ("language", "text", "minor"),
    [
        ("en", "150,000", 15_000_000),
        ("en", "150000", 15_000_000),
        ("en", "1,284.60", 128_460),
        ("en", "150.000.000", 15_000_000_000),
        ("id", "150.000", 15_000_000),
        ("id", "1.284,60", 128_460),
        ("id", "1284,5", 128_450),
        ("id", "1284.5", 128_450),
        ("en", " 12\u00a0000 ", 1_200_000),
    ],
)
def test_amounts(language: str, text: str, minor: int) -> None:
    with translation.override(language):
        assert figures.minor(text, "EUR") == minor


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("text", ["7.5", "7,5", "7.5 %", "7,50"])
def test_rates_have_one_meaning(language: str, text: str) -> None:
    with translation.override(language):
        assert figures.rate(text) == Decimal("7.5")


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (figures.decimal, ""),
        (figures.decimal, "much"),
        (figures.decimal, "NaN"),
        (figures.decimal, "1e9"),
        (figures.whole, "1.5"),
        (figures.whole, "-1"),
        (figures.whole, "9" * 30),
        (lambda text: figures.minor(text, "EUR"), "0.001"),
        (lambda text: figures.minor(text, "PTS"), "1.5"),
        (lambda text: figures.minor(text, "EUR"), "-5"),
        (lambda text: figures.minor(text, "EUR"), "9" * 20),
    ],
)
def test_what_is_no_number_is_refused_in_words(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(figures.Misread) as refusal:
        read(text)
    assert str(refusal.value).endswith(".")


def test_a_number_is_shown_as_it_would_be_typed() -> None:
    with translation.override("id"):
        assert figures.shown_minor(15_000_000, "IDR") == "150.000"
        assert figures.minor(figures.shown_minor(128_460, "EUR"), "EUR") == 128_460
        assert figures.shown("7.5") == "7,5"
    assert figures.shown_minor(120, "PTS") == "120"
