"""Tenders: who may change what, what is locked for whom, and that nothing gets around the lock."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import db
from portal.access.actor import Actor
from portal.access.lock import Lock
from portal.authorities.queries import actor_for, lock_of_all
from portal.clock import today
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition
from portal.schema import metadata
from portal.tenders import queries, services
from portal.tenders.rules import STEPS, Guard, TenderState, TenderStep, possible
from portal.tenders.services import TenderData
from tests.factories.assessments import make_assessment
from tests.factories.contracts import make_contract
from tests.factories.obligations import make_obligation
from tests.factories.registry import make_supplier
from tests.factories.tenders import make_tender
from tests.portal.dialogues.test_routes import fields
from tests.servers import Servers

Acting = Callable[[str], Actor]
# Tables of follow-up that tell nothing of it, or hold what everybody may know.
NOT_LOCKED = {
    "contract",  # who buys what stands in award notices
    "import_row",
    "leverage_release",
    "tender_bidder",
    "tender_release",
}


@given(st.frozensets(st.uuids(), max_size=4), st.booleans())
def test_a_lock_is_read_as_it_is_written(ids: frozenset[UUID], all_but: bool) -> None:
    lock = Lock(ids, all_but)
    assert Lock.read(lock.setting) == lock
    assert all(lock.covers(one) is not all_but for one in ids)
    assert lock.covers(uuid4()) is all_but
    assert bool(lock) is (all_but or bool(ids))


def test_every_state_is_left_by_its_steps_alone() -> None:
    assert possible(TenderState.DRAFT) == [TenderStep.OPEN, TenderStep.CANCEL]
    assert possible(TenderState.OPEN) == [TenderStep.DECIDE, TenderStep.CANCEL]
    assert possible(TenderState.DECIDED) == possible(TenderState.CANCELLED) == [TenderStep.REOPEN]
    assert {target for _sources, target in STEPS.values()} == set(TenderState) - {TenderState.DRAFT}


def test_every_table_about_a_supplier_is_locked_or_named_here(servers: Servers, template: str) -> None:
    """A new table with a supplier and row-level security must say whether it is follow-up."""
    about = {table.name for table in metadata.tables.values() if "supplier_id" in table.columns}
    files = {
        key.column.table.name == "evidence_item" and table.name
        for table in metadata.tables.values()
        for key in table.foreign_keys
    } - {False}
    with psycopg.connect(servers.owner_url(template)) as connection:
        secured = {name for (name,) in connection.execute("SELECT relname FROM pg_class WHERE relrowsecurity")}
        locked: dict[str, str] = dict(
            connection.execute(
                "SELECT tablename::text, qual FROM pg_policies WHERE permissive = 'RESTRICTIVE'"
            ).fetchall()
        )
    assert {name for name in about & secured if name not in locked} == NOT_LOCKED
    assert {name for name in files if not re.search(rf"\b{name}\b", locked["evidence_item"])} == set()


def _id_of(acting: Acting, name: str) -> UUID:
    found = acting(name).user_id
    assert found is not None
    return found


def _lock_of(acting: Acting, name: str) -> Lock | None:
    person = acting(name)
    assert person.user_id is not None
    found = actor_for(person.user_id, person.name)
    assert found is not None
    return found.lock


def test_who_is_locked_out_of_what(acting: Acting, authority_ids: dict[str, UUID]) -> None:
    officer = _id_of(acting, "stockholm-officer")
    coordinator = acting("stockholm-coordinator")
    stranger = _id_of(acting, "oslo-officer")
    acting("system")
    stockholm = authority_ids["stockholm"]
    with db.transaction():
        one, two, three = (make_supplier(name).id for name in ("Fjell AS", "Berg AS", "Dal AS"))
        named = make_tender(owner_id=stockholm, evaluator_ids=[officer], bidder_ids=[one, two])
    assert _lock_of(acting, "stockholm-officer") is None  # it is not open yet
    acting("stockholm-coordinator")
    with db.transaction():
        services.take_step(coordinator, queries.get_tender(coordinator, named.id), TenderStep.OPEN)
    assert _lock_of(acting, "stockholm-officer") == Lock(frozenset({one, two}))
    assert _lock_of(acting, "stockholm-coordinator") is None
    acting("stockholm-coordinator")
    with db.transaction():
        services.release(coordinator, queries.get_tender(coordinator, named.id), one, "A ground for exclusion")
    assert _lock_of(acting, "stockholm-officer") == Lock(frozenset({two}))
    acting("system")
    with db.transaction():
        # Another authority's people, also where one of them works for both, are not asked.
        make_tender(owner_id=authority_ids["oslo"], evaluator_ids=[stranger, officer], state="open", guard="flag")
        make_tender(owner_id=stockholm, evaluator_ids=[officer], state="open")
    assert _lock_of(acting, "oslo-officer") == Lock()  # evaluates, and nothing is locked
    assert _lock_of(acting, "stockholm-officer") == Lock(all_but=True)
    acting("stockholm-coordinator")
    assert lock_of_all(stockholm) == Lock(all_but=True)
    with db.transaction():
        whole = next(t for t in queries.list_tenders(coordinator) if not t.bidders)
        for supplier in (one, two, three):
            services.release(coordinator, whole, supplier, "Each of them")
    # Released there, and yet a bidder here.
    assert _lock_of(acting, "stockholm-officer") == Lock(frozenset({one, three}), all_but=True)


def test_whoever_evaluates_does_not_change_what_is_locked(acting: Acting, authority_ids: dict[str, UUID]) -> None:
    officer_id = _id_of(acting, "stockholm-officer")
    data = TenderData("T 1", "Laptops", Guard.LOCK, None, frozenset({officer_id}))
    officer = acting("stockholm-officer")
    with db.transaction():
        tender = services.add_tender(officer, data)
        services.change_tender(officer, tender, data)  # in preparation
    tender_id = tender.id
    with pytest.raises(BadInput, match="number already"), db.transaction():
        services.add_tender(officer, data)
    with pytest.raises(BadInput, match="does not work for you"), db.transaction():
        strange = TenderData("T 2", "Laptops", Guard.LOCK, None, frozenset({uuid4()}))
        services.add_tender(officer, strange)
    coordinator = acting("stockholm-coordinator")
    with db.transaction():
        services.take_step(coordinator, queries.get_tender(coordinator, tender_id), TenderStep.OPEN)
    officer = acting("stockholm-officer")
    tender = queries.get_tender(officer, tender_id)
    supplier = make_supplier().id
    for attempt in (
        lambda: services.change_tender(officer, tender, data),
        lambda: services.take_step(officer, tender, TenderStep.DECIDE),
        lambda: services.add_bidder(officer, tender, supplier),
        lambda: services.release(officer, tender, supplier, "I am curious"),
    ):
        with pytest.raises(Forbidden):
            attempt()
    db.session.rollback()
    coordinator = acting("stockholm-coordinator")
    with db.transaction():
        services.take_step(coordinator, queries.get_tender(coordinator, tender_id), TenderStep.DECIDE)
    with pytest.raises(InvalidTransition), db.transaction():
        services.take_step(coordinator, queries.get_tender(coordinator, tender_id), TenderStep.DECIDE)
    assert _lock_of(acting, "stockholm-officer") is None


def test_releases_and_bidders_twice(acting: Acting, authority_ids: dict[str, UUID]) -> None:
    coordinator = acting("stockholm-coordinator")
    with db.transaction():
        supplier = make_supplier().id
        tender = make_tender(owner_id=authority_ids["stockholm"])
        services.add_bidder(coordinator, tender, supplier)
        services.add_bidder(coordinator, tender, supplier)
        services.release(coordinator, tender, supplier, " why ")
    assert [one.supplier_id for one in tender.bidders] == [supplier]
    with pytest.raises(Conflict), db.transaction():
        services.release(coordinator, tender, supplier, "again")
    tender = queries.get_tender(coordinator, tender.id)
    assert [(one.release.reason, one.by) for one in queries.releases_of(tender)] == [("why", "stockholm coordinator")]
    with db.transaction():
        for _ in range(2):
            services.lock_again(coordinator, tender, supplier)
            services.remove_bidder(coordinator, tender, supplier)
    assert queries.releases_of(tender) == []
    assert tender.bidders == []
    with pytest.raises(BadInput, match="Nobody evaluates"), db.transaction():
        services.take_step(coordinator, tender, TenderStep.OPEN)


@pytest.fixture
def open_tender(acting: Acting, authority_ids: dict[str, UUID]) -> tuple[UUID, UUID, UUID]:
    """(tender, a bidder, another supplier), evaluated by Stockholm's officer; both are followed up."""
    officer = _id_of(acting, "stockholm-officer")
    acting("system")
    stockholm = authority_ids["stockholm"]
    with db.transaction():
        bidder, other = make_supplier("Fjell Data AS", "NO").id, make_supplier("Skog Data AB", "SE").id
        for supplier, mark in ((bidder, "Locked-mark"), (other, "Open-mark")):
            contract = make_contract(owner_id=stockholm, supplier_id=supplier, number=f"C-{mark}")
            make_obligation(owner_id=stockholm, contract=contract, title=f"Obligation {mark}")
            make_assessment(owner_id=stockholm, supplier_id=supplier, method=f"Method {mark}")
        tender = make_tender(owner_id=stockholm, evaluator_ids=[officer], bidder_ids=[bidder], state="open")
    return tender.id, bidder, other


