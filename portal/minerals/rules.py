"""What a list says of a smelter or refiner, in our words: statuses, raw labels, age. Pure; facts from RMI's site."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from portal.errors import BadInput


def is_facility_id(text: str) -> bool:
    """Whether a text has the form of a smelter's id, `CID` and six digits, whoever has or has not given it out."""
    return re.fullmatch(r"CID[0-9]{6}", text.upper()) is not None


class Scheme(StrEnum):
    """Assurance schemes that have a list of their own."""

    RMAP = "rmap"
    LBMA = "lbma"
    RJC = "rjc"
    COPPER_MARK = "copper_mark"


class Assurance(StrEnum):
    """What is known of one facility and metal under one scheme. None of these speaks of a supplier.

    The last four are ours: no list uses them. "Not listed" (looked, not found), "not checked" (never looked) and
    "unknown label" (found, with a word that we cannot place) are three different things.
    """

    CONFORMANT = "conformant"
    ACTIVE = "active"
    ELIGIBLE = "eligible"
    EXTENDED_CAP = "extended_cap"
    NON_CONFORMANT = "non_conformant"
    IN_COMMUNICATION = "in_communication"
    OUTREACH = "outreach"
    SUSPENDED = "suspended"  # the facility ended the conversation
    UNABLE = "unable"  # the scheme's review cannot go on, e.g. under sanctions
    UNDER_REVIEW = "under_review"  # the scheme looks at the facility again
    PAUSED = "paused"  # the scheme suspended the listing
    EXPIRED = "expired"  # the certificate ran out
    REMOVED = "removed"  # was listed, and is missing from two lists of different days
    NOT_LISTED = "not_listed"
    NOT_CHECKED = "not_checked"
    UNKNOWN_LABEL = "unknown_label"


# RMI lists who passed another standard's audit as conformant: the other standard is kept beside the status.
CROSS_RECOGNISED = tuple(
    f"{before}cross {word}"
    for before in ("", "conformant ", "rmap conformant ")
    for word in ("recognised", "recognized")
)

# Raw label -> status, as data: lower case, hyphens, brackets and spaces as one space. Labels as RMI's public lists and
# their filings use them; what is not here becomes UNKNOWN_LABEL and is shown with its own word.
RAW_LABELS = MappingProxyType(
    {
        "conformant": Assurance.CONFORMANT,
        "rmap conformant": Assurance.CONFORMANT,
        "active": Assurance.ACTIVE,
        "rmap active": Assurance.ACTIVE,
        **dict.fromkeys(CROSS_RECOGNISED, Assurance.CONFORMANT),
        "eligible": Assurance.ELIGIBLE,
        "rmap eligible": Assurance.ELIGIBLE,
        "extended corrective action plan": Assurance.EXTENDED_CAP,
        "extended cap": Assurance.EXTENDED_CAP,
        "extended plan": Assurance.EXTENDED_CAP,
        "rmap extended corrective action plan": Assurance.EXTENDED_CAP,
        "non conformant": Assurance.NON_CONFORMANT,
        "not conformant": Assurance.NON_CONFORMANT,
        "in communication": Assurance.IN_COMMUNICATION,
        "outreach required": Assurance.OUTREACH,
        "communication suspended not interested": Assurance.SUSPENDED,
        "due diligence review unable to proceed": Assurance.UNABLE,
        "rmi due diligence review unable to proceed": Assurance.UNABLE,
    }
)

