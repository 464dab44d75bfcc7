"""The check of answers to a kind's questions: each fault with its path, code and cure."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from campaigns.kind_settings import LONGEST_LINE, MOST_LINES, Setting, settings_of
from campaigns.rules import checked_hosts
from prm.errors import FieldError
from prm.money import MAX_MINOR

PATH: Final = "kind_settings"
PLACES: Final = 4


class _Fault(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def checked_settings(
    kind: str, given: Mapping[str, Any], currency: str
) -> tuple[dict[str, Any], list[FieldError]]:
    """The answers as they are kept, with defaults for those left out, and what is wrong.

    Shape faults have the codes `unknown_field`, `wrong_type` and `required`; the rest refuse a
    value.
    """
    settings = settings_of(kind)
    kept: dict[str, Any] = {}
    errors: list[FieldError] = []
    known = {one.key for one in settings}
    for name in sorted(set(given) - known, key=str):
        message = _("A program of this kind has no such setting.")
        errors.append(FieldError(f"{PATH}.{str(name)[:100]}", "unknown_field", message))
    for one in settings:
        if not one.applies(kept):
            if given.get(one.key) not in (None, "", []):
                message = _("This does not go with the other answers.")
                errors.append(FieldError(f"{PATH}.{one.key}", "not_asked", message))
            continue
        try:
            value = _value(one, given, currency)
        except _Fault as fault:
            errors.append(FieldError(f"{PATH}.{one.key}", fault.code, str(fault)))
            continue
        if value is not None:
            kept[one.key] = value
    return kept, errors or _together(kind, kept)


def _value(one: Setting, given: Mapping[str, Any], currency: str) -> Any:
    """One answer as it is kept; None for one that stays out."""
    if one.key not in given:
        found = one.default_in(currency)
        if found is None and one.required:
            raise _Fault("required", _("This is needed."))
        return found
    raw = given[one.key]
    if raw is None or raw in ("", []):
        if one.required:
            raise _Fault("required", _("This is needed."))
        return None
    return _CHECKS[one.type](one, raw)


def _choice(one: Setting, raw: Any) -> str:
    if not isinstance(raw, str):
        raise _Fault("wrong_type", _("This must be text."))
    if raw not in {value for value, _label in one.choices}:
        raise _Fault("invalid_choice", _("Choose one of the answers."))
    return raw


def _rate(_one: Setting, raw: Any) -> str:
    rate = _decimal(raw)
    if not 0 < rate <= 100:
        raise _Fault("out_of_range", _("The rate is above 0 and up to 100."))
    return f"{rate:f}"


def _points(_one: Setting, raw: Any) -> str:
    points = _decimal(raw)
    if not 0 < points <= 1000:
        raise _Fault("out_of_range", _("Give points above 0 and up to 1,000."))
    return f"{points:f}"


def _decimal(raw: Any) -> Decimal:
    """Decimal text with at most four places, without zeros at its end."""
    if not isinstance(raw, str):
        raise _Fault("wrong_type", _('Give a decimal number as text, like "7.5".'))
    try:
        value = Decimal(raw.strip())
    except InvalidOperation:
        raise _Fault("wrong_type", _('Give a decimal number as text, like "7.5".')) from None
    if not value.is_finite() or abs(value.adjusted()) > 12:
        raise _Fault("out_of_range", _("Give a number like 7.5."))
    if value != round(value, PLACES):
        raise _Fault("too_fine", _("At most four decimals."))
    return value.normalize()


def _money(_one: Setting, raw: Any) -> int:
    if type(raw) is not int:
        raise _Fault("wrong_type", _("Give a whole number of minor units."))
    if not 0 < raw <= MAX_MINOR:
        raise _Fault("out_of_range", _("Give an amount above zero."))
    return raw


def _whole(one: Setting, raw: Any) -> int:
    if type(raw) is not int:
        raise _Fault("wrong_type", _("Give a whole number."))
    if not one.least <= raw <= one.most:
        limits = {"least": one.least, "most": one.most}
        raise _Fault("out_of_range", _("Give a number from %(least)d to %(most)d.") % limits)
    return raw


def _host(_one: Setting, raw: Any) -> str:
    if not isinstance(raw, str):
        raise _Fault("wrong_type", _("This must be text."))
    hosts, errors = checked_hosts([raw])
    if errors or hosts[0].startswith("*"):
        raise _Fault("not_a_host", _("Give a host like shop.example.com, without https://."))
    return hosts[0]


def _lines(_one: Setting, raw: Any) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(line, str) for line in raw):
        raise _Fault("wrong_type", _("Give a list of texts."))
    lines = [line.strip() for line in raw if line.strip()]
    if not lines:
        raise _Fault("required", _("Give at least one line."))
    if len(lines) > MOST_LINES:
        raise _Fault("too_many", _("At most %(most)d lines.") % {"most": MOST_LINES})
    if any(len(line) > LONGEST_LINE or "\x00" in line for line in lines):
        raise _Fault(
            "max_length", _("At most %(most)d characters a line.") % {"most": LONGEST_LINE}
        )
    return lines


_CHECKS: Final = {
    "choice": _choice,
    "rate": _rate,
    "points": _points,
    "money": _money,
    "whole": _whole,
    "host": _host,
    "lines": _lines,
}


def _together(kind: str, kept: Mapping[str, Any]) -> list[FieldError]:
    """Faults between answers that are each right by themselves."""
    if kind == "reseller":
        first, second = kept["rebate_from"], kept.get("second_from")
        if (second is None) != (kept.get("second_rate") is None):
            missing = "second_from" if second is None else "second_rate"
            message = _("Give the second volume and its rebate, or neither.")
            return [FieldError(f"{PATH}.{missing}", "needs_other", message)]
        if second is not None and second <= first:
            message = _("The second volume must be above the first.")
            return [FieldError(f"{PATH}.second_from", "out_of_order", message)]
    if kept.get("part") == "100":
        message = _("Leave a part for yourself: give less than 100.")
        return [FieldError(f"{PATH}.part", "out_of_range", message)]
    if kind == "sponsorship" and kept["fee"] < len(kept["deliverables"]):
        message = _("The fee is too small to be divided over so many deliverables.")
        return [FieldError(f"{PATH}.fee", "out_of_range", message)]
    return []
