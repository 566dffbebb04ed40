"""How far a long task is, shown while it runs. Kept in Redis, so it may vanish; results never depend on it."""

import json
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import redis

from portal.settings import get_settings

KEEP_SECONDS = 3600


@dataclass(frozen=True)
class Progress:
    """`done` of `total` units of work."""

    done: int
    total: int


@lru_cache
def _client() -> "redis.Redis":
    return redis.Redis.from_url(get_settings().redis_url, socket_timeout=2, socket_connect_timeout=2)


def report(task_id: UUID, done: int, total: int) -> None:
    """Note the progress of a task; silently nothing when Redis is away."""
    try:
        _client().setex(f"progress:{task_id}", KEEP_SECONDS, json.dumps([done, total]))
    except redis.RedisError:
        return


def read(task_id: UUID) -> Progress | None:
    """The last progress noted, if it is known."""
    try:
        value = _client().get(f"progress:{task_id}")
    except redis.RedisError:
        return None
    return Progress(*json.loads(str(value, "ascii"))) if isinstance(value, bytes) else None
