"""Processor time of the web server and of PostgreSQL: other work on the machine changes it less than a page's time."""

from dataclasses import dataclass

import psutil
import psycopg


@dataclass(frozen=True)
class Cpu:
    """Milliseconds since the processes began."""

    web: float
    database: float


class CpuMeter:
    """Reads what the web server's processes and PostgreSQL's backends have used."""

    def __init__(self, web: int, database_url: str) -> None:
        """`web` is the process id of the web server's first process."""
        self._web = psutil.Process(web)
        with psycopg.connect(database_url) as connection:
            postmaster = psutil.Process(connection.info.backend_pid).parent()
        assert postmaster is not None
        self._postgres = postmaster

    def read(self) -> Cpu:
        """What was used until now."""
        return Cpu(_used(self._web), _used(self._postgres))


def _used(first: psutil.Process) -> float:
    """Milliseconds of a process, of those that it started, and of those that have ended."""
    own = first.cpu_times()
    seconds = own.user + own.system + own.children_user + own.children_system
    for process in first.children(recursive=True):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        seconds += times.user + times.system
    return seconds * 1000
