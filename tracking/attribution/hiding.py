"""What one partner may read of a decision: his own ways in, and that there were others."""

from collections.abc import Mapping
from typing import Any

OTHERS = ("by", "at")


def as_read_by(attribution: Mapping[str, Any], partner: str) -> dict[str, Any]:
    """A stored decision without the ids, links and coupons of other partners.

    Where he shares a sale whose largest part is another's, `link` and `clicked_at` are his own.
    """
    found = dict(attribution)
    path = [one for one in found.get("path", ()) if one.get("partner")]
    if not path:
        return found
    own = [one for one in path if one["partner"] == partner]
    if not any(one.get("link") == found.get("link") for one in own) and found.get("link"):
        counted = [one for one in own if "share" in one]
        nothing: dict[str, Any] = {}
        best = max(counted, key=lambda one: one["share"][0], default=nothing)
        found["link"], found["clicked_at"] = best.get("link", ""), best.get("at")
    found["path"] = [
        one if one["partner"] == partner else {k: one[k] for k in OTHERS if k in one}
        for one in path
    ]
    return found
