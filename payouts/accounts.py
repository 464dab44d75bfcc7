"""Account numbers: which ones can be paid to, and how much of one people may see. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from stdnum import iban
from stdnum.exceptions import ValidationError as NumberError
from stdnum.us import rtn

from payouts.models import MethodKind
from prm.errors import Unacceptable

LONGEST: Final = 140
_ACH: Final = re.compile(r"^(\d{9})\D+(\d{4,17})$")


@dataclass(frozen=True)
class Account:
    """A checked account: the whole number in one spelling, and the part that may be shown."""

    number: str
    shown: str


def checked(kind: str, raw: str) -> Account:
    """`raw` in one spelling. Raises Unacceptable naming `account` and what is wrong with it."""
    text = "".join(raw.split()) if kind == MethodKind.IBAN else " ".join(raw.split())
    if not text:
        raise _refused(_("Give the account to pay to."), "required")
    if len(text) > LONGEST or not text.isprintable():
        raise _refused(_("Use at most %(n)s letters and digits.") % {"n": LONGEST}, "too_long")
    if kind == MethodKind.IBAN:
        return _iban(text)
    if kind == MethodKind.ACH:
        return _ach(text)
    if kind == MethodKind.PAYPAL:
        return _email(text)
    return _email(text) if "@" in text else Account(text, f"•••• {text[-4:]}")


def _iban(text: str) -> Account:
    try:
        number = iban.validate(text)
    except NumberError as error:
        raise _refused(
            _("The check digits of this IBAN do not fit. Two characters may be swapped."), "iban"
        ) from error
    return Account(number, f"{number[:2]}•• {number[-4:]}")


def _ach(text: str) -> Account:
    parts = _ACH.match(text)
    if parts is None:
        raise _refused(
            _("Give the nine-digit routing number, a slash and the account number."), "ach"
        )
    if not rtn.is_valid(parts[1]):
        raise _refused(_("The check digit of the routing number does not fit."), "routing")
    return Account(f"{parts[1]}/{parts[2]}", f"•••• {parts[2][-4:]}")


def _email(text: str) -> Account:
    address = text.lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise _refused(_("Give the e-mail address of the account."), "email") from error
    local, _at, domain = address.partition("@")
    return Account(address, f"{local[:2]}•••@{domain}"[:40])


def _refused(message: str, code: str) -> Unacceptable:
    return Unacceptable(message, field="account", code=code)
