"""What a new partner still has to do, while there is something."""

from typing import Any

from portal.onboarding_words import listed
from portal.partner.home_cards.place import Place


def card(place: Place) -> dict[str, Any]:
    """The check-lists that are not finished, with what they keep closed."""
    rows = [one for one in place.check_lists if not one.finished]
    return {"first_steps": [listed(one) for one in rows]}
