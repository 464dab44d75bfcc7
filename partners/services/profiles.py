"""What partners and prospects say of themselves, as it is kept."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from partners import rules
from prm.errors import Unacceptable
from prm.validation import checked_url
from sellers.services.company import COUNTRIES


def cleaned_profile(fields: Mapping[str, Any], texts: Iterable[str]) -> dict[str, Any]:
    """Values as they are kept, with the two derived ones; `texts` are stripped.

    Raises Unacceptable by the field.
    """
    values: dict[str, Any] = dict(fields)
    for field in texts:
        if isinstance(values.get(field), str):
            values[field] = values[field].strip()
    if "external_id" in values:
        values["external_id"] = values["external_id"] or None
    if "email" in values:
        values["email"] = rules.email_key(values["email"])
    if "country" in values:
        values["country"] = country_code(values["country"])
    if "name" in values:
        if not values["name"]:
            raise Unacceptable(_("Give a name."), field="name", code="required")
        values["name_key"] = rules.name_key(values["name"])
    if "website" in values:
        website = values["website"].strip()
        values["website"] = checked_url(website, "website") if website else ""
        values["domain"] = rules.website_domain(values["website"])
    return values


def country_code(code: str, field: str = "country") -> str:
    """Two letters, or "". Raises Unacceptable."""
    text = code.strip().upper()
    if text and text not in COUNTRIES:
        raise Unacceptable(_("Give the country's two letters, like DE."), field=field)
    return text
