"""The spool of this process, in the directory that the settings name."""

import os
from functools import cache

from django.conf import settings

from tracking.shipping.keeping import keep_directly
from tracking.spool.writing import Spool


@cache
def own_spool() -> Spool:
    """Made on first use; one for all threads."""
    return Spool(settings.SPOOL_DIR, direct=keep_directly)


# Two processes must not write to one segment: each is to have a spool of its own.
os.register_at_fork(after_in_child=own_spool.cache_clear)
