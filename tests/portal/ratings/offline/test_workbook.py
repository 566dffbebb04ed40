"""An assessment's questions as a workbook and back: identical, and each slip is told with its sheet and cell."""

import io
from dataclasses import replace

import openpyxl
import pytest

from portal.assessments.rules import EvidenceGrade
from portal.evidence.sheets import Refused, read_sheets
from portal.ratings.offline.changes import Kind, compare, mark
from portal.ratings.offline.layout import stamp
from portal.ratings.offline.reading import Found, read
from portal.ratings.rules import AnswerData
from portal.rubrics.rules import QuestionType, RubricDefinition
from portal.rubrics.services import standard_rubric
from tests.factories.answers import all_answers
from tests.factories.rubrics import long_rubric
from tests.portal.ratings.offline.workbooks import ASSESSMENT, edited, filled, made, put, row_of

LONG, OECD = long_rubric(), standard_rubric()
BLANK = AnswerData()


@pytest.fixture(autouse=True)
def _context(app):
    with app.test_request_context():
        yield


def answers_in(data: bytes, rubric: RubricDefinition = OECD) -> list[Found]:
    return read(read_sheets(data), rubric, ASSESSMENT)


def types(rubric: RubricDefinition) -> dict[str, QuestionType]:
    return {question.id: question.type for question in rubric.questions}


@pytest.mark.parametrize("first", [0, 5])
def test_150_questions_of_all_types_come_back_identical(first: int) -> None:
    answers = all_answers(LONG, first)
    found = answers_in(made(LONG, answers), LONG)
    assert [one.code for one in found] == [question.id for question in LONG.questions]
    assert {one.code: one.answer for one in found if one.answer != BLANK} == answers
    assert all(one.stamp == stamp(answers.get(one.code, BLANK)) for one in found)
    assert compare(answers, found, types(LONG)) == []
    assert {question.type for question in LONG.questions if question.id in answers} == set(QuestionType)
    assert [Found.from_wire(one.to_wire()) for one in found] == found


def test_what_a_person_types_into_a_blank_workbook_is_what_is_read() -> None:
    # Of the library that types here, not of the portal: it takes _x0041_ for an escape and refuses control characters.
    def odd(thing: object) -> bool:
        return any(text in repr(thing) for text in ("_x0041_", "\\x0b"))

    rubric = replace(LONG, questions=tuple(one for one in LONG.questions if not odd(one)))
    plain = {code: answer for code, answer in all_answers(rubric).items() if not odd(answer)}
    assert len(plain) > 60
    found = answers_in(edited(made(rubric, {}), filled(rubric, plain)), rubric)
    assert {one.code: one.answer for one in found if one.answer != BLANK} == plain
    changes = compare({}, found, types(rubric))
    assert {one.kind for one in changes} == {Kind.CHANGED}
    assert len(changes) == len(plain)


def test_what_cannot_be_typed_is_offered_as_a_list_and_only_answers_are_open() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(OECD, {})))
    sheet = book["Answers"]
    row = row_of(OECD, "S1-1")
    offered = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert offered[f"C{row}"] == "Lists!$B$1:$B$3"
    assert [book["Lists"][f"B{number}"].value for number in (1, 2, 3)] == ["yes: Yes", "partly: Partly", "no: No"]
    assert offered[f"D{row}"] == '"0,1,2,3,4"'
    assert sheet.protection.sheet
    assert [sheet[f"{letter}{row}"].protection.locked for letter in "ABCDEFGHIJ"] == [True, True, *[False] * 7, True]


