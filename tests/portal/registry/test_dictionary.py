"""The dictionary of words: there in the transaction that brings a name, gone with it, and in nobody's way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import insert, text

from portal import db
from portal.access.actor import Actor
from portal.registry import dictionary
from portal.registry.lookup import search
from portal.registry.models import SupplierName
from portal.registry.names import core, norm
from tests.factories.registry import STAMP, make_name, make_supplier
from tests.servers import Servers
from worker.tasks import schedules

Acting = Callable[[str], Actor]


def words() -> dict[str, list[int]]:
    """Each word of the dictionary with the counts under which it stands there."""
    found: dict[str, list[int]] = {}
    for word, names in db.session.execute(text("SELECT word, names FROM registry_word ORDER BY id")):
        found.setdefault(word, []).append(names)
    return found


def test_a_name_is_found_with_a_slip_in_the_transaction_that_brings_it(acting: Acting) -> None:
    acting("system")
    supplier = make_supplier("Quixotic Zeppelins AB")
    assert [hit.supplier_id for hit in search("qiuxotic zepelins")] == [supplier.id]
    db.session.rollback()
    assert search("qiuxotic zepelins") == search("Quixotic Zeppelins AB") == []
    assert "quixotic" not in words()


def test_whichever_way_names_are_written(acting: Acting) -> None:
    acting("system")
    supplier = make_supplier("Halden AB")
    rows = [
        {"supplier_id": supplier.id, "name": name, "kind": "trading", "norm": norm(name), "core": core(name), **STAMP}
        for name in ("Wolverton Displays", "Wolverton Keyboards")
    ]
    db.session.execute(insert(SupplierName), rows)
    assert search("wolvertno keybords")[0].why_text == "Wolverton Keyboards"
    renamed = make_name(supplier, "Mistyped Name")
    renamed.name, renamed.norm, renamed.core = "Marzipan Name", norm("Marzipan Name"), core("Marzipan Name")
    db.session.flush()
    assert [hit.why_text for hit in search("marzipna")] == ["Marzipan Name"]
    assert search("mistpyed") == []
    db.session.delete(renamed)
    db.session.flush()
    assert search("marzipna") == []


def test_a_word_is_written_once(acting: Acting) -> None:
    acting("system")
    make_supplier("Halden Halden AB")
    make_supplier("Halden Computing AB")
    assert len(words()["halden"]) == 1


@contextmanager
def two_connections(servers: Servers, database: str) -> Iterator[tuple["psycopg.Connection[tuple[object, ...]]", ...]]:
    """Two transactions at once, which give up waiting for each other after a second."""
    options = "-c lock_timeout=1000"
    with (
        psycopg.connect(servers.app_url(database), options=options) as first,
        psycopg.connect(servers.app_url(database), options=options) as second,
    ):
        yield first, second


def add(connection: "psycopg.Connection[tuple[object, ...]]", supplier_id: object, name: str) -> None:
    connection.execute(
        "INSERT INTO supplier_name (supplier_id, name, kind, norm, core, source, source_date)"
        " VALUES (%s, %s, 'trading', %s, %s, 'test', '2026-01-01')",
        (supplier_id, name, norm(name), core(name)),
    )


def test_two_transactions_with_the_same_new_words_never_wait_for_each_other(
    acting: Acting, servers: Servers, database: str
) -> None:
    acting("system")
    with db.transaction():
        one, other = make_supplier("Halden AB").id, make_supplier("Nordvik AS").id
    with two_connections(servers, database) as (first, second):
        add(first, one, "Zephyr Quartz")
        add(second, other, "Quartz Zephyr Trading")
        add(first, one, "Quartz Vellum")
        add(second, other, "Vellum Zephyr")
        add(first, one, "Trading Vellum")
        second.commit()
        first.commit()
    found = words()
    assert [len(found[word]) for word in ("zephyr", "quartz")] == [2, 2]
    assert {hit.supplier_id for hit in search("zephry qaurtz")} == {one, other}
    with db.transaction():
        assert dictionary.recount()
    found = words()
    assert (found["zephyr"], found["quartz"], found["vellum"]) == ([3], [3], [3])
    assert {hit.supplier_id for hit in search("zephry qaurtz")} == {one, other}


def test_counting_waits_for_nobody_and_nobody_for_it(acting: Acting, servers: Servers, database: str) -> None:
    acting("system")
    with db.transaction():
        supplier_id = make_supplier("Halden Computing AB").id
    with two_connections(servers, database) as (first, second):
        add(first, supplier_id, "Halden Novelty")
        with db.transaction():
            assert dictionary.recount()
            add(second, supplier_id, "Computing Novelty")
            second.commit()
        first.commit()
    assert words()["halden"] == [1]
    schedules.recount_words()
    assert words()["halden"] == [2]
    assert words()["novelty"] == [2]


def test_only_one_counts_at_a_time(acting: Acting, servers: Servers, database: str) -> None:
    acting("system")
    with psycopg.connect(servers.app_url(database)) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('registry_word'))")
        assert dictionary.recount() is None
        other.rollback()
    assert dictionary.recount() is not None
    db.session.rollback()


@pytest.mark.parametrize("name", ["ﷺ" * 100, "x" * 300, "a " * 150, "1 2 3"])
def test_no_name_is_too_odd_for_the_index(acting: Acting, name: str) -> None:
    acting("system")
    supplier = make_supplier(name)
    assert supplier.id in {hit.supplier_id for hit in search(name)}
