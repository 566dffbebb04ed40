"""Insights: numbers over sets, nothing that is not shared, and behind each number exactly its rows."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from portal import db
from portal.assessments import queries as assessments
from portal.assessments.rules import Reuse, reuse_hint
from portal.clock import today
from portal.contracts.queries import visible_contracts
from portal.findings.queries import visible_findings
from portal.insights import queries
from portal.insights.export import coverage_share
from portal.insights.queries import Cover
from portal.insights.rules import NO_VALUE, Age, Standing, age_of
from portal.rollup.rules import Scope, ScopeKind
from tests.factories.assessments import make_assessment
from tests.factories.contracts import make_contract
from tests.factories.findings import make_action, make_finding
from tests.factories.registry import make_supplier
from tests.statements import counted_statements

ALL = Scope(ScopeKind.MEMBERS)
YEAR = timedelta(days=365)


@pytest.mark.parametrize(
    ("as_of", "age"),
    [
        (None, Age.NONE),
        (date(2026, 11, 23), Age.CURRENT),
        (date(2025, 11, 23), Age.CURRENT),
        (date(2025, 11, 22), Age.AGING),
        (date(2023, 11, 23), Age.AGING),
        (date(2023, 11, 22), Age.TOO_OLD),
    ],
)
def test_ages_are_those_of_reuse(as_of: date | None, age: Age) -> None:
    on = date(2026, 11, 23)
    assert age_of(as_of, on) is age
    verdicts = {Age.CURRENT: Reuse.REUSE, Age.AGING: Reuse.RECHECK, Age.TOO_OLD: Reuse.TOO_OLD}
    assert as_of is None or reuse_hint(as_of, on, ["met"]).verdict is verdicts[age]


def test_a_worked_example(acting, authority_ids) -> None:
    """Stockholm buys of three suppliers: assessed this year, four years ago, by nobody; one contract has no value."""
    ours, theirs = authority_ids["stockholm"], authority_ids["oslo"]
    acting("system")
    with db.transaction():
        fresh, old, none = (make_supplier(name) for name in ("Fresh AB", "Old AB", "None AB"))
        make_assessment(owner_id=theirs, supplier_id=fresh.id, as_of=today(), audience="members")
        make_assessment(owner_id=ours, supplier_id=old.id, as_of=today() - 4 * YEAR)
        worth = {"value_minor": 75_000_00, "currency": "SEK"}
        make_contract(owner_id=ours, supplier_id=fresh.id, **worth)
        make_contract(owner_id=ours, supplier_id=old.id, value_minor=25_000_00, currency="SEK")
        make_contract(owner_id=ours, supplier_id=none.id, value_minor=10_00, currency="EUR")
        make_contract(owner_id=ours, supplier_id=none.id)
        make_contract(owner_id=ours, supplier_id=none.id, ends_on=today() - timedelta(days=1), **worth)
        make_contract(owner_id=theirs, supplier_id=none.id, audience="members", **worth)
        make_finding(owner_id=ours, supplier=old, close_due=today())
        late = make_finding(owner_id=ours, supplier=old)
        make_action(late, due_on=today() - timedelta(days=1))
        make_finding(owner_id=ours, supplier=old, state="closed", closed_on=today())
    me = acting("stockholm-officer")
    found = queries.numbers(me, Scope(ScopeKind.AUTHORITY, ours))
    assert found.coverage == [
        Cover("EUR", Age.NONE, 1, 10_00),
        Cover("SEK", Age.CURRENT, 1, 75_000_00),
        Cover("SEK", Age.TOO_OLD, 1, 25_000_00),
        Cover(None, Age.NONE, 1, None),
    ]
    assert found.ages == {Age.CURRENT: 1, Age.TOO_OLD: 1, Age.NONE: 1}
    assert [(row.supplier.legal_name, row.buyers, row.contracts) for row in found.unassessed] == [("None AB", 2, 3)]
    assert found.findings == {
        ("major", Standing.IN_TIME): 1,
        ("major", Standing.LATE): 1,
        ("major", Standing.CLOSED): 1,
    }
    assert coverage_share(found.coverage, "SEK", Age.CURRENT, Age.AGING) == 75
    assert coverage_share(found.coverage, "EUR", Age.CURRENT) == 0
    assert coverage_share([Cover("SEK", Age.NONE, 1, 0)], "SEK", Age.NONE) is None


def test_what_is_not_shared_is_in_no_number(acting, authority_ids) -> None:
    ours, theirs = authority_ids["stockholm"], authority_ids["oslo"]
    acting("system")
    with db.transaction():
        supplier = make_supplier("Shared AB")
        make_contract(owner_id=ours, supplier_id=supplier.id, audience="members", value_minor=1, currency="SEK")
        make_contract(owner_id=theirs, supplier_id=supplier.id, value_minor=5, currency="NOK")
        make_assessment(owner_id=theirs, supplier_id=supplier.id, as_of=today())
        make_finding(owner_id=theirs, supplier=supplier)
    me = acting("stockholm-officer")
    for scope in (ALL, Scope(ScopeKind.AUTHORITY, theirs), Scope(ScopeKind.AUTHORITY, ours)):
        found = queries.numbers(me, scope)
        assert "NOK" not in {one.currency for one in found.coverage}
        assert set(found.ages) <= {Age.NONE}
        assert found.findings == {}
        assert [row.buyers for row in found.unassessed] in ([], [1])
    other = acting("oslo-officer")
    found = queries.numbers(other, ALL)
    assert {one.currency: one.age for one in found.coverage} == {"SEK": Age.CURRENT, "NOK": Age.CURRENT}
    assert found.unassessed == []
    assert found.findings == {("major", Standing.IN_TIME): 1}


@pytest.mark.parametrize("seed", [1, 2])
def test_sql_counts_as_python_does_and_each_number_has_its_rows(acting, authority_ids, seed: int) -> None:
    chance = random.Random(seed)
    slugs = ("stockholm", "oslo", "barcelona")
    acting("system")
    with db.transaction():
        suppliers = [make_supplier(f"Supplier {number:02} AB") for number in range(12)]
        for _number in range(40):
            owner = authority_ids[chance.choice(slugs)]
            supplier = chance.choice(suppliers)
            audience = chance.choice(("owner", "members"))
            value = chance.choice((None, chance.randrange(10**9)))
            make_contract(
                owner_id=owner,
                supplier_id=supplier.id,
                audience=audience,
                value_minor=value,
                currency=None if value is None else chance.choice(("SEK", "EUR")),
                ends_on=chance.choice((None, today(), today() - timedelta(days=1))),
                starts_on=today() - 2 * YEAR,
            )
            if chance.random() < 0.4:
                make_assessment(
                    owner_id=owner,
                    supplier_id=supplier.id,
                    audience=audience,
                    as_of=today() - timedelta(days=chance.choice((0, 365, 366, 1094, 1097, 2000))),
                )
            severity = chance.choice(("critical", "minor", "observation"))
            due = today() + timedelta(days=chance.choice((-1, 0, 9)))
            make_finding(
                owner_id=owner,
                supplier=supplier,
                audience=audience,
                severity=severity,
                found_on=today() - YEAR,
                plan_due=chance.choice((None, due)),
                close_due=chance.choice((None, due)),
                state=chance.choice(("open", "in_progress")),
            )
    me = acting("stockholm-officer")
    for scope in (ALL, Scope(ScopeKind.AUTHORITY, authority_ids["oslo"])):
        mine = [
            one
            for one in db.session.scalars(visible_contracts(me))
            if (one.ends_on is None or one.ends_on >= today()) and (scope is ALL or one.owner_id == scope.id)
        ]
        newest = assessments.newest_days(me, {one.supplier_id for one in mine})
        age = {one.supplier_id: age_of(newest.get(one.supplier_id, (None,))[0], today()) for one in mine}
        contracts, values = Counter[tuple](), Counter[tuple]()
        for one in mine:
            contracts[one.currency, age[one.supplier_id]] += 1
            values[one.currency, age[one.supplier_id]] += one.value_minor or 0
        found = queries.numbers(me, scope)
        assert {(one.currency, one.age): one.contracts for one in found.coverage} == contracts
        assert all((one.value or 0) == values[one.currency, one.age] for one in found.coverage)
        assert found.ages == Counter(age.values())
        for cover in found.coverage:
            page = queries.contracts_behind(me, scope, age=cover.age, currency=cover.currency or NO_VALUE)
            assert len(page.rows) == cover.contracts
            assert sum(row.contract.value_minor or 0 for row in page.rows) == (cover.value or 0)
        for word, count in found.ages.items():
            assert len(queries.suppliers_behind(me, scope, age=word).rows) == count
        seen = [one for one in db.session.scalars(visible_findings(me)) if scope is ALL or one.owner_id == scope.id]
        said = Counter(
            (
                one.severity,
                Standing.LATE
                if (one.state == "open" and one.plan_due and one.plan_due < today())
                or (one.close_due and one.close_due < today())
                else Standing.IN_TIME,
            )
            for one in seen
        )
        assert found.findings == said
        for (severity, standing), count in found.findings.items():
            assert len(queries.findings_behind(me, scope, severity=severity, standing=standing).rows) == count
        for row in found.unassessed:
            behind = queries.contracts_behind(me, ALL, supplier_id=row.supplier.id).rows
            assert len(behind) == row.contracts
            assert len({one.contract.owner_id for one in behind}) == row.buyers


def test_rows_come_in_pages_without_a_gap(acting, authority_ids, monkeypatch) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 3)
    ours = authority_ids["stockholm"]
    acting("system")
    with db.transaction():
        for number in range(8):
            supplier = make_supplier(f"Supplier {number} AB")
            make_contract(owner_id=ours, supplier_id=supplier.id)
            make_finding(owner_id=ours, supplier=supplier)
    me = acting("stockholm-officer")
    for behind in (queries.contracts_behind, queries.suppliers_behind, queries.findings_behind):
        seen, cursor = [], None
        while True:
            page = behind(me, ALL, cursor=cursor)
            seen += [row.supplier.id for row in page.rows]
            cursor = page.next_cursor
            if not cursor:
                break
        assert len(seen) == len(set(seen)) == 8


def test_four_statements_whatever_the_size(acting, authority_ids) -> None:
    me = acting("stockholm-officer")
    with counted_statements() as seen:
        queries.numbers(me, ALL)
    assert len(seen) <= 4 + 2  # and on whose behalf, at the beginning of the transaction
