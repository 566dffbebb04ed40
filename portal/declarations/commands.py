"""`portal declarations check FILE`: the same reading and checks as the upload page, without any server."""

import json
from pathlib import Path
from typing import Any

import click

from portal.clock import today
from portal.declarations.check import Report, check_file
from portal.declarations.reading.unreadable import Unreadable


@click.group()
def declarations() -> None:
    """Mineral declarations (CMRT)."""


@declarations.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
def check(file: Path, as_json: bool) -> None:
    """Read FILE and say what is wrong with it.

    Exit 0: nothing to fix (there may be notes), 1: something must or should be fixed, 2: not readable.
    """
    try:
        report = check_file(file, file.name, today())
    except Unreadable as error:
        if not as_json:
            raise
        click.echo(_dump({"error": {"code": error.code, "message": str(error), "remedy": error.remedy}}))
        raise SystemExit(2) from error
    click.echo(_dump(report.as_json()) if as_json else _text(report))
    counts = report.counts()
    raise SystemExit(1 if counts["errors"] or counts["warnings"] else 0)


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
