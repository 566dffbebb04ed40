"""The roll-up: numbers over sets, nothing that is not shared, unknowns beside every total, each row counted once."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal import db
from portal.clock import today
from portal.declarations.models import SmelterLine
from portal.rollup import queries
from portal.rollup.rules import ANY_UNKNOWN, NO_METAL, Chosen, Scope, ScopeKind
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.evidence import make_evidence
from tests.factories.registry import make_supplier
from tests.statements import counted_statements

ALL = Scope(ScopeKind.MEMBERS)
ANY = Chosen()
TIN, GOLD = ("CID000001", "tin"), ("CID000002", "gold")


def numbers(page) -> dict[tuple[str, str], int]:
    return {(row.facility_id, row.metal): row.suppliers for row in page.rows}


@pytest.fixture
def make(acting, authority_ids):
    """`make("stockholm", supplier_id, smelters, unknown=…)`: a declaration for all members unless said otherwise."""

    def declaration(slug, supplier_id, smelters=(), unknown=(), audience="members", **values):
        acting("system")
        with db.transaction():
            owner_id = authority_ids[slug]
            values.setdefault(
                "evidence_id",
                make_evidence(owner_id=owner_id, audience=audience, content=repr((slug, smelters, values)).encode()).id,
            )
            found = make_declaration(
                owner_id=owner_id, supplier_id=supplier_id, smelters=smelters, audience=audience, **values
            )
            for place, (status, metal) in enumerate(unknown):
                db.session.add(SmelterLine(declaration_id=found.id, row=500 + place, metal=metal, status=status))
            return found

    return declaration


@pytest.fixture
def suppliers(acting):
    acting("system")
    with db.transaction():
        return [make_supplier(f"Supplier {number} AB").id for number in range(3)]


def test_smelters_by_how_many_suppliers_name_them(acting, make, suppliers) -> None:
    make("stockholm", suppliers[0], (TIN, GOLD))
    make("oslo", suppliers[1], (TIN,))
    me = acting("barcelona-officer")
    page = queries.reached(me, ALL, ANY)
    assert numbers(page) == {TIN: 2, GOLD: 1}
    assert [row.facility_id for row in page.rows] == ["CID000001", "CID000002"]
    assert numbers(queries.reached(me, ALL, Chosen(metal="gold"))) == {GOLD: 1}


def test_a_private_declaration_adds_to_no_number_of_others(acting, make, suppliers) -> None:
    make("stockholm", suppliers[0], (TIN,))
    before = queries.totals(acting("oslo-officer"), ALL)
    make("stavanger", suppliers[1], (TIN, GOLD), unknown=[("not_identified", "tin")], audience="owner")
    me = acting("oslo-officer")
    after = queries.totals(me, ALL)
    assert after == before
    assert numbers(queries.reached(me, ALL, ANY)) == {TIN: 1}
    assert queries.rows_behind(me, ALL, unknown=ANY_UNKNOWN).rows == []
    owner = acting("stavanger-officer")
    assert numbers(queries.reached(owner, ALL, ANY)) == {TIN: 2, GOLD: 1}


def test_a_newer_private_one_does_not_silence_what_others_see(acting, make, suppliers) -> None:
    make("stockholm", suppliers[0], (TIN,), effective_date=date(2025, 6, 30))
    make("stockholm", suppliers[0], (GOLD,), effective_date=date(2026, 6, 30), audience="owner")
    assert numbers(queries.reached(acting("oslo-officer"), ALL, ANY)) == {TIN: 1}
    assert numbers(queries.reached(acting("stockholm-officer"), ALL, ANY)) == {GOLD: 1}


def test_the_same_file_at_two_authorities_counts_once(acting, make, suppliers, authority_ids) -> None:
    for slug in ("stockholm", "oslo"):
        acting("system")
        with db.transaction():
            file = make_evidence(owner_id=authority_ids[slug], audience="members", content=b"one file").id
        make(slug, suppliers[0], (TIN,), unknown=[("not_identified", "tin")], evidence_id=file)
    found = queries.totals(acting("oslo-officer"), ALL)
    assert (found.declarations, found.rows, found.not_recognised) == (1, 2, 1)


def test_unknowns_stand_beside_every_total_and_sum_up(acting, make, suppliers) -> None:
    unknown = [("not_identified", "tin"), ("not_identified", "gold"), ("not_listed", "tin"), ("unresolved", None)]
    make("stockholm", suppliers[0], (TIN, GOLD), unknown=unknown)
    me = acting("oslo-officer")
    found = queries.totals(me, ALL)
    assert (found.rows, found.smelters, found.not_recognised) == (6, 2, 4)
    assert found.unknown == {"not_identified": 2, "not_listed": 1, "unresolved": 1}
    assert [(one.metal, one.smelters, one.rows, one.unknown) for one in found.metals] == [
        ("gold", 1, 2, 1), ("tin", 1, 3, 2), (None, 0, 1, 1),
    ]  # fmt: skip
    for metal in found.metals:
        behind = queries.rows_behind(me, ALL, metal=metal.metal or NO_METAL)
        assert len(behind.rows) == metal.rows
        behind = queries.rows_behind(me, ALL, metal=metal.metal or NO_METAL, unknown=ANY_UNKNOWN)
        assert len(behind.rows) == metal.unknown
    for status, count in found.unknown.items():
        assert len(queries.rows_behind(me, ALL, unknown=status).rows) == count
    assert len(queries.rows_behind(me, ALL, facility_id="CID000001", metal="tin").rows) == 1


def test_one_authority_and_one_contract(acting, make, suppliers, authority_ids) -> None:
    for supplier_id, pair in zip(suppliers, (TIN, GOLD), strict=False):
        make("oslo", supplier_id, (pair,))
    acting("system")
    with db.transaction():
        ours = authority_ids["stockholm"]
        contract = make_contract(owner_id=ours, supplier_id=suppliers[0])
        make_contract(owner_id=ours, supplier_id=suppliers[2], audience="members")
        make_contract(owner_id=ours, supplier_id=suppliers[1], ends_on=today() - timedelta(days=1))
    me = acting("stockholm-officer")
    scope = Scope(ScopeKind.AUTHORITY, ours)
    assert numbers(queries.reached(me, scope, ANY)) == {TIN: 1}, "an ended contract brings nothing"
    without = queries.totals(me, scope).without
    assert [one.id for one in without or ()] == [suppliers[2]]
    assert numbers(queries.reached(me, Scope(ScopeKind.CONTRACT, contract.id), ANY)) == {TIN: 1}
    # Another authority knows of Stockholm's contracts only what is shared.
    other = acting("oslo-officer")
    assert numbers(queries.reached(other, scope, ANY)) == {}
    assert numbers(queries.reached(other, Scope(ScopeKind.CONTRACT, contract.id), ANY)) == {}


def test_pages_hold_every_smelter_once(acting, make, suppliers, monkeypatch) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 3)
    pairs = tuple((f"CID{number:06d}", "tin") for number in range(11))
    make("oslo", suppliers[0], pairs)
    make("oslo", suppliers[1], pairs[5:])
    me = acting("oslo-officer")
    for read in (
        lambda cursor: queries.reached(me, ALL, ANY, cursor),
        lambda cursor: queries.rows_behind(me, ALL, cursor=cursor),
    ):
        seen: list[Any] = []
        cursor = None
        while True:
            page = read(cursor)
            seen += page.rows
            cursor = page.next_cursor
            if cursor is None:
                break
        keys = [getattr(row, "facility_id", None) or row.line.id for row in seen]
        assert len(keys) == len(set(keys)) == (11 if hasattr(seen[0], "facility_id") else 17)
    counts = [row.suppliers for row in queries.all_reached(me, ALL, ANY)]
    assert counts == sorted(counts, reverse=True)


def test_as_many_statements_for_hundreds_as_for_one(acting, make, suppliers) -> None:
    def cost() -> int:
        me = acting("oslo-officer")
        with counted_statements() as ran:
            queries.totals(me, ALL)
            queries.reached(me, ALL, Chosen(status="not_checked"))
        return len(ran)

    make("oslo", suppliers[0], (TIN,))
    little = cost()
    make("oslo", suppliers[1], tuple((f"CID{number:06d}", "gold") for number in range(400)))
    assert cost() == little <= 12
