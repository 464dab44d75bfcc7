"""Where somebody waits: the counts beside the navigation, for readers who may see them.

Each count is one small query of the app that knows; an app's line is added here.
"""

from collections.abc import Callable, Mapping
from typing import Final

from activity import notifications
from sellers.reader import Reader

Count = Callable[[], int]

# key in portal/navigation.py -> (permission, count of rows that wait; in the seller's scope)
WAITING: Final[Mapping[str, tuple[str, Count]]] = {}


def counts(reader: Reader | None) -> dict[str, int]:
    """Every count that `reader` may see; nothing for a stranger."""
    if reader is None or reader.staff is None:
        return {}
    return {key: count() for key, (permission, count) in WAITING.items() if reader.may(permission)}


def unread(reader: Reader | None) -> int:
    """How many notifications the reader has not read, in all his rooms at this seller."""
    if reader is None or reader.user is None or not (reader.staff or reader.seat):
        return 0
    return notifications.unread(reader.user).count()
