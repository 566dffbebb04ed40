"""What GLEIF's answers do to suppliers: statements, never decisions; the same answer twice changes nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, text

from portal import db
from portal.errors import BadInput, Conflict, Forbidden
from portal.journal.models import JournalEntry
from portal.outbox.models import OutboxEvent
from portal.registry import queries as registry
from portal.registry import services as suppliers
from portal.registry.gleif import queries, services
from portal.registry.gleif.models import LeiRecord
from portal.registry.gleif.parse import Company
from portal.registry.gleif.register import national_number
from portal.registry.gleif.rules import Problem, due_after, due_after_problem
from portal.registry.gleif.services import Answer
from portal.registry.identifiers import Identifier
from portal.registry.identity import queries as identity
from portal.registry.models import Supplier
from portal.registry.provenance import Provenance
from portal.settings import get_settings
from tests.factories.lei import GLEIF, data, take
from tests.factories.registry import make_identifier, make_proposal, make_supplier
from tests.gleif import GROUP, HALDEN, HOLDING, NEW, OLD, lei

ORGNR = "5560360793"
FACTS = (
    "supplier_name",
    "supplier_identifier",
    "supplier_relation",
    "stated_fact",
    "supplier",
    "journal_entry",
    "outbox_event",
)


def snapshot() -> dict[str, list[Any]]:
    """Every fact, and that the journal and the outbox have nothing new."""
    return {
        table: list(db.session.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all())  # noqa: S608
        for table in FACTS
    }


def names(supplier: Supplier) -> dict[str, str]:
    return {name.name: name.kind for name in registry.get_facts(supplier.id).names}


def numbers(supplier: Supplier) -> set[tuple[str, str]]:
    return {(one.scheme, one.value) for one in registry.get_facts(supplier.id).identifiers}


def test_a_record_becomes_statements_names_number_and_edges(halden: Supplier) -> None:
    take(data())
    assert names(halden) == {"Halden Computing AB": "legal", "Datorhuset Halden AB": "former"}
    assert numbers(halden) == {("lei", HALDEN), ("se.orgnr", ORGNR)}
    stated = {(one.field, one.value, one.source, one.source_date) for one in identity.facts_of(halden.id)}
    assert stated == {
        ("country", "SE", "GLEIF", date(2026, 3, 1)),
        ("legal_name", "HALDEN COMPUTING AB", "GLEIF", date(2026, 3, 1)),
    }
    assert {(one.kind, one.parent_name, one.entered_by_id) for one in identity.relations_of(halden.id)} == {
        ("direct_parent", "Halden Group AB", None),
        ("ultimate_parent", "Far Holding PLC", None),
    }
    found = queries.get_record(HALDEN)
    assert found
    assert (found.problem, found.published_on) == (None, date(2026, 6, 1))
    actions = set(db.session.scalars(select(JournalEntry.action)))
    assert {"lei.refreshed", "supplier.relation_added", "supplier.identifier_added"} <= actions


def test_the_same_record_again_changes_nothing(halden: Supplier) -> None:
    take(data())
    before = snapshot()
    take(data())
    assert snapshot() == before


def test_what_a_person_withdrew_does_not_come_back(halden: Supplier, acting) -> None:
    take(data())
    supplier_id = halden.id
    actor = acting("stockholm-officer")
    facts = registry.get_facts(supplier_id)
    with db.transaction():
        suppliers.withdraw_name(actor, next(name for name in facts.names if name.kind == "former"))
        suppliers.withdraw_identifier(actor, next(one for one in facts.identifiers if one.scheme == "se.orgnr"))
    acting("system")
    halden = registry.get_supplier(supplier_id)
    take(data(city="Halden"))
    assert names(halden) == {"Halden Computing AB": "legal"}
    assert numbers(halden) == {("lei", HALDEN)}


def test_gleif_states_and_never_overrules(halden: Supplier) -> None:
    take(data(legal_name="Another Name AB", country="NO"))
    facts = registry.get_facts(halden.id)
    assert (facts.legal_name, facts.country) == ("Halden Computing AB", "SE")
    assert "Another Name AB" not in names(halden)
    take(data(legal_name="A Third Name AB", country="NO", updated_on=date(2026, 5, 1)))
    stated = {one.field: (one.value, one.source_date) for one in identity.facts_of(halden.id)}
    assert stated == {"country": ("NO", date(2026, 3, 1)), "legal_name": ("A Third Name AB", date(2026, 5, 1))}


def test_a_country_that_nobody_chose_is_filled(acting) -> None:
    acting("system")
    with db.transaction():
        made = make_supplier("Halden Computing AB", None, identifiers=(Identifier("lei", HALDEN),))
    take(data())
    assert registry.get_supplier(made.id).country == "SE"


def test_a_name_in_another_script_is_a_local_name(acting) -> None:
    acting("system")
    with db.transaction():
        made = make_supplier("Huaxing Display Ltd", "CN", identifiers=(Identifier("lei", HALDEN),))
    take(data(legal_name="华星显示有限公司", country="CN", registered_as=None, other_names=[]))
    assert names(made) == {"Huaxing Display Ltd": "legal", "华星显示有限公司": "local"}
    assert {one.field for one in identity.facts_of(made.id)} == {"country"}


def test_edges_follow_the_record_and_the_registry(halden: Supplier) -> None:
    take(data())
    with db.transaction():
        group = make_supplier("Halden Group AB", "SE", identifiers=(Identifier("lei", GROUP),))
    take(data(city="Halden"))
    assert registry.get_supplier(halden.id).parent_id == group.id
    with db.transaction():
        holding = make_supplier("Far Holding PLC", "GB", identifiers=(Identifier("lei", HOLDING),))
    take(data(direct_parent=Company(lei=HOLDING, name="Far Holding PLC"), ultimate_parent=None))
    assert registry.get_supplier(halden.id).parent_id == holding.id, "what nobody states any more does not count"
    assert [(one.kind, one.parent_label) for one in identity.relations_of(halden.id)] == [
        ("direct_parent", "Far Holding PLC")
    ]
    take(data(direct_parent=None, direct_exception="NATURAL_PERSONS", ultimate_parent=None))
    assert identity.relations_of(halden.id) == []
    assert registry.get_supplier(halden.id).parent_id is None
    assert len(identity.family_of(registry.get_supplier(halden.id)).past) == 3


def test_a_parent_in_the_registry_is_linked_and_chosen(halden: Supplier) -> None:
    with db.transaction():
        group = make_supplier("Halden Group AB", "SE", identifiers=(Identifier("lei", GROUP),))
    take(data())
    assert registry.get_supplier(halden.id).parent_id == group.id


def test_a_record_made_by_mistake_states_nothing(halden: Supplier) -> None:
    take(data())
    take(data(registration_status="ANNULLED"))
    assert identity.facts_of(halden.id) == []
    assert identity.relations_of(halden.id) == []


def test_a_number_that_another_supplier_has_is_not_taken(halden: Supplier) -> None:
    with db.transaction():
        other = make_supplier("Halden Data AB", "SE")
        make_identifier(other, "se.orgnr", ORGNR)
    take(data())
    assert numbers(halden) == {("lei", HALDEN)}
    view = queries.lei_view(registry.get_facts(halden.id))
    assert view.number_holder
    assert view.number_holder.id == other.id


def test_another_number_than_ours_is_told(halden: Supplier) -> None:
    with db.transaction():
        make_identifier(halden, "se.orgnr", "2021005489")
    db.session.expire_all()
    take(data())
    assert numbers(halden) == {("lei", HALDEN), ("se.orgnr", "2021005489")}
    view = queries.lei_view(registry.get_facts(halden.id))
    assert view.other_number == Identifier("se.orgnr", ORGNR)


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ({}, Identifier("se.orgnr", ORGNR)),
        ({"registered_as": "556036-0794"}, None),
        ({"registered_as": None}, None),
        ({"country": "DE", "registered_as": "HRB 7042"}, None),
        ({"category": "SOLE_PROPRIETOR"}, None),
        ({"country": "NO", "registered_as": "988 077 917"}, Identifier("no.orgnr", "988077917")),
    ],
)
def test_register_numbers_that_can_be_checked(values, number) -> None:
    assert national_number(data(**values)) == number


def test_a_failure_leaves_what_is_known(halden: Supplier) -> None:
    take(data())
    before = snapshot()
    for problem in Problem:
        with db.transaction():
            services.take_record(GLEIF, HALDEN, Answer(problem=problem, params={"status": 500}))
        found = queries.get_record(HALDEN)
        assert found
        assert (found.problem, found.data is not None) == (problem, True)
    assert snapshot() == before
    take(data())
    assert queries.get_record(HALDEN).problem is None  # type: ignore[union-attr]


def test_a_record_of_nobody_is_kept_for_itself(acting) -> None:
    acting("system")
    take(data())
    assert db.session.scalar(select(func.count()).select_from(Supplier)) == 0


def test_a_record_that_was_known_before_speaks_when_a_supplier_gets_the_lei(acting) -> None:
    acting("system")
    take(data())
    with db.transaction():
        made = make_supplier("Halden Computing AB")
        make_identifier(made, "lei", HALDEN)
    with db.transaction():
        assert services.request_due(GLEIF) == [HALDEN]
    take(data())
    assert names(made)["Datorhuset Halden AB"] == "former"
    assert ("se.orgnr", ORGNR) in numbers(made)


def test_with_a_wrong_lei_goes_what_gleif_stated_by_it(halden: Supplier, acting) -> None:
    with db.transaction():
        make_supplier("Halden Group AB", identifiers=(Identifier("lei", GROUP),))
    take(data(legal_name="Somebody Else AB", country="NO", registered_as=None))
    supplier_id = halden.id
    assert registry.get_supplier(supplier_id).parent_id is not None
    actor = acting("stockholm-officer")
    (number,) = registry.get_facts(supplier_id).identifiers
    with db.transaction():
        suppliers.withdraw_identifier(actor, number)
    db.session.expire_all()
    found = registry.get_supplier(supplier_id)
    assert (names(found), numbers(found)) == ({"Halden Computing AB": "legal"}, set())
    assert identity.facts_of(supplier_id) == []
    assert identity.relations_of(supplier_id) == []
    assert (found.parent_id, found.country) == (None, "SE")


def test_asking_once_at_a_time(halden: Supplier, acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        services.request_refresh(actor, halden.id)
    with pytest.raises(Conflict, match="being asked already"), db.transaction():
        services.request_refresh(actor, halden.id)
    acting("system")
    assert [one.payload for one in db.session.scalars(select(OutboxEvent))] == [{"lei": HALDEN}]
    take(data())
    acting("stockholm-officer")
    with db.transaction():
        assert services.request_refresh(actor, halden.id).under_way
    with pytest.raises(Forbidden), db.transaction():
        services.request_refresh(acting("stockholm-reader"), halden.id)


def test_without_a_lei_or_with_the_setting_empty_nothing_is_asked(halden, acting, monkeypatch) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        bare = make_supplier("Bare AB")
    with pytest.raises(BadInput, match="no LEI yet"), db.transaction():
        services.request_refresh(actor, bare.id)
    with pytest.raises(Conflict, match="has a LEI already"), db.transaction():
        services.request_search(actor, halden.id)
    monkeypatch.setenv("GLEIF_URL", "")
    get_settings.cache_clear()
    try:
        with pytest.raises(Conflict, match="does not ask GLEIF"), db.transaction():
            services.request_refresh(actor, halden.id)
        with db.transaction():
            assert services.request_due(GLEIF) == []
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_the_clock_asks_for_what_is_old(halden: Supplier) -> None:
    with db.transaction():
        make_supplier("Group AB", identifiers=(Identifier("lei", GROUP),))
        assert set(services.request_due(GLEIF)) == {HALDEN, GROUP}
    with db.transaction():
        assert services.request_due(GLEIF) == [], "they are being asked"
    take(data())
    take(data(GROUP, direct_parent=None, ultimate_parent=None, registered_as=None, other_names=[]))
    with db.transaction():
        assert services.request_due(GLEIF) == [], "they are fresh"
        found = db.session.get_one(LeiRecord, GROUP)
        assert found.due_at
        assert timedelta(days=29) < found.due_at - db.now() < timedelta(days=32)
        found.due_at = db.now() - timedelta(hours=1)
    with db.transaction():
        assert services.request_due(GLEIF) == [GROUP]


def test_while_gleif_is_out_of_reach_the_clock_asks_once(acting) -> None:
    acting("system")
    with db.transaction():
        for number in range(5):
            make_supplier(f"Supplier {number} AB", identifiers=(Identifier("lei", lei(f"many{number}")),))
        services.take_record(GLEIF, lei("many0"), Answer(problem=Problem.UNREACHABLE))
    with db.transaction():
        assert len(services.request_due(GLEIF)) == 1


def test_when_records_are_due() -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert due_after(noon, 30) == datetime(2026, 7, 2, 1, tzinfo=UTC)
    assert due_after(noon, 0) is None
    assert due_after_problem(noon, Problem.BUSY, 300, 30) == noon + timedelta(seconds=300)
    assert due_after_problem(noon, Problem.UNREACHABLE, None, 30) == datetime(2026, 6, 3, 1, tzinfo=UTC)
    assert due_after_problem(noon, Problem.NOT_FOUND, None, 30) == datetime(2026, 7, 2, 1, tzinfo=UTC)
    assert due_after_problem(noon, Problem.UNREACHABLE, None, 0) is None


def test_proposals_are_decided_by_people_and_rejected_ones_stay_away(acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        made = make_supplier("Fjell AB")
        services.request_search(actor, made.id)
    acting("system")
    found = Answer([data(one, legal_name=f"Fjell {one} AB") for one in (OLD, NEW)])
    with db.transaction():
        services.take_proposals(GLEIF, made.id, found)
    assert numbers(made) == set(), "never by itself"
    actor = acting("stockholm-officer")
    wrong, right = queries.proposals_of(made.id)
    with db.transaction():
        services.reject(actor, wrong)
    with db.transaction():
        services.take_proposals(GLEIF, made.id, found)
    assert [one.lei for one in queries.proposals_of(made.id)] == [right.lei]
    with db.transaction():
        services.confirm(actor, right)
    assert numbers(made) == {("lei", right.lei)}
    with pytest.raises(Conflict, match="decided on this LEI already"), db.transaction():
        services.reject(actor, right)
    acting("system")
    names_ = list(db.session.scalars(select(OutboxEvent.name).order_by(OutboxEvent.id)))
    assert names_ == ["lei.search_requested", "lei.record_requested"]


def test_proposals_that_are_not_found_again_go(acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        made = make_supplier("Fjell AB")
        services.request_search(actor, made.id)
        make_proposal(made, OLD)
        services.take_proposals(GLEIF, made.id, Answer(problem=Problem.UNREACHABLE))
    assert len(queries.proposals_of(made.id)) == 1
    with db.transaction():
        services.take_proposals(GLEIF, made.id, Answer())
    assert queries.proposals_of(made.id) == []


def test_two_workers_and_an_officer_at_once(halden: Supplier, acting) -> None:
    """Nobody waits for ever, and each thing is there once."""
    acting("system")
    with db.transaction():
        group = make_supplier("Halden Group AB", "SE").id
    db.session.remove()
    together = Barrier(3)

    def alone(act: Callable[[], None]) -> None:
        db.session.remove()
        db.set_scope(authority_id=None, system=True)
        together.wait(10)
        try:
            with db.transaction():
                act()
        finally:
            db.session.remove()

    def fetched() -> None:
        services.take_record(GLEIF, HALDEN, Answer([data()], date(2026, 6, 1)))

    def gets_its_lei() -> None:
        where = Provenance("Register", date(2026, 6, 1))
        suppliers.add_identifier(GLEIF, registry.get_supplier(group), Identifier("lei", GROUP), where)

    with ThreadPoolExecutor(3) as pool:
        for one in [pool.submit(alone, act) for act in (fetched, fetched, gets_its_lei)]:
            one.result(30)
    acting("system")
    assert registry.get_supplier(halden.id).parent_id == group
    assert sorted(edge.kind for edge in identity.relations_of(halden.id)) == ["direct_parent", "ultimate_parent"]
    assert len(names(registry.get_supplier(halden.id))) == 2