def test_an_evaluator_reads_on_and_is_told(client_for, open_tender) -> None:
    _tender, bidder, other = open_tender
    client, colleague = client_for("stockholm-officer"), client_for("stockholm-coordinator")
    page = client.get(f"/suppliers/{bidder}").text
    assert "Follow-up data of this supplier is locked for you" in page
    assert "C-Locked-mark" in page  # contracts are no secret
    assert "You evaluate bids:" in client.get(f"/suppliers/{other}").text
    listed = client.get("/assessments").text + client.get("/obligations").text
    assert "Open-mark" in listed
    assert "Locked-mark" not in listed
    assert "Locked-mark" in colleague.get("/obligations").text
    assert "You evaluate bids" not in colleague.get("/").text
    assert "locked for you while you evaluate bids" in client.get(f"/assessments/{uuid4()}").text


def test_an_evaluator_adds_nothing_for_a_bidder(client_for, open_tender) -> None:
    _tender, bidder, other = open_tender
    client = client_for("stockholm-officer")
    answers = {}
    for supplier in (bidder, other):
        address = f"/suppliers/{supplier}/dialogues/new"
        written = fields(client.get(address).text) | {"subject": ["Tin"], "summary": ["They will ask their smelter."]}
        answers[supplier] = client.post(address, data=written)
    assert answers[bidder].status_code == 403
    assert "you do not add to the follow-up data" in answers[bidder].text
    assert answers[other].status_code == 302


