"""`portal suppliers …`: the registry from the command line, with the services of the pages and no worker."""

import json
from pathlib import Path
from typing import Any

import click

from portal.access.actor import Actor
from portal.clock import today
from portal.commands import acting
from portal.db import transaction
from portal.errors import BadInput, DomainError
from portal.registry.gleif.commands import lei
from portal.registry.identifiers import SCHEMES, pretty
from portal.registry.imports import services
from portal.registry.imports.explain import told
from portal.registry.imports.fields import Field, guess, problems
from portal.registry.imports.plan import Plan
from portal.registry.imports.reading import read_table
from portal.registry.imports.tables import Table
from portal.registry.lookup import MOST, search, suppliers_of
from portal.registry.matching.pair_commands import score_file
from portal.registry.reasons import Refused
from portal.registry.rules import ImportState, RowOutcome

TO_LOOK_AT = (RowOutcome.REJECTED, RowOutcome.POSSIBLE_DUPLICATE)


@click.group()
def suppliers() -> None:
    """The shared registry of suppliers."""


suppliers.add_command(lei)


@suppliers.command()
@click.argument("text")
@click.option("--country", metavar="CODE", help="Only suppliers registered there, by two letters (ISO 3166).")
@click.option("--limit", type=click.IntRange(1, MOST), default=10, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="What was found as JSON.")
def lookup(text: str, country: str | None, limit: int, as_json: bool) -> None:
    """Find suppliers by any name, in any order and with slips, or by LEI, VAT or national number.

    Exit 0: something was found, 1: nothing, 2: could not look.
    """
    with acting():
        found = [
            {
                "id": str(supplier.id),
                "name": supplier.legal_name,
                "country": supplier.country,
                "identifiers": {one.scheme: one.value for one in supplier.identifiers},
                "why": {"kind": hit.why_kind, "text": hit.why_text},
                "score": round(hit.score, 1),
            }
            for hit, supplier in suppliers_of(search(text, country=country and country.upper(), limit=limit))
        ]
    if as_json:
        click.echo(json.dumps({"text": text, "found": found}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_found_lines(found)) or "Nothing found.")
    raise SystemExit(0 if found else 1)


def _found_lines(found: list[dict[str, Any]]) -> list[str]:
    """Two lines a supplier: what it is, and why it was found."""
    lines = []
    for one in found:
        numbers = [f"{SCHEMES[key].name} {pretty(key, value)}" for key, value in one["identifiers"].items()]
        lines.append("  ".join([one["name"], one["country"] or "country not known", *numbers]))
        kind = one["why"]["kind"]
        why = SCHEMES[kind].name if kind in SCHEMES else f"{kind} name"
        lines.append(f"    {one['id']}  {why}: {one['why']['text']}")
    return lines


@suppliers.command("score-pairs")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to; else to the screen.")
def score_pairs(file: Path, output: Path | None) -> None:
    """Score the pairs of names in FILE (CSV: name1, name2, and if known country1, country2).

    Writes each row with a score of 0 to 1, a decision (same, review, different) and the reasons in words. With a
    column is_match or label the quality follows on the error stream. Needs no database. Exit 0: every row is scored,
    1: rows are left out, 2: not done.
    """
    raise SystemExit(1 if score_file(file, output) else 0)


