"""Everything that an actor may see, as objects for JSON Lines: docs/data-dump.md says what stands in them.

Each kind is read through its feature's visible_…(actor), in batches by id, inside one db.snapshot(): constant memory,
one moment. The last line says how many there are, so that a file that was cut off is recognised.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from portal.access.actor import Actor
from portal.assessments import queries as assessments
from portal.assessments.models import SupplierAssessment
from portal.audits import queries as audits
from portal.audits.models import JointAudit
from portal.authorities import queries as authorities
from portal.contracts import queries as contracts
from portal.contracts.models import Contract
from portal.db import among, now, session
from portal.declarations import queries as declarations
from portal.declarations.models import Declaration
from portal.dialogues import queries as dialogues
from portal.dialogues.models import DialogueEntry, PrivateNote
from portal.findings import queries as findings
from portal.findings.models import Finding, FindingRelease
from portal.registry import queries as registry
from portal.registry.identity import queries as identity
from portal.registry.identity.models import SupplierRole
from portal.registry.models import Site, Supplier, SupplierIdentifier, SupplierName
from portal.requests import queries as requests
from portal.requests.models import DeclarationRequest

FORMAT = 1
BATCH = 500

Object = dict[str, Any]


def everything(actor: Actor) -> Iterator[Object]:
    """A head, all records kind by kind, and an end that counts them."""
    slugs = {member.id: member.slug for member in authorities.all_authorities()}
    own = slugs.get(actor.authority_id) if actor.authority_id else None
    yield {"type": "dump", "id": None, "fields": {"format": FORMAT, "made_at": now().isoformat(), "for": own}}
    counts: Counter[str] = Counter()
    for one in _records(actor, slugs):
        counts[one["type"]] += 1
        yield one
    yield {"type": "end", "id": None, "fields": {"records": counts.total(), **counts}}


def _records(actor: Actor, slugs: dict[UUID, str]) -> Iterator[Object]:
    facts = (selectinload(Supplier.names), selectinload(Supplier.identifiers), selectinload(Supplier.sites))
    for batch in _batches(select(Supplier).where(Supplier.merged_into_id.is_(None)).options(*facts), Supplier):
        ids = [supplier.id for supplier in batch]
        followers, roles = registry.followers_of(ids), identity.roles_by_supplier(ids)
        for one in batch:
            yield _supplier(one, sorted(slugs[own] for own in followers[one.id]), roles.get(one.id, ()), slugs)
    steps = selectinload(SupplierAssessment.steps)
    rows = (selectinload(Declaration.lines), selectinload(Declaration.findings))
    parts = (selectinload(DialogueEntry.participants), selectinload(DialogueEntry.commitments))
    for bought in _batches(contracts.visible_contracts(actor), Contract):
        of = contracts.frameworks_of(actor, bought)
        yield from (_owned("contract", one, _contract(one, set(of)), slugs) for one in bought)
    yield from _shared(
        "assessment", assessments.visible_assessments(actor).options(steps), SupplierAssessment, _assessment, slugs
    )
    for entries in _batches(dialogues.visible_dialogues(actor).options(*parts), DialogueEntry):
        others = [one for entry in entries for one in (entry.corrects_id, entry.answers_id) if one]
        seen_too = _visible_ids(actor, others)
        yield from (_owned("dialogue", entry, _dialogue(entry, seen_too, slugs), slugs) for entry in entries)
        yield from (_note(note, slugs) for note in dialogues.private_notes(actor, entries))
    for visits in _batches(audits.visible_audits(actor), JointAudit):
        yield from (_owned("audit", audit, _audit(audit, slugs), slugs) for audit in visits)
    plan = selectinload(Finding.actions)
    yield from _shared("finding", findings.visible_findings(actor).options(plan), Finding, _finding, slugs)
    yield from _shared("finding_summary", findings.visible_releases(actor), FindingRelease, _release, slugs)
    yield from _shared(
        "declaration", declarations.visible_declarations(actor).options(*rows), Declaration, _declaration, slugs
    )
    history = selectinload(DeclarationRequest.steps)
    for asked in _batches(requests.visible_requests(actor).options(history), DeclarationRequest):
        seen = set(requests.seen_declarations(actor, [request.declaration_id for request in asked]))
        yield from (_owned("request", request, _request(request, seen), slugs) for request in asked)


def _batches(query: Select[Any], model: Any) -> Iterator[Sequence[Any]]:
    """The records of a query in the order of their ids."""
    ordered = query.order_by(None).order_by(model.id).limit(BATCH)
    page = ordered
    while batch := session.scalars(page).all():
        yield batch
        page = ordered.where(model.id > batch[-1].id)


def _visible_ids(actor: Actor, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these dialogues that the actor sees: not even the id of another one is told."""
    seen = dialogues.visible_dialogues(actor).where(among(DialogueEntry.id, ids))
    return set(session.scalars(seen.with_only_columns(DialogueEntry.id))) if ids else set()


def _shared(
    kind: str, query: Select[Any], model: Any, fields: Callable[[Any], Object], slugs: dict[UUID, str]
) -> Iterator[Object]:
    for batch in _batches(query, model):
        yield from (_owned(kind, record, fields(record), slugs) for record in batch)


def _owned(kind: str, record: Any, fields: Object, slugs: dict[UUID, str]) -> Object:
    """A record that an authority owns and may share."""
    return {
        "type": kind,
        "id": record.id,
        "fields": {"supplier": record.supplier_id, **fields},
        "provenance": {
            "owner": slugs[record.owner_id],
            "audience": record.audience,
            "named": sorted(slugs[one] for one in record.named_ids),
            "created_at": record.created_at.isoformat(),
        },
    }


