"""The product's processes for tests: web, worker and relay as they run for real, on a database of the test."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    name: str, command: list[str], environment: dict[str, str], logs: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process for the time of the block; its output goes to `logs`/name.log."""
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        stop(process)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a process and its children, first kindly."""
    for sign, wait in ((signal.SIGTERM, 8), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, sign)
            process.wait(wait)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def worker(environment: dict[str, str], logs: Path, name: str = "worker"):
    """A Celery worker with two children."""
    command = ["celery", "--app", "worker.app", "--quiet", "worker", "--pool", "prefork", "--concurrency", "2"]
    return running(name, [*command, "--without-gossip", "--without-mingle"], environment, logs)


def relay(environment: dict[str, str], logs: Path, name: str = "relay"):
    """The relay."""
    return running(name, ["worker.relay"], environment, logs)


@contextmanager
def web(environment: dict[str, str], logs: Path) -> Iterator[str]:
    """The web server; its address, once it is ready."""
    port = free_port()
    command = ["gunicorn", "portal.app:create_app()", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    with running("web", [*command, "--threads", "8", "--no-control-socket"], environment, logs) as process:
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: ready(address), f"the web server ({logs / 'web.log'})", process=process)
        yield address


def ready(address: str) -> bool:
    """Does the web server say that it can serve?"""
    try:
        return httpx.get(f"{address}/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def wait_for(condition, what: str, seconds: float = 60, process: "subprocess.Popen[bytes] | None" = None) -> None:
    """Ask until it is true, and say what was waited for when it never is."""
    end = time.monotonic() + seconds
    while not condition():
        if process is not None and process.poll() is not None:
            raise AssertionError(f"{what} ended with {process.returncode}")
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.2)
