"""`portal suppliers export` and `portal dump`: files with what an authority sees of several features."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from portal.commands import acting
from portal.db import snapshot
from portal.errors import BadInput
from portal.picture import registry_export
from portal.picture.dump import everything
from portal.registry.commands import suppliers
from portal.registry.lookup_list import Narrowing
from portal.web.csvfile import csv_pieces
from portal.web.jsonlines import json_lines
from portal.web.xlsxfile import write_xlsx

ALL = Narrowing()


@suppliers.command()
@click.option("--as", "slug", required=True, help="Short name of the authority whose view it is, e.g. stockholm.")
@click.option(
    "--format", "kind", type=click.Choice(["csv", "xlsx", "jsonl"]), default="csv", show_default=True, help="Its kind."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file; else standard output.")
def export(slug: str, kind: str, output: Path | None) -> None:
    """Write the whole registry with what the authority sees of it. Exit 0: written, 2: not written."""
    if kind == "xlsx" and output is None and sys.stdout.isatty():
        raise BadInput("A workbook is no text for a terminal.", remedy="Say where to: -o suppliers.xlsx")
    with acting(slug) as actor, snapshot(authority_id=actor.authority_id, locked=actor.locked), opened(output) as file:
        if kind == "xlsx":
            write_xlsx(registry_export.table(actor, ALL), file, sheet="Suppliers")
        elif kind == "csv":
            write(file, csv_pieces(registry_export.table(actor, ALL)))
        else:
            write(file, json_lines(registry_export.objects(actor, ALL)))


@click.command()
@click.option("--as", "slug", required=True, help="Short name of the authority whose view it is, e.g. stockholm.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file; else standard output.")
def dump(slug: str, output: Path | None) -> None:
    """Write everything that an authority may see as JSON Lines (docs/data-dump.md). Exit 0: written, 2: not written."""
    with acting(slug) as actor, snapshot(authority_id=actor.authority_id, locked=actor.locked), opened(output) as file:
        write(file, json_lines(everything(actor)))


def write(file: IO[bytes], pieces: Iterable[str]) -> None:
    """Text as UTF-8."""
    for piece in pieces:
        file.write(piece.encode())


@contextmanager
def opened(path: Path | None) -> Iterator[IO[bytes]]:
    """A file that is there only once it is whole, or standard output."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.", remedy="Choose another place.") from error
    finally:
        unfinished.unlink(missing_ok=True)
