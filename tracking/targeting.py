"""Where some of a link's visitors are led instead: what of such a list is taken."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from prm.errors import FieldError
from sellers.services.company import COUNTRIES
from tracking.models.clicks import Device
from tracking.places import Hosts
from tracking.rules import host_of

MOST: Final = 10
NAMES: Final = {"countries", "devices", "destination"}


def checked(
    rows: Sequence[Mapping[str, Any]], allowed: Sequence[str]
) -> tuple[list[dict[str, Any]], list[FieldError]]:
    """Targets as they are stored, and what is wrong with them by the field.

    A row is {countries: ["ID"], devices: ["mobile"], destination}; the first that fits counts, an
    empty list fits everybody. Pages must be on `allowed` hosts.
    """
    if len(rows) > MOST:
        message = _("At most %(most)s targets.") % {"most": MOST}
        return [], [FieldError("targets", "too_many", message)]
    hosts, found, errors = Hosts.of(allowed, []), [], []
    for index, row in enumerate(rows):
        countries = [str(code).upper() for code in row.get("countries") or []]
        devices = [str(device) for device in row.get("devices") or []]
        page = str(row.get("destination") or "")
        errors += _wrong(f"targets[{index}]", countries, devices)
        if not hosts.allow(host_of(page)):
            message = _("Links of this program lead to %(hosts)s. Choose a page there.")
            text = message % {"hosts": ", ".join(allowed)}
            errors.append(FieldError(f"targets[{index}].destination", "host_not_allowed", text))
        found.append({"countries": countries, "devices": devices, "destination": page})
    return found, errors


def _wrong(field: str, countries: Sequence[str], devices: Sequence[str]) -> list[FieldError]:
    errors = []
    if set(countries) - COUNTRIES:
        message = _("Give countries as two letters, like ID.")
        errors.append(FieldError(f"{field}.countries", "unknown", message))
    if set(devices) - set(Device.values):
        message = _("This must be one of the listed values.")
        errors.append(FieldError(f"{field}.devices", "unknown", message))
    return errors
