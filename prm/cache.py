"""Cache that outlives its server: without Redis every look-up is a miss, never an error.

Only rate limits and nudges are kept in it, so a miss costs a little work and loses nothing.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Redis cache that answers as if empty while Redis is away."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._try(
            lambda: super(ForgivingRedisCache, self).get(key, default, version), default
        )

    def add(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        return bool(
            self._try(
                lambda: super(ForgivingRedisCache, self).add(key, value, timeout, version), True
            )
        )

    def set(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        self._try(lambda: super(ForgivingRedisCache, self).set(key, value, timeout, version), None)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._try(lambda: super(ForgivingRedisCache, self).delete(key, version), False))

    def _try(self, call: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return call()
        except RedisError as error:
            logger.warning("redis is away: %s", error)
            return otherwise
