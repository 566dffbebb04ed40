"""One command of `portal` on the data of `make run`: beside it when it runs, else on servers of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from portal.embedded.errors import EmbeddedError, InUse
from portal.embedded.programs import STEPS, portal_command
from portal.embedded.run_folder import RunFolder
from portal.embedded.services import program_environment, start_services

SCHEMA_COMMANDS = {"db"}  # they decide themselves what becomes of the schema


def run_one_command(words: Sequence[str], folder: RunFolder) -> int:
    """Run it with this terminal as its own; returns its exit status."""
    try:
        with folder.locked():
            return _with_own_servers(words, folder)
    except InUse:
        published = folder.published()
        if published is None:
            raise EmbeddedError("`make run` is still starting: try again when it has printed its address.") from None
    return subprocess.call(portal_command(*words), env={**os.environ, **published})


def _with_own_servers(words: Sequence[str], folder: RunFolder) -> int:
    print("Starting PostgreSQL and Redis for this command", file=sys.stderr)
    secrets = folder.secrets()
    services = start_services(os.environ, secrets, folder.path)
    # Ctrl-C is for the command: a prompt answers it without ending, and the servers must outlive it.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    environment = program_environment(os.environ, services, secrets, folder.path)
    try:
        if words[0] not in SCHEMA_COMMANDS:
            for _, step in STEPS:
                subprocess.run(portal_command(*step), env=environment, stdout=subprocess.DEVNULL, check=True)
        return subprocess.call(
            portal_command(*words),
            env=environment,
            preexec_fn=_obey_ctrl_c,
        )
    finally:
        for server in reversed(services.servers):
            server.stop()
        signal.signal(signal.SIGINT, before)


def _obey_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
