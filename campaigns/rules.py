"""Decisions about programs and texts on plain values."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from prm.errors import FieldError
from prm.money import MAX_MINOR, is_currency

MAX_BINDING_MONTHS = 120
_HOST = re.compile(
    r"(?=.{1,253}$)(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    r"(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)


def checked_binding(value: Any) -> tuple[tuple[str, int | None], list[FieldError]]:
    """How long customers stay with a partner: kind and months, and what is wrong."""
    if value in ("none", "lifetime"):
        return (value, None), []
    months = value.get("months") if isinstance(value, Mapping) and len(value) == 1 else None
    if type(months) is int and 1 <= months <= MAX_BINDING_MONTHS:
        return ("months", months), []
    message = _("This is none, lifetime, or 1 to %(most)d months.")
    fault = FieldError("customer_binding", "choice", message % {"most": MAX_BINDING_MONTHS})
    return ("none", None), [fault]


def terms_hash(text: str) -> str:
    """SHA-256 of the very text, line ends unified."""
    return hashlib.sha256(unified(text).encode()).hexdigest()


def unified(text: str) -> str:
    """`text` with one kind of line end and no space at its ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def checked_hosts(raw: object) -> tuple[list[str], list[FieldError]]:
    """Hosts in lower case without repeats; `*.example.com` stands for subdomains of any depth."""
    if not isinstance(raw, (list, tuple)) or len(raw) > 100:
        return [], [FieldError("allowed_hosts", "invalid", _("Give a list of at most 100 hosts."))]
    hosts, errors = [], []
    for index, item in enumerate(raw):
        host = item.strip().lower().rstrip(".") if isinstance(item, str) else ""
        if not _HOST.fullmatch(host):
            message = _("Give a host like shop.example.com or *.example.com, without https://.")
            errors.append(FieldError(f"allowed_hosts[{index}]", "invalid", message))
        hosts.append(host)
    return list(dict.fromkeys(hosts)), errors


def checked_minimum(raw: object, currency: str) -> tuple[dict[str, int], list[FieldError]]:
    """Least payout by currency in minor units; a bare number is of the program's currency."""
    rows = {currency: raw} if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if not isinstance(rows, dict):
        message = _("Give an amount, or amounts by currency.")
        return {}, [FieldError("minimum_payout", "invalid", message)]
    errors = []
    for code, amount in rows.items():
        if not isinstance(code, str) or not is_currency(code):
            message = _("Give currencies as three letters, like EUR.")
            errors.append(FieldError("minimum_payout", "currency", message))
        elif type(amount) is not int or not 0 <= amount <= MAX_MINOR:
            message = _("Give an amount of 0 or more.")
            errors.append(FieldError(f"minimum_payout.{code}", "invalid", message))
    return rows, errors


def reapply_from(decided_at: datetime, days: int) -> datetime:
    """When a rejected partner may apply again."""
    return decided_at + timedelta(days=days)


def merged(text: str, values: Mapping[str, str]) -> str:
    """`text` with {link}, {partner} and the like filled in; unknown names stay as they are."""
    return re.sub(r"\{(\w+)\}", lambda hit: values.get(hit.group(1), hit.group(0)), text)
