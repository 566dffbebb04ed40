"""Words put right: as whole names, with the fewest slips first; and the driver's own statements."""

from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from portal import db
from portal.access.actor import Actor
from portal.registry.lookup import search
from portal.registry.lookup_near import MOST_SLIPS, variants
from portal.registry.lookup_terms import Term
from tests.factories.registry import make_supplier
from tests.statements import counted_statements

Acting = Callable[[str], Actor]

meanings = st.lists(st.tuples(st.integers(0, 2), st.sampled_from("abcdefgh")), min_size=1, max_size=6, unique_by=repr)


def term(place: int, *found: tuple[int, str]) -> Term:
    return Term(place, place + 1, tuple(sorted(found)), (), 1)


@given(st.lists(meanings, min_size=1, max_size=3), st.integers(1, 30))
def test_the_likeliest_ways_are_those_of_trying_all(words: list[list[tuple[int, str]]], most: int) -> None:
    terms = [term(place, *found) for place, found in enumerate(words)]
    slips: dict[str, int] = {}
    for way in product(*words):
        text, count = " ".join(word for _slips, word in way), sum(more for more, _word in way)
        if count <= MOST_SLIPS:
            slips[text] = min(count, slips.get(text, count))
    found = variants([len(words)], terms, most)
    assert len(set(found)) == len(found)
    assert [slips[text] for text in found] == sorted(slips.values())[:most]


def test_a_term_may_stand_for_two_words_and_a_name_may_end_early() -> None:
    terms = [term(0, (0, "euro")), term(1, (1, "cast")), Term(0, 2, ((1, "eurocast"),), (), 1)]
    assert variants([2, 1], terms, 5) == ["eurocast", "euro cast", "euro"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Eurocast Enginering", "Euro Cast Engineering Ltd"),  # “eurocast” is a word of another name, too
        ("Gropu Vlaue", "Value Group Oy"),
        ("Sesno Fodo", "Sensi Food Ltd"),
    ],
)
def test_slips_in_every_word_of_a_short_name(acting: Acting, typed: str, meant: str) -> None:
    acting("system")
    with db.transaction():
        made = make_supplier(meant)
        make_supplier("Eurocast Bearings AB")
        make_supplier("Senso Optics AB")
    assert made.id in [hit.supplier_id for hit in search(typed)]


def test_what_the_driver_says_is_told_as_any_error_of_the_database(acting: Acting) -> None:
    acting("system")
    with pytest.raises(DBAPIError, match="no_such_table") as raised:
        db.driver_rows("SELECT * FROM no_such_table", {})
    db.session.rollback()
    assert raised.value.statement == "SELECT * FROM no_such_table"


def test_plans_are_kept_until_the_transaction_ends(acting: Acting) -> None:
    acting("system")
    mode = "SELECT current_setting('plan_cache_mode')"
    for _transaction in range(2):
        with counted_statements() as ran:
            db.plan_once()
            db.plan_once()
        assert len([one for one in ran if "plan_cache_mode" in one]) == 1
        assert db.driver_rows(mode, {}) == [("force_generic_plan",)]
        db.session.rollback()
    assert db.driver_rows(mode, {}) == [("auto",)]


@pytest.mark.parametrize("typed", ["phoe aviat capi", "capi phoe", "aviat capital pho"])
def test_words_that_are_only_begun(acting: Acting, typed: str) -> None:
    acting("system")
    with db.transaction():
        made = make_supplier("Phoenix Aviation Capital Ltd")
        make_supplier("Phoebe Avionics AB")
        make_supplier("Capitol Foods Oy")
    assert [hit.supplier_id for hit in search(typed)][:1] == [made.id]


def test_a_word_that_begins_none_is_not_left_out(acting: Acting) -> None:
    acting("system")
    with db.transaction():
        make_supplier("Phoenix Aviation Capital Ltd")
    assert search("phoe zzyx") == []


@pytest.mark.parametrize(
    ("typed", "name"), [("PMP", "P M P Components AB"), ("P.M.P.", "PMP AB"), ("pmp", "P.M.P. AB")]
)
def test_initials_together_and_apart(acting: Acting, typed: str, name: str) -> None:
    acting("system")
    with db.transaction():
        made = make_supplier(name)
        make_supplier("Nordic Pumps AB")
    assert [hit.supplier_id for hit in search(typed)] == [made.id]
