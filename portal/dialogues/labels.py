"""The dialogue log's words in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.dialogues.rules import Channel, CommitmentState, Escalation, Milestone

CHANNELS = {
    Channel.MEETING: _l("Meeting"),
    Channel.CALL: _l("Phone call"),
    Channel.VIDEO: _l("Video meeting"),
    Channel.LETTER: _l("Letter"),
    Channel.EMAIL: _l("E-mail"),
    Channel.SITE_VISIT: _l("Site visit"),
    Channel.INFORMATION_REQUEST: _l("Statutory information request"),
}

CHANNEL_ICONS = {
    Channel.MEETING: "MeetingLarge",
    Channel.CALL: "Phone",
    Channel.VIDEO: "Video",
    Channel.LETTER: "EnvelopeClosed",
    Channel.EMAIL: "EnvelopeClosed",
    Channel.SITE_VISIT: "LocationPin",
    Channel.INFORMATION_REQUEST: "FileText",
}

STATES = {
    CommitmentState.OPEN: _l("Open"),
    CommitmentState.DUE: _l("Due soon"),
    CommitmentState.OVERDUE: _l("Overdue"),
    CommitmentState.DONE: _l("Done"),
}

MILESTONES = {
    Milestone.RAISED: _l("Raised"),
    Milestone.ACKNOWLEDGED: _l("Acknowledged by the supplier"),
    Milestone.PLAN: _l("The supplier has a plan"),
    Milestone.IMPLEMENTED: _l("Implemented"),
}

ESCALATIONS = {
    Escalation.REMINDER: _l("Reminder"),
    Escalation.MANAGEMENT_LETTER: _l("Letter to the management"),
    Escalation.JOINT_LETTER: _l("Joint letter"),
    Escalation.CONTRACTUAL_NOTICE: _l("Notice under the contract"),
    Escalation.SANCTION: _l("Sanction under the contract"),
}
