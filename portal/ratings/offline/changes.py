"""What taking a filled-in workbook back would change, and where both sides have moved on. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.evidence.sheets import address
from portal.ratings.offline.layout import (
    ANSWER,
    ANSWERS,
    FIRST,
    GONE,
    GRADE,
    LISTING,
    NOTE,
    REASON,
    SCORE,
    stamp,
)
from portal.ratings.offline.reading import Found
from portal.ratings.rules import AnswerData
from portal.rubrics.rules import QuestionType

# What a person may have changed, with its column on the sheet “Answers”.
PARTS = {
    "value": ANSWER,
    "score": SCORE,
    "grade": GRADE,
    "listing": LISTING,
    "note": NOTE,
    "not_applicable": GONE,
    "reason": REASON,
}


class Kind(StrEnum):
    """What the file says of a question, beside what the portal says now."""

    CHANGED = "changed"  # only the file has moved on
    CLASH = "clash"  # both have moved on: a person chooses
    NEWER = "newer"  # only the portal has moved on: it keeps what it has


@dataclass(frozen=True)
class Change:
    """One question that differs. `parts` are what differs, each with its cell."""

    code: str
    kind: Kind
    now: AnswerData
    file: AnswerData
    parts: Mapping[str, str]


def compare(
    current: Mapping[str, AnswerData], found: Iterable[Found], types: Mapping[str, QuestionType]
) -> list[Change]:
    """The questions in which file and portal differ, in the order of the file."""
    changes = []
    for one in found:
        now = current.get(one.code, AnswerData())
        mine, theirs = stamp(one.answer), stamp(now)
        if mine == theirs:
            continue
        if mine == one.stamp:
            kind = Kind.NEWER
        else:
            kind = Kind.CHANGED if theirs == one.stamp else Kind.CLASH
        parts = {
            name: _cell(one, name, types[one.code])
            for name in PARTS
            if stamp(AnswerData(**{name: getattr(one.answer, name)})) != stamp(AnswerData(**{name: getattr(now, name)}))
        }
        changes.append(Change(one.code, kind, now, one.answer, parts))
    return changes


def _cell(found: Found, part: str, kind: QuestionType) -> str:
    if part == "value" and kind is QuestionType.TABLE:
        return f"{found.code}!{address(FIRST, 0)}"
    return f"{ANSWERS}!{address(found.row, PARTS[part])}"


def mark(changes: Iterable[Change]) -> str:
    """The same text for the same changes: what a person agreed to is what is done, or nothing is."""
    said = "\n".join(f"{one.code} {one.kind} {stamp(one.now)} {stamp(one.file)}" for one in changes)
    return hashlib.sha256(said.encode()).hexdigest()
