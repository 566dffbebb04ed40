"""Reads the workbook of an assessment's questions: gives all answers, or tells every cell that cannot be taken."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from portal.assessments.rules import EvidenceGrade
from portal.evidence.sheets import Problem, Refused, Sheet, Value, formula_problems
from portal.ratings.labels import FLAWS
from portal.ratings.offline.layout import (
    ABOUT,
    ABOUT_ROWS,
    ANSWER,
    ANSWERS,
    COLUMNS,
    FIRST,
    GONE,
    GRADE,
    ID,
    LISTING,
    MARK,
    NOTE,
    REASON,
    SCORE,
    STAMP,
    TEXT,
    YES,
    Line,
    lines,
)
from portal.ratings.rules import LONGEST_ANSWER, AnswerData, AnswerFlaw, answer_flaw
from portal.rubrics.rules import LANGUAGES, QuestionDefinition, QuestionType, RubricDefinition, digest, in_language

_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y")  # as forms take them
_STAMP = re.compile(r"[0-9a-f]{16}")
_READ = (ID, TEXT, ANSWER, SCORE, GRADE, LISTING, NOTE, GONE, REASON, STAMP)


@dataclass(frozen=True)
class Found:
    """One question's answer in the file, the row where it stands (from 0), and what it was when it was written."""

    code: str
    answer: AnswerData
    stamp: str
    row: int

    def to_wire(self) -> dict[str, Any]:
        """As JSON keeps it until a person has looked at it."""
        return asdict(self)

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> "Found":
        """What to_wire() has made of it."""
        said = {**wire["answer"], "grade": EvidenceGrade(wire["answer"]["grade"])}
        return cls(wire["code"], AnswerData(**said), wire["stamp"], wire["row"])


def read(sheets: Mapping[str, Sheet], rubric: RubricDefinition, assessment: str) -> list[Found]:
    """The answers in the file to all questions of the rubric. Raises Refused with every problem and its cell."""
    expected = list(lines(rubric.questions))
    problems = [*_about_problems(sheets, rubric, assessment)] or [*_shape_problems(sheets, rubric, expected)]
    if problems:
        raise Refused(problems)
    reader = _Reader(sheets, rubric)
    found = []
    for row, line in enumerate(expected, start=FIRST):
        if line.choice is None:
            found.append(reader.answer(row, line.question))
    if reader.problems:
        raise Refused(reader.problems)
    return found


def _again() -> str:
    return _("Download the workbook of this assessment again, and copy your answers into that.")


def _about_problems(sheets: Mapping[str, Sheet], rubric: RubricDefinition, assessment: str) -> Iterator[Problem]:
    about = sheets.get(ABOUT)
    if about is None:
        yield Problem(ABOUT, _("The sheet is missing."), _again())
        return
    if about.cell(0, 1) != MARK or any(about.cell(row, 0) != word for row, word in enumerate(ABOUT_ROWS)):
        yield Problem(about.place(0, 1), _("This is no workbook of an assessment’s questions."), _again())
    elif about.cell(1, 1) != assessment:
        yield Problem(
            about.place(1, 1),
            _("The file belongs to another assessment."),
            _("Take it back there, or download the workbook of this one."),
        )
    elif about.cell(2, 1) != digest(rubric):
        yield Problem(about.place(2, 1), _("The file was made by another version of the rubric."), _again())
    elif about.cell(3, 1) not in LANGUAGES:
        yield Problem(about.place(3, 1), _("The language of the file is not known."), _again())


def _shape_problems(
    sheets: Mapping[str, Sheet], rubric: RubricDefinition, expected: Sequence[Line]
) -> Iterator[Problem]:
    """What is missing, added, moved or changed among sheets, columns and questions."""
    tables = [question for question in rubric.questions if question.type is QuestionType.TABLE]
    wanted = [(ANSWERS, COLUMNS), *((one.id, [choice.code for choice in one.choices]) for one in tables)]
    missing = False
    for name, words in wanted:
        if name not in sheets:
            missing = True
            yield Problem(name, _("The sheet is missing."), _again())
            continue
        for column, word in enumerate(words):
            if sheets[name].cell(0, column) != word:
                missing = True
                said = _("The column “%(name)s” is missing here or has moved.", name=word)
                yield Problem(sheets[name].place(0, column), said, _again())
    if not missing:
        yield from _line_problems(sheets[ANSWERS], expected, str(sheets[ABOUT].cell(3, 1)))


