"""How fast an outside service is asked: so many requests a minute by all workers together, counted in Redis.

A service that asks for a pause is left alone by all of them. While Redis is away, each process keeps to a third.
"""

import time
from collections.abc import Callable
from functools import lru_cache
from math import ceil

import redis
import structlog
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

LONGEST_PAUSE = 3600.0  # seconds; a service that asks for more is asked again after this

log = structlog.get_logger(__name__)


class TooBusy(Exception):
    """The turn would come later than somebody wants to wait; `retry_after` in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"{retry_after:.0f} s")
        self.retry_after = retry_after


class Pace:
    """The pace for one service, named by `key`."""

    def __init__(self, redis_url: str, key: str, per_minute: int, sleep: Callable[[float], None] = time.sleep) -> None:
        self._redis = redis.Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=2)
        shared = RedisStorage(redis_url, key_prefix="pace", socket_timeout=2, socket_connect_timeout=2)
        self._shared = MovingWindowRateLimiter(shared)
        self._alone = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(per_minute)
        self._alone_limit = RateLimitItemPerMinute(max(per_minute // 3, 1))
        self._key = key
        self._sleep = sleep

    def wait(self, patience: float) -> None:
        """Wait for a turn, at most `patience` seconds. Raises TooBusy."""
        until = time.monotonic() + patience
        while (delay := self._delay()) > 0:
            if time.monotonic() + delay > until:
                raise TooBusy(delay)
            self._sleep(delay)

    def pause(self, seconds: float) -> None:
        """The service asks to be left alone; all workers hear it."""
        try:
            self._redis.set(f"pause:{self._key}", 1, px=ceil(min(max(seconds, 0.001), LONGEST_PAUSE) * 1000))
        except redis.RedisError as error:
            log.warning("a pause is not shared: redis is away", error=str(error))

    def _delay(self) -> float:
        """Seconds until the next try; 0 when this is a turn, which is then counted."""
        try:
            left = self._redis.pttl(f"pause:{self._key}")
            if isinstance(left, int) and left > 0:
                return left / 1000
            return self._turn(self._shared, self._limit)
        except redis.RedisError as error:
            log.warning("requests are counted in this process: redis is away", error=str(error))
            return self._turn(self._alone, self._alone_limit)

    def _turn(self, limiter: MovingWindowRateLimiter, limit: RateLimitItemPerMinute) -> float:
        if limiter.hit(limit, self._key):
            return 0.0
        return max(limiter.get_window_stats(limit, self._key).reset_time - time.time(), 0.05)


@lru_cache
def pace_of(redis_url: str, key: str, per_minute: int) -> Pace:
    """The one pace of this process for a service."""
    return Pace(redis_url, key, per_minute)
