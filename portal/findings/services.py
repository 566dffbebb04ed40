"""Use cases of findings: record, plan, verify, give more time, reply, release.

Each decision first locks the finding's row, so that of two people at once the second sees what the first has done.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.access.actor import Actor
from portal.access.audience import Audience, set_audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits import queries as audits
from portal.clock import today
from portal.contracts import queries as contracts
from portal.db import constraint_errors, now, session
from portal.errors import BadInput, Forbidden, InvalidTransition, NotFound
from portal.evidence.models import EvidenceItem
from portal.evidence.services import checked_media_type, store_file
from portal.findings import queries, rules
from portal.findings.models import (
    CorrectiveAction,
    Finding,
    FindingEvidence,
    FindingExtension,
    FindingRelease,
    FindingReply,
    FindingStep,
)
from portal.findings.rules import ActionOwner, ActionState, FindingState, Received, Severity, StepKind
from portal.journal.services import record
from portal.registry import queries as registry


@dataclass(frozen=True)
class FindingData:
    """What a person writes of a finding. `review_on` is the next review's day, for a risk."""

    title: str
    severity: Severity
    description: str
    found_on: date
    audience: Audience
    named_ids: list[UUID]
    disclosure: Audience
    disclosed_ids: list[UUID]
    summary: str | None = None
    clause: str | None = None
    oecd_step: int | None = None
    annex_ii: bool = False
    scheme: str | None = None
    scheme_severity: str | None = None
    site_id: UUID | None = None
    audit_id: UUID | None = None
    contract_id: UUID | None = None
    review_on: date | None = None


def add_finding(actor: Actor, supplier_id: UUID, data: FindingData) -> Finding:
    """Record what the actor's authority found at a supplier."""
    require(actor, Permission.ADD_FINDING)
    assert actor.authority_id is not None  # ADD_FINDING is held by members only
    supplier = registry.get_supplier(supplier_id)
    finding = Finding(owner_id=actor.authority_id, supplier_id=supplier.id, state=FindingState.OPEN)
    _write(actor, finding, data)
    finding.plan_due = rules.plan_due(data.severity, data.found_on)
    finding.close_due = rules.closing_due(data.severity, data.found_on, data.review_on)
    session.add(finding)
    session.flush()
    record(actor, "finding.added", finding, supplier=finding.supplier_id, severity=finding.severity)
    return finding


def change_finding(actor: Actor, finding: Finding, data: FindingData) -> None:
    """Correct a finding. Its severity and day, from which the due days follow, stay once a plan is agreed."""
    lock(actor, finding)
    review_on = finding.close_due if finding.severity == Severity.RISK else None
    before = (finding.severity, finding.found_on, review_on)
    dates_change = before != (data.severity, data.found_on, data.review_on if data.severity is Severity.RISK else None)
    if dates_change and (finding.state != FindingState.OPEN or queries.release_of(finding.id)):
        raise BadInput(
            _("A plan is agreed for this severity and day already."),
            field="severity",
            remedy=_("Leave them, and ask for more time where that is needed."),
        )
    _write(actor, finding, data)
    if dates_change:
        finding.plan_due = rules.plan_due(data.severity, data.found_on)
        finding.close_due = rules.closing_due(data.severity, data.found_on, data.review_on)
    attached = select(FindingEvidence.evidence_id).where(FindingEvidence.finding_id == finding.id)
    for item in session.scalars(select(EvidenceItem).where(EvidenceItem.id.in_(attached))):
        set_audience(item, Audience(finding.audience), finding.named_ids)
    session.flush()
    _carry_to_release(finding)
    record(actor, "finding.changed", finding, severity=finding.severity, audience=finding.audience)


