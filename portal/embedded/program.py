"""A program of ours under supervision: started, read line by line, stopped with all its descendants."""

import contextlib
import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from portal.embedded.spawn import spawn

REMEMBERED_LINES = 20
LONGEST_LINE = 16_384


class Program:
    """One child process; its standard output and errors come back as lines through `read()`."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        on_line: Callable[[str, str], None],
        signal_at_parents_death: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.tail: deque[str] = deque(maxlen=REMEMBERED_LINES)
        self._argv = argv
        self._env = env
        self._cwd = cwd
        self._on_line = on_line
        self._signal_at_parents_death = signal_at_parents_death
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = False
        self._pending = b""

    def start(self) -> None:
        """Start it (again)."""
        self.close()
        self._killed = False
        self._process = spawn(
            self._argv,
            signal_at_parents_death=self._signal_at_parents_death,
            env=self._env,
            cwd=self._cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        os.set_blocking(self.fileno(), False)

    def poll(self) -> int | None:
        """The exit status once it has ended, else None."""
        return self._process.poll() if self._process else None

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def ask_to_stop(self) -> None:
        """SIGTERM to the main process, which tells its own children."""
        if self._process is not None and self.running:
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to the main process and all that it started: they share a session of their own."""
        if self._process is not None and not self._killed:
            self._killed = True  # later the number may be another program's
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def fileno(self) -> int:
        """Its output, for a selector; -1 where there is none."""
        if self._process is None or self._process.stdout is None or self._process.stdout.closed:
            return -1
        return self._process.stdout.fileno()

    def read(self) -> bool:
        """Pass on the lines written since; False if there was nothing, as at the end of the output."""
        fd = self.fileno()
        if fd < 0:
            return False
        try:
            data = os.read(fd, 65_536)
        except BlockingIOError:
            return False
        for line in self._lines(data):
            self.tail.append(line)
            self._on_line(self.name, line)
        return bool(data)

    def close(self) -> None:
        """Read what is left and let go of the output."""
        while self.read():
            pass
        if self._process is not None and self._process.stdout is not None:
            self._process.stdout.close()

    def _lines(self, data: bytes) -> Iterator[str]:
        *whole, self._pending = (self._pending + data).split(b"\n")
        if len(self._pending) > LONGEST_LINE or (not data and self._pending):
            whole.append(self._pending)
            self._pending = b""
        for line in whole:
            yield line.decode(errors="replace").rstrip()
