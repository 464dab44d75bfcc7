"""The spool: every click is one append to a file of this host, shipped to the database later.

`own_spool().append(record(...))` (`own_spool` is in `tracking.spool.own`) keeps a click through
kill -9 of this process and through the database being away. `tracking.shipping` is the other end.
"""

from tracking.spool.place import Place
from tracking.spool.record import (
    CLICK,
    IMPRESSION,
    NO_SUBS,
    TOLD,
    Fields,
    is_whole,
    read,
    record,
    text_of,
)
from tracking.spool.writing import Spool

__all__ = [
    "CLICK",
    "IMPRESSION",
    "NO_SUBS",
    "TOLD",
    "Fields",
    "Place",
    "Spool",
    "is_whole",
    "read",
    "record",
    "text_of",
]
