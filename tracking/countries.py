"""The country of an address, by registry data that comes with the static assets (CC0)."""

import logging
from functools import cache, lru_cache
from typing import Final

import maxminddb
from django.conf import settings

logger = logging.getLogger(__name__)

FILE: Final = "@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb"


@cache
def _database() -> maxminddb.Reader | None:
    """Opened once; without the file every address is of no known country."""
    path = settings.BASE_DIR / "node_modules" / FILE
    try:
        return maxminddb.open_database(path, maxminddb.MODE_AUTO)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        logger.warning("countries stay unknown: %s", error)
        return None


@lru_cache(100_000)
def country_of(address: str) -> str:
    """ISO 3166 code in capitals; "" for private and unknown addresses, or without the data."""
    database = _database()
    if database is None or not address:
        return ""
    try:
        found = database.get(address)
    except ValueError:
        return ""
    code = found.get("country_code") if isinstance(found, dict) else None
    return code if isinstance(code, str) and len(code) == 2 else ""
