"""The embedded Valkey, for real."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal.embedded.errors import InUse
from portal.embedded.valkey import EmbeddedValkey


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(tmp_path / "a folder" / "valkey")
    yield server
    server.remove()


def test_starts_with_a_password_and_never_forgets_to_make_room(valkey: EmbeddedValkey) -> None:
    with redis.Redis.from_url(valkey.start()) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    at_once = Retry(NoBackoff(), 0)
    with redis.Redis(port=valkey.port, retry=at_once) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_keeps_its_data_and_port_through_a_restart(valkey: EmbeddedValkey) -> None:
    address = valkey.start()
    with redis.Redis.from_url(address) as client:
        client.set("kept", "42")

    valkey.restart()
    with redis.Redis.from_url(address) as client:
        assert client.get("kept") == b"42"
    valkey.kill()
    assert valkey.start() == address


def test_refuses_a_second_start_on_the_same_folder(valkey: EmbeddedValkey) -> None:
    valkey.start()

    with pytest.raises(InUse, match=r"Valkey's data in .* is in use by process"):
        EmbeddedValkey(valkey.data_dir).start()


def test_its_password_is_in_no_command_line(valkey: EmbeddedValkey) -> None:
    password = valkey.start().split(":")[2].split("@")[0]

    assert password not in Path(f"/proc/{valkey.pid}/cmdline").read_text()
    assert (valkey.data_dir / "valkey.conf").stat().st_mode & 0o077 == 0
