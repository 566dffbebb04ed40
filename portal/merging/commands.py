"""`portal suppliers sweep`: look for suppliers that stand in the registry twice, without waiting for the night."""

import json

import click

from portal.commands import acting
from portal.db import transaction
from portal.merging.pairs.sweep import Swept, sweep_batch
from portal.registry.commands import suppliers


@suppliers.command()
@click.option("--json", "as_json", is_flag=True, help="The result as JSON.")
def sweep(as_json: bool) -> None:
    """Look for pairs that may be one company, among suppliers new or changed since the last sweep. Merges nothing.

    Exit 0: no new pair, 1: new pairs wait at /duplicates, 2: could not look.
    """
    looked, judged, found = 0, 0, 0
    with acting():
        while batch := _batch():
            looked, judged, found = looked + batch.suppliers, judged + batch.judged, found + batch.found
    if as_json:
        click.echo(json.dumps({"suppliers": looked, "judged": judged, "found": found}))
    else:
        click.echo(f"{looked} suppliers looked at, {judged} pairs judged, {found} new pairs to decide.")
    raise SystemExit(1 if found else 0)


def _batch() -> Swept | None:
    with transaction():
        return sweep_batch()