def take_step(actor: Actor, finding: Finding, kind: StepKind, note: str | None) -> None:
    """Take one step of the state machine, written down for good with who took it."""
    lock(actor, finding)
    if not rules.can_take(finding.state, kind, finding.severity):
        raise InvalidTransition(_("The finding has moved on meanwhile. Look at where it stands now."))
    states = [action.state for action in finding.actions]
    if kind is StepKind.PLAN_AGREED and not rules.ACTIONS_OPEN & set(states):
        raise BadInput(_("The plan has no action yet."), remedy=_("Add at least one action with a date."))
    if kind is StepKind.SUBMITTED and not rules.plan_is_complete(states):
        raise BadInput(_("Not all actions are done."), remedy=_("Mark each as done, or drop those that are replaced."))
    if kind is StepKind.VERIFIED:
        _check_verification(actor, finding)
    if kind in _NEED_NOTE and not (note or "").strip():
        raise BadInput(_("There is no note."), field="note", remedy=_("Say why, for those who read it later."))
    target = rules.STEPS[kind][1]
    finding.state = target
    finding.closed_on = (finding.closed_on or today()) if target == FindingState.CLOSED else None
    if kind is StepKind.SUBMITTED:
        finding.submitted_by_id = actor.user_id
    if target == FindingState.REOPENED:
        _renew_dates(finding)
    session.add(
        FindingStep(
            finding_id=finding.id,
            kind=kind,
            taken_on=today(),
            user_id=actor.user_id,
            note=(note or "").strip() or None,
        )
    )
    session.flush()
    _carry_to_release(finding)
    record(actor, "finding.step", finding, step=kind, state=finding.state)


def _renew_dates(finding: Finding) -> None:
    """A finding that is opened again has its days anew, counted from today; a risk keeps the day of its review."""
    severity = Severity(finding.severity)
    finding.plan_due = rules.plan_due(severity, today())
    finding.close_due = rules.closing_due(severity, today(), finding.close_due)


_NEED_NOTE = frozenset(
    {StepKind.SENT_BACK, StepKind.VERIFIED, StepKind.EFFECTIVE, StepKind.NOT_EFFECTIVE, StepKind.REOPENED}
)


def add_action(actor: Actor, finding: Finding, text: str, responsible: ActionOwner, due_on: date) -> CorrectiveAction:
    """Add a dated action to the plan, before it is agreed or while it is carried out."""
    lock(actor, finding)
    if finding.state not in rules.PLAN_CHANGES:
        raise InvalidTransition(_("The plan cannot be changed while it is verified or once the finding is closed."))
    if due_on < finding.found_on:
        raise BadInput(_("The action is due before the finding."), field="due_on", remedy=_("Check the date."))
    action = CorrectiveAction(
        finding_id=finding.id, text=text, responsible=responsible, due_on=due_on, state=ActionState.PLANNED
    )
    session.add(action)
    session.flush()
    session.expire(finding, ["actions"])
    record(actor, "finding.action_added", finding, action_id=action.id, due_on=due_on)
    return action


def move_action(
    actor: Actor, finding: Finding, action_id: UUID, target: ActionState | None, progress: str | None
) -> None:
    """Note the progress of an action, and where it stands; `target` None leaves that as it is."""
    lock(actor, finding)
    if finding.state not in rules.PLAN_CHANGES:
        raise InvalidTransition(_("The plan cannot be changed while it is verified or once the finding is closed."))
    action = _action(finding, action_id)
    if target is not None and target != action.state:
        if not rules.can_move_action(action.state, target):
            raise InvalidTransition(_("The action has moved on meanwhile. Look at where it stands now."))
        action.state = target
        action.done_on = today() if target is ActionState.DONE else None
    if progress:
        action.progress = progress
    session.flush()
    record(actor, "finding.action_moved", finding, action_id=action.id, state=action.state)


