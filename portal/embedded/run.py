"""`make run`: everything that the product needs, started with one command and stopped with Ctrl-C.

`python -m portal.embedded.run -- WORDS` runs one command of `portal` on the same data instead, whether or not
`make run` is going; `make shell` and `make migrate` use it.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from portal.embedded.console import Console
from portal.embedded.errors import EmbeddedError
from portal.embedded.one_command import run_one_command
from portal.embedded.places import ROOT
from portal.embedded.ports import DEFAULT_WEB_PORT, HOST, web_port
from portal.embedded.program import Program
from portal.embedded.programs import STEPS, portal_command, serving_commands
from portal.embedded.readiness import Readiness
from portal.embedded.run_folder import RunFolder
from portal.embedded.services import program_environment, start_services, without_owner
from portal.embedded.supervisor import StoppedByUser, Supervisor


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 after a stop that was asked for, 1 when something kept failing, 2 when it could not begin."""
    arguments = sys.argv[1:] if arguments is None else arguments
    folder = RunFolder(Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve())
    try:
        if arguments[:1] == ["--"]:
            return run_one_command(arguments[1:], folder)
        with folder.locked():
            return run_everything(folder)
    except EmbeddedError as error:
        print(f"\n{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def run_everything(folder: RunFolder) -> int:
    """Start, announce, keep running, stop."""
    port = web_port(os.environ)
    commands = serving_commands(port, folder.path)
    console = Console(["setup", *commands], sys.stdout, folder.log_dir)
    if port != DEFAULT_WEB_PORT and not os.environ.get("PORT"):
        console.say(f"Port {DEFAULT_WEB_PORT} is in use by another program: taking {port}.")
    console.say("Starting PostgreSQL and Redis")
    secrets, temporary = folder.secrets(), os.fspath(folder.fresh_temporary_dir())
    services = start_services(os.environ, secrets, folder.path)
    address = os.environ.get("PUBLIC_URL") or f"http://{HOST}:{port}"
    environment = program_environment(os.environ, services, secrets, folder.path)
    environment |= {"TMPDIR": temporary, "PUBLIC_URL": address}
    supervisor = Supervisor(console, services.servers)
    try:
        supervisor.obey_signals()
        prepare(supervisor, console, environment)
        folder.publish(environment)
        console.say(f"Starting {', '.join(commands)}")
        serving = without_owner(environment)
        supervisor.supervise([_program(console, name, argv, serving) for name, argv in commands.items()])
        accounts = demo_accounts(supervisor, environment)
        welcome = _welcome(port, accounts, folder.log_dir)
        supervisor.keep(Readiness(port, announce=lambda: console.say(welcome), say=console.say))
    except StoppedByUser:
        pass
    except EmbeddedError as error:
        console.say(f"\n{error}")
        return 1
    finally:
        console.say("Stopping")
        supervisor.stop()
        folder.unpublish()
        console.say(f"Stopped. The data stays in {folder.path}.")
        console.close()
    return 0


def prepare(supervisor: Supervisor, console: Console, environment: Mapping[str, str]) -> None:
    """Run the steps that come before serving."""
    for text, words in STEPS:
        console.say(text)
        step = _program(console, "setup", portal_command(*words), environment)
        if status := supervisor.run_step(step):
            raise EmbeddedError(f"`portal {' '.join(words)}` ended with {status}: see its lines above.")


def demo_accounts(supervisor: Supervisor, environment: Mapping[str, str]) -> list[str]:
    """The sign-ins to show, as `portal demo accounts` prints them; asked while the web server starts."""
    lines: list[str] = []
    supervisor.run_step(
        Program(
            "accounts",
            portal_command("demo", "accounts"),
            env=environment,
            cwd=ROOT,
            on_line=lambda _name, line: lines.append(line),
        )
    )
    return lines


def _program(console: Console, name: str, argv: list[str], environment: Mapping[str, str]) -> Program:
    return Program(name, argv, env=environment, cwd=ROOT, on_line=console.line)


def _welcome(port: int, accounts: list[str], log_dir: Path) -> str:
    return "\n".join(
        [
            "",
            f"  Supplier Commons is ready:  http://{HOST}:{port}",
            "",
            *(f"  {line}" for line in accounts),
            "",
            f"  Logs: {log_dir}. Stop with Ctrl-C.",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
