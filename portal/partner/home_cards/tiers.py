"""The partner's tier in each of his programs, and the gap to the next."""

from typing import Any

from portal.partner import tier_cards
from portal.partner.home_cards.place import Place


def card(place: Place) -> dict[str, Any]:
    """Where he stands; nothing where his programs have no tiers."""
    if not place.reader.may("portal.earnings"):
        return {}
    return {"tier_cards": tier_cards.cards(place.enrollments, place.reader.seller)}
