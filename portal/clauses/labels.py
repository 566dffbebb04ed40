"""The words of clauses in the reader's language. What clauses say is data, in the languages it was written in."""

from flask_babel import lazy_gettext as _l

from portal.clauses.duties import Flaw, Kind
from portal.clauses.rules import ExperienceKind, Verdict, VersionState

STATES = {
    VersionState.DRAFT: _l("Draft"),
    VersionState.PUBLISHED: _l("Published"),
    VersionState.WITHDRAWN: _l("Withdrawn"),
}
STATE_MARKS = {VersionState.DRAFT: "draft", VersionState.PUBLISHED: "done", VersionState.WITHDRAWN: "expired"}

KINDS = {
    Kind.ONCE: _l("Once, after the start"),
    Kind.RECURRING: _l("Again and again"),
    Kind.ON_REQUEST: _l("On request"),
    Kind.ON_EVENT: _l("After an event"),
}

FIELDS = {
    "title": _l("Title"),
    "wording": _l("Wording"),
    "legal_basis": _l("Legal basis"),
    "subject_matter": _l("Link to the subject matter"),
    "evidence": _l("Evidence asked for"),
    "ladder": _l("Sanctions, the mildest first"),
}

EXPERIENCE = {
    ExperienceKind.RULING: _l("Ruling"),
    ExperienceKind.EXPERIENCE: _l("Experience"),
}

# What the first of two clauses asks, compared with the second.
VERDICTS = {
    Verdict.EQUAL: _l("Equal: it asks as much"),
    Verdict.STRICTER: _l("Stricter: it asks more"),
    Verdict.LOOSER: _l("Looser: it asks less"),
}

FLAWS = {
    Flaw.NO_WORDS: _l("Say what is delivered."),
    Flaw.TOO_LONG: _l("At most 3,660 days or 120 months."),
    Flaw.NO_RHYTHM: _l("Say every how many months it recurs, or on which day of the year: one of the two."),
    Flaw.NO_DAYS: _l("Say within how many days."),
    Flaw.DAY: _l("Write the day of the year as day.month, for example 30.06."),
    Flaw.TOO_MANY: _l("A clause has at most 8 deadlines."),
    Flaw.TWICE: _l("This deadline stands twice."),
}
