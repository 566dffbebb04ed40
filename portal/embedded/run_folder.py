"""The folder `var/` of a start: who uses it, its secrets, its logs, and the addresses of what runs on it."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from portal.embedded.folder_lock import FolderLock
from portal.embedded.secrets import load_or_create, write_private

PUBLISHED = (
    "APP_DATABASE_URL",
    "DATABASE_URL",
    "DATA_DIR",
    "REDIS_URL",
    "SECRET_KEY",
    "SECURE_COOKIES",
    "SECURITY_PASSWORD_SALT",
)


class RunFolder:
    """`var/`, or what DATA_DIR names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log_dir = path / "log"
        self._published = path / "running.json"
        path.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Ours alone in here; raises InUse when another start has it."""
        lock = FolderLock(
            self.path / "run.lock",
            f"Supplier Commons is already running on {self.path} (process PID). Use the address that it "
            "printed, or stop it first with Ctrl-C.",
        )
        lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def secrets(self) -> dict[str, str]:
        """Made at the first start, then the same for ever."""
        return load_or_create(self.path / "secrets.json")

    def fresh_temporary_dir(self) -> Path:
        """For the programs' temporary files: another user's start on this machine can never be in their way."""
        folder = self.path / "tmp"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        return folder

    def publish(self, environment: Mapping[str, str]) -> None:
        """Let commands of the same user find the servers that are running now."""
        write_private(self._published, json.dumps({name: environment[name] for name in PUBLISHED}))

    def unpublish(self) -> None:
        """They are not running any more."""
        self._published.unlink(missing_ok=True)

    def published(self) -> dict[str, str] | None:
        """What `publish()` wrote, if that start has come so far."""
        try:
            known: dict[str, str] = json.loads(self._published.read_text())
        except FileNotFoundError:
            return None
        return known
