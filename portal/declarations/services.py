"""Use cases of declarations: a file is received, read, checked and kept, or refused whole."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, select

from portal.access.actor import Actor
from portal.access.audience import Audience, set_audience, widened
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.cahra import queries as cahra
from portal.clock import today
from portal.db import session
from portal.declarations.areas import wholly_listed
from portal.declarations.candidates import listed_among
from portal.declarations.check import Report, check_file
from portal.declarations.checks import assurance
from portal.declarations.checks.assurance import Standing, Surroundings
from portal.declarations.models import Declaration, DeclarationCheck, DeclarationFinding, SmelterLine
from portal.declarations.naming.meanings import accepted_names
from portal.declarations.reading.result import Reading
from portal.declarations.rechecking.rules import Because
from portal.declarations.rules import Facility, smelters_mark
from portal.declarations.rules import SmelterLine as ReadLine
from portal.errors import BadInput, Conflict
from portal.evidence.models import EvidenceItem
from portal.evidence.services import store_file
from portal.journal.services import record
from portal.minerals import queries as minerals
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry import queries as registry

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read_file(path: Path) -> Report:
    """Read and check a file of the command line as an upload is. Raises Unreadable."""
    return read_declaration(path, path.name)


def read_declaration(content: bytes | Path, filename: str | None, *, product: str | None = None) -> Report:
    """Read and check a file against today and what the portal knows. Raises Unreadable.

    `product` is what a contract asked a declaration for, if one did.
    """
    names = minerals.listed_names()
    known: dict[str, Facility] = {}
    for one in names:
        facility = Facility(one.facility_id, one.metal.capitalize(), one.standard_name, one.country)
        known.setdefault(one.facility_id, facility)
    others = [*names, *accepted_names()]
    return check_file(content, filename, today(), known, names=others, ask=partial(surroundings, product=product))


def surroundings(reading: Reading, lines: Sequence[ReadLine], *, product: str | None = None) -> Surroundings:
    """What the assurance lists say of the rows, on the declaration's date and today, and which countries were on the
    list of conflict-affected areas on that date, and whom sanctions lists may mean. Eight statements at most.
    """
    pairs = assurance.pairs_of(lines)
    now = minerals.statuses(pairs)
    then = minerals.statuses(pairs, on=reading.effective_date) if reading.effective_date else {}
    return Surroundings(
        then={pair: Standing(status.status) for pair, status in then.items()},
        today={pair: Standing(status.status, status.past_due) for pair, status in now.items()},
        areas=wholly_listed(assurance.places_of(reading), cahra.list_on(reading.effective_date)),
        listed=listed_among(lines),
        product=product,
    )


def add_declaration(
    actor: Actor,
    supplier_id: UUID,
    *,
    content: bytes,
    filename: str | None,
    report: Report,
    received_on: date,
    audience: Audience,
    named_ids: list[UUID],
) -> Declaration:
    """Keep a declaration that was read: the file, its answers, every smelter row and every finding.

    The report is made before, outside the transaction. Raises Conflict when our authority has this very file of
    this supplier already.
    """
    require(actor, Permission.UPLOAD_DECLARATION)
    supplier = registry.get_supplier(supplier_id)
    if received_on > today():
        raise BadInput("The day of receipt lies in the future.", field="received_on", remedy="Check the date.")
    evidence = store_file(
        actor, content=content, filename=filename, media_type=XLSX, audience=audience, named_ids=named_ids
    )
    _refuse_second_copy(supplier_id, evidence)
    values = report.as_json()
    declaration = Declaration(
        owner_id=evidence.owner_id,
        supplier_id=supplier.id,
        evidence_id=evidence.id,
        template=values["template"],
        revision=values["revision"],
        language=values["language"],
        company_name=values["company"]["name"],
        scope_code=values["scope"]["code"],
        scope_description=values["scope"]["description"],
        effective_date=report.reading.effective_date,
        received_on=received_on,
        answers=values["answers"],
        smelters_mark=smelters_mark(report.lines),
        counts=report.counts(),
        rules_version=report.rules_version,
    )
    set_audience(declaration, audience, named_ids)
    session.add(declaration)
    session.flush()
    _keep_rows(declaration, report)
    _keep_check(declaration, report)
    record(
        actor,
        "declaration.added",
        declaration,
        supplier=supplier.id,
        template=declaration.template,
        revision=declaration.revision,
        audience=declaration.audience,
    )
    emit(Event.DECLARATION_ADDED, actor=actor, declaration_id=declaration.id)
    return declaration


def check_again(
    actor: Actor, declaration: Declaration, report: Report, *, because: Because | None = None
) -> DeclarationCheck:
    """Keep another checking of the same file, by the rules and lists of today. Earlier ones stay as they are.

    The report is made before, outside the transaction, by `read_declaration` on the kept bytes.
    `because` says why, where no person asked.
    """
    require(actor, Permission.EDIT_DECLARATION, declaration)
    check = _keep_check(declaration, report, because)
    record(actor, "declaration.checked_again", declaration, check=check.id, rules_version=check.rules_version)
    emit(Event.DECLARATION_CHECKED_AGAIN, actor=actor, declaration_id=declaration.id)
    return check


def change_audience(actor: Actor, declaration: Declaration, audience: Audience, named_ids: list[UUID]) -> None:
    """Widen or narrow who sees a declaration and its file."""
    require(actor, Permission.EDIT_DECLARATION, declaration)
    # Locked against new reliances of others, whose foreign key waits for it (portal/declarations/reuse/services.py).
    session.refresh(declaration, with_for_update=True)
    before = (declaration.audience, list(declaration.named_ids))
    evidence = session.get_one(EvidenceItem, declaration.evidence_id)
    set_audience(declaration, audience, named_ids)
    set_audience(evidence, audience, named_ids)
    session.flush()
    record(actor, "declaration.audience_changed", declaration, audience=declaration.audience)
    if widened((declaration.audience, declaration.named_ids), before):  # somebody saw it who does not any more
        emit(Event.DECLARATION_NARROWED, actor=actor, declaration_id=declaration.id)


def _refuse_second_copy(supplier_id: UUID, evidence: EvidenceItem) -> None:
    same_file = (  # ours, whoever brings it: a supplier's guest sees none of them
        select(Declaration)
        .join(EvidenceItem, EvidenceItem.id == Declaration.evidence_id)
        .where(
            Declaration.owner_id == evidence.owner_id,
            Declaration.supplier_id == supplier_id,
            EvidenceItem.sha256 == evidence.sha256,
        )
    )
    if session.scalar(select(same_file.exists())):
        raise Conflict("Your authority has received this very file from this supplier already.")


def _keep_rows(declaration: Declaration, report: Report) -> None:
    lines = [
        {
            "declaration_id": declaration.id,
            "row": line.row,
            "metal": line.metal.lower() if line.metal else None,
            "declared_name": line.declared_name,
            "declared_id": line.declared_id,
            "declared_country": line.declared_country,
            "listed_country": line.listed_country,
            "mine": line.reported.mine if line.reported else None,
            "mine_country": line.reported.mine_country if line.reported else None,
            "resolved_id": line.resolved_id,
            "standard_name": line.standard_name,
            "match": line.match,
            "status": line.status,
            "confidence": line.confidence,
        }
        for line in report.lines
    ]
    if lines:
        session.execute(insert(SmelterLine), lines)


def _keep_check(declaration: Declaration, report: Report, because: Because | None = None) -> DeclarationCheck:
    """A check with its findings beside those there are; the declaration points to it as the newest."""
    check = DeclarationCheck(
        declaration_id=declaration.id,
        rules_version=report.rules_version,
        because=because,
        judged_on=report.as_of,
        counts=report.counts(),
    )
    session.add(check)
    session.flush()
    findings = [
        {
            "declaration_id": declaration.id,
            "check_id": check.id,
            "position": position,
            "rules_version": report.rules_version,
            "code": finding.code,
            "severity": finding.severity,
            "sheet": finding.sheet,
            "cell": finding.cell,
            "params": dict(finding.params),
        }
        for position, finding in enumerate(report.findings)
    ]
    if findings:
        session.execute(insert(DeclarationFinding), findings)
    declaration.check_id, declaration.counts, declaration.rules_version = check.id, check.counts, check.rules_version
    session.flush()
    return check
