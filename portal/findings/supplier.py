"""The supplier's side of a finding: what is shown to it, its reply, the plan that it proposes, its evidence.

What the supplier does comes through its guest access (portal/guests/findings), which holds the access meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import now, session
from portal.errors import BadInput, Conflict, InvalidTransition, NotFound
from portal.evidence.models import EvidenceItem
from portal.evidence.services import checked_media_type, store_file
from portal.findings import rules, services
from portal.findings.models import CorrectiveAction, Finding, FindingEvidence, FindingProposal, FindingReply
from portal.findings.models import ProposedAction as ProposedActionRow
from portal.findings.rules import ActionOwner, ActionState, ProposalState, Received, StepKind
from portal.journal.services import record


@dataclass(frozen=True)
class ProposedAction:
    """What the supplier says that it will do, and until when."""

    text: str
    due_on: date


def show(actor: Actor, finding: Finding, *, shown: bool) -> None:
    """Let the supplier see the finding through its access, or no longer."""
    services.lock(actor, finding)
    if shown == (finding.shown_on is not None):
        raise InvalidTransition(_("The finding has moved on meanwhile. Look at where it stands now."))
    finding.shown_on = today() if shown else None
    session.flush()
    if shown:
        record(actor, "finding.shown", finding, supplier=finding.supplier_id)
    else:
        record(actor, "finding.hidden", finding, supplier=finding.supplier_id)


def reply(guest: Actor, finding: Finding, text: str) -> FindingReply:
    """The supplier's own words. They replace what it wrote itself before; both are kept."""
    _lock(guest, finding)
    before = session.scalar(
        select(FindingReply)
        .where(FindingReply.finding_id == finding.id, FindingReply.received == Received.GUEST)
        .order_by(FindingReply.id.desc())
        .limit(1)
    )
    if before is not None and before.text == text:
        raise BadInput(_("This is what you wrote already."), field="text", remedy=_("Change it, or leave it as it is."))
    said = FindingReply(
        finding_id=finding.id,
        text=text,
        received=Received.GUEST,
        received_on=today(),
        replaces_id=before.id if before else None,
    )
    session.add(said)
    session.flush()
    record(guest, "finding.replied_by_guest", finding, reply_id=said.id)
    return said


def propose(guest: Actor, finding: Finding, actions: Sequence[ProposedAction], note: str | None) -> FindingProposal:
    """A plan with dated actions, for our officer to accept or send back; it replaces one that is not decided yet."""
    _lock(guest, finding)
    if finding.state not in rules.NEEDS_PLAN or not rules.needs_plan(finding.severity):
        raise InvalidTransition(_("No plan is needed now. Look at where the finding stands."))
    if not actions:
        raise BadInput(_("The plan has no action yet."), remedy=_("Add at least one action with a date."))
    if len(actions) > rules.MOST_PROPOSED:
        raise BadInput(
            _("A plan has at most %(num)s actions.", num=rules.MOST_PROPOSED), remedy=_("Put some of them together.")
        )
    if any(one.due_on < today() for one in actions):
        raise BadInput(_("An action is due in the past."), remedy=_("Check the dates."))
    session.execute(
        update(FindingProposal)
        .where(FindingProposal.finding_id == finding.id, FindingProposal.state == ProposalState.PROPOSED)
        .values(state=ProposalState.REPLACED)
        .execution_options(synchronize_session="fetch")
    )
    proposal = FindingProposal(
        finding_id=finding.id,
        note=note,
        actions=[ProposedActionRow(text=one.text, due_on=one.due_on) for one in actions],
    )
    session.add(proposal)
    session.flush()
    record(guest, "finding.plan_proposed", finding, proposal_id=proposal.id, actions=len(actions))
    return proposal


