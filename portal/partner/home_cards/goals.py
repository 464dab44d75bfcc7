"""The goals that the partner is working towards."""

from typing import Any

from portal.partner import goal_cards
from portal.partner.home_cards.place import Place

GOALS = 3


def card(place: Place) -> dict[str, Any]:
    """The first few goals, each with how far it is."""
    if not place.reader.may("portal.earnings"):
        return {}
    slug = place.reader.seller.slug
    return {"goal_cards": goal_cards.cards(place.partner_id, slug, place.enrollments)[:GOALS]}
