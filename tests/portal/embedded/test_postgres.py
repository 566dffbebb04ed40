"""The embedded PostgreSQL, for real: a cluster takes half a second to make."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from portal.embedded.errors import EmbeddedError, InUse
from portal.embedded.places import ROOT
from portal.embedded.postgres import EmbeddedPostgres


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "a folder" / "postgres", durable=False)
    yield server
    server.remove()


def ask(address: str, query: str) -> object:
    with psycopg.connect(address, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    return row and row[0]


def test_starts_with_a_password_on_the_loopback_only(postgres: EmbeddedPostgres) -> None:
    address = postgres.start()

    assert ask(address, "SELECT current_setting('server_version_num')::int >= 180000") is True
    assert ask(address, "SHOW listen_addresses") == "127.0.0.1"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url(password="wrong"))


def test_keeps_its_data_and_port_through_restart_and_crash(postgres: EmbeddedPostgres) -> None:
    address = postgres.start()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    postgres.restart()
    assert ask(address, "SELECT answer FROM kept") == 42
    postgres.kill()
    assert postgres.start() == address
    assert ask(address, "SELECT answer FROM kept") == 42


def test_refuses_a_second_start_on_the_same_folder(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    second = EmbeddedPostgres(postgres.data_dir, durable=False)

    with pytest.raises(InUse, match=rf"in use by process {os.getpid()}.*Stop that one first"):
        second.start()


def test_stops_a_server_whose_starter_is_gone(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    left_over = psutil.Process(postgres.pid)
    postgres._lock.release()  # as the kernel does when the starter is killed

    successor = EmbeddedPostgres(postgres.data_dir, durable=False)
    address = successor.start()

    postgres._process.wait(5)  # type: ignore[union-attr]
    assert not left_over.is_running()
    assert ask(address, "SELECT 1") == 1
    successor.stop()


def test_leaves_a_stranger_alone_whose_number_is_in_a_stale_pid_file(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    pid_file = postgres._cluster / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{postgres._cluster}\n")

    assert ask(postgres.start(), "SELECT 1") == 1


def test_says_so_when_the_data_is_of_another_version(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres._cluster / "PG_VERSION").write_text("12\n")

    with pytest.raises(EmbeddedError, match="made by PostgreSQL 12, this is 18"):
        postgres.start()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems cannot signal at a parent's death")
def test_does_not_outlive_a_killed_starter(tmp_path: Path) -> None:
    script = """
        import sys, time
        from pathlib import Path
        from portal.embedded.postgres import EmbeddedPostgres
        server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
        server.start()
        print(server.pid, flush=True)
        time.sleep(60)
    """
    folder = tmp_path / "postgres"
    starter = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout is not None
    with starter:
        server = psutil.Process(int(starter.stdout.readline()))
        starter.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 5
    while server.is_running() and server.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
    EmbeddedPostgres(folder).remove()
