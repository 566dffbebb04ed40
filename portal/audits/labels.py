"""The audits' words in the reader's language."""

from datetime import date

from babel.dates import format_interval
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from portal.audits.rules import AuditState, AuditType, ParticipantRole

AUDIT_TYPES = {
    AuditType.SITE: _l("Site visit"),
    AuditType.OFFICE: _l("Office audit"),
}

TYPE_NOTES = {
    AuditType.SITE: _l("Where things are made: production, working conditions, minerals."),
    AuditType.OFFICE: _l("The supplier’s management systems and records."),
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
    AuditState.HELD: _l("held"),
}

TITLES = {
    AuditState.PROPOSED: _l("Joint audit proposed: %(title)s"),
    AuditState.PLANNED: _l("Joint audit planned: %(title)s"),
    AuditState.HELD: _l("Joint audit held: %(title)s"),
    AuditState.CANCELLED: _l("Joint audit cancelled: %(title)s"),
}


def window(starts_on: date, ends_on: date) -> str:
    """A window of days as people write it: “7–8 Jan 2027”, “30 Jan – 2 Feb 2027”."""
    locale = str(get_locale() or "en")
    # British English: the day before the month, as everywhere in the portal.
    return str(format_interval(starts_on, ends_on, "yMMMd", locale="en_GB" if locale == "en" else locale))
