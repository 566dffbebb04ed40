"""Clauses as data: the common ones are whole in five languages; differences and proposals are exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.clauses import duties
from portal.clauses.rules import (
    FIELDS,
    HAPPENED,
    LANGUAGES,
    Change,
    Proposal,
    Said,
    languages_of,
    proposal,
    said,
    word_changes,
)
from portal.clauses.services import common_clauses
from portal.impacts.labels import MINERALS


def test_the_13_common_clauses_say_everything_in_five_languages() -> None:
    clauses = common_clauses()
    assert [clause.code for clause in clauses] == [f"C{number:02d}" for number in range(1, 14)]
    for clause in clauses:
        said_here = clause.definition
        assert languages_of(said_here.texts) == list(LANGUAGES), clause.code
        for name in FIELDS:
            texts = {said_here.texts[language][name] for language in LANGUAGES}
            assert len(texts) >= len(LANGUAGES) - 1, f"{clause.code}: {name} is not translated"
        assert set(said_here.minerals) <= set(MINERALS), clause.code
        assert said_here.duties, clause.code
        assert duties.flaws(said_here.duties) == [], clause.code
        assert all(set(duty.what) == set(LANGUAGES) for duty in said_here.duties), clause.code
        assert all(HAPPENED.fullmatch(one.happened) and one.source for one in clause.experience), clause.code


def test_a_text_falls_back_to_english_and_then_to_what_there_is() -> None:
    texts = {"sv": {"title": "Rapport", "wording": "Ja"}, "en": {"title": "Report"}}
    assert said(texts, "title", "sv") == Said("Rapport", "sv")
    assert said(texts, "title", "ca") == Said("Report", "en")
    assert said(texts, "wording", "ca") == Said("Ja", "sv")
    assert said(texts, "ladder", "ca") is None
    assert languages_of(texts) == ["sv"]


def test_words_that_differ() -> None:
    assert word_changes("within 30 days", "within 28 working days") == [
        (Change.KEPT, "within "),
        (Change.DELETED, "30"),
        (Change.INSERTED, "28 working"),
        (Change.KEPT, " days"),
    ]
    assert word_changes("same", "same") == [(Change.KEPT, "same")]
    assert word_changes("", "new") == [(Change.INSERTED, "new")]


@given(st.text(max_size=60), st.text(max_size=60))
def test_changes_hold_both_texts_whole(before: str, after: str) -> None:
    changes = word_changes(before, after)
    assert "".join(text for kind, text in changes if kind != Change.INSERTED) == before
    assert "".join(text for kind, text in changes if kind != Change.DELETED) == after


@pytest.mark.parametrize(
    ("clause", "products", "proposed"),
    [
        ([], ["tin", "cobalt"], Proposal(())),
        ([], [], Proposal(())),
        (["cobalt", "tin"], ["tin", "gold", "cobalt"], Proposal(("tin", "cobalt"))),
        (["mica"], ["tin"], None),
        (["mica"], [], None),
    ],
)
def test_a_clause_is_proposed_for_its_minerals(clause, products, proposed) -> None:
    assert proposal(clause, products) == proposed
