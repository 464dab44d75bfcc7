"""Country names as files write them, to ISO 3166 codes."""

from functools import cache

from babel import Locale
from django.utils.translation import gettext_lazy

from commissions.imports.cells import Field

COLUMN = Field(
    gettext_lazy("Country"),
    ("country", "countrycode", "negara"),
    help=gettext_lazy("Two letters or a name: DE, Germany."),
)

LANGUAGES = ("en", "id", "de", "fr", "es")
ALSO = {
    "eire": "IE",
    "great britain": "GB",
    "holland": "NL",
    "rsa": "ZA",
    "uae": "AE",
    "uk": "GB",
    "usa": "US",
    "united states of america": "US",
    "czech republic": "CZ",
    "hong kong": "HK",
}


@cache
def code_of(name: str) -> str:
    """The two-letter code of a country by code or name; "" where it is not known."""
    text = name.strip()
    if len(text) == 2 and text.upper() in Locale("en").territories:
        return text.upper()
    return _names().get(text.casefold(), "")


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in reversed(LANGUAGES):
        territories = Locale(language).territories
        found |= {name.casefold(): code for code, name in territories.items() if len(code) == 2}
    return found | ALSO
