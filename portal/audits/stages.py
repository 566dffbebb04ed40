"""The course of one audit as a list of stages: what was done on which day, what comes next, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.audits.rules import FACTUAL_CHECK, NOTICE, STEPS, Announcement, AuditState, Course, Step

# The stages in their order, without those that break the course off.
ORDER = (
    Step.PROPOSE,
    Step.PLAN,
    Step.NOTIFY,
    Step.CONFIRM,
    Step.BEGIN,
    Step.FINISH,
    Step.SHARE_REPORT,
    Step.AGREE_PLAN,
    Step.FOLLOW_UP,
    Step.CLOSE,
)
_STATES = (
    AuditState.DRAFT,
    AuditState.PROPOSED,
    AuditState.PLANNED,
    AuditState.NOTIFIED,
    AuditState.CONFIRMED,
    AuditState.FIELDWORK,
    AuditState.REPORT_REVIEW,
    AuditState.REPORT_REVIEW,  # the report is shared
    AuditState.PLAN_AGREED,
    AuditState.FOLLOW_UP,
    AuditState.CLOSED,
)
STOPPED = (AuditState.REFUSED, AuditState.POSTPONED, AuditState.CANCELLED)


@dataclass(frozen=True)
class Stage:
    """A stage of the course. `until`: by when what follows it is due; `late`: that day has passed without it."""

    step: Step
    done: bool
    on: date | None
    until: date | None = None
    late: bool = False


def stages(audit: Course, today: date) -> Sequence[Stage]:
    """All stages of the course; one that was left out (no plan was needed) is not in it once the audit is closed.

    Of an unannounced audit the supplier gets no notice.
    """
    reached = _reached(audit)
    found = []
    for number, step in enumerate(ORDER):
        day = STEPS[step].day
        on = getattr(audit, day) if day else None
        done = number < reached
        if audit.state == AuditState.CLOSED and day is not None and on is None:
            continue
        if audit.announcement == Announcement.UNANNOUNCED and step in (Step.NOTIFY, Step.CONFIRM):
            continue
        until = _until(audit, step) if done and audit.state not in STOPPED else None
        late = until is not None and today > until and not _answered(audit, step)
        found.append(Stage(step, done, on, until, late))
    return found


def _reached(audit: Course) -> int:
    """How many stages are behind the audit."""
    if audit.state in STOPPED:
        known = [number for number, step in enumerate(ORDER, 1) if (day := STEPS[step].day) and getattr(audit, day)]
        return max(known, default=2 if audit.state != AuditState.CANCELLED else 1)
    return _STATES.index(AuditState(audit.state)) + (
        audit.state == AuditState.REPORT_REVIEW and audit.report_on is not None
    )


def _until(audit: Course, step: Step) -> date | None:
    if step is Step.NOTIFY and audit.notice_on:
        return audit.notice_on + NOTICE
    if step is Step.SHARE_REPORT and audit.report_on:
        return audit.report_on + FACTUAL_CHECK
    return None


def _answered(audit: Course, step: Step) -> bool:
    return (audit.confirmed_on if step is Step.NOTIFY else audit.remarks_on) is not None
