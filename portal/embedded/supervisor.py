"""Keeping servers and programs running, and stopping them in order.

One thread and one loop: output is read, deaths are answered, signals are obeyed between two rounds.
"""

import contextlib
import selectors
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.embedded.console import Console
from portal.embedded.errors import EmbeddedError
from portal.embedded.program import Program
from portal.embedded.server import EmbeddedServer

QUICK_SECONDS = 10.0  # who dies sooner than this after a start died quickly
QUICK_DEATHS = 5
FIRST_DELAY = 0.5
STOP_SECONDS = 7.0  # for all programs together; the servers' shutdown comes on top
ROUND_SECONDS = 0.2
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StoppedByUser(Exception):
    """Ctrl-C or SIGTERM came while a set-up step was running."""


@dataclass
class Watch:
    """What is known of a server or program: its last start, how often it died at once, when to try again."""

    unit: EmbeddedServer | Program
    started: float = 0.0
    quick_deaths: int = 0
    try_again_at: float | None = None


class Supervisor:
    """Give it servers that have been started, run the set-up steps, then `supervise()` the programs."""

    def __init__(self, console: Console, servers: Sequence[EmbeddedServer] = ()) -> None:
        self._console = console
        self._servers = list(servers)
        self._watches = [Watch(server, started=time.monotonic()) for server in servers]
        self._programs: list[Program] = []
        self._selector = selectors.DefaultSelector()
        self._asked = 0

    def obey_signals(self) -> None:
        """From here on Ctrl-C and SIGTERM ask for an orderly stop; a second one for a quick one."""
        for number in STOP_SIGNALS:
            signal.signal(number, lambda _number, _frame: self.ask_to_stop())

    def ask_to_stop(self) -> None:
        """End after this round; said again, without waiting for those who take their time."""
        self._asked += 1

    @property
    def stopping(self) -> bool:
        """Whether somebody asked for a stop."""
        return self._asked > 0

    def run_step(self, program: Program) -> int:
        """Run one program to its end, with everything else kept going; returns its exit status."""
        self._start(program)
        try:
            while program.running:
                if self.stopping:
                    raise StoppedByUser
                self._round()
        finally:
            if program.running:
                self._end([program])
            self._forget(program)
        return program.poll() or 0

    def supervise(self, programs: Sequence[Program]) -> None:
        """Start the programs; they are kept running by `keep()` and ended by `stop()`."""
        self._programs = list(programs)
        for program in programs:
            self._start(program)
            self._watches.append(Watch(program, started=time.monotonic()))

    def keep(self, each_round: Callable[[], None]) -> None:
        """Restart what dies until a stop is asked for; raises EmbeddedError for what dies again and again."""
        while not self.stopping:
            self._round()
            each_round()

    def stop(self) -> None:
        """End the programs, then the servers that they use, the last started first."""
        self._end(self._programs)
        for program in self._programs:
            self._forget(program)
        for server in reversed(self._servers):
            server.stop()

    # ---- one round ----

    def _round(self) -> None:
        for key, _ in self._selector.select(ROUND_SECONDS):
            if not key.data.read():
                self._selector.unregister(key.fileobj)
        for watch in self._watches:
            if watch.try_again_at is None:
                self._look_after(watch)
            elif time.monotonic() >= watch.try_again_at:
                self._try_again(watch)

    def _look_after(self, watch: Watch) -> None:
        status = watch.unit.poll()
        if status is not None and not self.stopping:
            self._died(watch, f"ended with {status}" if status >= 0 else f"was killed by signal {-status}")

    def _died(self, watch: Watch, how: str) -> None:
        unit = watch.unit
        if isinstance(unit, Program):
            unit.kill()  # its children, where the main process died without them
            self._forget(unit)
        lived = time.monotonic() - watch.started
        watch.quick_deaths = watch.quick_deaths + 1 if lived < QUICK_SECONDS else 0
        if watch.quick_deaths >= QUICK_DEATHS:
            words = "\n".join(unit.tail) if isinstance(unit, Program) else unit.last_words()
            raise EmbeddedError(
                f"{unit.name} {how} {QUICK_DEATHS} times, each within {QUICK_SECONDS:.0f} s of its start; "
                f"everything is stopped. Its last lines:\n{words}"
            )
        delay = FIRST_DELAY * 2 ** max(watch.quick_deaths - 1, 0)
        watch.try_again_at = time.monotonic() + delay
        self._console.say(f"{unit.name} {how} after {lived:.0f} s; starting it again in {delay:g} s")

    def _try_again(self, watch: Watch) -> None:
        watch.try_again_at, watch.started = None, time.monotonic()
        try:
            self._start(watch.unit)
        except (EmbeddedError, OSError) as error:
            self._died(watch, f"could not start ({error})")

    def _start(self, unit: EmbeddedServer | Program) -> None:
        unit.start()
        if isinstance(unit, Program):
            self._selector.register(unit.fileno(), selectors.EVENT_READ, unit)

    def _forget(self, program: Program) -> None:
        with contextlib.suppress(KeyError, ValueError):  # it had closed its output, or never started
            self._selector.unregister(program.fileno())
        program.close()

    # ---- the end ----

    def _end(self, programs: Sequence[Program]) -> None:
        for program in programs:
            program.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        asked = self._asked
        while any(program.running for program in programs) and time.monotonic() < deadline:
            if self._asked > asked:
                break
            for key, _ in self._selector.select(ROUND_SECONDS / 4):
                if not key.data.read():
                    self._selector.unregister(key.fileobj)
        for program in programs:
            if program.running:
                self._console.say(f"{program.name} did not stop in time; killing it")
            program.kill()
