"""Workbooks of assessments as a person gives them back: edited by a spreadsheet program's library."""

import io
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import openpyxl

from portal.ratings.offline.layout import ANSWERS, About, lines
from portal.ratings.offline.writing import written
from portal.ratings.rules import AnswerData
from portal.rubrics.rules import QuestionDefinition, QuestionType, RubricDefinition, digest

ASSESSMENT = "01a208cf-0000-7000-8000-000000000001"


def about(rubric: RubricDefinition) -> About:
    return About(ASSESSMENT, digest(rubric), "en", "=Supplier", "2026-11-23T12:00+00:00")


def made(rubric: RubricDefinition, answers: Mapping[str, AnswerData]) -> bytes:
    return written(rubric, answers, about(rubric), editable=True)


def edited(data: bytes, *changes: Callable[[openpyxl.Workbook], object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for change in changes:
        change(book)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def put(cells: Mapping[str, object], sheet: str = ANSWERS) -> Callable[[openpyxl.Workbook], object]:
    def change(book: openpyxl.Workbook) -> None:
        for place, value in cells.items():
            book[sheet][place].value = value

    return change


def row_of(rubric: RubricDefinition, line_id: str) -> int:
    """The row of a question or choice, as spreadsheets count."""
    return [line.id for line in lines(rubric.questions)].index(line_id) + 3


def filled(rubric: RubricDefinition, answers: Mapping[str, AnswerData]) -> Callable[[openpyxl.Workbook], object]:
    """Type all answers into a blank workbook, as a person would."""

    def change(book: openpyxl.Workbook) -> None:
        sheet = book[ANSWERS]
        for question in rubric.questions:
            if question.id not in answers:
                continue
            answer, row = answers[question.id], row_of(rubric, question.id)
            sheet[f"D{row}"].value = answer.score
            sheet[f"E{row}"].value = answer.grade
            sheet[f"F{row}"].value = "x" if answer.listing else None
            sheet[f"G{row}"].value = answer.note
            sheet[f"H{row}"].value = "X" if answer.not_applicable else None
            sheet[f"I{row}"].value = answer.reason
            _type(book, sheet, row, rubric, question, answer.value)
        for rows in sheet.iter_rows():
            for cell in rows:
                if cell.data_type == "f":
                    cell.data_type = "s"

    return change


def _type(
    book: openpyxl.Workbook, sheet: Any, row: int, rubric: RubricDefinition, question: QuestionDefinition, value: Any
) -> None:
    if question.type is QuestionType.MULTI_CHOICE:
        for code in value or ():
            sheet[f"C{row_of(rubric, f'{question.id}/{code}')}"].value = "x"
    elif question.type is QuestionType.TABLE:
        for number, cells in enumerate(value or (), start=3):
            for column, choice in enumerate(question.choices, start=1):
                cell = book[question.id].cell(number, column)
                cell.value = cells.get(choice.code)
                cell.data_type = "s" if cell.value else cell.data_type
    elif question.type is QuestionType.DATE and value:
        sheet[f"C{row}"].value = date.fromisoformat(value)
    elif question.type is not QuestionType.FILE:
        sheet[f"C{row}"].value = value