def test_pages_of_a_tender(client_for, acting: Acting, authority_ids: dict[str, UUID]) -> None:
    officer = _id_of(acting, "stockholm-officer")
    with db.transaction():
        supplier = make_supplier("Fjell Data AS", "NO").id
    client = client_for("stockholm-coordinator")
    assert "No tender yet" in client.get("/tenders").text
    bad = client.post("/tenders/new", data={"guard": "lock"})
    assert "Write the tender’s number." in bad.text
    data = {"number": "T 7", "title": "Phones", "guard": "lock", "evaluator_ids": [str(officer)]}
    made = client.post("/tenders/new", data=data)
    address = made.location
    assert "stockholm officer" in client.get(address).text
    assert client.post(f"{address}/step", data={"step": "jump"}).status_code == 400
    assert client.post(f"{address}/step", data={"step": "open"}).status_code == 302
    assert "Fjell Data AS" in client.get(f"{address}?q=fjel").text
    assert "No supplier of this name" in client.get(f"{address}?q=xxxxqqq").text
    assert client.post(f"{address}/bidders/{supplier}").status_code == 302
    assert "Say why." in client.post(f"{address}/release/{supplier}", data={}).text
    assert client.post(f"{address}/release/{supplier}", data={"reason": "Article 57"}).status_code == 302
    assert "Article 57" in client.get(address).text
    assert client.post(f"{address}/edit", data=data | {"title": "Tablets"}).status_code == 302
    assert "Tablets" in client.get("/tenders").text
    evaluator = client_for("stockholm-officer")
    assert "a colleague who does not evaluate it changes" in evaluator.get(address).text
    assert evaluator.post(f"{address}/step", data={"step": "decide"}).status_code == 403
    assert client_for("oslo-officer").get(address).status_code == 404
    assert client.post(f"{address}/lock/{supplier}").status_code == 302
    assert client.post(f"{address}/bidders/{supplier}/remove").status_code == 302


def test_a_tender_that_should_be_decided_waits(client_for, acting: Acting, authority_ids: dict[str, UUID]) -> None:
    acting("system")
    with db.transaction():
        yesterday = today() - timedelta(days=1)
        make_tender(owner_id=authority_ids["stockholm"], number="T-late", state="open", decision_by=yesterday)
        make_tender(owner_id=authority_ids["stockholm"], number="T-soon", state="open", decision_by=today())
    page = client_for("stockholm-officer").get("/").text
    assert "Is tender T-late decided?" in page
    assert "T-soon" not in page
