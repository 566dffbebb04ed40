"""The steps of a joint audit's course, which its lead takes: plan, notify, visit, report, plan of actions, close.

One step is one conditional update of the state. Of two people at once only one takes it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select, update

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits import rules
from portal.audits.interests.queries import interests_of
from portal.audits.models import AuditParticipant, JointAudit
from portal.audits.rules import Announcement, Answer, AuditState, Step
from portal.audits.shares.models import AuditCost
from portal.clock import today
from portal.db import constraint_errors, session
from portal.errors import BadInput, Conflict, InvalidTransition
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit


class SiteBooked(Conflict):
    """The site has an audit in this window, perhaps one that the actor may not know of."""


@contextmanager
def booking(site_id: UUID) -> Iterator[None]:
    """Write what books the site in its window. Raises SiteBooked when it is taken.

    Two bookings of a site wait for each other here instead of in a deadlock; the constraint has the last word.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(site_id), 0))))
    taken = SiteBooked(_("This site is already booked in this window. Choose other days, or join the other audit."))
    with constraint_errors({"ex_joint_audit_site_window": taken}):
        yield


def plan(actor: Actor, audit: JointAudit, *, without_waiting: bool = False) -> None:
    """The audit goes ahead in its window. Who has not answered is left out only when the lead says so."""
    lead_decides(actor, audit)
    waiting = unanswered(audit)
    if rules.can_take(audit.state, Step.PLAN) and waiting and not without_waiting:
        raise BadInput(
            _("Not everybody has answered."),
            field="without_waiting",
            remedy=_("Wait for the answers, or say that you plan without them."),
        )
    take(actor, audit, Step.PLAN)


def unanswered(audit: JointAudit) -> list[AuditParticipant]:
    """Who holds the plan up: not answered within the time, or waiting to be let in late."""
    return [
        row
        for row in audit.participants
        if row.answer == Answer.LATE
        or (row.answer == Answer.INVITED and not rules.lapsed(audit.state, row.answer, audit.answer_by, today()))
    ]


def replan(actor: Actor, audit: JointAudit, starts_on: date, ends_on: date) -> None:
    """Plan a postponed audit in a new window. The notice of the old one is void. Raises SiteBooked."""
    check_window(starts_on, ends_on)
    lead_decides(actor, audit)
    with booking(audit.site_id):
        take(
            actor,
            audit,
            Step.REPLAN,
            values={"starts_on": starts_on, "ends_on": ends_on, "notice_on": None, "confirmed_on": None},
        )


def go_on(actor: Actor, audit: JointAudit, step: Step, *, on: date | None = None, reason: str | None = None) -> None:
    """Take any later step: on its day where it has one (today when none is given), with a reason where it needs one."""
    require(actor, Permission.LEAD_AUDIT, audit)
    if step in (Step.PROPOSE, Step.PLAN, Step.REPLAN):
        raise BadInput(_("This step has its own form."), field="step")
    move = rules.STEPS[step]
    reason = (reason or "").strip()
    if move.reason and not reason:
        raise BadInput(_("There is no reason."), field="reason", remedy=_("Say why, for those who take part."))
    lead_decides(actor, audit)
    if not rules.may_take(audit, step, today()):
        raise InvalidTransition(_not_yet(audit, step))
    if audit.state == AuditState.PLANNED and step in (Step.NOTIFY, Step.BEGIN):
        _check_ready(audit)
    values: dict[str, date | None] = {}
    if move.day:
        values[move.day] = _checked_day(audit, move.day, on or today())
    take(actor, audit, step, values=values, reason=reason if move.reason else None)


def note_remarks(actor: Actor, audit: JointAudit, on: date, remarks: str | None) -> None:
    """Enter what the supplier says to the facts of the report; no text means that it has no remarks."""
    lead_decides(actor, audit)
    if audit.state != AuditState.REPORT_REVIEW or audit.report_on is None:
        raise InvalidTransition(_("Remarks belong to the factual check, once the report is shared."))
    audit.remarks_on = _checked_day(audit, "remarks_on", on, "remarks_on")
    audit.remarks = (remarks or "").strip() or None
    audit.active_on, audit.reminded_on = today(), None
    session.flush()
    record(actor, "audit.remarks_entered", audit)


