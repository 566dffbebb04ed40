"""The way of an assessment by a rubric, what an answer needs, and the five-step summary of a published one. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.assessments.rules import Answer, EvidenceGrade
from portal.assessments.scoring import BEST, Given, StepScore
from portal.rubrics.rules import QuestionDefinition, QuestionType

LONGEST_ANSWER = 10_000
MOST_ROWS = 500
MET_FROM = 75  # the score from which a step counts as met in the five-step summary


class RatedState(StrEnum):
    """Where an assessment by a rubric stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    REVISED = "revised"  # a newer one stands in its place
    WITHDRAWN = "withdrawn"


class RatedStep(StrEnum):
    """What a person does with the whole of it."""

    SUBMIT = "submit"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


STEPS: Mapping[RatedStep, tuple[frozenset[RatedState], RatedState]] = MappingProxyType(
    {
        RatedStep.SUBMIT: (frozenset({RatedState.DRAFT}), RatedState.IN_REVIEW),
        RatedStep.SEND_BACK: (frozenset({RatedState.IN_REVIEW}), RatedState.DRAFT),
        RatedStep.PUBLISH: (frozenset({RatedState.IN_REVIEW}), RatedState.PUBLISHED),
        RatedStep.WITHDRAW: (frozenset({RatedState.PUBLISHED}), RatedState.WITHDRAWN),
    }
)


class AnswerFlaw(StrEnum):
    """Why an answer cannot be taken."""

    VALUE = "value"  # not of the question's type, or none of its choices
    TOO_LONG = "too_long"
    SCORE = "score"
    NEEDS_REASON = "needs_reason"
    NOT_APPLICABLE_HAS_NO_SCORE = "not_applicable_has_no_score"


@dataclass(frozen=True)
class AnswerData:
    """What a person says to one question.

    `value` fits the question's type: a code, a list of codes, a number, an ISO day, a text, a list of rows by column
    (table), None where there is no answer or a file is it. `listing`: the answer rests on an assurance list alone.
    """

    value: Any = None
    score: int | None = None
    grade: EvidenceGrade = EvidenceGrade.NONE
    note: str | None = None
    not_applicable: bool = False
    reason: str | None = None
    listing: bool = False


def answer_flaw(question: QuestionDefinition, answer: AnswerData) -> AnswerFlaw | None:
    """None if the answer may be kept."""
    if answer.not_applicable:
        if not (answer.reason or "").strip():
            return AnswerFlaw.NEEDS_REASON
        if answer.score is not None or answer.value is not None or answer.grade is not EvidenceGrade.NONE:
            return AnswerFlaw.NOT_APPLICABLE_HAS_NO_SCORE
        return None
    if answer.score is not None and answer.score not in range(BEST + 1):
        return AnswerFlaw.SCORE
    if any(len(text or "") > LONGEST_ANSWER for text in (answer.note, answer.reason)):
        return AnswerFlaw.TOO_LONG
    return None if answer.value is None else _value_flaw(question, answer.value)


def _value_flaw(question: QuestionDefinition, value: Any) -> AnswerFlaw | None:
    codes = {choice.code for choice in question.choices}
    if question.type is QuestionType.CHOICE:
        fits = isinstance(value, str) and value in codes
    elif question.type is QuestionType.MULTI_CHOICE:
        fits = _list_of(value, str) and len(set(value)) == len(value) > 0 and set(value) <= codes
    elif question.type is QuestionType.NUMBER:
        # Of the double's range only what JSON keeps: no infinity, no NaN.
        fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    elif question.type is QuestionType.DATE:
        fits = isinstance(value, str) and _is_day(value)
    elif question.type is QuestionType.TABLE:
        fits = _list_of(value, dict) and 0 < len(value) <= MOST_ROWS and all(_is_row(row, codes) for row in value)
    elif question.type is QuestionType.TEXT:
        fits = isinstance(value, str) and bool(value.strip())
    else:  # a file is answered by its evidence
        fits = False
    if not fits:
        return AnswerFlaw.VALUE
    return AnswerFlaw.TOO_LONG if any(len(text) > LONGEST_ANSWER for text in _texts(value)) else None


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for row in value for text in (row.values() if isinstance(row, dict) else [row])]
    return []


def _list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(one, kind) for one in value)


def _is_row(row: Mapping[str, Any], columns: set[str]) -> bool:
    return bool(row) and set(row) <= columns and all(isinstance(cell, str) and cell for cell in row.values())


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def step_summary(found: StepScore, given: Iterable[Given]) -> tuple[Answer, EvidenceGrade]:
    """(answer, grade) of a step as the five-step profile says it, so that look-up and roll-ups go on reading one kind.

    The grade is the weakest of the answers that count: a chain is as strong as that. A step is met from 75 on
    documents, partly met with any score, not met at 0, and not assessed where no question applies or is answered.
    """
    rows = [row for row in given if row.step == found.step and not row.not_applicable]
    if found.score is None or all(row.score is None for row in rows):
        return Answer.NOT_ASSESSED, EvidenceGrade.NONE
    grades = [row.grade for row in rows if row.counts]
    if not grades:
        return Answer.NOT_MET, EvidenceGrade.NONE
    weakest = min(grades)
    if found.score >= MET_FROM and weakest is not EvidenceGrade.SELF_DECLARED:
        return Answer.MET, weakest
    return Answer.PARTLY, weakest
