"""What the embedded PostgreSQL and Valkey have in common: a locked data folder and a process."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

import psutil

from portal.embedded.errors import EmbeddedError
from portal.embedded.folder_lock import FolderLock
from portal.embedded.ports import free_port
from portal.embedded.spawn import spawn

START_SECONDS = 60  # recovery after a crash, on a slow disk
STOP_SECONDS = 10
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedServer(ABC):
    """One server on one data folder. Its port stays once chosen: addresses survive `restart()`, `kill()`."""

    name: ClassVar[str]
    title: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, data_dir: Path, *, durable: bool = True, log_file: Path | None = None) -> None:
        """`durable=False` is for tests: faster, and lost in a power cut."""
        self.data_dir = data_dir
        self.durable = durable
        self.port = 0
        self.log_file = log_file or data_dir / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = FolderLock(
            data_dir / "lock",
            f"{self.title}'s data in {data_dir} is in use by process PID, another `make run` or test run. "
            "Stop that one first, or use another folder.",
        )

    def start(self) -> str:
        """Start, preparing the data folder at the first time; returns the address once the server answers."""
        self._make_home()
        self._lock.acquire()
        try:
            self._prepare()
            self.port = self.port or free_port()
            self._process = self._spawn(self._command())
            self._wait_until_ready(self._process)
        except BaseException:
            self.stop()
            raise
        return self.address

    def stop(self) -> None:
        """End all sessions, write everything to disk, and let go of the data folder."""
        self._end(self.stop_signal)
        self._lock.release()

    def restart(self) -> None:
        """Stop cleanly and start again: open sessions are cut, what was stored stays."""
        self._end(self.stop_signal)
        self.start()

    def kill(self) -> None:
        """Die as in a crash (for fault drills), with all helpers at once; the next `start()` recovers."""
        helpers = psutil.Process(self.pid).children()
        self._end(signal.SIGKILL)
        for helper in helpers:
            # Left alone they would notice after a while, and hold PostgreSQL's shared memory till then.
            with contextlib.suppress(psutil.NoSuchProcess):
                helper.kill()
        while any(_alive(helper) for helper in helpers):
            time.sleep(0.005)

    def remove(self) -> None:
        """Stop and delete the data."""
        self.stop()
        shutil.rmtree(self.data_dir.resolve(), ignore_errors=True)
        if self.data_dir.is_symlink():
            self.data_dir.unlink()

    def poll(self) -> int | None:
        """The exit status of a server that has died, else None."""
        return self._process.poll() if self._process else None

    @property
    def pid(self) -> int:
        """The server's main process."""
        if self._process is None:
            raise EmbeddedError(f"{self.title} is not running: call start() first.")
        return self._process.pid

    @property
    @abstractmethod
    def address(self) -> str:
        """The URL for an administrator's access."""

    def last_words(self, lines: int = 12) -> str:
        """The end of the server's log."""
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-lines:])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """As a context manager, a server for tests leaves nothing behind."""
        if self.durable:
            self.stop()
        else:
            self.remove()

    @abstractmethod
    def _make_home(self) -> None:
        """Make the data folder."""

    @abstractmethod
    def _prepare(self) -> None:
        """Bring the data folder, which is now ours, to where the server can start on it."""

    @abstractmethod
    def _command(self) -> Sequence[str | Path]:
        """The server's command line for `self.port`."""

    @abstractmethod
    def _ready(self) -> bool:
        """Whether the server answers."""

    def _account(self) -> pwd.struct_passwd | None:
        """Whom to run as, if not as ourselves."""
        return None

    def _spawn(self, command: Sequence[str | Path]) -> subprocess.Popen[bytes]:
        with self.log_file.open("ab") as log:
            return spawn(
                command,
                signal_at_parents_death=self.stop_signal,
                account=self._account(),
                cwd=self.data_dir.resolve(),
                env=ENVIRONMENT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            status = process.poll()
            if status is not None or time.monotonic() > deadline:
                how = f"did not answer within {START_SECONDS} s" if status is None else f"ended with {status}"
                raise EmbeddedError(
                    f"{self.title} {how} (data: {self.data_dir}). Its last words, from {self.log_file}:\n"
                    f"{self.last_words()}"
                )
            time.sleep(0.02)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _alive(process: psutil.Process) -> bool:
    """Running, and not just a number that waits for its new parent to notice its end."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
