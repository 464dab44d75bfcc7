"""From the spools of hosts to the click table and the sums of days, each click exactly once."""

from tracking.shipping.keeping import keep_clicks, keep_directly

__all__ = ["keep_clicks", "keep_directly"]
