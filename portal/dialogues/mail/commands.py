"""`portal mail receive`: a mail server hands one mail in on standard input."""

import sys

import click

from portal import db
from portal.commands import acting
from portal.dialogues.mail import services
from portal.errors import BadInput, DomainError
from portal.evidence.kinds import MOST_BYTES
from portal.evidence.scanning import NotChecked

# As mail servers know them (sysexits.h): refuse for good, refuse this mail, try again later.
NO_USER, DATA_ERROR, TRY_AGAIN = 67, 65, 75


@click.group()
def mail() -> None:
    """Mail that comes in."""


@mail.command()
@click.option("--to", help="The address that the mail was delivered to, where the server knows it.")
def receive(to: str | None) -> None:
    """Take in one e-mail from standard input, by the address of a dialogue.

    Exit 0: it stands in the dialogue log (a mail that came twice stands there once). 67: no dialogue has this address.
    65: it is too large, no e-mail, or malware is in it. 75: try again later.
    """
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with acting(), db.transaction():
            entry = services.receive(content, to)
    except services.NobodyThere as error:
        _refuse(str(error), NO_USER)
    except NotChecked as error:  # the mail may be fine: the scanner is away
        _refuse(str(error), TRY_AGAIN)
    except (BadInput, DomainError) as error:
        _refuse(str(error), DATA_ERROR)
    except Exception as error:  # whatever it is, the server keeps the mail and tries again
        _refuse(f"{type(error).__name__}: {error}".splitlines()[0], TRY_AGAIN)
    else:
        click.echo(f"dialogue entry {entry.id}" if entry else "this mail is in the log already")


def _refuse(why: str, status: int) -> None:
    click.echo(f"portal: {why}", err=True)
    raise SystemExit(status)
