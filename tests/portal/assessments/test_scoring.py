"""The score agrees with examples worked by hand, and keeps its promises for any answers."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.assessments.rules import EvidenceGrade, Step
from portal.assessments.scoring import BEST, Facts, Gate, Given, score

EXAMPLES = tomllib.loads(Path(__file__).with_name("scoring_examples.toml").read_text(encoding="utf-8"))["example"]
GRADES = list(EvidenceGrade)


def read(answer: str) -> Given:
    """“S4-1 4 E3 list” as the code takes it."""
    question, *rest = answer.split()
    step = int(question[1])
    if rest == ["n/a"]:
        return Given(step, None, EvidenceGrade.NONE, not_applicable=True)
    if rest == ["-"]:
        return Given(step, None, EvidenceGrade.NONE)
    return Given(step, int(rest[0]), EvidenceGrade(rest[1]), listing=rest[2:] == ["list"])


def number(text: str) -> Decimal | None:
    return None if text == "none" else Decimal(text)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["title"] for example in EXAMPLES])
def test_an_example_worked_by_hand(example: dict[str, Any]) -> None:
    facts = Facts(example.get("critical", False), example.get("no_smelters", False))
    scores = score(map(read, example["answers"]), facts)
    assert [row.score for row in scores.steps] == [number(text) for text in example["steps"]], example["words"]
    gates = {str(int(row.step)): [gate.value for gate in row.gates] for row in scores.steps if row.gates}
    assert gates == example.get("gates", {})
    assert scores.overall == number(example["overall"]), example["words"]
    assert scores.confidence == example.get("confidence")


def test_every_gate_and_cap_has_an_example() -> None:
    assert len(EXAMPLES) >= 20
    named = {gate for example in EXAMPLES for gates in example.get("gates", {}).values() for gate in gates}
    assert named == set(Gate)
    capped = [row for example in EXAMPLES for row in map(read, example["answers"]) if (row.score or 0) > row.counts]
    assert {row.grade for row in capped} == {EvidenceGrade.NONE, EvidenceGrade.SELF_DECLARED}


answers = st.builds(
    Given,
    step=st.integers(1, 5),
    score=st.one_of(st.none(), st.integers(0, BEST)),
    grade=st.sampled_from(GRADES),
    not_applicable=st.booleans(),
    listing=st.booleans(),
)
sheets = st.lists(answers, min_size=1, max_size=30)
facts = st.builds(Facts, st.booleans(), st.booleans())


def values(rows: list[Given], of: Facts) -> list[Decimal]:
    """The five steps and the whole; what has no score counts as the least."""
    scores = score(rows, of)
    return [Decimal(-1) if one is None else one for one in (*(row.score for row in scores.steps), scores.overall)]


@given(sheets, facts, st.data())
def test_better_evidence_or_a_better_score_never_lowers_anything(
    rows: list[Given], of: Facts, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    grade = data.draw(st.sampled_from(GRADES[GRADES.index(rows[at].grade) :]))
    points = data.draw(st.integers(rows[at].score or 0, BEST))
    better = [*rows[:at], replace(rows[at], grade=grade, score=points), *rows[at + 1 :]]
    assert all(after >= before for before, after in zip(values(rows, of), values(better, of), strict=True))


@given(sheets, facts)
def test_an_open_gate_never_raises_a_step(rows: list[Given], of: Facts) -> None:
    for worse in (replace(of, open_critical=True), replace(of, smelter_list_missing=True)):
        assert all(after <= before for before, after in zip(values(rows, of), values(rows, worse), strict=True))


@given(sheets, facts)
def test_not_applicable_scores_as_if_the_question_did_not_exist(rows: list[Given], of: Facts) -> None:
    rest = [row for row in rows if not row.not_applicable]
    assert score(rows, of) == score(rest, of)
    for found in score(rows, of).steps:
        supports = [25 * row.counts for row in rest if row.step == found.step]
        if not supports:
            assert found.score is None
        else:
            assert found.score is not None
            assert found.score <= max(supports)


@given(sheets, facts)
def test_scores_stay_in_their_bounds_and_the_whole_between_its_steps(rows: list[Given], of: Facts) -> None:
    scores = score(rows, of)
    shown = [row.score for row in scores.steps if row.score is not None]
    assert all(0 <= one <= 100 for one in shown)
    assert (scores.overall is None) == (not shown)
    if scores.overall is not None:
        assert min(shown) <= scores.overall <= max(shown)
    if of.open_critical:
        assert all(one <= 40 for one in shown)
    second, fourth = scores.steps[Step.RISKS - 1].score, scores.steps[Step.AUDIT - 1].score
    if of.smelter_list_missing and second is not None:
        assert second <= 50
    if fourth is not None and all(row.listing for row in rows if row.step == 4 and not row.not_applicable):
        assert fourth <= 75


@given(sheets, facts, st.randoms())
def test_the_order_of_questions_does_not_matter(rows: list[Given], of: Facts, random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert score(shuffled, of) == score(rows, of)
