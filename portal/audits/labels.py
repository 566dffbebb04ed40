"""The audits' words in the reader's language."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_interval
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from portal.audits.polls.rules import Vote
from portal.audits.rules import HELD, Announcement, AuditState, AuditType, ParticipantRole, Party, Step

AUDIT_TYPES = {
    AuditType.SITE: _l("Site visit"),
    AuditType.OFFICE: _l("Office audit"),
}

TYPE_NOTES = {
    AuditType.SITE: _l("Where things are made: production, working conditions, minerals."),
    AuditType.OFFICE: _l("The supplier’s management systems and records."),
}

ANNOUNCEMENTS = {
    Announcement.ANNOUNCED: _l("Announced"),
    Announcement.SEMI: _l("Semi-announced"),
    Announcement.UNANNOUNCED: _l("Unannounced"),
}

ANNOUNCEMENT_NOTES = {
    Announcement.ANNOUNCED: _l("The supplier knows the days."),
    Announcement.SEMI: _l("The supplier knows the window. The exact days only whom the lead names."),
    Announcement.UNANNOUNCED: _l("The supplier knows nothing. The exact days only whom the lead names."),
}

ROLES = {
    ParticipantRole.LEAD: _l("Lead"),
    ParticipantRole.CO_BUYER: _l("Co-buyer"),
    ParticipantRole.OBSERVER: _l("Observer"),
}

# What a participant is, as a phrase after its name.
ROLE_NOTES = {
    ParticipantRole.LEAD: _l("Lead"),
    ParticipantRole.CO_BUYER: _l("Co-buyer, shares the cost"),
    ParticipantRole.OBSERVER: _l("Observer, no cost and no vote"),
}

# The state at the end of a line: “Lumenfab, Suzhou, proposed”.
STATES = {
    AuditState.PROPOSED: _l("proposed"),
    AuditState.PLANNED: _l("planned"),
    AuditState.NOTIFIED: _l("planned"),
    AuditState.CONFIRMED: _l("planned"),
    AuditState.FIELDWORK: _l("under way"),
    **dict.fromkeys(HELD, _l("held")),
}

TITLES = {
    AuditState.PROPOSED: _l("Joint audit proposed: %(title)s"),
    AuditState.PLANNED: _l("Joint audit planned: %(title)s"),
    AuditState.DRAFT: _l("Joint audit, draft: %(title)s"),
    AuditState.NOTIFIED: _l("Joint audit planned: %(title)s"),
    AuditState.CONFIRMED: _l("Joint audit planned: %(title)s"),
    AuditState.FIELDWORK: _l("Joint audit under way: %(title)s"),
    **dict.fromkeys(HELD, _l("Joint audit held: %(title)s")),
    AuditState.REFUSED: _l("Joint audit refused by the supplier: %(title)s"),
    AuditState.POSTPONED: _l("Joint audit postponed: %(title)s"),
    AuditState.CANCELLED: _l("Joint audit cancelled: %(title)s"),
}

# What has been done once a step is taken; the first nine stand in the course of an audit in this order.
DONE = {
    Step.PROPOSE: _l("Proposed"),
    Step.PLAN: _l("Planned"),
    Step.NOTIFY: _l("Notice sent to the supplier"),
    Step.CONFIRM: _l("Confirmed by the supplier"),
    Step.BEGIN: _l("Visit begun"),
    Step.FINISH: _l("Visit finished"),
    Step.SHARE_REPORT: _l("Report shared with the supplier"),
    Step.AGREE_PLAN: _l("Plan agreed"),
    Step.FOLLOW_UP: _l("Follow-up begun"),
    Step.CLOSE: _l("Closed"),
    Step.REFUSE: _l("Refused by the supplier"),
    Step.POSTPONE: _l("Postponed"),
    Step.REPLAN: _l("Planned anew"),
    Step.CANCEL: _l("Cancelled"),
}

# What the lead presses.
BUTTONS = {
    Step.NOTIFY: _l("The notice is sent"),
    Step.CONFIRM: _l("The supplier has confirmed"),
    Step.BEGIN: _l("The visit has begun"),
    Step.FINISH: _l("The visit is finished"),
    Step.SHARE_REPORT: _l("The report is shared"),
    Step.AGREE_PLAN: _l("The plan is agreed"),
    Step.FOLLOW_UP: _l("The follow-up has begun"),
    Step.CLOSE: _l("Close the audit"),
}

# What ends the course or breaks it off.
STOPS = {
    Step.REFUSE: _l("The supplier refuses"),
    Step.POSTPONE: _l("Postpone the audit"),
    Step.CANCEL: _l("Cancel the audit"),
}

# What comes next, as a sentence; None is the supplier's factual check.
NEXT = {
    Step.PROPOSE: _l("Propose the audit, or throw the draft away."),
    Step.PLAN: _l("Decide whether the audit goes ahead."),
    Step.NOTIFY: _l("Send the notice to the supplier, four weeks before the first day."),
    Step.CONFIRM: _l("The supplier says that it enables the audit, within four weeks of the notice."),
    Step.BEGIN: _l("The visit takes place. Say when it has begun."),
    Step.FINISH: _l("Say when the visit is finished."),
    Step.SHARE_REPORT: _l("Share the report with the supplier."),
    Step.AGREE_PLAN: _l("Agree on a plan of actions, or close the audit if there is nothing to correct."),
    Step.FOLLOW_UP: _l("Say when the follow-up of the actions begins."),
    Step.CLOSE: _l("Follow up the actions, and close the audit when all are done."),
    Step.REPLAN: _l("Plan the audit anew, or cancel it."),
    None: _l("The supplier checks the facts of the report within ten days."),
}

PARTIES = {
    Party.INVITED: _l("The invited authorities"),
    Party.SUPPLIER: _l("The supplier"),
}

# What the lead is asked on “What needs me”.
TODO = {
    Step.PLAN: _l("Decide whether “%(title)s” goes ahead"),
    Step.NOTIFY: _l("Send the notice of “%(title)s”"),
    Step.CONFIRM: _l("The supplier has not confirmed “%(title)s” within four weeks"),
    Step.BEGIN: _l("Say whether the visit of “%(title)s” has begun"),
    Step.FINISH: _l("Say whether the visit of “%(title)s” is finished"),
    Step.SHARE_REPORT: _l("Share the report of “%(title)s” with the supplier"),
    Step.AGREE_PLAN: _l("Agree on the plan after “%(title)s”"),
    Step.REPLAN: _l("Plan “%(title)s” anew, or cancel it"),
}

STOPPED = {
    AuditState.REFUSED: _l("The supplier has refused this audit"),
    AuditState.POSTPONED: _l("This audit is postponed"),
    AuditState.CANCELLED: _l("This audit is cancelled"),
}

VOTES = {Vote.YES: _l("Suits us"), Vote.MAYBE: _l("If need be"), Vote.NO: _l("Does not suit us")}

# The course in short, and the index of the phase that a state belongs to.
PHASES = (_l("Proposed"), _l("Planned"), _l("Notice"), _l("Visit"), _l("Report"), _l("Follow-up"))
PHASE_OF = {
    AuditState.DRAFT: -1,
    AuditState.PROPOSED: 0,
    AuditState.PLANNED: 1,
    AuditState.NOTIFIED: 2,
    AuditState.CONFIRMED: 2,
    AuditState.FIELDWORK: 3,
    AuditState.REPORT_REVIEW: 4,
    AuditState.PLAN_AGREED: 5,
    AuditState.FOLLOW_UP: 5,
    AuditState.CLOSED: 6,
}


def window(starts_on: date, ends_on: date) -> str:
    """A window of days as people write it: “7–8 Jan 2027”, “30 Jan – 2 Feb 2027”."""
    locale = str(get_locale() or "en")
    # British English: the day before the month, as everywhere in the portal.
    return str(format_interval(starts_on, ends_on, "yMMMd", locale="en_GB" if locale == "en" else locale))


def moment_in(moment: datetime, timezone: str) -> str:
    """A moment at the clock of a time zone (IANA): “7 Jan, 09:00”."""
    return str(format_datetime(moment.astimezone(ZoneInfo(timezone)), "d MMM, HH:mm", locale=get_locale() or "en"))
