"""What a rubric is: questions along the five steps, their types and texts, and what makes a version another. Pure."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

LANGUAGES = ("en", "sv", "nb", "ca", "es")
STEPS = range(1, 6)
MOST_QUESTIONS = 500
LONGEST_TEXT = 2000
CODE = re.compile(r"[a-z][a-z0-9-]{0,10}")
QUESTION_ID = re.compile(r"S([1-5])-([1-9]\d{0,2})")
CHOICE_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")


class QuestionType(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    MULTI_CHOICE = "multi_choice"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    TABLE = "table"  # its choices are the columns
    FILE = "file"  # answered by evidence


NEEDS_CHOICES = frozenset({QuestionType.CHOICE, QuestionType.MULTI_CHOICE, QuestionType.TABLE})


class EvidenceType(StrEnum):
    """What may support an answer (DOMAIN 1.4)."""

    POLICY = "policy"
    CONTRACT = "contract"
    RECORD = "record"
    TEMPLATE = "template"
    LIST = "list"
    AUDIT = "audit"
    PLAN = "plan"
    REPORT = "report"
    INTERVIEW = "interview"


@dataclass(frozen=True)
class ChoiceDefinition:
    """One choice of a question, or one column of a table, with its texts by language."""

    code: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class QuestionDefinition:
    """One question. `fill` names the answers of a declaration, or the computation, that may propose an answer."""

    id: str
    step: int
    type: QuestionType
    texts: Mapping[str, str]
    evidence: tuple[EvidenceType, ...] = ()
    choices: tuple[ChoiceDefinition, ...] = ()
    unit: str | None = None
    fill: tuple[str, ...] = ()


@dataclass(frozen=True)
class RubricDefinition:
    """A whole rubric as it is written down; the order of the questions is part of it."""

    code: str
    titles: Mapping[str, str]
    questions: tuple[QuestionDefinition, ...] = field(default=())


class Flaw(StrEnum):
    """Why a rubric cannot be taken."""

    CODE = "code"
    TITLE = "title"
    NO_QUESTIONS = "no_questions"
    TOO_MANY = "too_many"
    QUESTION_ID = "question_id"
    STEP = "step"
    TWICE = "twice"
    NO_TEXT = "no_text"
    LANGUAGE = "language"
    TOO_LONG = "too_long"
    CHOICES_MISSING = "choices_missing"
    CHOICES_NEEDLESS = "choices_needless"
    CHOICE_CODE = "choice_code"


def flaws(rubric: RubricDefinition) -> list[tuple[str | None, Flaw]]:
    """(id of the question, or None for the rubric itself; what is wrong), in order; empty when it can be taken."""
    found: list[tuple[str | None, Flaw]] = []
    if not CODE.fullmatch(rubric.code):
        found.append((None, Flaw.CODE))
    if _text_flaw(rubric.titles):
        found.append((None, Flaw.TITLE))
    if not rubric.questions:
        found.append((None, Flaw.NO_QUESTIONS))
    if len(rubric.questions) > MOST_QUESTIONS:
        found.append((None, Flaw.TOO_MANY))
    seen: set[str] = set()
    for question in rubric.questions:
        found.extend((question.id, flaw) for flaw in _question_flaws(question))
        if question.id in seen:
            found.append((question.id, Flaw.TWICE))
        seen.add(question.id)
    return found


def _question_flaws(question: QuestionDefinition) -> Iterator[Flaw]:
    named = QUESTION_ID.fullmatch(question.id)
    if not named:
        yield Flaw.QUESTION_ID
    if question.step not in STEPS or (named and int(named[1]) != question.step):
        yield Flaw.STEP
    if wrong := _text_flaw(question.texts):
        yield wrong
    if question.type in NEEDS_CHOICES and not question.choices:
        yield Flaw.CHOICES_MISSING
    if question.choices and question.type not in NEEDS_CHOICES:
        yield Flaw.CHOICES_NEEDLESS
    codes = [choice.code for choice in question.choices]
    if len(set(codes)) < len(codes) or not all(CHOICE_CODE.fullmatch(code) for code in codes):
        yield Flaw.CHOICE_CODE
    for choice in question.choices:
        if wrong := _text_flaw(choice.texts):
            yield wrong


def _text_flaw(texts: Mapping[str, str]) -> Flaw | None:
    """English is the text that every reader can fall back on; other languages may be missing."""
    if set(texts) - set(LANGUAGES):
        return Flaw.LANGUAGE
    if not texts.get("en", "").strip() or not all(text.strip() for text in texts.values()):
        return Flaw.NO_TEXT
    return Flaw.TOO_LONG if any(len(text) > LONGEST_TEXT for text in texts.values()) else None


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in the reader's language, or in English."""
    return texts.get(language) or texts["en"]


