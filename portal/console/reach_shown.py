"""What the pages of prospects and partners show of channels and references."""

from typing import Any

from partners import prospect_selectors as selectors
from partners.prospect_rules import mean_engagement
from partners.prospect_selectors import Holder


def of(holder: Holder) -> dict[str, Any]:
    """Where somebody is heard, how many react over all, and who speaks for him."""
    channels = list(selectors.channels_of(holder))
    return {
        "channels": channels,
        "references": selectors.references_of(holder),
        "engagement": mean_engagement(selectors.reach_of(channels)),
    }
