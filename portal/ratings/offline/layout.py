"""Where everything stands in the workbook of an assessment's questions, to who writes it and who reads it. Pure.

Row 1 of each sheet has fixed words and is hidden: they are the same in every language. A question with several choices
has a row for each below it, a question with a table has a sheet named after it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from portal.ratings.rules import AnswerData
from portal.rubrics.rules import ChoiceDefinition, QuestionDefinition, QuestionType, in_language

MARK = "supplier-commons-answers-1"
ABOUT, ANSWERS, LISTS = "About", "Answers", "Lists"
ABOUT_ROWS = ("format", "assessment", "rubric", "language", "supplier", "exported")
COLUMNS = ("id", "question", "answer", "score", "evidence", "listing", "note", "not_applicable", "reason", "stamp")
ID, TEXT, ANSWER, SCORE, GRADE, LISTING, NOTE, GONE, REASON, STAMP = range(len(COLUMNS))
FIRST = 2  # the first row of answers: below the fixed words and the headings
YES = "x"
SPARE = 60  # open rows below those of a table, at least


@dataclass(frozen=True)
class Line:
    """A row of the sheet “Answers”: a question, or one choice of the question above it."""

    id: str
    question: QuestionDefinition
    choice: ChoiceDefinition | None = None

    def text(self, language: str) -> str:
        """What stands in the row's second cell."""
        return in_language(self.choice.texts if self.choice else self.question.texts, language)


@dataclass(frozen=True)
class About:
    """What the sheet “About” says. `rubric` is the digest of its version."""

    assessment: str
    rubric: str
    language: str
    supplier: str
    exported: str


def lines(questions: Iterable[QuestionDefinition]) -> Iterator[Line]:
    """The rows of the sheet “Answers” from `FIRST` on."""
    for question in questions:
        yield Line(question.id, question)
        if question.type is QuestionType.MULTI_CHOICE:
            for choice in question.choices:
                yield Line(f"{question.id}/{choice.code}", question, choice)


def stamp(answer: AnswerData) -> str:
    """What an answer says, in 16 hex digits: kept in the workbook, it tells later what has changed, and where.

    The order of several choices says nothing, and 80.0 is 80.
    """
    said: dict[str, Any] = asdict(answer)
    value = answer.value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        said["value"] = sorted(value)
    elif isinstance(value, float) and value.is_integer():
        said["value"] = int(value)
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
