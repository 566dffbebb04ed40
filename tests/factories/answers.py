"""Answers to every question of a rubric, of all kinds that an answer can be, with texts that spreadsheets take ill."""

from typing import Any

from portal.assessments.rules import EvidenceGrade
from portal.ratings.rules import AnswerData
from portal.rubrics.rules import QuestionDefinition, QuestionType, RubricDefinition
from tests.factories.rubrics import NASTY

NUMBERS = (0, 80, 12.5, -3, 0.1, 123456789.25, 1e-7)
DAYS = ("2026-03-12", "1999-12-31", "2024-02-29")


def value_of(question: QuestionDefinition, number: int) -> Any:
    """A value that fits the question, another for each number."""
    codes = [choice.code for choice in question.choices]
    text = NASTY[number % len(NASTY)]
    return {
        QuestionType.CHOICE: lambda: codes[number % len(codes)],
        QuestionType.MULTI_CHOICE: lambda: codes[: 1 + number % len(codes)],
        QuestionType.NUMBER: lambda: NUMBERS[number % len(NUMBERS)],
        QuestionType.DATE: lambda: DAYS[number % len(DAYS)],
        QuestionType.TEXT: lambda: text,
        QuestionType.TABLE: lambda: [dict.fromkeys(codes, f"{text}{row}") for row in range(1 + number % 3)],
        QuestionType.FILE: lambda: None,
    }[question.type]()


def all_answers(rubric: RubricDefinition, first: int = 0) -> dict[str, AnswerData]:
    """Question -> answer; each ninth does not apply, each eleventh is not answered at all."""
    found = {}
    for number, question in enumerate(rubric.questions, start=first):
        if number % 11 == 10:
            continue
        if number % 9 == 8:
            found[question.id] = AnswerData(not_applicable=True, reason=NASTY[number % len(NASTY)])
        else:
            found[question.id] = AnswerData(
                value=value_of(question, number),
                score=number % 5 if number % 4 else None,
                grade=list(EvidenceGrade)[number % 4],
                note=NASTY[number % len(NASTY)] if number % 3 else None,
                listing=number % 2 == 0,
            )
    return found