def _line_problems(sheet: Sheet, expected: Sequence[Line], language: str) -> Iterator[Problem]:
    known = {line.id: line for line in expected}
    stands: dict[str, int] = {}
    strange = set()  # rows that hold no question of ours: what should stand there is told with them
    for row in range(FIRST, len(sheet.rows)):
        name = sheet.cell(row, ID)
        if name is None and not any(_text(sheet.cell(row, column)) for column in _READ):
            continue
        if not isinstance(name, str) or name not in known:
            strange.add(row)
            said = _(
                "“%(text)s” is no question of this version: it was added or its id was changed.", text=_short(name)
            )
            yield Problem(sheet.place(row, ID), said, _again())
        elif name in stands:
            yield Problem(sheet.place(row, ID), _("The question %(id)s stands here a second time.", id=name), _again())
        else:
            stands[name] = row
            if sheet.cell(row, TEXT) != (known[name].text(language)):
                said = _("The text of the question %(id)s was changed.", id=name)
                yield Problem(sheet.place(row, TEXT), said, _again())
    for row, line in enumerate(expected, start=FIRST):
        if line.id not in stands and row not in strange:
            yield Problem(sheet.place(row, ID), _("The question %(id)s is missing.", id=line.id), _again())
    there, order = [line.id for line in expected if line.id in stands], sorted(stands, key=lambda one: stands[one])
    for wanted, name in zip(there, order, strict=True):
        if wanted != name:
            said = _("The question %(id)s has moved: here stood %(other)s.", id=name, other=wanted)
            yield Problem(sheet.place(stands[name], ID), said, _again())
    if there == order and len(there) == len(expected):
        for row, name in enumerate(there, start=FIRST):
            if stands[name] != row:
                yield Problem(sheet.place(row, ID), _("A row was put in here."), _again())
                return


