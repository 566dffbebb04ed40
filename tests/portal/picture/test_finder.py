"""The look-up page's rows, filters and counts: each reader gets what is theirs to see."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from werkzeug.datastructures import MultiDict

from portal import db
from portal.access.actor import Actor
from portal.clock import today
from portal.picture.cards import Card
from portal.picture.choice import read_choice
from portal.picture.finder import PAGE_SIZE, Found, find
from portal.registry.models import Follow, Supplier
from tests.factories.assessments import make_assessment
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.dialogues import make_commitment, make_dialogue
from tests.factories.registry import make_name, make_role, make_supplier
from tests.statements import counted_statements

Acting = Callable[[str], Actor]
CODES = {"stockholm": "STO", "stavanger": "SVG", "barcelona": "BCN", "oslo": "OSL"}


@pytest.fixture
def look(acting: Acting, authority_ids: dict[str, UUID]) -> Callable[..., Found]:
    """`look("oslo-officer", q="halden", country=["SE"])`: the page as this persona gets it."""
    codes = {CODES[slug]: authority_id for slug, authority_id in authority_ids.items()}

    def make(persona: str, after: str | None = None, **values: str | Iterable[str]) -> Found:
        arguments: MultiDict[str, str] = MultiDict(values)  # type: ignore[arg-type]
        return find(acting(persona), read_choice(arguments, codes), codes, after)

    return make


@pytest.fixture
def world(acting: Acting, authority_ids: dict[str, UUID]) -> dict[str, Supplier]:
    """Three suppliers. All records on Halden are Stockholm's, shared with Stavanger only."""
    acting("system")
    ours: dict[str, Any] = {
        "owner_id": authority_ids["stockholm"],
        "audience": "named",
        "named_ids": [authority_ids["stavanger"]],
    }
    with db.transaction():
        halden = make_supplier("Halden Computing AB", "SE")
        make_name(halden, "Datorhuset", "former")
        berg = make_supplier("Haldenberg Datentechnik GmbH", "DE")
        nowhere = make_supplier("Halden Nowhere", None)
        db.session.add(Follow(authority_id=authority_ids["stockholm"], supplier_id=halden.id))
        db.session.add(Follow(authority_id=authority_ids["oslo"], supplier_id=halden.id))
        db.session.add(Follow(authority_id=authority_ids["oslo"], supplier_id=berg.id))
        make_role(halden, "reseller")
        make_role(halden, "brand")
        make_role(berg, "brand")
        make_contract(supplier_id=halden.id, product_group="phones", more_groups=["cables"], **ours)
        make_contract(supplier_id=halden.id, product_group="servers", ends_on=today() - timedelta(days=1), **ours)
        make_assessment(supplier_id=halden.id, as_of=today() - timedelta(days=100), product_group="phones", **ours)
        make_declaration(supplier_id=halden.id, **ours)
        late = make_commitment(due_on=today() - timedelta(days=1))
        make_dialogue(supplier_id=halden.id, commitments=[late, make_commitment(due_on=today())], **ours)
    return {"halden": halden, "berg": berg, "nowhere": nowhere}


def row_of(found: Found, supplier: Supplier) -> Card:
    return next(row.card for row in found.rows if row.card.supplier.id == supplier.id)


@pytest.mark.parametrize("persona", ["stockholm-officer", "stavanger-officer"])
def test_owner_and_named_see_what_is_known(look, world, authority_ids, persona: str) -> None:
    row = row_of(look(persona, q="halden"), world["halden"])
    assert row.followers == {authority_ids["stockholm"], authority_ids["oslo"]}
    assert (row.contracts, set(row.buyers)) == (1, {authority_ids["stockholm"]})  # the one that runs
    assert row.latest is not None
    assert row.reuse == "reuse"
    assert (row.commitments, row.overdue) == (2, 1)


@pytest.mark.parametrize("persona", ["barcelona-officer", "operator"])
def test_a_stranger_sees_the_registry_and_followers_only(look, world, authority_ids, persona: str) -> None:
    row = row_of(look(persona, q="halden"), world["halden"])
    assert row.followers == {authority_ids["stockholm"], authority_ids["oslo"]}
    assert (row.contracts, set(row.buyers), row.latest, row.reuse) == (0, set(), None, None)
    assert (row.commitments, row.overdue) == (0, 0)


