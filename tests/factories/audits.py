"""Joint audits for tests, written straight into the tables."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portal.audits.interests.models import AuditIndependence, AuditInterest
from portal.audits.models import AuditParticipant, JointAudit
from portal.audits.polls.models import AuditPoll, AuditPollOption
from portal.clock import today
from portal.db import now, session
from portal.registry.models import Supplier
from tests.factories.registry import make_supplier


def _course(state: str, first: date) -> dict[str, date]:
    """The dates that an audit in this state must have."""
    noticed, held, reported = {"notice_on": first - timedelta(days=28)}, {"fieldwork_from": first}, {"report_on": first}
    if state in ("notified", "confirmed"):
        return noticed
    if state == "report_review":
        return {**held, "fieldwork_to": first + timedelta(days=1)}
    if state in ("plan_agreed", "follow_up", "closed"):
        return {**held, "fieldwork_to": first + timedelta(days=1), **reported}
    return {}


def make_audit(
    *, owner_id: UUID, invited: Sequence[UUID] = (), supplier: Supplier | None = None, **values: Any
) -> JointAudit:
    """An audit led by `owner_id` in two weeks, with whoever is named or `invited` not having answered; flushed."""
    supplier = supplier or make_supplier()
    first = values.setdefault("starts_on", today() + timedelta(days=14))
    named_ids = values.setdefault("named_ids", list(invited))
    values.setdefault("audience", "named" if named_ids else "owner")
    audit = JointAudit(
        **{
            **_course(values.get("state", "proposed"), first),
            "owner_id": owner_id,
            "supplier_id": supplier.id,
            "site_id": supplier.sites[0].id,
            "title": "Working hours and minerals",
            "audit_type": "site",
            "scope": "Time records, smelter data",
            "ends_on": first + timedelta(days=1),
            "answer_by": min(today() + timedelta(days=7), first),
            "state": "proposed",
            **values,
        },
        participants=[
            AuditParticipant(authority_id=owner_id, role="lead", answer="joined"),
            *(
                AuditParticipant(authority_id=authority_id, role="co_buyer", answer="invited")
                for authority_id in invited or named_ids
            ),
        ],
    )
    session.add(audit)
    session.flush()
    return audit


def make_poll(audit: JointAudit, **values: Any) -> AuditPoll:
    """An open date poll with the audit's first and last day to choose from, which asks everybody in it; flushed."""
    poll = AuditPoll(
        **{
            "audit_id": audit.id,
            "asked_ids": [row.authority_id for row in audit.participants],
            "answer_by": today() + timedelta(days=3),
            "timezone": "Asia/Shanghai",
            **values,
        },
        options=[AuditPollOption(starts_on=day, ends_on=day) for day in (audit.starts_on, audit.ends_on)],
    )
    session.add(poll)
    session.flush()
    return poll


def declare_all(audit: JointAudit) -> None:
    """Everybody that joined has declared that it has no conflict, and the auditor's independence is recorded."""
    for row in audit.participants:
        if row.answer == "joined":
            session.add(AuditInterest(audit_id=audit.id, authority_id=row.authority_id, declared_at=now()))
    session.add(
        AuditIndependence(audit_id=audit.id, firm="Prüfhaus Nord", statement="No work for them.", recorded_at=now())
    )
    session.flush()