def take(
    actor: Actor,
    audit: JointAudit,
    step: Step,
    *,
    values: dict[str, date | None] | None = None,
    reason: str | None = None,
) -> None:
    """One step of the state machine, by a conditional update; who takes part is told."""
    move = rules.STEPS[step]
    once = [JointAudit.report_on.is_(None)] if step is Step.SHARE_REPORT else []
    moved = session.scalar(
        update(JointAudit)
        .where(JointAudit.id == audit.id, JointAudit.state.in_(move.sources), *once)
        .values(
            state=move.target,
            state_reason=reason,
            active_on=today(),
            reminded_on=None,
            version=JointAudit.version + 1,
            **(values or {}),
        )
        .returning(JointAudit.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(audit)
    if moved is None:
        raise InvalidTransition(no_way(AuditState(audit.state)))
    if step is Step.SHARE_REPORT:
        record(actor, "audit.report_shared", audit)
    else:
        record(actor, f"audit.{move.target}", audit)
    if step is not Step.PROPOSE:  # of a proposal those are told who are invited
        emit(Event.AUDIT_MOVED, actor=actor, audit_id=audit.id, step=step)


def lead_decides(actor: Actor, audit: JointAudit) -> None:
    """Hold the audit for a decision of its lead, who may have changed while we waited for the lock."""
    require(actor, Permission.LEAD_AUDIT, audit)
    lock_for_decision(audit)
    require(actor, Permission.LEAD_AUDIT, audit)


def lock_for_decision(audit: JointAudit) -> None:
    """Hold all answers as they are until this transaction ends, and read audit and participants anew."""
    session.scalars(
        select(AuditParticipant)
        .where(AuditParticipant.audit_id == audit.id)
        .order_by(AuditParticipant.authority_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    session.refresh(audit)


def check_window(starts_on: date, ends_on: date) -> None:
    """Raise BadInput for a window that cannot be booked."""
    check = _("Check the dates.")
    if ends_on < starts_on:
        raise BadInput(_("The audit ends before it begins."), field="ends_on", remedy=check)
    if starts_on < today():
        raise BadInput(_("The first day has passed already."), field="starts_on", remedy=check)
    if starts_on > today() + rules.MAX_AHEAD:
        raise BadInput(_("The first day is more than three years ahead."), field="starts_on", remedy=check)
    if ends_on - starts_on >= rules.MAX_WINDOW:
        raise BadInput(
            _("The window is longer than %(days)s days.", days=rules.MAX_WINDOW // timedelta(days=1)),
            field="ends_on",
            remedy=_("Nobody else can book the site in it, so choose a shorter one."),
        )


def _check_ready(audit: JointAudit) -> None:
    """Before the supplier is told or visited: all have declared, the auditor is known, a cost is split."""
    interests = interests_of(audit)
    if interests.missing:
        raise BadInput(
            ngettext(
                "%(num)d authority has not declared its conflicts of interest.",
                "%(num)d authorities have not declared their conflicts of interest.",
                len(interests.missing),
            ),
            remedy=_("The page on conflicts of interest says who."),
        )
    if interests.independence is None:
        raise BadInput(_("The auditor’s independence is not recorded."), remedy=_("Record it first."))
    cost = session.get(AuditCost, audit.id)
    if cost is not None and not cost.settled:
        raise BadInput(_("The split of the cost is open."), remedy=_("Settle it first."))


def _checked_day(audit: JointAudit, name: str, on: date, field: str = "on") -> date:
    if on > today():
        raise BadInput(_("The day is in the future."), field=field, remedy=_("Check the date."))
    first = rules.earliest(audit, name)
    if first is not None and on < first:
        raise BadInput(
            _("The day lies before what went ahead of it."),
            field=field,
            remedy=_("Write %(day)s or later.", day=first.strftime("%d.%m.%Y")),
        )
    return on


def _not_yet(audit: JointAudit, step: Step) -> str:
    unannounced = audit.announcement == Announcement.UNANNOUNCED
    if step is Step.BEGIN and (
        audit.state == AuditState.CONFIRMED or (audit.state == AuditState.PLANNED and unannounced)
    ):
        return _("The audit has not begun yet. Say so when it has.")
    if step is Step.NOTIFY and audit.state == AuditState.PLANNED and unannounced:
        return _("The audit is unannounced, so the supplier gets no notice.")
    if audit.state == AuditState.REPORT_REVIEW and step in (Step.AGREE_PLAN, Step.CLOSE):
        if audit.report_on is None:
            return _("The report has not been shared with the supplier yet.")
        return _("The supplier still has time to check the report. Wait, or enter its remarks.")
    return no_way(AuditState(audit.state))


def no_way(state: AuditState) -> str:
    """Why a step does not exist in this state."""
    if state in rules.HELD:
        return _("The audit has been held, so this cannot be changed any more.")
    return {
        AuditState.DRAFT: _("The audit is only a draft. Propose it first."),
        AuditState.PROPOSED: _("The audit is only proposed. Plan it first."),
        AuditState.PLANNED: _("The audit is planned already."),
        AuditState.REFUSED: _("The supplier has refused the audit, so this cannot be changed any more."),
        AuditState.POSTPONED: _("The audit is postponed. Plan it anew first."),
        AuditState.CANCELLED: _("The audit is cancelled, so this cannot be changed any more."),
    }.get(state, _("The audit has moved on meanwhile. Look at where it stands now."))
