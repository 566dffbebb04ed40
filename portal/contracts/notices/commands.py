"""`portal contracts …`: contracts from the command line, with the services of the pages and no worker."""

import json
from pathlib import Path
from typing import Any

import click

from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.commands import acting
from portal.contracts.notices import services
from portal.contracts.notices.model import Notice
from portal.contracts.notices.plan import NoticePlan
from portal.contracts.notices.reading import read_notices
from portal.contracts.notices.rules import ContractOutcome
from portal.db import transaction
from portal.errors import DomainError
from portal.registry.names import norm
from portal.registry.reasons import sentence
from portal.registry.rules import ImportState, RowOutcome

TO_LOOK_AT = (RowOutcome.REJECTED, RowOutcome.POSSIBLE_DUPLICATE, ContractOutcome.WAITS)


@click.group()
def contracts() -> None:
    """Contracts of one authority."""


@contracts.command("import-notice")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "slug", required=True, help="Short name of the authority that imports, e.g. stockholm.")
@click.option("--buyer", "buyers", multiple=True, help="Name of a buyer in the notice that is this authority.")
@click.option("--add-duplicates", is_flag=True, help="Add possible duplicates as new suppliers too.")
@click.option("--audience", type=click.Choice(["owner", "members"]), default="owner", show_default=True)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON.")
def import_notice(
    file: Path,
    slug: str,
    buyers: tuple[str, ...],
    add_duplicates: bool,
    audience: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import the winners and contracts of the procurement notices in FILE (eForms, OCDS, Catalan open data).

    Contracts are made only where the buyer is this authority. Exit 0: everything is taken, 1: something waits for a
    person, 2: not done.
    """
    try:
        with acting(slug) as actor:
            content = file.read_bytes()
            notices = read_notices(content)
            names = [norm(name) for name in buyers]
            if dry_run:
                plan = services.make_plan(actor, notices, our_buyers=names, add_duplicates=add_duplicates)
            else:
                plan = _import(actor, content, file.name, notices, names, add_duplicates, Audience(audience))
            result = _result(plan, notices, dry_run=dry_run)
    except DomainError as error:
        if as_json:
            click.echo(json.dumps({"error": {"message": str(error)}}, ensure_ascii=False))
            raise SystemExit(2) from error
        raise
    click.echo(json.dumps(result, ensure_ascii=False, indent=2) if as_json else _text(result))
    rows = [*result["suppliers"], *result["contracts"]]
    raise SystemExit(1 if any(row["outcome"] in TO_LOOK_AT for row in rows) else 0)


def _import(
    actor: Actor,
    content: bytes,
    filename: str,
    notices: list[Notice],
    names: list[str],
    add_duplicates: bool,
    audience: Audience,
) -> NoticePlan:
    """Upload, dry run and applying in one transaction."""
    with transaction():
        found = services.upload(actor, content=content, filename=filename, notices=notices)
        services.begin(actor, found, ImportState.CHECKING)
        found.our_buyers, found.add_duplicates, found.audience = names, add_duplicates, audience
        services.check(actor, found, notices)
        services.begin(actor, found, ImportState.APPLYING)
        return services.apply(actor, found, notices)


def _result(plan: NoticePlan, notices: list[Notice], *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "notices": [{"id": notice.id, "format": notice.format, "title": notice.title} for notice in notices],
        "buyers": [{"name": name, "ours": ours} for name, ours in plan.buyers],
        "counts": plan.counts(),
        "suppliers": [
            {
                "name": row.name,
                "outcome": row.outcome.value,
                "code": row.reason,
                "reason": sentence(row.reason, row.params) if row.reason else None,
                "supplier_id": str(row.entry.id) if row.entry and row.entry.id else None,
            }
            for row in plan.suppliers.rows
        ],
        "contracts": [
            {
                "number": one.number,
                "title": one.title,
                "winner": one.winner,
                "product_group": one.product_group.value,
                "starts_on": one.starts_on.isoformat(),
                "value_minor": one.value_minor,
                "currency": one.currency,
                "outcome": one.outcome.value,
                "code": one.reason,
                "reason": sentence(one.reason, one.params) if one.reason else None,
            }
            for one in plan.contracts
        ],
    }


def _text(result: dict[str, Any]) -> str:
    did = "would be added" if result["dry_run"] else "added"
    counts = result["counts"]
    lines = [f"{one['id']}  {one['title']}" for one in result["notices"]]
    lines += [f"buyer: {one['name']}" + (" (this authority)" if one["ours"] else "") for one in result["buyers"]]
    lines.append(f"{counts['suppliers']} suppliers and {counts['contracts_created']} contracts {did}")
    for row in result["suppliers"]:
        lines.append(f"supplier  {row['outcome']:<19} {row['name']}" + (f": {row['reason']}" if row["reason"] else ""))
    for row in result["contracts"]:
        what = f"{row['number']} {row['title']}, {row['winner']}"
        lines.append(f"contract  {row['outcome']:<19} {what}" + (f": {row['reason']}" if row["reason"] else ""))
    return "\n".join(lines)