def ask_extension(
    actor: Actor, finding: Finding, action_id: UUID | None, new_due: date, reason: str
) -> FindingExtension:
    """Ask for more time for an action, or (None) for closing the finding; another person decides."""
    lock(actor, finding)
    if finding.state == FindingState.CLOSED:
        raise InvalidTransition(_("The finding has moved on meanwhile. Look at where it stands now."))
    old_due = _action(finding, action_id).due_on if action_id else finding.close_due
    if actor.user_id is None or old_due is None:
        raise BadInput(_("There is no date to move."), field="action", remedy=_("Choose what needs more time."))
    if new_due <= old_due:
        raise BadInput(_("The new date is not later."), field="new_due", remedy=_("Check the date."))
    extension = FindingExtension(
        finding_id=finding.id,
        action_id=action_id,
        old_due=old_due,
        new_due=new_due,
        reason=reason,
        asked_by_id=actor.user_id,
    )
    asked = BadInput(_("More time is asked for already."), remedy=_("Wait until it is decided."))
    with constraint_errors({"uq_finding_extension_asked": asked}):
        session.add(extension)
    record(actor, "finding.extension_asked", finding, extension_id=extension.id, new_due=new_due)
    return extension


def decide_extension(actor: Actor, finding: Finding, approve: bool) -> None:
    """Approve or refuse the more time that is asked for; never by the person who asked."""
    lock(actor, finding)
    extension = session.scalar(
        select(FindingExtension).where(FindingExtension.finding_id == finding.id, FindingExtension.approved.is_(None))
    )
    if extension is None:
        raise InvalidTransition(_("The finding has moved on meanwhile. Look at where it stands now."))
    if not rules.may_decide_extension(extension.asked_by_id, actor.user_id):
        raise Forbidden(_("Another person than the one who asked decides. Ask a colleague."))
    decided = session.scalar(
        update(FindingExtension)
        .where(FindingExtension.id == extension.id, FindingExtension.approved.is_(None))
        .values(approved=approve, decided_by_id=actor.user_id, decided_at=now())
        .returning(FindingExtension.id)
    )
    if decided is None:
        raise InvalidTransition(_("The finding has moved on meanwhile. Look at where it stands now."))
    if approve and extension.action_id:
        _action(finding, extension.action_id).due_on = extension.new_due
    elif approve:
        finding.close_due = extension.new_due
    session.flush()
    _carry_to_release(finding)
    record(actor, "finding.extension_decided", finding, extension_id=extension.id, approved=approve)


def attach(actor: Actor, finding: Finding, *, content: bytes, filename: str | None, note: str | None) -> EvidenceItem:
    """Keep a photo or document as evidence, seen by whoever sees the whole finding."""
    lock(actor, finding)
    media_type = checked_media_type(content, filename, field="file")
    item = store_file(
        actor,
        content=content,
        filename=filename,
        media_type=media_type,
        audience=Audience(finding.audience),
        named_ids=list(finding.named_ids),
    )
    session.add(FindingEvidence(finding_id=finding.id, evidence_id=item.id, note=note or None))
    session.flush()
    record(actor, "finding.evidence_added", finding, evidence_id=item.id)
    return item


def reply(actor: Actor, finding: Finding, text: str, received: Received, received_on: date) -> FindingReply:
    """Enter what the supplier says to the finding; it stands beside the finding and its summary as it was received."""
    lock(actor, finding)
    if received_on > today():
        raise BadInput(_("The day is in the future."), field="received_on", remedy=_("Check the date."))
    said = FindingReply(
        finding_id=finding.id, text=text, received=received, received_on=received_on, entered_by_id=actor.user_id
    )
    session.add(said)
    session.flush()
    record(actor, "finding.replied", finding, reply_id=said.id, received=received)
    return said


def release(actor: Actor, finding: Finding) -> FindingRelease:
    """Release the summary to those whom the disclosure names. Raises BadInput before there is a dated plan."""
    lock(actor, finding)
    if finding.disclosure == Audience.OWNER or not finding.summary:
        raise BadInput(_("Nothing is to be released."), remedy=_("Write a summary first, and choose who may see it."))
    if not rules.can_be_released(finding.state, finding.severity, [one.state for one in finding.actions]):
        raise BadInput(_("There is no dated plan yet."), remedy=_("A summary is released once the plan is agreed."))
    if queries.release_of(finding.id):
        raise InvalidTransition(_("The summary is released already."))
    released = FindingRelease(finding_id=finding.id, owner_id=finding.owner_id, released_on=today())
    _copy(finding, released)
    session.add(released)
    session.flush()
    record(actor, "finding.released", finding, release_id=released.id, audience=released.audience)
    return released


