"""How often one key may call."""

import time
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from sellers.models import ApiKey


class KeyThrottle(SimpleRateThrottle):
    """A counter per key and window in Redis. While Redis is away nobody is refused."""

    scope = "key"
    window_left = 0.0
    num_requests: int | None
    duration: int

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """The counter of this key in this window; None for calls without a key."""
        if not isinstance(request.auth, ApiKey):
            return None
        return f"api-rate:{request.auth.pk}:{int(time.time() // self.duration)}"

    def allow_request(self, request: Request, view: Any) -> bool:
        """Counts this call and says whether it is within the rate."""
        key = self.get_cache_key(request, view)
        if key is None or self.num_requests is None:
            return True
        self.window_left = self.duration - time.time() % self.duration
        cache.add(key, 0, timeout=self.duration + 1)
        try:
            count: int = cache.incr(key)
        except (RedisError, ValueError):  # away, or went away between the two calls
            return True
        return count <= self.num_requests

    def wait(self) -> float:
        """Seconds until the next window."""
        return self.window_left
