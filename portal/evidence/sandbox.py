"""Runs a reader of foreign files in a process of its own, so that no file can take the portal with it.

A fresh interpreter, not `multiprocessing`: it must work from a web server's thread and from a Celery worker,
whose own processes may have no children of that kind. Memory is in bytes, time in seconds.
"""

import os
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import portal
from portal.evidence.workbooks import BadWorkbook


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may use; `answer` is the number of bytes that the reader may say."""

    memory: int = 2**30
    cpu: int = 10
    wall: float = 30.0
    answer: int = 64 * 2**20


_ROOT = str(Path(portal.__path__[0]).parent)
_slots = threading.BoundedSemaphore(2)  # files read at the same time by one process


def answer_of_child(module: str, data: bytes, limits: Limits) -> bytes:
    """What `python -m module MEMORY CPU` says on stdout of the file on its stdin.

    Raises BadWorkbook when it takes too long or too much.
    """
    with _slots, tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        code, answer = run_child(module, file.fileno(), limits)
    if code is None or code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise BadWorkbook("timed_out", seconds=limits.cpu)
    if code != 0:
        raise BadWorkbook("out_of_memory")
    return answer


def limit_this_process(memory: int, cpu: int) -> None:
    """In the child, first of all: no more than this memory and time, no files written, no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_child(module: str, stdin: int, limits: Limits) -> tuple[int | None, bytes]:
    """(exit code, output); the code is None if the time ran out. The child sees none of our environment."""
    with subprocess.Popen(
        [sys.executable, "-P", "-s", "-m", module, str(limits.memory), str(limits.cpu)],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PYTHONPATH": _ROOT, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,
    ) as child:
        try:
            stdout = child.stdout.fileno() if child.stdout else -1
            answer = _drain(stdout, time.monotonic() + limits.wall, limits.answer)
            if answer is None:
                return None, b""
            return (child.wait(timeout=5), answer) if len(answer) <= limits.answer else (1, b"")
        except subprocess.TimeoutExpired:
            return None, b""
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)


def _drain(stdout: int, deadline: float, most: int) -> bytes | None:
    """All output up to one piece more than `most` bytes, None if it does not end before the deadline."""
    pieces, size = [], 0
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        while size <= most:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                return None
            piece = os.read(stdout, 2**18)
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
    return b"".join(pieces)
