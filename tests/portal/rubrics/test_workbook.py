"""A rubric as a workbook and back: identical, and what cannot be taken is told with its sheet and cell."""

import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest

from portal.evidence.sheets import Refused, read_sheets
from portal.rubrics import workbook
from portal.rubrics.rules import RubricDefinition, changes, content, digest, from_content
from portal.rubrics.services import standard_rubric
from tests.factories.rubrics import long_rubric


@pytest.fixture(autouse=True)
def _context(app):
    with app.test_request_context():
        yield


@pytest.mark.parametrize("rubric", [long_rubric(), standard_rubric()], ids=["long", "oecd"])
def test_a_rubric_comes_back_identical(rubric: RubricDefinition) -> None:
    found = workbook.read(read_sheets(workbook.written(rubric)))
    assert found == rubric
    assert digest(found) == digest(rubric)
    assert digest(from_content(content(rubric))) == digest(rubric)


def edited(change: Callable[[openpyxl.Workbook], object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook.written(standard_rubric())))
    change(book)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def put(sheet: str, **cells: object) -> Callable[[openpyxl.Workbook], object]:
    def change(book: openpyxl.Workbook) -> None:
        for place, value in cells.items():
            book[sheet][place].value = value

    return change


def test_a_question_added_in_a_spreadsheet_program_is_read() -> None:
    data = edited(put("Questions", A25="S5-9", B25="5", C25="number", D25="How many?", J25="%"))
    found = workbook.read(read_sheets(data))
    assert changes(standard_rubric(), found).added == ("S5-9",)
    assert found.questions[-1].unit == "%"
    assert replace(found, questions=found.questions[:-1]) == standard_rubric()


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        (put("Rubric", B1="else"), "Rubric!B1", "no workbook of a rubric"),
        (put("Rubric", B2="Not a code!"), "Rubric!B2", "code"),
        (put("Rubric", B3=None), "Rubric!B3", "English title"),
        (put("Rubric", A4="title de"), "Rubric!A4", "title sv"),
        (lambda book: book.remove(book["Choices"]), "Choices", "missing"),
        (lambda book: book["Questions"].delete_cols(3), "Questions!C1", "“type” is missing"),
        (put("Questions", A3="S1-1"), "Questions!A3", "stands twice"),
        (put("Questions", A3="X"), "Questions!A3", "looks like S2-3"),
        (put("Questions", B3=4), "Questions!B3", "not the one"),
        (put("Questions", B3="first"), "Questions!B3", "“first” is none of the words"),
        (put("Questions", C3="essay"), "Questions!C3", "“essay” is none of the words"),
        (put("Questions", C3="choice"), "Questions!C3", "needs choices"),
        (put("Questions", D3="  "), "Questions!D3", "English text is missing"),
        (put("Questions", D3="x" * 2001), "Questions!D3", "2,000"),
        (put("Questions", I3="rumour"), "Questions!I3", "policy, contract"),
        (put("Questions", D3="=1+1"), "Questions!D3", "formula"),
        (put("Choices", A2="S9-9"), "Choices!A2", "No question has the id “S9-9”"),
        (put("Choices", B2="Not a code"), "Questions!C2", "codes of choices"),
    ],
)
def test_what_cannot_be_taken_names_its_cell(change, place: str, message: str) -> None:
    with pytest.raises(Refused) as raised:
        workbook.read(read_sheets(edited(change)))
    said = {one.place: f"{one.message} {one.remedy}" for one in raised.value.problems}
    assert message in said[place]


def test_an_empty_sheet_of_questions_is_told() -> None:
    with pytest.raises(Refused) as raised:
        workbook.read(read_sheets(workbook.written(RubricDefinition("city", {"en": "City"}))))
    assert [one.place for one in raised.value.problems] == ["Questions!A2"]
