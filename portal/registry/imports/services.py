"""Use cases of imports: a list is uploaded, its columns are named, a dry run says what would happen, then it is applied
whole or not at all. Checking and applying are the worker's; the command line does them in its own process.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import session
from portal.errors import BadInput, InvalidTransition
from portal.evidence import queries as evidence
from portal.evidence.models import EvidenceItem
from portal.evidence.services import store_file
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry.identity.ownership import link_leis
from portal.registry.imports import queries
from portal.registry.imports.fields import Field, guess, problems
from portal.registry.imports.known import load_ledger, owners_of
from portal.registry.imports.plan import Plan, make_plan
from portal.registry.imports.reading import read_table
from portal.registry.imports.rows import RowFacts, read_rows
from portal.registry.imports.steps import step
from portal.registry.imports.tables import Table
from portal.registry.imports.writing import leis_of, write_report, write_suppliers
from portal.registry.merging_lock import hold_off_merging
from portal.registry.models import SupplierImport
from portal.registry.reasons import Refused
from portal.registry.rules import ImportState
from portal.registry.texts import MAX_WORDS, one_line

STEP = 500  # rows between two reports of progress
MANY_NAMES = 1_000  # new ones from which the words of the registry are counted anew at once
Report = Callable[[int, int], None]
Item = TypeVar("Item")


def upload(actor: Actor, *, content: bytes, filename: str | None, table: Table) -> SupplierImport:
    """Keep a list that was read (reading.read_table) with a guess at its columns, or the choices made last time."""
    require(actor, Permission.IMPORT_SUPPLIERS)
    file = store_file(actor, content=content, filename=filename, media_type="application/octet-stream")
    before = queries.remembered(actor, [column.name for column in table.columns])
    found = SupplierImport(
        owner_id=file.owner_id,
        user_id=actor.user_id,
        evidence_id=file.id,
        filename=file.filename,
        source=before.source if before else "",
        state=ImportState.UPLOADED,
        columns=[{"name": column.name, "samples": list(column.samples)} for column in table.columns],
        layout=table.layout,
        mapping=before.mapping if before else {str(index): field.value for index, field in enumerate(guess(table))},
    )
    session.add(found)
    session.flush()
    record(actor, "import.uploaded", found, rows=table.layout["rows"])
    return found


def choose_columns(
    actor: Actor, found: SupplierImport, fields: Sequence[Field], *, source: str, source_date: date
) -> None:
    """Say what the columns mean and where the list comes from."""
    require(actor, Permission.IMPORT_SUPPLIERS, found)
    if found.state == ImportState.APPLIED:
        raise InvalidTransition(_("This list is in the registry already. Upload it again to import it differently."))
    if found.state in (ImportState.CHECKING, ImportState.APPLYING):
        raise InvalidTransition(_("This import is under way. Wait for its report."))
    for code in problems(fields):
        raise Refused(code, field="fields")
    if source_date > today():
        raise BadInput(_("The date lies in the future."), field="source_date", remedy=_("Check the date."))
    found.source = one_line(source, MAX_WORDS)
    if not found.source:
        raise BadInput(_("The source is missing."), field="source", remedy=_("Say where the list comes from."))
    found.source_date = source_date
    found.mapping = {str(index): field.value for index, field in enumerate(fields)}
    session.flush()


def request_check(actor: Actor, found: SupplierImport) -> None:
    """Have the worker do the dry run."""
    require(actor, Permission.IMPORT_SUPPLIERS, found)
    step(found, ImportState.CHECKING)
    emit(Event.IMPORT_REQUESTED, actor=actor, import_id=found.id, authority_id=found.owner_id, mode="check")


def request_apply(actor: Actor, found: SupplierImport, *, add_duplicates: bool) -> None:
    """Have the worker do what the dry run said; possible duplicates are skipped unless they are to be added."""
    require(actor, Permission.IMPORT_SUPPLIERS, found)
    step(found, ImportState.APPLYING)
    found.add_duplicates = add_duplicates
    session.flush()
    emit(Event.IMPORT_REQUESTED, actor=actor, import_id=found.id, authority_id=found.owner_id, mode="apply")


def run(import_id: UUID, report: Report) -> None:
    """What the worker does: check or apply, whichever the import waits for; nothing if that is done already.

    A list that cannot be read ends as failed, with the reason. Anything else that goes wrong leaves it waiting, and
    the outbox tries again.
    """
    found = session.scalar(select(SupplierImport).where(SupplierImport.id == import_id).with_for_update())
    if found is None or found.state not in (ImportState.CHECKING, ImportState.APPLYING):
        return
    actor = Actor(name="import", user_id=found.user_id, authority_id=found.owner_id, is_system=True)
    try:
        table = _table(found)
    except Refused as refused:
        step(found, ImportState.FAILED)
        found.error = {"code": refused.code, "params": refused.params}
        session.flush()
        return
    if found.state == ImportState.CHECKING:
        check(actor, found, table, report)
    else:
        apply(actor, found, table, report)


def check(actor: Actor, found: SupplierImport, table: Table, report: Report) -> Plan:
    """The dry run: what would be done with each row. The import must be in the state of checking."""
    plan = plan_import(table, found.mapping, report, add_duplicates=False)
    write_report(found, plan)
    found.error = None
    step(found, ImportState.CHECKED)
    record(actor, "import.checked", found, **found.counts)
    return plan


def apply(actor: Actor, found: SupplierImport, table: Table, report: Report) -> Plan:
    """Add everything to the registry, as it stands now. The import must be in the state of applying."""
    # One at a time: two lists with the same new supplier must not both make it.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("supplier.import"))))
    hold_off_merging()
    plan = plan_import(table, found.mapping, report, add_duplicates=found.add_duplicates)
    write_suppliers(found, plan)
    link_leis(actor, leis_of(plan))
    write_report(found, plan)
    step(found, ImportState.APPLIED)
    file = session.get_one(EvidenceItem, found.evidence_id)
    record(actor, "import.applied", found, sha256=file.sha256, source_date=found.source_date, **found.counts)
    if found.counts["suppliers"] + found.counts["names"] >= MANY_NAMES:
        emit(Event.MANY_NAMES_ADDED, actor=actor, import_id=found.id)
    return plan


def begin(actor: Actor, found: SupplierImport, state: ImportState) -> None:
    """Put an import into the state that `check` or `apply` starts from, for doing it in this very process."""
    require(actor, Permission.IMPORT_SUPPLIERS, found)
    step(found, state)


def plan_import(table: Table, mapping: Mapping[str, str], report: Report, *, add_duplicates: bool) -> Plan:
    """Read the rows and decide on each of them against the registry as it is. Writes nothing."""
    total = 2 * len(table.rows)
    fields = {int(index): Field(value) for index, value in mapping.items()}
    facts = list(_counted(read_rows(table, fields), report, 0, total))
    ledger = load_ledger([fact for fact in facts if isinstance(fact, RowFacts)])
    steps = _counted(facts, report, len(table.rows), total)
    plan = make_plan(steps, ledger, owners_of, add_duplicates=add_duplicates)
    report(total, total)
    return plan


def _counted(items: Iterable[Item], report: Report, done: int, total: int) -> Iterator[Item]:
    for count, item in enumerate(items):
        if count % STEP == 0:
            report(done + count, total)
        yield item


def _table(found: SupplierImport) -> Table:
    file = session.get_one(EvidenceItem, found.evidence_id)
    return read_table(evidence.content_of(file.sha256))
