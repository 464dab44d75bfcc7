"""Tax numbers: which ones a country gives out, checked by its own rule. Pure."""

import re
from dataclasses import dataclass
from typing import Any, Final

import stdnum.au.tfn
import stdnum.br.cpf
import stdnum.ca.sin
import stdnum.de.idnr
import stdnum.gb.utr
import stdnum.in_.pan
import stdnum.nl.bsn
import stdnum.us.tin
import stdnum.za.tin
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError
from stdnum.util import get_cc_module

from prm.errors import Unacceptable
from sellers.services.company import COUNTRIES

LONGEST: Final = 30

EU: Final = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
        "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip
# Beside the number for VAT, or where a country has none: what people without a company have.
OTHERS: Final[dict[str, tuple[tuple[str, Any], ...]]] = {
    "AU": (("TFN", stdnum.au.tfn),),
    "BR": (("CPF", stdnum.br.cpf),),
    "CA": (("SIN", stdnum.ca.sin),),
    "DE": (("IdNr", stdnum.de.idnr),),
    "GB": (("UTR", stdnum.gb.utr),),
    "IN": (("PAN", stdnum.in_.pan),),
    "NL": (("BSN", stdnum.nl.bsn),),
    "US": (("TIN", stdnum.us.tin),),
    "ZA": (("TIN", stdnum.za.tin),),
}
_PLAIN: Final = re.compile(r"^[A-Z0-9][A-Z0-9 ./-]*$")


@dataclass(frozen=True)
class TaxId:
    """A checked number in one spelling, the country's word for its kind, and its end to show."""

    scheme: str
    number: str
    shown: str


def schemes(country: str) -> list[str]:
    """The kinds of number that a country has, by its own words; [] where none is known to us."""
    return [name for name, _module in _schemes(country)]


def checked(country: str, raw: str) -> TaxId:
    """`raw` in one spelling. Raises Unacceptable naming `country` or `number`."""
    if country not in COUNTRIES:
        raise Unacceptable(_("Choose the country."), field="country", code="unknown")
    text = " ".join(raw.split()).upper()
    if not text:
        raise _refused(_("Give the tax number."), "required")
    if len(text) > LONGEST or not _PLAIN.match(text):
        message = _("Use at most %(n)s letters and digits.") % {"n": LONGEST}
        raise _refused(message, "shape")
    known = _schemes(country)
    for name, module in known:
        try:
            number: str = module.validate(text)
        except ValidationError:
            continue
        return TaxId(name, number, _end(number))
    if known:
        words = " / ".join(name for name, _module in known)
        raise _refused(
            _("This is no valid %(kind)s. A digit may be wrong or missing.") % {"kind": words},
            "check",
        )
    bare = re.sub(r"[ ./-]", "", text)
    if len(bare) < 4:
        raise _refused(_("Give the whole tax number."), "too_short")
    return TaxId("TAX ID", bare, _end(bare))


def _schemes(country: str) -> list[tuple[str, Any]]:
    module = get_cc_module(country.lower(), "vat")
    found = [(_word(country, module), module)] if module else []
    return [*found, *OTHERS.get(country, ())]


def _word(country: str, module: Any) -> str:
    """`VAT` in the Union and the countries that say so, else the country's own word, like NPWP."""
    own: str = module.__name__.rsplit(".", 1)[-1].upper()
    return "VAT" if country in EU or own == "VAT" else own


def _end(number: str) -> str:
    return f"•••• {number[-4:]}"


def _refused(message: str, code: str) -> Unacceptable:
    return Unacceptable(message, field="number", code=code)
