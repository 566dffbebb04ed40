"""One process for one data folder: a lock that the kernel drops when its holder dies, however it dies."""

import fcntl
import os
from pathlib import Path

from portal.embedded.errors import InUse


class FolderLock:
    """Held from `acquire()` to `release()`; its file names the holder, for the message to a second comer."""

    def __init__(self, path: Path, message: str) -> None:
        """`message` is what the second comer reads; PID in it becomes the holder's process number."""
        self._path = path
        self._message = message
        self._fd: int | None = None

    def acquire(self) -> None:
        """Take the lock, unless we hold it, or raise InUse at once."""
        if self._fd is not None:
            return
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(fd, 32, 0).decode(errors="replace").strip()
            os.close(fd)
            raise InUse(self._message.replace("PID", holder or "unknown")) from None
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        self._fd = fd

    def release(self) -> None:
        """Drop the lock. Its file stays: were it removed, two processes could lock two different files."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
