"""Rubrics as data: the OECD file is whole, flaws are named, and every change is another digest."""

from dataclasses import replace

import pytest

from portal.rubrics.labels import FLAWS
from portal.rubrics.rules import (
    LANGUAGES,
    ChoiceDefinition,
    Flaw,
    QuestionDefinition,
    QuestionType,
    RubricDefinition,
    digest,
    flaws,
    in_language,
)
from portal.rubrics.services import standard_rubric

TEXTS = {"en": "Is there a policy?", "sv": "Finns en policy?"}
QUESTION = QuestionDefinition("S1-1", 1, QuestionType.TEXT, TEXTS)
RUBRIC = RubricDefinition("city", {"en": "City"}, (QUESTION,))
YES = ChoiceDefinition("yes", {"en": "Yes"})


def with_question(**values: object) -> RubricDefinition:
    return replace(RUBRIC, questions=(replace(QUESTION, **values),))  # type: ignore[arg-type]


def test_the_oecd_rubric_has_the_23_questions_of_the_dossier_in_five_languages() -> None:
    rubric = standard_rubric()
    counts = [sum(question.step == step for question in rubric.questions) for step in range(1, 6)]
    assert counts == [5, 6, 5, 4, 3]
    assert flaws(rubric) == []
    for question in rubric.questions:
        assert tuple(question.texts) == LANGUAGES, question.id
        assert question.evidence, question.id
        assert all(set(choice.texts) == set(LANGUAGES) for choice in question.choices), question.id
        assert len(set(question.texts.values())) == len(LANGUAGES), f"{question.id} is not translated"


def test_every_type_of_question_is_used_by_the_oecd_rubric() -> None:
    assert {question.type for question in standard_rubric().questions} == set(QuestionType)


@pytest.mark.parametrize(
    ("rubric", "where", "flaw"),
    [
        (replace(RUBRIC, code="City!"), None, Flaw.CODE),
        (replace(RUBRIC, titles={"sv": "Stad"}), None, Flaw.TITLE),
        (replace(RUBRIC, questions=()), None, Flaw.NO_QUESTIONS),
        (with_question(id="1"), "1", Flaw.QUESTION_ID),
        (with_question(step=2), "S1-1", Flaw.STEP),
        (replace(RUBRIC, questions=(QUESTION, QUESTION)), "S1-1", Flaw.TWICE),
        (with_question(texts={"sv": "Policy?"}), "S1-1", Flaw.NO_TEXT),
        (with_question(texts={"en": "Policy?", "sv": " "}), "S1-1", Flaw.NO_TEXT),
        (with_question(texts={"en": "Policy?", "de": "Richtlinie?"}), "S1-1", Flaw.LANGUAGE),
        (with_question(texts={"en": "x" * 2001}), "S1-1", Flaw.TOO_LONG),
        (with_question(type=QuestionType.CHOICE), "S1-1", Flaw.CHOICES_MISSING),
        (with_question(choices=(YES,)), "S1-1", Flaw.CHOICES_NEEDLESS),
        (with_question(type=QuestionType.CHOICE, choices=(YES, YES)), "S1-1", Flaw.CHOICE_CODE),
        (
            replace(RUBRIC, questions=tuple(replace(QUESTION, id=f"S1-{n}") for n in range(1, 502))),
            None,
            Flaw.TOO_MANY,
        ),
    ],
)
def test_a_flaw_is_named_with_its_question(rubric: RubricDefinition, where: str | None, flaw: Flaw) -> None:
    assert (where, flaw) in flaws(rubric)
    assert str(FLAWS[flaw])


def test_any_change_is_another_digest_and_the_order_of_languages_is_none() -> None:
    same = replace(RUBRIC, questions=(replace(QUESTION, texts=dict(reversed(TEXTS.items()))),))
    assert digest(same) == digest(RUBRIC)
    others = [with_question(unit="%"), with_question(fill=("A",)), replace(RUBRIC, titles={"en": "Town"})]
    assert len({digest(rubric) for rubric in [RUBRIC, *others]}) == 4


def test_a_missing_language_falls_back_to_english() -> None:
    assert in_language(TEXTS, "sv") == "Finns en policy?"
    assert in_language(TEXTS, "ca") == "Is there a policy?"
