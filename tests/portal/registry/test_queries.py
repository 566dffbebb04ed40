"""Finding what a new supplier may be, and choosing a parent."""

import pytest
from sqlalchemy import event

from portal import db
from portal.errors import NotFound
from portal.registry import queries
from portal.registry.identifiers import Identifier
from tests.factories.registry import make_name, make_supplier


def test_duplicates_are_found_by_any_name_and_never_across_countries(acting) -> None:
    acting("stockholm-officer")
    with db.transaction():
        nordlys = make_supplier("Nordlys Devices AS", "NO")
        make_name(nordlys, "Halden Kontor og Data AS", "former")
        unknown = make_supplier("Halden Kontor & Data", None)
        make_supplier("Halden Kontor og Data", "ES")
        make_supplier("Halden Kontor og Data 2 AS", "NO")
    assert set(queries.possible_duplicates("Halden Kontor og Data AS", "NO")) == {nordlys}
    assert list(queries.possible_duplicates("Halden Kontor and Data", "NO")) == [unknown]
    assert queries.possible_duplicates("!!!", "NO") == []


def test_the_search_for_duplicates_writes_nothing(acting) -> None:
    acting("stockholm-officer")
    with db.transaction():
        make_supplier("Halden AB")
    db.set_read_only(True)
    try:
        assert len(queries.possible_duplicates("Haldén AB", "SE")) == 1
    finally:
        db.session.remove()


def test_holders_of_numbers(acting) -> None:
    acting("stockholm-officer")
    mine, free = Identifier("se.orgnr", "5560360793"), Identifier("dk.cvr", "5560360793")
    with db.transaction():
        holder = make_supplier("Halden AB", identifiers=(mine,))
    assert queries.holders_of([mine, free]) == {mine: holder}
    assert queries.holders_of([]) == {}


def test_choosing_by_the_beginning_of_a_name(acting) -> None:
    acting("stockholm-officer")
    with db.transaction():
        first, second = make_supplier("Halden Computing AB"), make_supplier("Håldén Data AS")
        make_supplier("Nordhalden AB")
    assert list(queries.find_by_name("hald")) == [first, second]
    assert list(queries.find_by_name("Halden Computing GmbH")) == [first]
    assert list(queries.find_by_name("hald%")) == [first, second]
    assert list(queries.find_by_name("")) == []


def test_facts_take_five_statements_whatever_their_number(acting) -> None:
    acting("stockholm-officer")
    with db.transaction():
        supplier = make_supplier("Halden AB")
        for number in range(20):
            make_name(supplier, f"Halden {number}")
    db.session.remove()
    statements: list[str] = []
    engine = db.session.get_bind()

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        facts = queries.get_facts(supplier.id)
        assert len(facts.names) == 21
        assert len(facts.sites) == 1
        assert facts.parent is None
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert len(statements) <= 5


def test_what_is_not_there_is_not_found(acting, authority_ids) -> None:
    acting("stockholm-officer")
    for get in (queries.get_supplier, queries.get_facts, queries.get_name, queries.get_identifier, queries.get_site):
        with pytest.raises(NotFound):
            get(authority_ids["stockholm"])
