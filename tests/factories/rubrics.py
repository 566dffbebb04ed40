"""Rubrics for tests: one of 150 questions of all types, and drafts written straight into the table."""

from typing import Any
from uuid import UUID

from portal.access.actor import system_actor
from portal.db import session
from portal.rubrics.models import RubricDraft
from portal.rubrics.rules import (
    LANGUAGES,
    NEEDS_CHOICES,
    ChoiceDefinition,
    EvidenceType,
    QuestionDefinition,
    QuestionType,
    RubricDefinition,
    content,
)
from portal.rubrics.services import load_standard

NASTY = (
    "=1+1",
    "+49 30",
    "@sum",
    "-x",
    " lead and trail ",
    "Two\nlines",
    "_x0041_",
    "a\x0bb",
    "漢字 𝄞",
    "'quoted",
    "\t=2",
)


def long_rubric(code: str = "long") -> RubricDefinition:
    """150 questions, 30 a step, of every type, in one to five languages, with texts that spreadsheets take ill."""
    questions = []
    kinds = list(QuestionType)
    for number in range(150):
        step, place = number % 5 + 1, number // 5 + 1
        kind = kinds[number % len(kinds)]
        languages = LANGUAGES[: number % 5 + 1]
        choices = (
            tuple(
                ChoiceDefinition(f"c{index}", {"en": f"{NASTY[(number + index) % len(NASTY)]} {index}"})
                for index in range(2 + number % 3)
            )
            if kind in NEEDS_CHOICES
            else ()
        )
        questions.append(
            QuestionDefinition(
                id=f"S{step}-{place}",
                step=step,
                type=kind,
                texts={language: f"{NASTY[number % len(NASTY)]} {language} {number}?" for language in languages},
                evidence=tuple(list(EvidenceType)[: number % 4]),
                choices=choices,
                unit="%" if kind is QuestionType.NUMBER else None,
                fill=("A", "B")[: number % 3],
            )
        )
    return RubricDefinition(code, {"en": "=A long rubric", "sv": "En lång"}, tuple(questions))


def make_rubric_draft(*, owner_id: UUID, **values: Any) -> RubricDraft:
    """A draft of `owner_id`; flushed."""
    rubric = RubricDefinition(
        "city", {"en": "City"}, (QuestionDefinition("S1-1", 1, QuestionType.TEXT, {"en": "Is there a policy?"}),)
    )
    draft = RubricDraft(
        **{"owner_id": owner_id, "code": rubric.code, "content": content(rubric), "filename": "city.xlsx", **values}
    )
    session.add(draft)
    session.flush()
    return draft


def make_rubric_version_id() -> UUID:
    """The OECD rubric, published."""
    return load_standard(system_actor("test")).id