def accept(actor: Actor, finding: Finding, proposal_id: UUID) -> None:
    """Agree on the plan that the supplier proposed: its actions become the plan's."""
    services.lock(actor, finding)
    proposal = _decide(actor, finding, proposal_id, ProposalState.ACCEPTED, None)
    session.add_all(
        CorrectiveAction(
            finding_id=finding.id,
            text=one.text,
            responsible=ActionOwner.SUPPLIER,
            due_on=one.due_on,
            state=ActionState.PLANNED,
        )
        for one in proposal.actions
    )
    session.flush()
    record(actor, "finding.plan_accepted", finding, proposal_id=proposal.id)
    services.take_step(actor, finding, StepKind.PLAN_AGREED, None)


def send_back(actor: Actor, finding: Finding, proposal_id: UUID, answer: str) -> None:
    """Do not agree, and tell the supplier why."""
    services.lock(actor, finding)
    if not answer:
        raise BadInput(_("There is no note."), field="answer", remedy=_("Tell the supplier what to change."))
    proposal = _decide(actor, finding, proposal_id, ProposalState.SENT_BACK, answer)
    record(actor, "finding.plan_sent_back", finding, proposal_id=proposal.id)


def add_evidence(
    guest: Actor, finding: Finding, action_id: UUID, *, content: bytes, filename: str | None, note: str | None
) -> EvidenceItem:
    """A file that shows what the supplier did for an action. Only the owner sees it, until it shares the finding anew.

    Raises BadInput for what is no such file or too many of them, Conflict for one that was sent already.
    """
    media_type = checked_media_type(content, filename, field="file")
    _lock(guest, finding)
    if finding.state not in rules.TAKES_EVIDENCE:
        raise InvalidTransition(_("Nothing can be sent for this finding now. Look at where it stands."))
    if action_id not in {one.id for one in finding.actions if one.state != ActionState.DROPPED}:
        raise NotFound
    sent = select(FindingEvidence.evidence_id).where(
        FindingEvidence.finding_id == finding.id, FindingEvidence.by_supplier
    )
    if (session.scalar(select(func.count()).select_from(sent.subquery())) or 0) >= rules.MOST_FILES:
        raise BadInput(
            _("For one finding at most %(num)s files can be sent.", num=rules.MOST_FILES),
            field="file",
            remedy=_("Ask the public buyer how to send the others."),
        )
    item = store_file(guest, content=content, filename=filename, media_type=media_type)
    if session.scalar(
        select(EvidenceItem.id).where(EvidenceItem.id.in_(sent), EvidenceItem.sha256 == item.sha256).limit(1)
    ):
        raise Conflict(_("This very file has been sent already."))
    session.add(
        FindingEvidence(
            finding_id=finding.id, evidence_id=item.id, action_id=action_id, note=note or None, by_supplier=True
        )
    )
    session.flush()
    record(guest, "finding.file_sent", finding, action_id=action_id, evidence_id=item.id)
    return item


def _decide(
    actor: Actor, finding: Finding, proposal_id: UUID, state: ProposalState, answer: str | None
) -> FindingProposal:
    """Decide on the very proposal that the officer has read; of a newer one nothing is decided unseen."""
    decided = session.scalar(
        update(FindingProposal)
        .where(
            FindingProposal.id == proposal_id,
            FindingProposal.finding_id == finding.id,
            FindingProposal.state == ProposalState.PROPOSED,
        )
        .values(state=state, answer=answer, decided_by_id=actor.user_id, decided_at=now())
        .returning(FindingProposal.id)
        .execution_options(synchronize_session=False)
    )
    if decided is None:
        raise InvalidTransition(_("The supplier has changed its proposal, or it is decided already. Read it again."))
    return session.get_one(FindingProposal, decided, populate_existing=True)


def _lock(guest: Actor, finding: Finding) -> None:
    """Hold the finding as it is now, and ask whether the guest may answer it: nothing that is hidden meanwhile."""
    session.scalars(
        select(Finding).where(Finding.id == finding.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    session.expire(finding, ["actions"])
    if finding.shown_on is None:
        raise NotFound
    require(guest, Permission.ANSWER_FINDING, finding)
