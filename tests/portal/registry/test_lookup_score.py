"""How well names answer a query, and which part of them is marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.registry.lookup_score import MAX_WORDS, marked, read_query, score
from portal.registry.names import core, norm


def points(typed: str, name: str) -> float:
    return score(read_query(typed), norm(name), core(name))


def test_the_same_name_has_a_hundred_points_whatever_its_legal_form() -> None:
    assert points("Halden Computing", "Halden Computing AB") == 100
    assert points("HALDEN COMPUTING LIMITED", "Halden Computing AB") == 100


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("halden", "Halden AB", "Halden Computing AB"),
        ("halden", "Halden Computing AB", "Haldenberg Datentechnik GmbH"),
        ("halden", "Halden Computing AB", "Ny Halden Computing AB"),
        ("halden computing", "Computing Halden AB", "Halden Computers AB"),
        ("haldne", "Halden AB", "Haldor AB"),
        ("nor", "Nordvik Displays AS", "Alfa Norge AS"),
    ],
)
def test_what_is_nearer_comes_first(typed: str, better: str, worse: str) -> None:
    assert points(typed, better) > points(typed, worse)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("halden", "Nordvik Displays AS"), ("tmd", "TMF GmbH"), ("plant 2", "Plant 3")],
)
def test_other_names_have_no_points(typed: str, name: str) -> None:
    assert points(typed, name) == 0


@given(st.text(max_size=300), st.text(min_size=1, max_size=80).filter(lambda name: bool(norm(name))))
def test_points_are_between_0_and_100(typed: str, name: str) -> None:
    query = read_query(typed)
    if query.words:
        assert 0 <= score(query, norm(name), core(name)) <= 100


def test_a_query_is_cut_to_a_few_words() -> None:
    query = read_query(" ".join(f"word{number}" for number in range(100)))
    assert len(query.words) <= MAX_WORDS
    assert read_query("halden halden HALDEN").words == ("halden",)
    assert read_query("?!").words == ()


@pytest.mark.parametrize(
    ("typed", "name", "shown"),
    [
        ("halden", "Halden Computing AB", "[Halden] Computing AB"),
        ("comp hal", "Halden Computing AB", "[Hal]den [Comp]uting AB"),
        ("halden", "Haldenberg Datentechnik GmbH", "[Halden]berg Datentechnik GmbH"),
        ("halden", "Haldén Datorer AB", "[Haldén] Datorer AB"),
        ("haldne", "Halden Computing AB", "[Halden] Computing AB"),
        ("strasse", "Straße GmbH", "[Straße] GmbH"),
        ("oreilly", "O’Reilly & Sons", "[O’Reilly] & Sons"),
        ("suzhou", "流明电子苏州有限公司", "流明电子[苏州]有限公司"),
        ("nowhere", "Halden Computing AB", "Halden Computing AB"),
    ],
)
def test_the_part_that_matched_is_marked(typed: str, name: str, shown: str) -> None:
    pieces = marked(name, read_query(typed).words)
    assert "".join(f"[{text}]" if hit else text for text, hit in pieces) == shown


@given(st.text(max_size=60), st.lists(st.text("abc", min_size=1, max_size=4), max_size=4))
def test_marking_changes_no_character(name: str, words: list[str]) -> None:
    assert "".join(text for text, _hit in marked(name, words)) == name
