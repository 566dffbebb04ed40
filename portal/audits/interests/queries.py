"""What has been declared of an audit, and who has not declared."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.audits.interests.models import AuditIndependence, AuditInterest
from portal.audits.models import JointAudit
from portal.audits.rules import Answer
from portal.db import session


@dataclass(frozen=True)
class Interests:
    """Declarations by authority, who of those that take part has made none, and what is recorded of the auditor."""

    declared: dict[UUID, AuditInterest]
    missing: list[UUID]
    independence: AuditIndependence | None

    @property
    def complete(self) -> bool:
        """Nothing is missing before the supplier is told."""
        return not self.missing and self.independence is not None


def interests_of(audit: JointAudit) -> Interests:
    """What is declared; the database shows declarations to those who take part alone."""
    rows = session.scalars(select(AuditInterest).where(AuditInterest.audit_id == audit.id)).all()
    declared = {row.authority_id: row for row in rows}
    joined = [row.authority_id for row in audit.participants if row.answer == Answer.JOINED]
    return Interests(declared, [one for one in joined if one not in declared], session.get(AuditIndependence, audit.id))
