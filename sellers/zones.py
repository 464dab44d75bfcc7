"""In which time zone a person reads."""

import zoneinfo

from sellers.models import Seller, User


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """The named time zone, UTC when unknown or empty."""
    try:
        return zoneinfo.ZoneInfo(name or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


def zone_for(user: User | None, seller: Seller) -> zoneinfo.ZoneInfo:
    """The person's own zone where he chose one, else the seller's."""
    return zone_of((user.time_zone if user else "") or seller.time_zone)
