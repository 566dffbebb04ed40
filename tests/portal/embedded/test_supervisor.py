"""Restarting, giving up, and leaving nothing behind; the programs are stand-ins of one line."""

import io
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from portal.embedded import supervisor as module
from portal.embedded.console import Console
from portal.embedded.errors import EmbeddedError
from portal.embedded.places import ROOT
from portal.embedded.program import Program
from portal.embedded.supervisor import Supervisor

FOR_EVER = "import time; print('up', flush=True); time.sleep(60)"
DEADLINE_SECONDS = 10.0


@pytest.fixture
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def console(tmp_path: Path, screen: io.StringIO) -> Iterator[Console]:
    console = Console(["standin"], screen, tmp_path / "log")
    yield console
    console.close()


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(module, "ROUND_SECONDS", 0.02)


def standin(console: Console, code: str, tmp_path: Path) -> Program:
    return Program("standin", [sys.executable, "-c", code], env=dict(os.environ), cwd=tmp_path, on_line=console.line)


def until(supervisor: Supervisor, condition: Callable[[], bool]) -> None:
    """Keep everything running until `condition` holds."""
    deadline = time.monotonic() + DEADLINE_SECONDS

    def look() -> None:
        assert time.monotonic() < deadline, "waited in vain"
        if condition():
            supervisor.ask_to_stop()

    supervisor.keep(look)


def test_what_dies_is_started_again(console: Console, screen: io.StringIO, tmp_path: Path) -> None:
    program = standin(console, FOR_EVER, tmp_path)
    supervisor = Supervisor(console)
    supervisor.supervise([program])
    killed: list[int] = []

    def twice_up() -> bool:
        ups = screen.getvalue().count("| up")
        if ups == 1 and not killed:
            killed.append(1)
            program.kill()
        return ups == 2

    until(supervisor, twice_up)
    supervisor.stop()

    assert "standin was killed by signal 9" in screen.getvalue()
    assert not program.running


def test_what_dies_at_once_five_times_stops_everything(console: Console, screen: io.StringIO, tmp_path: Path) -> None:
    supervisor = Supervisor(console)
    supervisor.supervise([standin(console, "print('no such table: x'); raise SystemExit(3)", tmp_path)])

    with pytest.raises(EmbeddedError, match=r"(?s)standin ended with 3 5 times.*no such table: x"):
        until(supervisor, lambda: False)
    supervisor.stop()

    assert screen.getvalue().count("starting it again") == 4


def test_a_stop_waits_for_those_who_tidy_up(console: Console, tmp_path: Path) -> None:
    tidy = """
        import pathlib, signal, sys, time
        def tidy_up(*_):
            time.sleep(0.2)
            pathlib.Path("tidied").touch()
            sys.exit()
        signal.signal(signal.SIGTERM, tidy_up)
        print("up", flush=True)
        time.sleep(60)
    """
    program = standin(console, textwrap.dedent(tidy), tmp_path)
    supervisor = Supervisor(console)
    supervisor.supervise([program])
    until(supervisor, lambda: "up" in program.tail)

    supervisor.stop()

    assert (tmp_path / "tidied").exists()


def test_a_stop_kills_those_who_do_not_listen_and_their_children(
    console: Console, screen: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.1)
    deaf = """
        import signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
        time.sleep(60)
    """
    program = standin(console, textwrap.dedent(deaf), tmp_path)
    supervisor = Supervisor(console)
    supervisor.supervise([program])
    until(supervisor, lambda: bool(program.tail))
    child = int(program.tail[0])

    supervisor.stop()

    assert "did not stop in time" in screen.getvalue()
    assert is_gone(child)


def test_a_step_returns_its_exit_status_and_all_of_its_lines(
    console: Console, screen: io.StringIO, tmp_path: Path
) -> None:
    step = standin(console, "print('first'); print('last', end=''); raise SystemExit(4)", tmp_path)

    assert Supervisor(console).run_step(step) == 4
    assert screen.getvalue() == "standin | first\nstandin | last\n"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems cannot signal at a parent's death")
def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    script = """
        import os, sys
        from pathlib import Path
        from portal.embedded.console import Console
        from portal.embedded.program import Program
        from portal.embedded.supervisor import Supervisor
        console = Console(["child"], sys.stdout, Path(sys.argv[1]))
        code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
        argv = [sys.executable, "-c", code]
        child = Program("child", argv, env=os.environ, cwd=Path("/"), on_line=console.line)
        supervisor = Supervisor(console)
        supervisor.supervise([child])
        supervisor.keep(lambda: None)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        child = int(starter.stdout.readline().split("|")[1])
        starter.kill()

    assert is_gone(child)


def is_gone(pid: int) -> bool:
    """Whether the process ends within a moment; a zombie that awaits its reaper has ended."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False