def _stamp(fact: SupplierName | SupplierIdentifier | Site | SupplierRole, slugs: dict[UUID, str]) -> Object:
    entered_by = slugs[fact.entered_by_id] if fact.entered_by_id else None
    return {"source": fact.source, "source_date": fact.source_date, "entered_by": entered_by}


def _supplier(
    supplier: Supplier, followers: list[str], roles: Sequence[SupplierRole], slugs: dict[UUID, str]
) -> Object:
    brought_in_by = slugs[supplier.brought_in_by_id] if supplier.brought_in_by_id else None
    return {
        "type": "supplier",
        "id": supplier.id,
        "fields": {
            "name": supplier.legal_name,
            "country": supplier.country,
            "parent": supplier.parent_id,
            "followed_by": followers,
            "names": [
                _values(one, "name", "kind", "valid_from", "valid_to") | {"provenance": _stamp(one, slugs)}
                for one in supplier.names
            ],
            "roles": [_values(one, "role") | {"provenance": _stamp(one, slugs)} for one in roles],
            "identifiers": [
                _values(one, "scheme", "value") | {"provenance": _stamp(one, slugs)} for one in supplier.identifiers
            ],
            "sites": [
                _values(one, "id", "name", "address", "city", "country", "sector") | {"provenance": _stamp(one, slugs)}
                for one in supplier.sites
            ],
        },
        "provenance": {"brought_in_by": brought_in_by, "created_at": supplier.created_at.isoformat()},
    }


def _values(record: Any, *names: str) -> Object:
    return {name: getattr(record, name) for name in names}


def _contract(row: Contract, visible: set[UUID]) -> Object:
    framework = row.framework_id if row.framework_id in visible else None
    names = (
        "kind",
        "number",
        "title",
        "product_group",
        "more_groups",
        "starts_on",
        "ends_on",
        "value_minor",
        "currency",
    )
    return _values(row, *names, "notice_id", "notice_part") | {"framework": framework}


def _assessment(row: SupplierAssessment) -> Object:
    steps = [_values(step, "step", "answer", "grade", "note") for step in row.steps]
    return _values(row, "as_of", "product_group", "rubric_version", "method") | {"steps": steps}


def _dialogue(row: DialogueEntry, visible: set[UUID], slugs: dict[UUID, str]) -> Object:
    """No authority means the supplier's side."""
    return {
        **_values(row, "subject", "held_on", "channel", "summary", "objective", "issues", "milestone", "escalation"),
        "answer_by": row.answer_by,
        "corrects": row.corrects_id if row.corrects_id in visible else None,
        "answers": row.answers_id if row.answers_id in visible else None,
        "participants": [
            {"authority": slugs[one.authority_id] if one.authority_id else None, "role_title": one.role_title}
            for one in row.participants
        ],
        "commitments": [
            {
                **_values(one, "id", "what", "due_on", "done_note"),
                "authority": slugs[one.authority_id] if one.authority_id else None,
                "done_at": one.done_at.isoformat() if one.done_at else None,
                "done_by": slugs[one.done_by_id] if one.done_by_id else None,
            }
            for one in row.commitments
        ],
    }


def _note(note: PrivateNote, slugs: dict[UUID, str]) -> Object:
    """One's own authority's note: it is in nobody else's dump."""
    return {
        "type": "private_note",
        "id": note.id,
        "fields": {"dialogue": note.dialogue_id, "text": note.text},
        "provenance": {"owner": slugs[note.owner_id], "created_at": note.created_at.isoformat()},
    }


def _audit(row: JointAudit, slugs: dict[UUID, str]) -> Object:
    names = ("title", "audit_type", "scope", "starts_on", "ends_on", "answer_by", "state", "state_reason")
    return {
        **_values(row, *names),
        "site": row.site_id,
        "participants": [
            {"authority": slugs[one.authority_id], "role": one.role, "answer": one.answer} for one in row.participants
        ],
    }


def _finding(row: Finding) -> Object:
    names = ("title", "severity", "scheme", "scheme_severity", "annex_ii", "oecd_step", "clause", "description")
    plan = ("text", "responsible", "due_on", "state", "progress", "done_on")
    return {
        **_values(row, *names, "found_on", "plan_due", "close_due", "state", "closed_on"),
        "actions": [_values(action, *plan) for action in row.actions],
    }


def _release(row: FindingRelease) -> Object:
    names = ("severity", "annex_ii", "oecd_step", "summary", "planned", "close_due", "closed_on", "released_on")
    return {**_values(row, *names), "finding": row.finding_id}


def _request(row: DeclarationRequest, seen: set[UUID]) -> Object:
    """The declaration that answers it is named only where one may see it."""
    names = ("template", "minerals", "scope_code", "scope_description", "instructions", "language", "asked_on")
    return {
        **_values(row, *names, "due_on", "state"),
        "declaration": row.declaration_id if row.declaration_id in seen else None,
        "steps": [_values(step, "state", "taken_on", "due_on", "note") for step in row.steps],
    }


def _declaration(row: Declaration) -> Object:
    names = ("template", "revision", "language", "company_name", "scope_code", "scope_description", "effective_date")
    lines = ("row", "metal", "declared_name", "declared_id", "declared_country", "resolved_id", "match", "status")
    return {
        **_values(row, *names, "received_on", "answers", "counts", "rules_version"),
        "smelters": [_values(line, *lines) for line in row.lines],
        "findings": [_values(one, "code", "severity", "sheet", "cell", "params") for one in row.findings],
    }
