"""Which declarations a change is about. For the worker and operators: not narrowed to an actor."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, tuple_

from portal.db import session
from portal.declarations.models import Declaration, SmelterLine
from portal.declarations.rechecking.rules import Affected, Because
from portal.evidence.models import EvidenceItem
from portal.outbox.events import Event
from portal.outbox.models import OutboxEvent


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A declaration with the file that it was read from."""

    declaration_id: UUID
    sha256: str
    filename: str | None


def next_affected(affected: Affected, after: UUID | None, most: int) -> Sequence[KeptFile]:
    """The next declarations behind `after`, by id, without withdrawn ones."""
    query = (
        select(Declaration.id, EvidenceItem.sha256, EvidenceItem.filename)
        .join(EvidenceItem, EvidenceItem.id == Declaration.evidence_id)
        .where(*_wanted(affected))
        .order_by(Declaration.id)
        .limit(most)
    )
    if after:
        query = query.where(Declaration.id > after)
    return [KeptFile(*row) for row in session.execute(query)]


def count_affected(affected: Affected) -> int:
    """How many declarations a change is about."""
    return session.scalar(select(func.count()).select_from(Declaration).where(*_wanted(affected))) or 0


def _wanted(affected: Affected) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [Declaration.withdrawn_at.is_(None)]
    if affected.older_than:
        wanted.append(Declaration.rules_version != affected.older_than)
    if not affected.every:
        lines = select(SmelterLine.declaration_id).where(_names(affected))
        wanted.append(Declaration.id.in_(lines))
    return wanted


def _names(affected: Affected) -> ColumnElement[bool]:
    """Rows that mean one of the facilities: by their own id, or by the name that they give."""
    facility = SmelterLine.resolved_id
    return or_(
        tuple_(facility, SmelterLine.metal).in_(affected.pairs),
        facility.in_(affected.facilities),
        SmelterLine.declared_name.in_(affected.names),
    )


def asked_for_rules(version: str) -> bool:
    """Whether the worker was asked to check all by these rules before."""
    asked = select(OutboxEvent.id).where(
        OutboxEvent.name == Event.DECLARATIONS_OUTDATED,
        OutboxEvent.payload["because"].astext == Because.RULES,
        OutboxEvent.payload["rules"].astext == version,
    )
    return bool(session.scalar(select(asked.exists())))


def any_outdated(version: str) -> bool:
    """Whether a declaration was last checked by other rules than these."""
    older = select(Declaration.id).where(*_wanted(Affected(every=True, older_than=version)))
    return bool(session.scalar(select(older.exists())))
