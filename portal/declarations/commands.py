"""`portal declarations check FILE`: the same reading and checks as the upload page, without any server."""

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from portal.clock import today
from portal.declarations.check import Report, check_file
from portal.declarations.reading.unreadable import Unreadable


@click.group()
def declarations() -> None:
    """Mineral declarations (CMRT, EMRT, AMRT)."""


@declarations.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
def check(file: Path, as_json: bool) -> None:
    """Read FILE and say what is wrong with it.

    The lists of the workbook itself are used, and those of the portal where DATABASE_URL names its database.

    Exit 0: nothing found (there may be notes, which ask for nothing), 1: findings, 2: not readable as a declaration.
    """
    try:
        report = _report(file)
    except Unreadable as error:
        if not as_json:
            raise
        refused = {"code": error.code, "message": error.message, "place": error.place, "remedy": error.remedy}
        click.echo(_dump({"error": refused}))
        raise SystemExit(2) from error
    click.echo(_dump(report.as_json(contact=True)) if as_json else _text(report))
    counts = report.counts()
    raise SystemExit(1 if counts["errors"] or counts["warnings"] else 0)


@declarations.command()
def recheck() -> None:
    """Check all declarations again, by the rules and lists of today; a check that says the same adds nothing."""
    import_module("portal.schema")  # tables refer to each other across features
    import_module("portal.wiring").connect()
    from portal import db
    from portal.commands import acting
    from portal.declarations.rechecking import queries, services
    from portal.declarations.rechecking.rules import Affected, Because

    affected = Affected(every=True)
    done = changed = refused = 0
    with acting() as actor:
        with db.transaction():
            whole = queries.count_affected(affected)
        last = None
        while True:
            with db.transaction():
                batch = services.read_batch(affected, last)
            with db.transaction():
                changed += services.keep_batch(actor, batch, Because.ASKED)
            done, refused = done + batch.size, refused + batch.size - len(batch.reports)
            click.echo(f"{done} of {whole} checked, {changed} with another result")
            last = batch.last
            if last is None:
                break
    if refused:
        click.echo(f"portal: {refused} not readable any more; they keep the check that they have", err=True)
        raise SystemExit(1)


def _report(file: Path) -> Report:
    """With the portal's lists where a database is named. One that does not answer is told, never passed over."""
    url = os.environ.get("APP_DATABASE_URL") or os.environ.get("DATABASE_URL")
    if not url:
        return check_file(file, file.name, today())
    from sqlalchemy.exc import OperationalError

    from portal import db
    from portal.declarations import services

    import_module("portal.schema")  # tables refer to each other across features
    import_module("portal.wiring").connect()
    db.configure(url)
    try:
        return services.read_file(file)
    except OperationalError as error:
        reason = str(error.orig).splitlines()[0] if error.orig else "no reason given"
        click.echo(f"portal: the database does not answer ({reason}); only the lists of the file were used", err=True)
        return check_file(file, file.name, today())
    finally:
        db.session.remove()


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _text(report: Report) -> str:
    values = report.as_json()
    counts = values["counts"]
    lines = [
        f"{values['template']} {values['revision']} of {values['company']['name'] or 'an unnamed company'},"
        f" effective {values['effective_date'] or 'on no date'}",
        f"{counts['smelter_rows']} smelter rows, {counts['resolved']} recognised",
        f"{counts['errors']} to fix, {counts['warnings']} to look at, {counts['info']} notes",
    ]
    for finding in values["findings"]:
        place = " ".join(part for part in (finding["sheet"], finding["cell"]) if part)
        lines.append(f"{finding['severity']:<8} {place:<22} {finding['message']} {finding['remedy']}")
    return "\n".join(lines)
