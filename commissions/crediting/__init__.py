"""Whom sales and leads are credited to: candidates read, decided by the pure rules, kept."""

from datetime import datetime

from commissions.crediting.finding import Finder, Found, Item
from commissions.crediting.keeping import bind, keep
from commissions.crediting.naming import named_enrollment
from sellers.models import Seller

__all__ = ["Finder", "Found", "bind", "find", "keep", "named_enrollment"]


def find(seller: Seller, item: Item, at: datetime) -> Found:
    """Credit of one sale or lead. Raises Unacceptable for a partner or link that is not known."""
    return Finder(seller).find(item, at)
