"""What visitors and customers did: clicks, sales, refunds."""

from tracking.models.clicks import Click, Link
from tracking.models.sales import Customer, Refund, Sale

__all__ = ["Click", "Customer", "Link", "Refund", "Sale"]
