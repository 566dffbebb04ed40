"""What an answer needs by its question's type, and the five-step summary of a published assessment."""

from decimal import Decimal
from typing import Any

import pytest

from portal.assessments.rules import Answer, EvidenceGrade, Step, problem
from portal.assessments.scoring import Facts, Given, StepScore, score
from portal.ratings.prefill import proposals, smelters_missing
from portal.ratings.rules import AnswerData, AnswerFlaw, answer_flaw, step_summary
from portal.rubrics.rules import ChoiceDefinition, QuestionDefinition, QuestionType
from portal.rubrics.services import standard_rubric

CODES = (ChoiceDefinition("a", {"en": "A"}), ChoiceDefinition("b", {"en": "B"}))
E0, E1, E2, E3 = EvidenceGrade


def question(kind: QuestionType) -> QuestionDefinition:
    needs = kind in {QuestionType.CHOICE, QuestionType.MULTI_CHOICE, QuestionType.TABLE}
    return QuestionDefinition("S1-1", 1, kind, {"en": "?"}, choices=CODES if needs else ())


@pytest.mark.parametrize(
    ("kind", "fitting", "wrong"),
    [
        (QuestionType.CHOICE, "a", ["c", ["a"], 1]),
        (QuestionType.MULTI_CHOICE, ["a", "b"], ["a", [], ["a", "a"], ["c"]]),
        (QuestionType.NUMBER, 12.5, ["12", True, float("inf"), float("nan")]),
        (QuestionType.DATE, "2026-02-28", ["2026-02-29", "28.02.2026", "20260228", 2026]),
        (QuestionType.TEXT, "Two people", ["  ", 3]),
        (QuestionType.TABLE, [{"a": "x"}, {"a": "y", "b": "z"}], [[], [{}], [{"c": "x"}], [{"a": ""}], "x"]),
    ],
)
def test_an_answer_fits_its_type(kind: QuestionType, fitting: Any, wrong: list[Any]) -> None:
    assert answer_flaw(question(kind), AnswerData(fitting)) is None
    assert [answer_flaw(question(kind), AnswerData(value)) for value in wrong] == [AnswerFlaw.VALUE] * len(wrong)


def test_a_file_is_answered_by_its_evidence_alone() -> None:
    assert answer_flaw(question(QuestionType.FILE), AnswerData("x")) is AnswerFlaw.VALUE
    assert answer_flaw(question(QuestionType.FILE), AnswerData(score=3, grade=E2)) is None


@pytest.mark.parametrize(
    ("answer", "flaw"),
    [
        (AnswerData(not_applicable=True), AnswerFlaw.NEEDS_REASON),
        (AnswerData(not_applicable=True, reason=" "), AnswerFlaw.NEEDS_REASON),
        (AnswerData(not_applicable=True, reason="Not bought"), None),
        (AnswerData("x", not_applicable=True, reason="Not bought"), AnswerFlaw.NOT_APPLICABLE_HAS_NO_SCORE),
        (AnswerData(score=0, not_applicable=True, reason="Not bought"), AnswerFlaw.NOT_APPLICABLE_HAS_NO_SCORE),
        (AnswerData(score=5), AnswerFlaw.SCORE),
        (AnswerData(score=-1), AnswerFlaw.SCORE),
        (AnswerData("x" * 10_001), AnswerFlaw.TOO_LONG),
        (AnswerData(note="x" * 10_001), AnswerFlaw.TOO_LONG),
    ],
)
def test_scores_and_reasons(answer: AnswerData, flaw: AnswerFlaw | None) -> None:
    assert answer_flaw(question(QuestionType.TEXT), answer) is flaw


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([Given(1, 4, E3), Given(1, 3, E2)], (Answer.MET, E2)),
        ([Given(1, 4, E3), Given(1, 4, E3), Given(1, 4, E3), Given(1, 2, E1)], (Answer.PARTLY, E1)),
        ([Given(1, 2, E2)], (Answer.PARTLY, E2)),
        ([Given(1, 0, E2)], (Answer.NOT_MET, E0)),
        ([Given(1, 3, E0)], (Answer.NOT_MET, E0)),
        ([Given(1, None, E0)], (Answer.NOT_ASSESSED, E0)),
        ([Given(1, None, E0, not_applicable=True)], (Answer.NOT_ASSESSED, E0)),
    ],
)
def test_the_summary_of_a_step_is_what_the_weakest_answer_carries(
    rows: list[Given], expected: tuple[Answer, EvidenceGrade]
) -> None:
    found = step_summary(score(rows, Facts()).steps[0], rows)
    assert found == expected
    assert problem(*found) is None  # the five-step profile takes it


def test_a_gate_keeps_a_step_from_being_met() -> None:
    rows = [Given(1, 4, E3)]
    assert step_summary(score(rows, Facts(open_critical=True)).steps[0], rows) == (Answer.PARTLY, E3)
    assert step_summary(StepScore(Step.MANAGEMENT, Decimal(75), (), 100, 1), rows) == (Answer.MET, E3)


CMRT = [
    {"question": "A", "mineral": None, "answer": "Yes", "comment": "On the web"},
    {"question": "B", "mineral": None, "answer": "No", "comment": None},
    {"question": "C", "mineral": None, "answer": "Yes", "comment": None},
    {"question": "G", "mineral": None, "answer": "No", "comment": None},
    {"question": "Q1", "mineral": "tin", "answer": "Yes", "comment": None},
    {"question": "Q2", "mineral": "tin", "answer": "Yes", "comment": None},
    {"question": "Q2", "mineral": "gold", "answer": "No", "comment": None},
    {"question": "Q6", "mineral": "tin", "answer": "Greater than 75%", "comment": None},
    {"question": "H", "mineral": None, "answer": None, "comment": None},
]


def test_a_declaration_proposes_what_it_says_and_no_more() -> None:
    found = proposals(standard_rubric().questions, CMRT, {"conformant": 7, "unmatched": 2})
    assert set(found) == {"S1-1", "S1-3", "S2-1", "S2-2", "S3-2", "S4-1"}
    assert (found["S1-1"].value, found["S1-1"].source) == ("partly", "CMRT A, B")
    assert found["S1-1"].note == "A: Yes (On the web)\nB: No"
    assert [found[code].value for code in ("S1-3", "S3-2")] == ["yes", "no"]
    assert found["S2-1"].value == [{"minerals": "tin"}]
    assert (found["S2-2"].value, found["S2-2"].note) == (None, "Q6 tin: Greater than 75%")
    assert found["S4-1"].value == [{"standing": "conformant", "pairs": "7"}, {"standing": "unmatched", "pairs": "2"}]
    for code, proposal in found.items():
        asked = next(one for one in standard_rubric().questions if one.id == code)
        assert answer_flaw(asked, AnswerData(proposal.value, note=proposal.note)) is None


def test_a_metal_in_scope_without_a_smelter_is_seen() -> None:
    assert smelters_missing(CMRT, [])
    assert smelters_missing(CMRT, ["gold"])
    assert not smelters_missing(CMRT, ["Tin"])
    assert not smelters_missing([], [])
