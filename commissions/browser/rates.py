"""How often one address may report for one program."""

import time
from typing import Final

from django.core.cache import cache
from redis.exceptions import RedisError

PER_MINUTE: Final = 120
"""Many people may sit behind one address, but no shop sells two things a second to each of them."""


def is_within(program: str, address: str) -> bool:
    """Counts this report and says whether it is within the rate. Without Redis it always is."""
    key = f"browser-rate:{program[:36]}:{address}:{int(time.time() // 60)}"
    cache.add(key, 0, timeout=61)
    try:
        counted: int = cache.incr(key)
    except (RedisError, ValueError):  # away, or went away between the two calls
        return True
    return counted <= PER_MINUTE


def seconds_left() -> int:
    """Seconds until the next minute begins."""
    return 60 - int(time.time() % 60)