def _write(actor: Actor, finding: Finding, data: FindingData) -> None:
    """Take the data over, having checked what it points to."""
    if data.audience is Audience.MEMBERS:
        raise BadInput(
            _("A whole finding is never for all members."),
            field="audience",
            remedy=_("Name authorities. All members see the summary once it is released."),
        )
    if data.found_on > today():
        raise BadInput(_("The day is in the future."), field="found_on", remedy=_("Check the date."))
    if data.review_on and data.review_on < data.found_on:
        raise BadInput(_("The review is before the finding."), field="review_on", remedy=_("Check the date."))
    _check_belongs(actor, finding, data)
    named = sorted(set(data.disclosed_ids) - {finding.owner_id}) if data.disclosure is Audience.NAMED else []
    if data.disclosure is Audience.NAMED and not named:
        raise BadInput(_("No authority is chosen."), field="disclosed_ids", remedy=_("Choose at least one."))
    if data.disclosure is not Audience.OWNER and not data.summary:
        raise BadInput(
            _("There is no summary."), field="summary", remedy=_("Write what others may read, or keep it to us.")
        )
    for name in (
        *("title", "severity", "description", "found_on", "summary", "clause", "oecd_step", "annex_ii"),
        *("scheme", "scheme_severity", "site_id", "audit_id", "contract_id", "disclosure"),
    ):
        setattr(finding, name, getattr(data, name))
    finding.disclosed_ids = named
    set_audience(finding, data.audience, data.named_ids)


def _check_belongs(actor: Actor, finding: Finding, data: FindingData) -> None:
    """The site, audit and contract are of this supplier, and ones that the actor sees."""
    if data.site_id and data.site_id not in {site.id for site in queries.sites_of(finding.supplier_id)}:
        raise BadInput(_("The supplier has no such site."), field="site", remedy=_("Choose one of the list."))
    if data.audit_id and audits.get_audit(actor, data.audit_id).supplier_id != finding.supplier_id:
        raise NotFound
    if data.contract_id and contracts.get_contract(actor, data.contract_id).supplier_id != finding.supplier_id:
        raise NotFound


def _check_verification(actor: Actor, finding: Finding) -> None:
    if not rules.may_verify(finding.severity, finding.submitted_by_id, actor.user_id):
        raise Forbidden(_("A second person verifies critical and major findings. Ask a colleague."))
    if finding.severity in rules.TWO_PERSONS and not queries.files_of(actor, finding):
        raise BadInput(_("There is no evidence yet."), remedy=_("Add a document or photo that shows the remedy."))


def _carry_to_release(finding: Finding) -> None:
    """What others see goes along with the finding; one that is kept to the owner again is shown to nobody."""
    released = queries.release_of(finding.id)
    if released:
        _copy(finding, released)
        session.flush()


def _copy(finding: Finding, released: FindingRelease) -> None:
    released.supplier_id = finding.supplier_id
    released.severity = finding.severity
    released.oecd_step = finding.oecd_step
    released.annex_ii = finding.annex_ii
    released.summary = finding.summary or released.summary
    released.planned = finding.state in rules.HAS_PLAN
    released.close_due = finding.close_due
    released.closed_on = finding.closed_on
    set_audience(released, Audience(finding.disclosure), list(finding.disclosed_ids))


def _action(finding: Finding, action_id: UUID) -> CorrectiveAction:
    found = next((action for action in finding.actions if action.id == action_id), None)
    if found is None:
        raise NotFound
    return found


def lock(actor: Actor, finding: Finding) -> None:
    """Ask for the permission, then hold the finding as it is now until this transaction ends."""
    require(actor, Permission.EDIT_FINDING, finding)
    session.scalars(
        select(Finding).where(Finding.id == finding.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    session.expire(finding, ["actions"])
