"""What stands in a feed: exactly what its holder may see, asked anew each time.

An entry's text names the supplier and no more: what leaves in a feed lies in programs that the portal does not know.
"""

from collections.abc import Iterator
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import can
from portal.audits.labels import TITLES
from portal.audits.models import JointAudit
from portal.audits.queries import participant, visible_audits
from portal.audits.rules import OFF, Answer, AuditState
from portal.calendars.rules import KEPT, Entry, Status
from portal.clock import today
from portal.db import session
from portal.dialogues.models import Commitment, DialogueEntry
from portal.dialogues.queries import unanswered, visible_open_commitments
from portal.findings.models import CorrectiveAction, Finding, FindingExtension
from portal.findings.queries import visible_findings
from portal.findings.rules import ACTIONS_OPEN
from portal.registry.models import Site, Supplier

# What does not take place in its window any more leaves the holder's calendar as well.
STATUS = {AuditState.PROPOSED: Status.TENTATIVE} | dict.fromkeys(OFF, Status.CANCELLED)


def of(actor: Actor) -> list[Entry]:
    """Audits that the actor may see, and the due days that are its authority's, by day."""
    since = today() - KEPT
    found: list[Entry] = []
    if can(actor, Permission.READ_AUDIT):
        found += _audits(actor, since)
    if can(actor, Permission.READ_DIALOGUE):
        found += _commitments(actor, since)
        found += _answers(actor, since)
    if can(actor, Permission.READ_FINDING):
        found += _actions(actor, since)
    return sorted(found, key=lambda entry: (entry.starts_on, entry.uid))


def _audits(actor: Actor, since: date) -> Iterator[Entry]:
    """Each audit in its window, and the day until which we should answer an invitation."""
    rows = session.execute(
        visible_audits(actor)
        .add_columns(Supplier.legal_name, Site)
        .join(Supplier, Supplier.id == JointAudit.supplier_id)
        .join(Site, Site.id == JointAudit.site_id)
        .where(JointAudit.ends_on >= since, JointAudit.state != AuditState.DRAFT)
    )
    for audit, supplier, site in rows:
        state = AuditState(audit.state)
        yield Entry(
            kind="audit",
            id=audit.id,
            starts_on=audit.starts_on,
            ends_on=audit.ends_on,
            title=str(TITLES[state] % {"title": audit.title}),
            text=supplier,
            place=", ".join(filter(None, (site.address, site.city))),
            endpoint="audits.show",
            args={"audit_id": audit.id},
            sequence=audit.version,
            changed_at=audit.changed_at,
            status=STATUS.get(state, Status.CONFIRMED),
        )
        ours = participant(audit, actor.authority_id)
        if state is AuditState.PROPOSED and audit.answer_by and ours and ours.answer == Answer.INVITED:
            yield Entry(
                kind="invitation",
                id=audit.id,
                starts_on=audit.answer_by,
                ends_on=audit.answer_by,
                title=_("Answer the invitation to “%(title)s”", title=audit.title),
                text=supplier,
                endpoint="audits.show",
                args={"audit_id": audit.id},
                sequence=audit.version,
                changed_at=audit.changed_at,
            )


def _commitments(actor: Actor, since: date) -> Iterator[Entry]:
    """What we promised, and what others promised in our dialogues, as long as it is not done."""
    rows = session.execute(
        visible_open_commitments(actor)
        .add_columns(Supplier.legal_name)
        .join(Supplier, Supplier.id == DialogueEntry.supplier_id)
        .where(
            Commitment.due_on >= since,
            or_(Commitment.authority_id == actor.authority_id, DialogueEntry.owner_id == actor.authority_id),
        )
    )
    for commitment, supplier in rows:
        yield Entry(
            kind="commitment",
            id=commitment.id,
            starts_on=commitment.due_on,
            ends_on=commitment.due_on,
            title=_("Due: %(what)s", what=commitment.what),
            text=supplier,
            endpoint="dialogues.show",
            args={"dialogue_id": commitment.dialogue_id},
            sequence=0,  # nothing of a commitment changes but that it is done
            changed_at=commitment.entry.created_at,
        )


def _answers(actor: Actor, since: date) -> Iterator[Entry]:
    """The answers of suppliers that we wait for."""
    rows = session.execute(
        unanswered(actor)
        .add_columns(Supplier.legal_name)
        .join(Supplier, Supplier.id == DialogueEntry.supplier_id)
        .where(DialogueEntry.answer_by >= since)
    )
    for entry, supplier in rows:
        yield Entry(
            kind="answer",
            id=entry.id,
            starts_on=entry.answer_by,
            ends_on=entry.answer_by,
            title=_("Answer due: %(subject)s", subject=entry.subject),
            text=supplier,
            endpoint="dialogues.show",
            args={"dialogue_id": entry.id},
            sequence=0,  # an entry of the log is corrected by a new one, never changed
            changed_at=entry.created_at,
        )


def _actions(actor: Actor, since: date) -> Iterator[Entry]:
    """Corrective actions of our findings; each agreed extension moves one."""
    moved = (
        select(
            FindingExtension.action_id,
            func.count().label("times"),
            func.max(FindingExtension.decided_at).label("last"),
        )
        .where(FindingExtension.approved.is_(True))
        .group_by(FindingExtension.action_id)
        .subquery()
    )
    rows = session.execute(
        visible_findings(actor)
        .with_only_columns(
            CorrectiveAction, Finding.id, Supplier.legal_name, func.coalesce(moved.c.times, 0), moved.c.last
        )
        .join(CorrectiveAction, CorrectiveAction.finding_id == Finding.id)
        .join(Supplier, Supplier.id == Finding.supplier_id)
        .outerjoin(moved, moved.c.action_id == CorrectiveAction.id)
        .where(
            Finding.owner_id == actor.authority_id,
            CorrectiveAction.state.in_(ACTIONS_OPEN),
            CorrectiveAction.due_on >= since,
        )
    )
    for action, finding_id, supplier, times, last in rows:
        yield Entry(
            kind="action",
            id=action.id,
            starts_on=action.due_on,
            ends_on=action.due_on,
            title=_("Due: %(what)s", what=action.text),
            text=supplier,
            endpoint="findings.show",
            args={"finding_id": finding_id},
            sequence=times,
            changed_at=last or action.created_at,
        )