# The words of lists whose publishers have no open interface: as an operator finds them on the publisher's pages.
LBMA_LABELS = MappingProxyType(
    {
        "listed": Assurance.CONFORMANT,
        "good delivery": Assurance.CONFORMANT,
        "under review": Assurance.UNDER_REVIEW,
        "suspended": Assurance.PAUSED,
    }
)
RJC_LABELS = MappingProxyType(
    {
        "certified": Assurance.CONFORMANT,
        "in progress": Assurance.ACTIVE,
        "provisional": Assurance.ACTIVE,
        "expired": Assurance.EXPIRED,
        "suspended": Assurance.PAUSED,
    }
)
COPPER_MARK_LABELS = MappingProxyType(
    {
        "awarded": Assurance.CONFORMANT,
        "copper mark awarded": Assurance.CONFORMANT,
        "in process": Assurance.ACTIVE,
        "assessment in progress": Assurance.ACTIVE,
        "improvement plan": Assurance.EXTENDED_CAP,
        "lapsed": Assurance.EXPIRED,
        "suspended": Assurance.PAUSED,
        "withdrawn": Assurance.NON_CONFORMANT,
    }
)

# An audit stands behind these; losing one of them is worth telling.
ASSURED = frozenset({Assurance.CONFORMANT, Assurance.ACTIVE})
# No statement at all, so never counted as good or bad.
WITHOUT_RESULT = frozenset({Assurance.NOT_CHECKED, Assurance.UNKNOWN_LABEL})


class Severity(StrEnum):
    """How a change is marked on screen."""

    BAD = "bad"
    WARN = "warn"
    OK = "ok"


def normal_status(raw: str, labels: Mapping[str, Assurance] = RAW_LABELS) -> Assurance:
    """Our word for a source's word, by the labels of its publisher."""
    return labels.get(_label(raw), Assurance.UNKNOWN_LABEL)


def is_cross_recognised(raw: str) -> bool:
    """True if the word itself says that another standard's audit was recognised."""
    return _label(raw) in CROSS_RECOGNISED


@lru_cache(maxsize=1024)
def _label(raw: str) -> str:
    folded = unicodedata.normalize("NFKC", raw).casefold()
    spaced = "".join(" " if ch in "()" or ch.isspace() or unicodedata.category(ch) == "Pd" else ch for ch in folded)
    return " ".join(spaced.split())


def severity(before: str | None, after: str) -> Severity:
    """Bad: an assurance was lost. OK: one was reached. Everything else is worth a look."""
    if after == Assurance.CONFORMANT:
        return Severity.OK
    if before in ASSURED and after not in ASSURED:
        return Severity.BAD
    if after in (Assurance.NON_CONFORMANT, Assurance.REMOVED):
        return Severity.BAD
    return Severity.OK if after == Assurance.ACTIVE and before != Assurance.CONFORMANT else Severity.WARN


def reassessment_due(audit_date: date | None, cycle_years: int | None) -> date | None:
    """The day by which the next assessment is due (RMI: one, two or three years after the last), if both are known."""
    if audit_date is None or cycle_years is None:
        return None
    try:
        return audit_date.replace(year=audit_date.year + cycle_years)
    except ValueError:  # 29 February
        return audit_date.replace(year=audit_date.year + cycle_years, day=28)


def is_past_due(status: str, audit_date: date | None, cycle_years: int | None, on: date) -> bool:
    """Still called conformant after its reassessment was due: out of date, which is not "failed"."""
    due = reassessment_due(audit_date, cycle_years)
    return status == Assurance.CONFORMANT and due is not None and due < on


def is_stale(last_good: datetime | None, interval_hours: int, now: datetime) -> bool:
    """True if the last good reading of a source is older than twice the interval that we expect."""
    return last_good is not None and now - last_good > 2 * timedelta(hours=interval_hours)


_SUPERSEDED = frozenset({"CRT"})  # whose metals another template took over


def revision_rank(template: str, revision: str) -> int:
    """Whole numbers by which look-ups follow each other: CMRT 6.22 comes before 6.31 and that before 6.4.

    RMI numbers its releases as decimal fractions. Raises BadInput for anything else.
    """
    match = re.fullmatch(r"(\d{1,3})(?:\.(\d{1,4}))?", revision.strip())
    if not match:
        raise BadInput(f"“{revision}” is no revision of a template.", remedy="It looks like 6.5.")
    rank = int(match[1]) * 10_000 + int((match[2] or "").ljust(4, "0"))
    return rank - 10_000_000 if template in _SUPERSEDED else rank