@suppliers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "slug", required=True, help="Short name of the authority that imports, e.g. stockholm.")
@click.option("--map", "maps", multiple=True, metavar="COLUMN=FIELD", help="What a column means; else it is guessed.")
@click.option("--source", help="Where the list comes from, in words; else the name of the file.")
@click.option("--add-duplicates", is_flag=True, help="Add possible duplicates as new suppliers too.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON.")
def import_list(
    file: Path,
    slug: str,
    maps: tuple[str, ...],
    source: str | None,
    add_duplicates: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import the list of suppliers in FILE (CSV or .xlsx), all of it or nothing.

    Fields: name, former_name, trading_name, local_name, country, lei, vat, national, os_id, cid, role,
    site_name, address, city, sector, parent, ignore. Exit 0: every row is taken, 1: rows are rejected or possible
    duplicates, 2: not done.
    """
    try:
        with acting(slug) as actor:
            content = file.read_bytes()
            table = read_table(content)
            fields = _fields(table, maps)
            if dry_run:
                plan = services.plan_import(table, _mapping(fields), _quiet, add_duplicates=add_duplicates)
            else:
                plan = _import(
                    actor, table, content, file.name, fields, source=source or file.name, add_duplicates=add_duplicates
                )
            result = _result(plan, table, fields, dry_run=dry_run)
    except DomainError as error:
        if as_json:
            click.echo(json.dumps({"error": {"message": str(error)}}, ensure_ascii=False))
            raise SystemExit(2) from error
        raise
    click.echo(json.dumps(result, ensure_ascii=False, indent=2) if as_json else _text(result))
    raise SystemExit(1 if result["rows"] else 0)


def _import(
    actor: Actor,
    table: Table,
    content: bytes,
    filename: str,
    fields: list[Field],
    *,
    source: str,
    add_duplicates: bool,
) -> Plan:
    """Upload, dry run and applying in one transaction."""
    with transaction():
        found = services.upload(actor, content=content, filename=filename, table=table)
        services.choose_columns(actor, found, fields, source=source, source_date=today())
        found.add_duplicates = add_duplicates
        services.begin(actor, found, ImportState.CHECKING)
        services.check(actor, found, table, _quiet)
        services.begin(actor, found, ImportState.APPLYING)
        return services.apply(actor, found, table, _quiet)


def _fields(table: Table, maps: tuple[str, ...]) -> list[Field]:
    """The guess, corrected by what was said on the command line."""
    fields = guess(table)
    names = [column.name for column in table.columns]
    for said in maps:
        column, equals, field = (part.strip() for part in said.rpartition("="))
        if not equals or column not in names:
            raise BadInput(f"There is no column “{column}”.", remedy=f"The columns are: {', '.join(names)}.")
        if field not in set(Field):
            raise BadInput(f"There is no field “{field}”.", remedy=f"The fields are: {', '.join(Field)}.")
        chosen = Field(field)
        if chosen is Field.NAME:  # what was said goes before what was guessed
            fields = [Field.IGNORE if guessed is Field.NAME else guessed for guessed in fields]
        fields[names.index(column)] = chosen
    for code in problems(fields):
        raise Refused(code)
    return fields


def _mapping(fields: list[Field]) -> dict[str, str]:
    return {str(index): field.value for index, field in enumerate(fields)}


def _quiet(_done: int, _total: int) -> None:
    """The command line shows no progress."""


def _result(plan: Plan, table: Table, fields: list[Field], *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "layout": table.layout,
        "columns": {column.name: field.value for column, field in zip(table.columns, fields, strict=True)},
        "counts": plan.counts(),
        "rows": [
            {
                "row": row.row,
                "outcome": row.outcome.value,
                "name": row.name,
                "cell": row.cell,
                "code": row.reason,
                "reason": told(row.reason, row.params) if row.reason else None,
                "supplier_id": str(row.entry.id) if row.entry and row.entry.id else None,
            }
            for row in plan.rows
            if row.outcome in TO_LOOK_AT
        ],
    }


def _text(result: dict[str, Any]) -> str:
    counts = result["counts"]
    did = "would be added" if result["dry_run"] else "added"
    lines = [
        ", ".join(f"{name} = {field}" for name, field in result["columns"].items()),
        f"{counts['rows']} rows: {counts['created']} new, {counts['matched']} matched,"
        f" {counts['possible_duplicate']} possible duplicates, {counts['rejected']} rejected",
        f"{counts['suppliers']} suppliers, {counts['sites']} sites, {counts['numbers']} numbers"
        f" and {counts['names']} more names {did}",
    ]
    for row in result["rows"]:
        place = row["cell"] or f"row {row['row']}"
        lines.append(f"{row['outcome']:<19} {place:<9} {row['name']}: {row['reason']}")
    return "\n".join(lines)
