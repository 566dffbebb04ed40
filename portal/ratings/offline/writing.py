"""Writes the questions of an assessment with their answers as a workbook that is filled in elsewhere."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.assessments.labels import GRADES
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
    LISTS,
    MARK,
    NOTE,
    REASON,
    SCORE,
    SPARE,
    STAMP,
    TEXT,
    YES,
    About,
    Line,
    lines,
    stamp,
)
from portal.ratings.rules import MOST_ROWS, AnswerData
from portal.rubrics.rules import ChoiceDefinition, QuestionType, RubricDefinition, in_language
from portal.web import formbook
from portal.web.formbook import Formbook, FormSheet

_WIDTHS = (10, 60, 34, 8, 26, 10, 40, 12, 30, 18)
_MOST_SHOWN = 120  # characters of a choice's words in a list


def written(rubric: RubricDefinition, answers: Mapping[str, AnswerData], about: About, *, editable: bool) -> bytes:
    """The workbook. `answers` are by question. `editable`: it can be filled in and taken back."""
    with Formbook() as book:
        _about(book, about, editable)
        sheet = book.sheet(ANSWERS)
        _headings(sheet)
        lists = book.sheet(LISTS, hidden=True)
        grades = _list(lists, 0, [f"{grade}: {words}" for grade, words in GRADES.items()])
        column = 1
        blank = AnswerData()
        for row, line in enumerate(lines(rubric.questions), start=FIRST):
            answer = answers.get(line.question.id, blank)
            sheet.write(row, ID, line.id)
            sheet.write(row, TEXT, line.text(about.language), bold=line.choice is None)
            if line.choice is None:
                _common(sheet, row, answer, grades, editable)
                sheet.write(row, STAMP, stamp(answer))
            _answer(sheet, row, line, answer.value, about.language, editable)
            if line.question.type is QuestionType.CHOICE:
                source = _list(lists, column, [_offer(one, about.language) for one in line.question.choices])
                sheet.choices(row, ANSWER, source, _("Not in the list"), _("Choose one of the list."))
                column += 1
        for question in rubric.questions:
            if question.type is QuestionType.TABLE:
                value = answers.get(question.id, blank).value
                _table(book.sheet(question.id), question.choices, value or [], about.language, editable)
    return book.content


def _about(book: Formbook, about: About, editable: bool) -> None:
    sheet = book.sheet(ABOUT)
    values = (MARK, about.assessment, about.rubric, about.language, about.supplier, about.exported)
    for row, (key, value) in enumerate(zip(ABOUT_ROWS, values, strict=True)):
        sheet.write(row, 0, key, bold=True)
        sheet.write(row, 1, value)
    told = [
        _("Fill in the light cells of the sheet “Answers”, and the sheets of questions with tables."),
        _("Leave the questions, their order and this sheet as they are: otherwise the file cannot be taken back."),
        _("Files are attached on the portal."),
    ]
    for row, text in enumerate(told if editable else [], start=len(ABOUT_ROWS) + 1):
        sheet.write(row, 1, text)
    sheet.raw.set_column(0, 0, 14)
    sheet.raw.set_column(1, 1, 70)


def _headings(sheet: FormSheet) -> None:
    words = (
        "ID",
        _("Question"),
        _("Answer"),
        _("Score"),
        _("Evidence"),
        _("It rests on an assurance list alone"),
        _("In a few words"),
        _("Does not apply"),
        _("Why it does not apply"),
        "",
    )
    for column, (key, word, width) in enumerate(zip(COLUMNS, words, _WIDTHS, strict=True)):
        sheet.write(0, column, key)
        sheet.write(1, column, word, bold=True)
        sheet.raw.set_column(column, column, width, None, {"hidden": column == STAMP})
    sheet.raw.set_row(0, None, None, {"hidden": True})
    sheet.raw.freeze_panes(FIRST, TEXT + 1)


def _common(sheet: FormSheet, row: int, answer: AnswerData, grades: str, editable: bool) -> None:
    """What every question has beside its answer."""
    sheet.write(row, SCORE, answer.score, open=editable)
    sheet.write(row, GRADE, f"{answer.grade}: {GRADES[answer.grade]}", open=editable)
    sheet.write(row, LISTING, YES if answer.listing else None, open=editable)
    sheet.write(row, NOTE, answer.note, open=editable, shape=formbook.TEXT)
    sheet.write(row, GONE, YES if answer.not_applicable else None, open=editable)
    sheet.write(row, REASON, answer.reason, open=editable, shape=formbook.TEXT)
    wrong = _("Not in the list")
    sheet.choices(row, SCORE, [0, 1, 2, 3, 4], wrong, _("The score is a whole number from 0 to 4."))
    sheet.choices(row, GRADE, grades, wrong, _("Choose one of the list."))
    for column in (LISTING, GONE):
        sheet.choices(row, column, [YES], wrong, _("Write x, or leave it blank."))


def _answer(sheet: FormSheet, row: int, line: Line, value: Any, language: str, editable: bool) -> None:
    kind = line.question.type
    if line.choice is not None:
        sheet.write(row, ANSWER, YES if line.choice.code in (value or []) else None, open=editable)
        sheet.choices(row, ANSWER, [YES], _("Not in the list"), _("Write x, or leave it blank."))
    elif kind is QuestionType.MULTI_CHOICE:
        sheet.write(row, ANSWER, _("Mark the rows below with x."))
    elif kind is QuestionType.TABLE:
        sheet.write(row, ANSWER, _("See the sheet %(name)s.", name=line.id))
    elif kind is QuestionType.FILE:
        sheet.write(row, ANSWER, _("Files are attached on the portal."))
    elif kind is QuestionType.CHOICE:
        words = {one.code: one for one in line.question.choices}
        sheet.write(row, ANSWER, _offer(words[value], language) if value else None, open=editable)
    elif kind is QuestionType.DATE:
        sheet.write(row, ANSWER, date.fromisoformat(value) if value else None, open=editable, shape=formbook.DAY)
    else:
        shape = formbook.TEXT if kind is QuestionType.TEXT else "General"
        sheet.write(row, ANSWER, value, open=editable, shape=shape)


def _offer(choice: ChoiceDefinition, language: str) -> str:
    """A choice as lists offer it: its code, which is read back, and its words."""
    words = " ".join(in_language(choice.texts, language).split())
    return f"{choice.code}: {words[:_MOST_SHOWN]}"


def _list(sheet: FormSheet, column: int, words: list[str]) -> str:
    """Write the words below each other; returns the address of the range."""
    for row, word in enumerate(words):
        sheet.write(row, column, word)
    letters = formbook.letters(column)
    return f"={LISTS}!${letters}$1:${letters}${len(words)}"


def _table(
    sheet: FormSheet, columns: tuple[ChoiceDefinition, ...], rows: list[dict[str, str]], language: str, editable: bool
) -> None:
    for column, one in enumerate(columns):
        sheet.write(0, column, one.code)
        sheet.write(1, column, in_language(one.texts, language), bold=True)
        sheet.raw.set_column(column, column, 28)
    spare = min(max(SPARE, len(rows)), MOST_ROWS - len(rows)) if editable else 0
    for row, values in enumerate([*rows, *[dict[str, str]()] * spare], start=FIRST):
        for column, one in enumerate(columns):
            sheet.write(row, column, values.get(one.code), open=editable, shape=formbook.TEXT)
    sheet.raw.set_row(0, None, None, {"hidden": True})
    sheet.raw.freeze_panes(FIRST, 0)
