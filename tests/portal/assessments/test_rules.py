"""Answers and their evidence, confidence, and the hint on reuse."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.assessments.rules import VERIFIED, Answer, EvidenceGrade, Problem, Reuse, confidence, problem, reuse_hint

TODAY = date(2026, 11, 22)
MET_ALL = [Answer.MET] * 5


@pytest.mark.parametrize(
    ("answer", "grade", "expected"),
    [
        (Answer.MET, EvidenceGrade.DOCUMENT_SEEN, None),
        (Answer.MET, EvidenceGrade.INDEPENDENTLY_VERIFIED, None),
        (Answer.MET, EvidenceGrade.SELF_DECLARED, Problem.MET_NEEDS_EVIDENCE),
        (Answer.MET, EvidenceGrade.NONE, Problem.MET_NEEDS_EVIDENCE),
        (Answer.PARTLY, EvidenceGrade.SELF_DECLARED, None),
        (Answer.PARTLY, EvidenceGrade.NONE, Problem.PARTLY_NEEDS_A_STATEMENT),
        (Answer.NOT_MET, EvidenceGrade.NONE, None),
        (Answer.NOT_ASSESSED, EvidenceGrade.NONE, None),
        (Answer.NOT_ASSESSED, EvidenceGrade.DOCUMENT_SEEN, Problem.NOT_ASSESSED_HAS_NO_EVIDENCE),
    ],
)
def test_an_answer_must_be_able_to_stand_on_its_evidence(answer, grade, expected) -> None:
    assert problem(answer, grade) is expected


rows = st.lists(st.tuples(st.sampled_from(Answer), st.sampled_from(EvidenceGrade)), max_size=5)


@given(rows)
def test_confidence_is_a_share_and_better_evidence_never_lowers_it(some) -> None:
    before = confidence(some)
    better = [(answer, EvidenceGrade.INDEPENDENTLY_VERIFIED) for answer, _ in some]
    assert before is None or 0 <= before <= 100
    assert (before or 0) <= (confidence(better) or 0)
    if any(answer != Answer.NOT_ASSESSED for answer, _ in some):
        assert before == round(
            100
            * sum(grade in VERIFIED for answer, grade in some if answer != Answer.NOT_ASSESSED)
            / sum(answer != Answer.NOT_ASSESSED for answer, _ in some)
        )


@pytest.mark.parametrize(
    ("as_of", "answers", "same", "verdict"),
    [
        (date(2026, 3, 12), MET_ALL, True, Reuse.REUSE),
        (date(2026, 3, 12), MET_ALL, False, Reuse.RECHECK),
        (date(2025, 9, 3), MET_ALL, True, Reuse.RECHECK),
        (date(2026, 3, 12), [Answer.NOT_ASSESSED, *MET_ALL[1:]], True, Reuse.RECHECK),
        (date(2023, 5, 20), MET_ALL, True, Reuse.TOO_OLD),
        (date(2024, 2, 29), MET_ALL, None, Reuse.RECHECK),
    ],
)
def test_reuse_is_a_hint_with_reasons(as_of, answers, same, verdict) -> None:
    hint = reuse_hint(as_of, TODAY, answers, same_products=same)
    assert hint.verdict is verdict
    assert bool(hint.reasons) is (verdict is not Reuse.REUSE)
