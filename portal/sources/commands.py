"""`portal sources sync rmap --file FILE`: the same reading, guards and applying as on the screen, without a worker."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from portal import db
from portal.clock import today
from portal.commands import acting
from portal.sources import queries
from portal.sources.catalogue import SOURCES, date_in_name
from portal.sources.labels import REJECTS, reason_text, what_changed
from portal.sources.rules import RunState, Trigger
from portal.sources.services import requests, runs

ENDS = {RunState.APPLIED: 0, RunState.UNCHANGED: 0, RunState.HELD: 1}
WORDS = {
    RunState.APPLIED: "is applied",
    RunState.UNCHANGED: "is the one that is shown already",
    RunState.HELD: "is held for an operator",
    RunState.FAILED: "could not be read",
}


@click.group()
def sources() -> None:
    """Outside lists, such as those of smelters."""


@sources.command()
@click.argument("source", type=click.Choice(list(SOURCES)))
@click.option("--file", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day that the list speaks of.")
@click.option("--json", "as_json", is_flag=True, help="The run with all its changes as JSON.")
def sync(source: str, file: Path, as_of: datetime | None, as_json: bool) -> None:
    """Read FILE as the list of SOURCE and apply it, unless a guard holds it.

    The day is taken from the file's name, if it has one, else it is today. Exit 0: applied or unchanged, 1: held for an
    operator or rows were not taken, 2: could not be read.
    """
    day = as_of.date() if as_of else date_in_name(file.name) or today()
    with acting() as actor:
        with db.transaction():
            run_id = requests.add_file_run(
                actor, source, content=file.read_bytes(), filename=file.name, as_of=day, trigger=Trigger.COMMAND
            ).id
            runs.execute(actor, run_id, lambda _done, _total: None)
        report = _report(run_id)
    click.echo(json.dumps(report, ensure_ascii=False, indent=2) if as_json else _text(report))
    ends = ENDS.get(RunState(report["state"]), 2)
    raise SystemExit(1 if ends == 0 and report["rejects"] else ends)


def _report(run_id: UUID) -> dict[str, Any]:
    run = queries.get_run(run_id, whole=True)
    found = reason_text(run.reason, run.reason_params)
    return {
        "run": str(run.id),
        "source": run.source_code,
        "state": run.state,
        "as_of": run.as_of.isoformat(),
        "rows": run.rows_read,
        "counts": run.counts,
        "reason": {"code": run.reason, "message": found[0], "remedy": found[1], "params": run.reason_params}
        if found
        else None,
        "rejects": run.rejects,
        "changes": run.diff,
    }


def _change(entry: Mapping[str, Any]) -> str:
    """A facility and metal, or an area, with what changed."""
    what = f"{entry['facility_id']} {entry['metal']:<9}" if "metal" in entry else f"{entry['code']:<6}"
    value = f"{entry['from']} -> {entry['to']}" if "to" in entry else entry.get("status", "")
    return f"{what} {entry['name']}" + (f": {value}" if value else "")


def _text(report: dict[str, Any]) -> str:
    lines = [f"{report['source']}: the list of {report['as_of']} {WORDS[report['state']]}, {report['rows']} rows"]
    if report["reason"]:
        lines += [report["reason"]["message"], report["reason"]["remedy"]]
    if report["counts"]:
        lines.append(what_changed(report["counts"]))
    for kind in ("status_changed", "removed", "added", "renamed"):
        lines += [f"{kind:<15} {_change(entry)}" for entry in report["changes"].get(kind, [])]
    lines += [f"row {row['row']:<11} {REJECTS[row['reason']]}: {row.get('text', '')}" for row in report["rejects"]]
    return "\n".join(lines)