class _Reader:
    """Gathers answers and problems; an answer with a problem is never used."""

    def __init__(self, sheets: Mapping[str, Sheet], rubric: RubricDefinition) -> None:
        self._sheets = sheets
        self._sheet = sheets[ANSWERS]
        tables = [sheets[one.id] for one in rubric.questions if one.type is QuestionType.TABLE]
        self.problems = [one for sheet in (self._sheet, *tables) for one in formula_problems(sheet)]

    def answer(self, row: int, question: QuestionDefinition) -> Found:
        """The answer to one question, from its row, the rows of its choices and the sheet of its table."""
        before = len(self.problems)
        answer = AnswerData(
            value=self._value(row, question),
            score=self._score(row),
            grade=self._grade(row),
            note=_text(self._sheet.cell(row, NOTE)),
            not_applicable=self._marked(row, GONE),
            reason=_text(self._sheet.cell(row, REASON)),
            listing=self._marked(row, LISTING),
        )
        stamp = self._sheet.cell(row, STAMP)
        if not isinstance(stamp, str) or not _STAMP.fullmatch(stamp):
            self._problem(self._sheet.place(row, STAMP), _("The stamp of the question was changed."), _again())
        if len(self.problems) == before and (flaw := answer_flaw(question, answer)):
            self._problem(self._place_of(flaw, row, question, answer), str(FLAWS[flaw]))
        return Found(question.id, answer, str(stamp), row)

    def _problem(self, place: str, message: str, remedy: str | None = None) -> None:
        self.problems.append(Problem(place, message, remedy))

    def _place_of(self, flaw: AnswerFlaw, row: int, question: QuestionDefinition, answer: AnswerData) -> str:
        column = {AnswerFlaw.NEEDS_REASON: REASON, AnswerFlaw.NOT_APPLICABLE_HAS_NO_SCORE: GONE}.get(flaw, ANSWER)
        if flaw is AnswerFlaw.TOO_LONG:
            long = (
                at for at, text in ((NOTE, answer.note), (REASON, answer.reason)) if len(text or "") > LONGEST_ANSWER
            )
            column = next(long, ANSWER)
        if column == ANSWER and question.type is QuestionType.TABLE:
            return self._sheets[question.id].place(FIRST, 0)
        return self._sheet.place(row, column)

    def _not_among(self, row: int, column: int, words: Iterable[object]) -> None:
        self._problem(
            self._sheet.place(row, column),
            _("“%(text)s” is none of the words that can stand here.", text=_short(self._sheet.cell(row, column))),
            _("Write one of these: %(words)s.", words=", ".join(map(str, words))),
        )

    def _marked(self, row: int, column: int) -> bool:
        value = self._sheet.cell(row, column)
        if value in (None, False) or not str(value).strip():
            return False
        if value is not True and str(value).strip().casefold() != YES:
            self._not_among(row, column, [YES])
        return True

    def _score(self, row: int) -> int | None:
        value = self._sheet.cell(row, SCORE)
        text = _text(value)
        if text is None:
            return None
        if text.strip() not in ("0", "1", "2", "3", "4"):
            self._not_among(row, SCORE, range(5))
            return None
        return int(text)

    def _grade(self, row: int) -> EvidenceGrade:
        text = (_text(self._sheet.cell(row, GRADE)) or EvidenceGrade.NONE).partition(":")[0].strip()
        if text not in set(EvidenceGrade):
            self._not_among(row, GRADE, EvidenceGrade)
            return EvidenceGrade.NONE
        return EvidenceGrade(text)

    def _value(self, row: int, question: QuestionDefinition) -> Any:
        value = self._sheet.cell(row, ANSWER)
        if question.type is QuestionType.TABLE:
            return self._table(question)
        if question.type is QuestionType.MULTI_CHOICE:
            marked = []
            for below, choice in enumerate(question.choices, start=row + 1):
                if self._marked(below, ANSWER):
                    marked.append(choice.code)
            return marked or None
        text = _text(value)
        if question.type is QuestionType.FILE or text is None:
            return None
        if question.type is QuestionType.CHOICE:
            return self._choice(row, question, text)
        if question.type is QuestionType.NUMBER:
            return self._number(row, value, text)
        return self._day(row, value, text) if question.type is QuestionType.DATE else text

    def _choice(self, row: int, question: QuestionDefinition, text: str) -> str | None:
        codes = [choice.code for choice in question.choices]
        code = text.partition(":")[0].strip()
        language = str(self._sheets[ABOUT].cell(3, 1))
        by_words = [one.code for one in question.choices if in_language(one.texts, language) == text.strip()]
        if code in codes:
            return code
        if len(by_words) == 1:
            return by_words[0]
        self._not_among(row, ANSWER, codes)
        return None

    def _number(self, row: int, value: Value, text: str) -> int | float | None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        try:
            number = float(text.strip().replace(",", "."))
        except ValueError:
            said = _("“%(text)s” is not a number. Write for example 12.5.", text=_short(text))
            self._problem(self._sheet.place(row, ANSWER), said)
            return None
        return int(number) if number.is_integer() else number

    def _day(self, row: int, value: Value, text: str) -> str | None:
        if isinstance(value, date):
            return value.isoformat()
        for pattern in _DAYS:
            try:
                return datetime.strptime(text.strip(), pattern).date().isoformat()
            except ValueError:
                continue
        said = _("“%(text)s” is not a date. Write day.month.year, for example 31.12.2026.", text=_short(text))
        self._problem(self._sheet.place(row, ANSWER), said)
        return None

    def _table(self, question: QuestionDefinition) -> list[dict[str, str]] | None:
        sheet = self._sheets[question.id]
        rows = []
        for row in range(FIRST, len(sheet.rows)):
            cells = {}
            for column, choice in enumerate(question.choices):
                if text := _text(sheet.cell(row, column)):
                    cells[choice.code] = text
            for column in range(len(question.choices), len(sheet.rows[row])):
                if _text(sheet.cell(row, column)):
                    self._problem(
                        sheet.place(row, column),
                        _("Nothing can stand here."),
                        _("Take it out, or move it to a column."),
                    )
            if cells:
                rows.append(cells)
        return rows or None


def _text(value: Value) -> str | None:
    """A cell as text, as it was typed; None where there is nothing but blanks."""
    text = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
    return text if text.strip() else None


def _short(value: Value) -> str:
    return (_text(value) or "")[:40]