def test_formulas_in_answers_are_texts_in_the_file() -> None:
    answers = {"S1-2": AnswerData("=cmd|' /C calc'!A0", note="@SUM(1)")}
    data = made(OECD, answers)
    book = openpyxl.load_workbook(io.BytesIO(data))
    row = row_of(OECD, "S1-2")
    cell = book["Answers"][f"C{row}"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert {one.code: one.answer for one in answers_in(data) if one.answer != BLANK} == answers


S11, S12 = row_of(OECD, "S1-1"), row_of(OECD, "S1-2")
S22, S24 = row_of(OECD, "S2-2"), row_of(OECD, "S2-4")
LAST = row_of(OECD, OECD.questions[-1].id)


def swap(book: openpyxl.Workbook) -> None:
    sheet = book["Answers"]
    for letter in "ABJ":
        first, second = sheet[f"{letter}{S11}"], sheet[f"{letter}{S12}"]
        first.value, second.value = second.value, first.value


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        (lambda book: book.remove(book["About"]), "About", "missing"),
        (put({"B1": "mine"}, "About"), "About!B1", "no workbook of an assessment"),
        (put({"B2": "01a208cf-0000-7000-8000-000000000002"}, "About"), "About!B2", "another assessment"),
        (put({"B3": "0" * 64}, "About"), "About!B3", "another version of the rubric"),
        (put({"B4": "de"}, "About"), "About!B4", "language"),
        (lambda book: book.remove(book["Answers"]), "Answers", "missing"),
        (lambda book: book.remove(book["S2-1"]), "S2-1", "missing"),
        (put({"B1": "mineral"}, "S2-1"), "S2-1!B1", "“minerals” is missing here or has moved"),
        (lambda book: book["Answers"].insert_cols(3), "Answers!C1", "“answer” is missing here or has moved"),
        (lambda book: book["Answers"].delete_rows(S12), f"Answers!A{S12}", "The question S1-2 is missing"),
        (lambda book: book["Answers"].insert_rows(S12), f"Answers!A{S12}", "A row was put in here"),
        (swap, f"Answers!A{S11}", "The question S1-2 has moved: here stood S1-1"),
        (put({f"A{LAST + 1}": "S5-9"}), f"Answers!A{LAST + 1}", "“S5-9” is no question of this version"),
        (put({f"A{LAST + 1}": "S1-1"}), f"Answers!A{LAST + 1}", "S1-1 stands here a second time"),
        (put({f"C{LAST + 4}": "stray"}), f"Answers!A{LAST + 4}", "no question of this version"),
        (put({f"A{S11}": "S1-9"}), f"Answers!A{S11}", "its id was changed"),
        (put({f"B{S11}": "Another question?"}), f"Answers!B{S11}", "text of the question S1-1 was changed"),
        (put({f"J{S11}": None}), f"Answers!J{S11}", "stamp"),
        (put({f"C{S11}": "perhaps"}), f"Answers!C{S11}", "Write one of these: yes, partly, no"),
        (put({f"C{S11}": "=1+1"}), f"Answers!C{S11}", "formula"),
        (put({f"C{S22}": "most"}), f"Answers!C{S22}", "not a number"),
        (put({f"C{S22}": "nan"}), f"Answers!C{S22}", "does not fit"),
        (put({f"C{S24 + 1}": "maybe"}), f"Answers!C{S24 + 1}", "Write one of these: x"),
        (put({f"D{S11}": 5}), f"Answers!D{S11}", "Write one of these: 0, 1, 2, 3, 4"),
        (put({f"D{S11}": 1.5}), f"Answers!D{S11}", "“1.5”"),
        (put({f"E{S11}": "E9"}), f"Answers!E{S11}", "E0, E1, E2, E3"),
        (put({f"F{S11}": "?"}), f"Answers!F{S11}", "Write one of these: x"),
        (put({f"G{S11}": "x" * 10_001}), f"Answers!G{S11}", "10,000 characters"),
        (put({f"H{S11}": "x"}), f"Answers!I{S11}", "Say why the question does not apply"),
        (put({f"H{S11}": "x", f"I{S11}": "No", f"D{S11}": 3}), f"Answers!H{S11}", "has no answer, score"),
        (put({"D3": "beside"}, "S2-1"), "S2-1!D3", "Nothing can stand here"),
        (put({"A3": "=NOW()"}, "S2-1"), "S2-1!A3", "formula"),
    ],
)
def test_each_slip_names_its_cell_and_what_to_do(change, place: str, message: str) -> None:
    with pytest.raises(Refused) as raised:
        answers_in(edited(made(OECD, {}), change))
    said = {one.place: f"{one.message} {one.remedy}" for one in raised.value.problems}
    assert place in said
    assert message in said[place]


def test_all_slips_are_told_at_once() -> None:
    with pytest.raises(Refused) as raised:
        answers_in(edited(made(OECD, {}), put({f"C{S11}": "perhaps", f"C{S22}": "most"})))
    assert [one.place for one in raised.value.problems] == [f"Answers!C{S11}", f"Answers!C{S22}"]


def test_a_choice_is_read_by_its_code_its_words_or_both() -> None:
    for text in ("partly", "partly: Delvis", "Partly", "partly:"):
        found = answers_in(edited(made(OECD, {}), put({f"C{S11}": text})))
        assert found[0].answer.value == "partly"


def test_answers_of_the_portal_stay_where_only_it_has_moved_on() -> None:
    before = {"S1-1": AnswerData("yes", 1, EvidenceGrade.SELF_DECLARED), "S1-2": AnswerData("Two", 1)}
    data = edited(made(OECD, before), put({f"D{S11}": 3, f"C{S22}": 80}))
    now = {
        "S1-1": replace(before["S1-1"], note="Seen"),
        "S1-2": AnswerData("Three", 2),
        "S2-2": BLANK,
    }
    found = compare(now, answers_in(data), types(OECD))
    assert [(one.code, one.kind) for one in found] == [
        ("S1-1", Kind.CLASH),
        ("S1-2", Kind.NEWER),
        ("S2-2", Kind.CHANGED),
    ]
    assert found[0].parts == {"score": f"Answers!D{S11}", "note": f"Answers!G{S11}"}
    assert found[2].parts == {"value": f"Answers!C{S22}"}
    assert mark(found) != mark(found[:2])
    same = compare({"S1-1": replace(before["S1-1"], score=3)}, answers_in(data), types(OECD))
    assert "S1-1" not in [one.code for one in same]


def test_the_order_of_several_choices_and_80_point_0_change_nothing() -> None:
    kept = {"S2-4": AnswerData(["scheme", "supplier"]), "S2-2": AnswerData(80.0)}
    assert compare(kept, answers_in(made(OECD, kept)), types(OECD)) == []
