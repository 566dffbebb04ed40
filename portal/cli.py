"""The `portal` command: each subcommand calls one service. Exit status 0 fine, 1 findings, 2 could not run."""

import os
import sys
from importlib import import_module

import click
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from portal.errors import DomainError

# Group -> where it is; imported when used, so that `portal declarations check` needs neither Flask nor a server.
GROUPS = {
    "contracts": "portal.contracts.notices.commands:contracts",
    "db": "portal.commands:database",
    "declarations": "portal.declarations.commands:declarations",
    "demo": "portal.demo.commands:demo",
    "dump": "portal.picture.commands:dump",
    "journal": "portal.commands:journal",
    "mail": "portal.dialogues.mail.commands:mail",
    "network": "portal.network:network",
    "shell": "portal.commands:shell",
    "smelters": "portal.declarations.naming.commands:smelters",
    "sources": "portal.sources.commands:sources",
    "suppliers": "portal.picture.commands:suppliers",
}

# Features that stand above a group's own add commands to it.
MORE_COMMANDS = {"suppliers": "portal.merging.commands"}

WITHOUT_SERVER = {"declarations"}
COMMANDS_WITH_SERVER = {("declarations", "recheck")}
COMMANDS_WITHOUT_SERVER = {("suppliers", "score-pairs")}


class Portal(click.Group):
    """Imports groups on demand and turns domain errors into one line on standard error and exit status 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all groups."""
        return sorted(GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The group of this name."""
        if cmd_name not in GROUPS:
            return None
        module, _, attribute = GROUPS[cmd_name].partition(":")
        if cmd_name not in WITHOUT_SERVER:
            import_module("portal.schema")  # tables refer to each other across features
        command: click.Command = getattr(import_module(module), attribute)
        if cmd_name in MORE_COMMANDS:
            import_module(MORE_COMMANDS[cmd_name])
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a subcommand; a domain error is told to the person, not raised."""
        try:
            return super().invoke(ctx)
        except (DomainError, DBAPIError, ValidationError) as error:
            click.echo(f"portal: {_words(error)}", err=True)
            sys.exit(2)


def _words(error: Exception) -> str:
    if isinstance(error, DBAPIError):
        return f"the database refuses or does not answer: {str(error.orig).splitlines()[0]}"
    if isinstance(error, ValidationError):
        missing = ", ".join(str(item["loc"][0]).upper() for item in error.errors())
        return f"settings are missing or wrong in the environment: {missing}"
    return str(error)


@click.group(cls=Portal, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Supplier Commons from the command line."""


def run() -> None:
    """The installed `portal` command: without settings it works on the data of `make run`, started or not."""
    words = sys.argv[1:]
    command = tuple(words[:2])
    needs_servers = (
        bool(words) and words[0] in GROUPS.keys() - WITHOUT_SERVER and command not in COMMANDS_WITHOUT_SERVER
    )
    needs_servers = (needs_servers or command in COMMANDS_WITH_SERVER) and not {"-h", "--help"} & set(words)
    if needs_servers and "APP_DATABASE_URL" not in os.environ:
        sys.exit(import_module("portal.embedded.run").main(["--", *words]))
    main()


if __name__ == "__main__":
    run()
