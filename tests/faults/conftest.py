"""Servers of their own for the drills: durable, and with handles to restart, empty and kill them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from portal import db
from portal.embedded.postgres import EmbeddedPostgres
from portal.embedded.valkey import EmbeddedValkey
from portal.progress import Progress, read
from portal.sources.models import SyncRun
from portal.sources.services import requests
from tests.faults.drills import DAY, big_list
from tests.servers import APP_PASSWORD, OWNER_PASSWORD, Servers


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """PostgreSQL as in production: what it says is saved is on the disk."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("servers") / "postgres") as server:
        with psycopg.connect(server.address, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE portal_owner LOGIN PASSWORD '{OWNER_PASSWORD}'")
            connection.execute(f"CREATE ROLE portal_app LOGIN NOBYPASSRLS PASSWORD '{APP_PASSWORD}'")
        yield server


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    """Redis as in production, with its append-only file."""
    with EmbeddedValkey(tmp_path_factory.mktemp("servers") / "valkey") as server:
        yield server


@pytest.fixture(scope="session")
def servers(postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> Servers:
    """Takes the place of the fixture of all other tests."""
    return Servers(postgres.address, postgres.address.split("@")[1].split("/")[0], valkey.address)


@pytest.fixture
def environment(servers: Servers, database: str) -> dict[str, str]:
    """For the processes of the drill."""
    return {"APP_DATABASE_URL": servers.app_url(database), "REDIS_URL": servers.redis_url, "LOG_JSON": "true"}


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Where the processes of the drill write."""
    return tmp_path / "logs"


@pytest.fixture
def uploaded(acting) -> SyncRun:
    """A list of 20,000 facilities that an operator was told is saved; it waits for the worker."""
    actor = acting("operator")
    with db.transaction():
        return requests.upload_list(actor, "rmap", content=big_list(), filename="list.csv", as_of=DAY)


@pytest.fixture
def under_way(uploaded: SyncRun) -> Callable[[], bool]:
    """True once the worker has begun with the list."""

    def begun() -> bool:
        found: Progress | None = read(uploaded.id)
        return found is not None and found.done >= 2

    return begun
