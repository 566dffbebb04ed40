"""The pace for an outside service, counted together by all workers."""

import secrets
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.servers import Servers
from worker.pace import Pace, TooBusy


def pace(servers: Servers, key: str, per_minute: int, url: str | None = None) -> Pace:
    return Pace(url or servers.redis_url, key, per_minute)


def turns(one: Pace, tries: int) -> int:
    taken = 0
    for _ in range(tries):
        try:
            one.wait(0)
        except TooBusy:
            continue
        taken += 1
    return taken


def test_all_workers_share_one_pace(servers: Servers) -> None:
    key = secrets.token_hex(4)
    workers = [pace(servers, key, 20) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda one: turns(one, 15), workers))
    assert sum(taken) == 20
    with pytest.raises(TooBusy) as error:
        workers[0].wait(5)
    assert 50 < error.value.retry_after <= 60
    assert turns(pace(servers, secrets.token_hex(4), 20), 1) == 1


def test_a_pause_holds_for_all_and_ends(servers: Servers) -> None:
    key = secrets.token_hex(4)
    one, other = pace(servers, key, 60), pace(servers, key, 60)
    one.pause(0.4)
    with pytest.raises(TooBusy):
        other.wait(0.1)
    began = time.monotonic()
    other.wait(2)
    assert 0.2 < time.monotonic() - began < 1.5


def test_without_redis_each_process_keeps_to_a_third(servers: Servers) -> None:
    alone = pace(servers, "x", 30, url="redis://127.0.0.1:1/0")
    alone.pause(5)
    assert turns(alone, 15) == 10