def content(rubric: RubricDefinition) -> dict[str, Any]:
    """The rubric as plain values of JSON, the same for the same rubric whatever it was read from."""
    return {
        "code": rubric.code,
        "titles": dict(rubric.titles),
        "questions": [question_content(question) for question in rubric.questions],
    }


def question_content(question: QuestionDefinition) -> dict[str, Any]:
    """One question as plain values of JSON."""
    return {
        "id": question.id,
        "step": question.step,
        "type": question.type.value,
        "texts": dict(question.texts),
        "evidence": [kind.value for kind in question.evidence],
        "choices": [{"code": choice.code, "texts": dict(choice.texts)} for choice in question.choices],
        "unit": question.unit,
        "fill": list(question.fill),
    }


def from_content(data: Mapping[str, Any]) -> RubricDefinition:
    """The rubric of which `content` made this."""
    return RubricDefinition(
        data["code"],
        data["titles"],
        tuple(
            QuestionDefinition(
                id=row["id"],
                step=row["step"],
                type=QuestionType(row["type"]),
                texts=row["texts"],
                evidence=tuple(map(EvidenceType, row["evidence"])),
                choices=tuple(ChoiceDefinition(choice["code"], choice["texts"]) for choice in row["choices"]),
                unit=row["unit"],
                fill=tuple(row["fill"]),
            )
            for row in data["questions"]
        ),
    )


@dataclass(frozen=True)
class Changes:
    """What a version does to the one before it: ids of questions, each in the order of its rubric."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def changes(before: RubricDefinition, after: RubricDefinition) -> Changes:
    """Which questions a version adds, takes out or asks in another way."""
    old = {question.id: question for question in before.questions}
    new = {question.id: question for question in after.questions}
    return Changes(
        added=tuple(id for id in new if id not in old),
        removed=tuple(id for id in old if id not in new),
        changed=tuple(id for id in new if id in old and new[id] != old[id]),
    )


def digest(rubric: RubricDefinition) -> str:
    """SHA-256 (hex) of the content: a version with another digest is another version."""
    return hashlib.sha256(json.dumps(content(rubric), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def from_toml(data: Mapping[str, Any]) -> RubricDefinition:
    """A rubric as its TOML file says it. KeyError or ValueError for a file that is none: it is ours, not a person's."""
    sets = {
        name: tuple(ChoiceDefinition(code, texts) for code, texts in choices.items())
        for name, choices in data.get("choices", {}).items()
    }
    return RubricDefinition(
        code=data["code"],
        titles=data["title"],
        questions=tuple(
            QuestionDefinition(
                id=row["id"],
                step=row["step"],
                type=QuestionType(row["type"]),
                texts={language: row[language] for language in LANGUAGES if language in row},
                evidence=tuple(EvidenceType(kind) for kind in row.get("evidence", ())),
                choices=sets[row["choices"]] if "choices" in row else (),
                unit=row.get("unit"),
                fill=tuple(row.get("fill", ())),
            )
            for row in data["question"]
        ),
    )
