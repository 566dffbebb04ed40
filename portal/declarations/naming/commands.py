"""`portal smelters load FILE`: make the look-up of a released template known, from the blank workbook or as CSV."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import click

from portal import db
from portal.commands import acting
from portal.declarations.reading.sandbox import read_in_child
from portal.errors import BadInput
from portal.minerals.matching.lists import ListedName
from portal.minerals.services import load_lookup

_COLUMNS = ("template", "version", "metal", "lookup_name", "standard_name", "country", "cid")
_NO_FACILITY = ("", "unknown")  # the standard name of “Smelter not listed” and “Smelter not yet identified”

Releases = dict[tuple[str, str], list[ListedName]]  # (template, revision) -> its look-up


@click.group()
def smelters() -> None:
    """Smelters and refiners, and the names they go by."""


@smelters.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(files: tuple[Path, ...]) -> None:
    """Read the look-ups of FILES: templates as RMI publishes them (.xlsx), or CSV with the columns template, version,
    metal, lookup_name, standard_name, country, cid, and city and state if known.

    Take templates from RMI itself: a workbook that a supplier filled may have a changed look-up. All or nothing.
    """
    releases: Releases = defaultdict(list)
    for file in files:
        for release, names in (_of_csv if file.suffix.lower() == ".csv" else _of_workbook)(file).items():
            releases[release] += names
    with acting() as actor, db.transaction():
        for (template, revision), names in sorted(releases.items()):
            number = load_lookup(actor, template, revision, names)
            click.echo(f"{template} {revision}: {number} names")


def _of_workbook(file: Path) -> Releases:
    reading = read_in_child(file.read_bytes())
    if not reading.lookup:
        raise BadInput(f"{file.name} has no look-up of smelters.", remedy="Choose another template.")
    names = (ListedName(row.metal, row.alias, row.cid, row.standard_name, row.country) for row in reading.lookup)
    return {(str(reading.kind), reading.revision): list(_facilities(names))}


def _of_csv(file: Path) -> Releases:
    try:
        rows = csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig")), strict=True)
        missing = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            raise BadInput(f"{file.name} lacks the columns {', '.join(missing)}.", remedy="Its first row names them.")
        found: Releases = defaultdict(list)
        for row in rows:
            if None in row or any(row[column] is None for column in _COLUMNS):
                raise BadInput(
                    f"{file.name}, line {rows.line_num}: it has more or fewer values than there are columns.",
                    remedy="Correct the line. Nothing was loaded.",
                )
            name = ListedName(
                row["metal"],
                row["lookup_name"],
                row["cid"],
                row["standard_name"],
                row["country"],
                row.get("city"),
                row.get("state"),
            )
            found[row["template"], row["version"]].append(name)
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{file.name} cannot be read as CSV in UTF-8: {error}.", remedy="Save it anew.") from error
    return {release: list(_facilities(names)) for release, names in found.items()}


def _facilities(names: Iterable[ListedName]) -> Iterable[ListedName]:
    """The names that mean a facility, without the two that stand for none."""
    return (one for one in names if one.facility_id and one.standard_name.strip().casefold() not in _NO_FACILITY)
