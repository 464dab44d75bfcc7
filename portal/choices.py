"""Choices of the world's lists, named in the reader's language."""

import zoneinfo
from functools import lru_cache

from babel.numbers import get_currency_name, list_currencies
from django.conf import settings
from django.utils import translation

from portal.money_format import reader_locale
from prm.money import is_currency
from sellers.services.company import COUNTRIES

Choices = list[tuple[str, str]]
_USED = "EUR USD GBP IDR SGD MYR AUD JPY CHF CAD INR PHP THB VND"


def countries() -> Choices:
    """ISO 3166 countries by name."""
    return _countries(str(reader_locale()))


def currencies() -> Choices:
    """ISO 4217 currencies by code: `EUR · Euro`, the most used first."""
    return _currencies(str(reader_locale()))


@lru_cache(maxsize=1)
def time_zones() -> Choices:
    """IANA time zones that name a place, and UTC."""
    names = sorted(
        name
        for name in zoneinfo.available_timezones()
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix", "right"))
    )
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def languages() -> Choices:
    """Languages of the product, each in its own words."""
    return [
        (code, translation.get_language_info(code)["name_local"].capitalize())
        for code, _name in settings.LANGUAGES
    ]


@lru_cache(maxsize=8)
def _countries(locale: str) -> Choices:
    names = reader_locale().territories
    found: Choices = [(str(code), str(names[code])) for code in COUNTRIES if code in names]
    return sorted(found, key=lambda pair: pair[1].casefold())


@lru_cache(maxsize=8)
def _currencies(locale: str) -> Choices:
    codes = _USED.split()
    codes += sorted(code for code in list_currencies() if is_currency(code) and code not in codes)
    return [(code, f"{code} · {get_currency_name(code, locale=locale)}") for code in codes]
