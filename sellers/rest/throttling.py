"""How often one key may call."""

import threading
import time
from dataclasses import dataclass
from typing import Any, Final

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from sellers.models import ApiKey

SHARE: Final = 100
"""A process tells Redis of its calls after so many parts of the rate, or a second: calls between
are counted here. Near the rate each call is told, so no process lets more than its part slip."""

NEAR: Final = 0.9
MOST_KEYS: Final = 10_000


@dataclass
class Tally:
    """One key's calls in one window: `known` to all processes, `untold` counted here only."""

    window: int
    known: int = 0
    untold: int = 0
    told_at: float = 0.0


_tallies: dict[str, Tally] = {}
_one_at_a_time = threading.Lock()


class KeyThrottle(SimpleRateThrottle):
    """A counter per key and window in Redis. While Redis is away nobody is refused."""

    scope = "key"
    window_left = 0.0
    num_requests: int | None
    duration: int

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """The counter of this key; None for calls without a key."""
        return f"api-rate:{request.auth.pk}" if isinstance(request.auth, ApiKey) else None

    def allow_request(self, request: Request, view: Any) -> bool:
        """Counts this call and says whether it is within the rate."""
        key, most = self.get_cache_key(request, view), self.num_requests
        if key is None or most is None:
            return True
        now = time.time()
        self.window_left = self.duration - now % self.duration
        tally = _counted(f"{key}:{self.duration}", int(now // self.duration))
        is_near = tally.known + tally.untold > most * NEAR
        if is_near or tally.untold * SHARE >= most or now - tally.told_at >= 1:
            self._tell(f"{key}:{tally.window}", tally, now)
        return tally.known + tally.untold <= most

    def wait(self) -> float:
        """Seconds until the next window."""
        return self.window_left

    def _tell(self, key: str, tally: Tally, now: float) -> None:
        with _one_at_a_time:
            calls, tally.untold, tally.told_at = tally.untold, 0, now
        try:
            cache.add(key, 0, timeout=self.duration + 1)
            tally.known = cache.incr(key, calls)
        except (RedisError, ValueError):  # away, or went away between the two calls
            tally.known = 0


def _counted(key: str, window: int) -> Tally:
    """The key's tally in this window, with this call in it."""
    with _one_at_a_time:
        tally = _tallies.get(key)
        if tally is None or tally.window != window:
            if len(_tallies) >= MOST_KEYS:
                _tallies.clear()
            tally = _tallies[key] = Tally(window)
        tally.untold += 1
        return tally
