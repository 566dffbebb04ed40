"""The numbers of one authority and of the network, and the rows behind each, counted by the database over whole sets.

Everything begins with what the actor may see: a contract, an assessment or a finding that is not shared with the actor
neither adds to a number nor causes one. What is not known stands beside each number and is in none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.sql.selectable import Subquery

from portal.access.actor import Actor
from portal.assessments.models import SupplierAssessment
from portal.assessments.queries import visible_assessments
from portal.clock import today
from portal.contracts.models import Contract
from portal.contracts.queries import value_once, visible_contracts
from portal.db import session
from portal.findings.models import Finding
from portal.findings.queries import late, visible_findings
from portal.findings.rules import FindingState
from portal.insights.rules import NO_VALUE, Age, Standing, days
from portal.registry.models import Supplier
from portal.rollup.rules import Scope, ScopeKind
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 100
TOP = 20  # suppliers without any assessment that are shown


@dataclass(frozen=True)
class Cover:
    """Running contracts of one currency whose supplier's newest assessment is of one age. `value` in minor units.

    `currency` and `value` are None for contracts without a value.
    """

    currency: str | None
    age: Age
    contracts: int
    value: int | None


@dataclass(frozen=True)
class Unassessed:
    """A supplier that nobody has assessed as far as the actor sees, with how many buy from it."""

    supplier: Supplier
    buyers: int
    contracts: int


@dataclass(frozen=True)
class Numbers:
    """What one page shows. `findings` are by severity and standing; `ages` count suppliers with running contracts."""

    coverage: Sequence[Cover]
    ages: Mapping[Age, int]
    unassessed: Sequence[Unassessed]
    findings: Mapping[tuple[str, Standing], int]


def numbers(actor: Actor, scope: Scope) -> Numbers:
    """The numbers of a scope. Four statements, whatever its size."""
    newest = _newest(actor)
    age = _age(newest).label("age")
    running, value = value_once(_running(actor, scope))
    running = running.outerjoin(newest, newest.c.supplier_id == Contract.supplier_id)
    covered = session.execute(
        running.with_only_columns(Contract.currency, age, func.count(), func.sum(value)).group_by(
            Contract.currency, "age"
        )
    )
    suppliers = session.execute(
        running.with_only_columns(age, func.count(Contract.supplier_id.distinct())).group_by("age")
    )
    standing = _standing().label("standing")
    findings = session.execute(
        _findings(actor, scope)
        .with_only_columns(Finding.severity, standing, func.count())
        .group_by(Finding.severity, "standing")
    )
    return Numbers(
        coverage=sorted(
            (
                Cover(currency, Age(word), count, None if value is None else int(value))
                for currency, word, count, value in covered
            ),
            key=lambda one: (one.currency is None, one.currency or "", list(Age).index(one.age)),
        ),
        ages={Age(word): count for word, count in suppliers},
        unassessed=_unassessed(actor, scope, newest),
        findings={(severity, Standing(word)): count for severity, word, count in findings},
    )


def _unassessed(actor: Actor, scope: Scope, newest: Subquery) -> list[Unassessed]:
    """The suppliers of the scope that most members buy from, as far as the actor sees the contracts."""
    of_scope = _running(actor, scope).with_only_columns(Contract.supplier_id)
    counted = (
        _running(actor, Scope(ScopeKind.MEMBERS))
        .outerjoin(newest, newest.c.supplier_id == Contract.supplier_id)
        .where(newest.c.supplier_id.is_(None), Contract.supplier_id.in_(of_scope))
        .with_only_columns(
            Contract.supplier_id,
            func.count(Contract.owner_id.distinct()).label("buyers"),
            func.count().label("contracts"),
        )
        .group_by(Contract.supplier_id)
        .subquery()
    )
    rows = session.execute(
        select(Supplier, counted.c.buyers, counted.c.contracts)
        .join(counted, counted.c.supplier_id == Supplier.id)
        .order_by(counted.c.buyers.desc(), counted.c.contracts.desc(), Supplier.sort_key, Supplier.id)
        .limit(TOP)
    )
    return [Unassessed(*row) for row in rows]


@dataclass(frozen=True)
class ContractRow:
    """A running contract with the day of its supplier's newest assessment that the actor sees.

    `counted` is what it adds to the number: a framework less than its value, where contracts are called off under it.
    """

    contract: Contract
    counted: int | None
    supplier: Supplier
    assessment_id: UUID | None
    as_of: date | None


def contracts_behind(
    actor: Actor,
    scope: Scope,
    *,
    age: Age | None = None,
    currency: str | None = None,
    supplier_id: UUID | None = None,
    cursor: str | None = None,
) -> Page[ContractRow]:
    """The running contracts that a number counts; `currency` may be NO_VALUE."""
    newest = _newest(actor)
    query, value = value_once(_running(actor, scope))
    query = (
        query.join(Supplier, Supplier.id == Contract.supplier_id)
        .outerjoin(newest, newest.c.supplier_id == Contract.supplier_id)
        .with_only_columns(Contract, value, Supplier, newest.c.id, newest.c.as_of)
    )
    if age:
        query = query.where(_age(newest) == age)
    if currency:
        query = query.where(Contract.currency.is_(None) if currency == NO_VALUE else Contract.currency == currency)
    if supplier_id:
        query = query.where(Contract.supplier_id == supplier_id)
    order = (Supplier.sort_key, Contract.id)
    if key := read_cursor(cursor, str, UUID):
        query = query.where(tuple_(*order) > tuple(key))
    rows = [ContractRow(*row) for row in session.execute(query.order_by(*order).limit(PAGE_SIZE + 1))]
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].supplier.sort_key, rows[-1].contract.id) if more else None)


@dataclass(frozen=True)
class SupplierRow:
    """A supplier with running contracts, and its newest assessment that the actor sees."""

    supplier: Supplier
    contracts: int
    assessment_id: UUID | None
    as_of: date | None
    by: UUID | None


def suppliers_behind(
    actor: Actor, scope: Scope, *, age: Age | None = None, cursor: str | None = None
) -> Page[SupplierRow]:
    """The suppliers that a number counts, by name."""
    newest = _newest(actor)
    counted = (
        _running(actor, scope)
        .with_only_columns(Contract.supplier_id, func.count().label("contracts"))
        .group_by(Contract.supplier_id)
        .subquery()
    )
    query = (
        select(Supplier, counted.c.contracts, newest.c.id, newest.c.as_of, newest.c.owner_id)
        .join(counted, counted.c.supplier_id == Supplier.id)
        .outerjoin(newest, newest.c.supplier_id == Supplier.id)
    )
    if age:
        query = query.where(_age(newest) == age)
    order = (Supplier.sort_key, Supplier.id)
    if key := read_cursor(cursor, str, UUID):
        query = query.where(tuple_(*order) > tuple(key))
    rows = [SupplierRow(*row) for row in session.execute(query.order_by(*order).limit(PAGE_SIZE + 1))]
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].supplier.sort_key, rows[-1].supplier.id) if more else None)


@dataclass(frozen=True)
class FindingRow:
    """A finding with its supplier and where it stands today."""

    finding: Finding
    supplier: Supplier
    standing: Standing


def findings_behind(
    actor: Actor,
    scope: Scope,
    *,
    severity: str | None = None,
    standing: Standing | None = None,
    cursor: str | None = None,
) -> Page[FindingRow]:
    """The findings that a number counts, the newest first."""
    word = _standing()
    query = (
        _findings(actor, scope)
        .join(Supplier, Supplier.id == Finding.supplier_id)
        .with_only_columns(Finding, Supplier, word)
    )
    if severity:
        query = query.where(Finding.severity == severity)
    if standing:
        query = query.where(word == standing)
    order = (Finding.found_on, Finding.id)
    if key := read_cursor(cursor, date.fromisoformat, UUID):
        query = query.where(tuple_(*order) < tuple(key))
    found = session.execute(query.order_by(*(one.desc() for one in order)).limit(PAGE_SIZE + 1)).all()
    rows = [FindingRow(finding, supplier, Standing(said)) for finding, supplier, said in found]
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].finding.found_on, rows[-1].finding.id) if more else None)


def _running(actor: Actor, scope: Scope) -> Select[Any]:
    """Contracts of the scope that have not ended, as far as the actor sees them."""
    query = visible_contracts(actor).where(or_(Contract.ends_on.is_(None), Contract.ends_on >= today()))
    return query if scope.kind is ScopeKind.MEMBERS else query.where(Contract.owner_id == scope.id)


def _findings(actor: Actor, scope: Scope) -> Select[Any]:
    query = visible_findings(actor)
    return query if scope.kind is ScopeKind.MEMBERS else query.where(Finding.owner_id == scope.id)


def _newest(actor: Actor) -> Subquery:
    """The newest assessment of each supplier that the actor sees, whoever made it."""
    return (
        visible_assessments(actor)
        .with_only_columns(
            SupplierAssessment.supplier_id,
            SupplierAssessment.id,
            SupplierAssessment.as_of,
            SupplierAssessment.owner_id,
        )
        .ext(distinct_on(SupplierAssessment.supplier_id))
        .order_by(SupplierAssessment.supplier_id, SupplierAssessment.as_of.desc(), SupplierAssessment.id.desc())
        .subquery("newest")
    )


def _age(newest: Subquery) -> ColumnElement[str]:
    """rules.age_of in SQL."""
    limits = days(today())
    return case(
        (newest.c.as_of.is_(None), Age.NONE.value),
        (newest.c.as_of < limits.usable, Age.TOO_OLD.value),
        (newest.c.as_of < limits.current, Age.AGING.value),
        else_=Age.CURRENT.value,
    )


def _standing() -> ColumnElement[str]:
    return case(
        (Finding.state == FindingState.CLOSED, Standing.CLOSED.value),
        (late(today()), Standing.LATE.value),
        else_=Standing.IN_TIME.value,
    )