def test_an_assessment_of_other_products_wants_a_check(look, world, acting: Acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        make_contract(owner_id=authority_ids["stavanger"], supplier_id=world["halden"].id, product_group="printers")
    assert row_of(look("stavanger-officer", q="halden"), world["halden"]).reuse == "recheck"


def test_counts_respect_the_audience(look, world) -> None:
    seen = look("stavanger-officer", q="halden").facets
    assert seen["country"] == {"SE": 1, "DE": 1, "none": 1}
    assert seen["followed_by"] == {"OSL": 2, "STO": 1, "none": 1}
    assert seen["role"] == {"reseller": 1, "brand": 2, "none": 1}
    assert seen["product_group"] == {"phones": 1, "cables": 1, "servers": 1}
    assert seen["assessed"] == {"year": 1, "older": 0, "none": 2}
    assert seen["declared"] == {"yes": 1, "none": 2}
    hidden = look("barcelona-officer", q="halden").facets
    assert (hidden["country"], hidden["followed_by"]) == (seen["country"], seen["followed_by"])
    assert hidden["product_group"] == {}
    assert hidden["assessed"] == {"year": 0, "older": 0, "none": 3}
    assert hidden["declared"] == {"yes": 0, "none": 3}


def test_operators_have_no_filters_on_follow_up(look, world) -> None:
    assert look("operator", q="halden").facets.keys() == {"country", "role", "followed_by"}


@pytest.mark.parametrize("q", ["halden", ""])
@pytest.mark.parametrize(
    ("chosen", "to_named", "to_stranger"),
    [
        ({"country": ["SE"]}, {"halden"}, {"halden"}),
        ({"country": ["SE", "none"]}, {"halden", "nowhere"}, {"halden", "nowhere"}),
        ({"country": ["FI"]}, set(), set()),
        ({"followed_by": ["OSL"]}, {"halden", "berg"}, {"halden", "berg"}),
        ({"followed_by": ["STO", "none"]}, {"halden", "nowhere"}, {"halden", "nowhere"}),
        ({"role": ["reseller"]}, {"halden"}, {"halden"}),
        ({"role": ["brand", "none"]}, {"halden", "berg", "nowhere"}, {"halden", "berg", "nowhere"}),
        ({"role": ["smelter_group"]}, set(), set()),
        ({"role": ["none"], "country": ["none"]}, {"nowhere"}, {"nowhere"}),
        ({"product_group": ["phones"]}, {"halden"}, set()),
        ({"product_group": ["cables", "medical"]}, {"halden"}, set()),
        ({"assessed": ["year"]}, {"halden"}, set()),
        ({"assessed": ["older"]}, set(), set()),
        ({"assessed": ["none", "older"]}, {"berg", "nowhere"}, {"halden", "berg", "nowhere"}),
        ({"declared": ["yes"]}, {"halden"}, set()),
        ({"declared": ["yes", "none"]}, {"halden", "berg", "nowhere"}, {"halden", "berg", "nowhere"}),
        ({"country": ["DE"], "declared": ["none"]}, {"berg"}, {"berg"}),
    ],
)
def test_filters_go_by_what_the_reader_sees(look, world, q: str, chosen, to_named, to_stranger) -> None:
    for persona, expected in (("stavanger-officer", to_named), ("barcelona-officer", to_stranger)):
        found = look(persona, q=q, **chosen)
        assert {row.card.supplier.id for row in found.rows} == {world[name].id for name in expected}, persona
        assert found.total == len(expected)


def test_a_filter_is_counted_over_what_the_others_leave(look, world) -> None:
    facets = look("stavanger-officer", q="halden", country=["DE"], followed_by=["OSL"]).facets
    assert facets["country"] == {"SE": 1, "DE": 1}  # what choosing another country would give
    assert facets["followed_by"] == {"OSL": 1}
    assert facets["declared"] == {"yes": 0, "none": 1}


@pytest.mark.parametrize("persona", ["stavanger-officer", "barcelona-officer", "operator"])
@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"country": ["SE"]},
        {"role": ["brand"]},
        {"role": ["none"], "assessed": ["none"]},
        {"followed_by": ["STO"]},
        {"product_group": ["phones"]},
        {"assessed": ["year"], "declared": ["yes"]},
        {"declared": ["none"]},
    ],
)
def test_the_database_counts_as_the_traits_do(look, world, persona: str, chosen: dict[str, list[str]]) -> None:
    """All suppliers of this registry are found by “halden”: the list of all and the search must say the same."""
    searched, listed = look(persona, q="halden", **chosen), look(persona, **chosen)
    assert {facet: {v: n for v, n in counts.items() if n} for facet, counts in searched.facets.items()} == {
        facet: {v: n for v, n in counts.items() if n} for facet, counts in listed.facets.items()
    }
    assert searched.total == listed.total


def test_the_whole_registry_page_by_page_in_its_order(look, acting: Acting) -> None:
    acting("system")
    names = [f"Supplier {number:03d}" for number in range(2 * PAGE_SIZE + 3)]
    with db.transaction():
        for name in reversed(names):
            make_supplier(name, "SE")
        make_supplier("Supplier 007", "NO")  # the same name twice
    listed: list[str] = []
    after = None
    for _page in range(4):
        found = look("oslo-officer", after=after)
        listed += [row.card.supplier.legal_name for row in found.rows]
        assert found.total == len(names) + 1
        after = found.next_cursor
        if not after:
            break
    assert listed == sorted([*names, "Supplier 007"])


def test_hits_page_by_page_each_once(look, acting: Acting) -> None:
    acting("system")
    with db.transaction():
        for number in range(PAGE_SIZE + 5):
            make_supplier(f"Kestrel {number}", "FI")
    first = look("oslo-officer", q="kestrel")
    second = look("oslo-officer", q="kestrel", after=first.next_cursor)
    assert (len(first.rows), len(second.rows), second.next_cursor) == (PAGE_SIZE, 5, None)
    assert {row.card.supplier.id for row in first.rows}.isdisjoint(row.card.supplier.id for row in second.rows)
    assert first.total == second.total == PAGE_SIZE + 5


def test_the_page_costs_the_same_however_many_suppliers(look, world, acting: Acting, authority_ids) -> None:
    def cost() -> int:
        with counted_statements() as ran:
            look("stavanger-officer", q="halden")
        return len(ran)

    few = cost()
    acting("system")
    with db.transaction():
        for number in range(15):
            supplier = make_supplier(f"Halden Nr {number}", "SE")
            make_contract(owner_id=authority_ids["stavanger"], supplier_id=supplier.id)
            make_assessment(owner_id=authority_ids["stavanger"], supplier_id=supplier.id)
            make_dialogue(owner_id=authority_ids["stavanger"], supplier_id=supplier.id)
    assert cost() <= few <= 7
