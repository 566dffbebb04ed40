"""The choice on the look-up page, read from an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal.picture.choice import FACETS, Choice, clean_text, read_choice
from portal.registry.lookup_score import MAX_TEXT


def read(*pairs: tuple[str, str]) -> Choice:
    return read_choice(MultiDict(pairs), ["STO", "SVG"])


def test_what_exists_is_kept() -> None:
    choice = read(
        ("q", " halden "),
        ("country", "SE"),
        ("country", "none"),
        ("product_group", "computers"),
        ("followed_by", "STO"),
        ("assessed", "year"),
        ("declared", "none"),
    )
    assert choice.q == "halden"
    assert choice.of("country") == {"SE", "none"}
    assert {facet: set(choice.of(facet)) for facet in FACETS[1:]} == {
        "role": set(),
        "product_group": {"computers"},
        "followed_by": {"STO"},
        "assessed": {"year"},
        "declared": {"none"},
    }
    assert choice.narrowed


@pytest.mark.parametrize(
    "pair",
    [
        ("country", "Sweden"),
        ("country", "se"),
        ("country", "S1"),
        ("product_group", "weapons"),
        ("followed_by", "XXX"),
        ("followed_by", "00000000-0000-0000-0000-000000000000"),
        ("assessed", "' OR 1=1"),
        ("declared", "maybe"),
        ("sort", "price"),
    ],
)
def test_what_does_not_exist_is_left_out(pair: tuple[str, str]) -> None:
    assert not read(pair).narrowed


def test_without_one_facet_the_others_stay() -> None:
    choice = read(("q", "x"), ("country", "SE"), ("declared", "yes")).without("country")
    assert (choice.q, set(choice.of("country")), set(choice.of("declared"))) == ("x", set(), {"yes"})


@given(st.text())
def test_the_text_can_be_shown_and_is_read_no_further(text: str) -> None:
    clean = clean_text(text)
    assert clean.isprintable()
    assert len(clean) <= MAX_TEXT
    assert clean_text(clean) == clean


def test_invisible_characters_part_words() -> None:
    assert clean_text("halden\x00computing\u202e\ud800 ab") == "halden computing ab"
