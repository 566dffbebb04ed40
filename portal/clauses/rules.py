"""What a clause is: its words in the members' languages, what it asks, its versions and how two compare. Pure."""

import difflib
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.clauses.duties import Duty, Kind

LANGUAGES = ("en", "sv", "nb", "ca", "es")
FIELDS = ("title", "wording", "legal_basis", "subject_matter", "evidence", "ladder")
MAX_TITLE = 200
MAX_TEXT = 5000
CODE = re.compile(r"[A-Z][A-Z0-9-]{0,15}")
HAPPENED = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")

Texts = Mapping[str, Mapping[str, str]]  # language -> field -> what it says


class VersionState(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"  # not for new contracts; those signed with it keep it


class Verdict(StrEnum):
    """What one clause asks, compared with another."""

    EQUAL = "equal"
    STRICTER = "stricter"
    LOOSER = "looser"


class ExperienceKind(StrEnum):
    """What is known of a clause in use."""

    RULING = "ruling"
    EXPERIENCE = "experience"


OTHER_WAY = {
    Verdict.EQUAL: Verdict.EQUAL,
    Verdict.STRICTER: Verdict.LOOSER,
    Verdict.LOOSER: Verdict.STRICTER,
}


@dataclass(frozen=True)
class ClauseDefinition:
    """What a version says. Without minerals it holds for all of them; `step` is of the OECD guidance."""

    texts: Texts
    step: int | None = None
    minerals: tuple[str, ...] = ()
    duties: tuple[Duty, ...] = field(default=())

    def content(self) -> dict[str, Any]:
        """As plain values of JSON, the same for the same words whatever they were read from."""
        return {
            "texts": {language: dict(words) for language, words in self.texts.items()},
            "step": self.step,
            "minerals": sorted(self.minerals),
            "duties": [duty.as_json() for duty in self.duties],
        }

    def digest(self) -> str:
        """SHA-256 (hex) of the content."""
        return hashlib.sha256(json.dumps(self.content(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Said:
    """A text and the language it is in, which is not always the reader's."""

    text: str
    language: str


def languages_of(texts: Texts) -> list[str]:
    """The languages in which there is a title and a wording."""
    return [code for code in LANGUAGES if all(texts.get(code, {}).get(name) for name in ("title", "wording"))]


def said(texts: Texts, name: str, language: str) -> Said | None:
    """A field in the reader's language, else in English, else in the first that has it."""
    for code in (language, *LANGUAGES):
        if text := texts.get(code, {}).get(name):
            return Said(text, code)
    return None


def in_language(words: Mapping[str, str], language: str) -> str:
    """One text by language (what a duty asks): the reader's, else English, else the first."""
    return next((words[code] for code in (language, *LANGUAGES) if words.get(code)), "")


def steps_of_ladder(text: str) -> list[str]:
    """The sanctions in their order, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


# ---- what differs ----------------------------------------------------------------------------------------------------


class Change(StrEnum):
    """What became of words between two texts."""

    KEPT = "kept"
    INSERTED = "inserted"
    DELETED = "deleted"


_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


def word_changes(before: str, after: str) -> list[tuple[Change, str]]:
    """The words that were kept, deleted and inserted, in reading order; joined without the inserted ones they are
    `before`, without the deleted ones `after`.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[tuple[Change, str]] = []
    for tag, start, end, new_start, new_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append((Change.KEPT, "".join(old[start:end])))
            continue
        if start < end:
            found.append((Change.DELETED, "".join(old[start:end])))
        if new_start < new_end:
            found.append((Change.INSERTED, "".join(new[new_start:new_end])))
    return found


# ---- a set for a tender ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """Why a clause is proposed: these minerals of the products are its own; none: it holds for whatever mineral."""

    minerals: tuple[str, ...]


def proposal(clause_minerals: Iterable[str], product_minerals: Sequence[str]) -> Proposal | None:
    """Whether a clause fits products that carry these minerals, and why; None where it names only other ones."""
    own = set(clause_minerals)
    if not own:
        return Proposal(())
    shared = tuple(mineral for mineral in product_minerals if mineral in own)
    return Proposal(shared) if shared else None


# ---- the file of common clauses --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ExperienceDefinition:
    """A ruling or an experience; `happened` is a year, a month or a day."""

    kind: ExperienceKind
    happened: str
    text: str
    source: str
    source_url: str | None = None


@dataclass(frozen=True)
class CommonClause:
    """A clause as the file that comes with the portal says it."""

    code: str
    definition: ClauseDefinition
    experience: tuple[ExperienceDefinition, ...] = ()


def from_toml(data: Mapping[str, Any]) -> list[CommonClause]:
    """The clauses of the file. KeyError or ValueError for a file that is none: it is ours, not a person's."""
    return [_common(row, data["shared"]) for row in data["clause"]]


def _common(row: Mapping[str, Any], shared: Mapping[str, Mapping[str, str]]) -> CommonClause:
    texts = {
        language: {
            **row[language],
            "legal_basis": shared[row["basis"]][language],
            "subject_matter": shared[row["subject"]][language],
            "ladder": shared["ladder"][language],
        }
        for language in LANGUAGES
    }
    duties = tuple(Duty(**{**duty, "kind": Kind(duty["kind"])}) for duty in row.get("duty", ()))
    experience = tuple(
        ExperienceDefinition(**{**one, "kind": ExperienceKind(one["kind"])}) for one in row.get("experience", ())
    )
    definition = ClauseDefinition(texts, row["step"], tuple(row.get("minerals", ())), duties)
    return CommonClause(row["code"], definition, experience)
