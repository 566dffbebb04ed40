"""What a guest sees of findings: those that were shown to its company, and of each only what is for the supplier.

A guest's own scope shows it no finding. Each query here reads for the authority that let it in, narrowed by hand, and
gives plain values: no steps, no notes of ours, no contract, no other authority, nobody's name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from portal.access.actor import Actor
from portal.db import on_behalf_of, session
from portal.errors import NotFound
from portal.evidence.models import EvidenceItem, FileBlob
from portal.findings.models import Finding, FindingEvidence, FindingProposal, FindingReply
from portal.findings.queries import replies_to
from portal.findings.rules import NEEDS_PLAN, TAKES_EVIDENCE, ActionState, FindingState, needs_plan


@dataclass(frozen=True)
class Line:
    """A finding in the guest's list. `due_on`: until when the supplier should do something, None when it is not."""

    id: UUID
    title: str
    state: str
    due_on: date | None


@dataclass(frozen=True)
class ShownAction:
    """An action of the plan, agreed or proposed. `state` is None for a proposed one."""

    id: UUID
    text: str
    due_on: date
    responsible: str | None = None
    state: str | None = None


@dataclass(frozen=True)
class Reply:
    """The supplier's words, and whether newer words of its own took their place."""

    text: str
    received: str
    received_on: date
    replaced: bool


@dataclass(frozen=True)
class Proposal:
    """The newest plan that the supplier proposed, with what the authority said to it."""

    state: str
    proposed_at: datetime
    note: str | None
    answer: str | None
    actions: Sequence[ShownAction]


@dataclass(frozen=True)
class Sent:
    """A file that the supplier sent for an action."""

    id: UUID
    filename: str
    note: str | None
    action: str
    sent_at: datetime


@dataclass(frozen=True)
class Shown:
    """One finding as its supplier reads it. `plan_wanted`, `takes_files`: it may propose a plan, send evidence."""

    id: UUID
    title: str
    description: str
    severity: str
    clause: str | None
    state: str
    found_on: date
    plan_due: date | None
    close_due: date | None
    plan_wanted: bool
    takes_files: bool
    actions: Sequence[ShownAction]
    replies: Sequence[Reply]
    proposal: Proposal | None
    sent: Sequence[Sent]

    @property
    def own_reply(self) -> str:
        """What the supplier itself wrote last, to be changed; nothing when it has not."""
        return next((one.text for one in self.replies if one.received == "guest" and not one.replaced), "")


def shown_findings(guest: Actor) -> Select[Finding]:
    """Findings of the authority that let the guest in, about its company, that an officer has shown to it."""
    assert guest.guest is not None
    return select(Finding).where(
        Finding.owner_id == guest.authority_id,
        Finding.supplier_id == guest.guest.supplier_id,
        Finding.shown_on.is_not(None),
    )


def list_shown(guest: Actor) -> list[Line]:
    """What was shown to the guest's company: what is open first; read for the authority (shown.py)."""
    found = session.scalars(shown_findings(guest).order_by(Finding.found_on.desc(), Finding.id)).all()
    lines = [Line(one.id, one.title, one.state, _due(one)) for one in found]
    return sorted(lines, key=lambda one: (one.state == FindingState.CLOSED, one.due_on or date.max))


def get_shown(guest: Actor, finding_id: UUID) -> Shown:
    """One finding that was shown to the guest's company, or NotFound."""
    assert guest.authority_id is not None
    with on_behalf_of(guest.authority_id):
        finding = find(guest, finding_id)
        return Shown(
            id=finding.id,
            title=finding.title,
            description=finding.description,
            severity=finding.severity,
            clause=finding.clause,
            state=finding.state,
            found_on=finding.found_on,
            plan_due=finding.plan_due if _plan_wanted(finding) else None,
            close_due=finding.close_due,
            plan_wanted=_plan_wanted(finding),
            takes_files=finding.state in TAKES_EVIDENCE,
            actions=_actions(finding),
            replies=_replies(replies_to(finding.id)),
            proposal=_newest_proposal(finding),
            sent=_sent(finding),
        )


def find(guest: Actor, finding_id: UUID) -> Finding:
    """The row itself, read for the authority by the caller; or NotFound."""
    query = shown_findings(guest).where(Finding.id == finding_id).options(selectinload(Finding.actions))
    finding = session.scalar(query)
    if finding is None:
        raise NotFound
    return finding


def sent_file(guest: Actor, finding_id: UUID, evidence_id: UUID) -> tuple[str, bytes]:
    """The name and the bytes of a file that the supplier itself sent for a finding shown to it; or NotFound."""
    assert guest.authority_id is not None
    with on_behalf_of(guest.authority_id):
        row = session.execute(
            select(EvidenceItem.filename, FileBlob.content)
            .join(FileBlob, FileBlob.sha256 == EvidenceItem.sha256)
            .join(FindingEvidence, FindingEvidence.evidence_id == EvidenceItem.id)
            .where(
                EvidenceItem.id == evidence_id,
                FindingEvidence.finding_id == find(guest, finding_id).id,
                FindingEvidence.by_supplier,
            )
        ).first()
    if row is None:
        raise NotFound
    return row.filename, bytes(row.content)


def _plan_wanted(finding: Finding) -> bool:
    return finding.state in NEEDS_PLAN and needs_plan(finding.severity)


def _due(finding: Finding) -> date | None:
    if finding.state in (FindingState.CLOSED, FindingState.SUBMITTED):
        return None
    return finding.plan_due if _plan_wanted(finding) else finding.close_due


def _actions(finding: Finding) -> list[ShownAction]:
    """The plan, once it is agreed; before that it is the officer's draft."""
    if finding.state in NEEDS_PLAN:
        return []
    return [
        ShownAction(one.id, one.text, one.due_on, one.responsible, one.state)
        for one in finding.actions
        if one.state != ActionState.DROPPED
    ]


def _replies(rows: Sequence[FindingReply]) -> list[Reply]:
    replaced = {one.replaces_id for one in rows}
    return [Reply(one.text, one.received, one.received_on, one.id in replaced) for one in rows]


def _newest_proposal(finding: Finding) -> Proposal | None:
    newest = session.scalar(
        select(FindingProposal)
        .where(FindingProposal.finding_id == finding.id)
        .order_by(FindingProposal.id.desc())
        .limit(1)
        .options(selectinload(FindingProposal.actions))
    )
    if newest is None:
        return None
    actions = [ShownAction(one.id, one.text, one.due_on) for one in newest.actions]
    return Proposal(newest.state, newest.created_at, newest.note, newest.answer, actions)


def _sent(finding: Finding) -> list[Sent]:
    texts = {one.id: one.text for one in finding.actions}
    rows = session.execute(
        select(EvidenceItem, FindingEvidence)
        .join(FindingEvidence, FindingEvidence.evidence_id == EvidenceItem.id)
        .where(FindingEvidence.finding_id == finding.id, FindingEvidence.by_supplier)
        .order_by(FindingEvidence.created_at.desc(), EvidenceItem.id)
    )
    return [
        Sent(item.id, item.filename, one.note, texts[one.action_id] if one.action_id else "", one.created_at)
        for item, one in rows
    ]
