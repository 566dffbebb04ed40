"""What the whole list is narrowed to, and how many suppliers each filter would leave, asked of the database.

Counts are made from what the actor sees, like everything else here: a contract that is hidden from the actor changes
no number on the page. traits.py says the same of the few suppliers that a search found.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, Text, bindparam, cast, func, literal, or_, select, true, union_all
from sqlalchemy.sql import CompoundSelect

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import can
from portal.access.prepared import Prepared, given
from portal.assessments import queries as assessments
from portal.assessments.models import SupplierAssessment
from portal.assessments.rules import RECHECK_AFTER
from portal.clock import today
from portal.contracts import queries as contracts
from portal.contracts.models import Contract
from portal.db import session
from portal.declarations import queries as declarations
from portal.declarations.models import Declaration
from portal.picture.choice import ASSESSED, DECLARED, NOTHING, Choice
from portal.registry import lookup_list
from portal.registry.identity.models import SupplierRole
from portal.registry.lookup_list import Condition, Narrowing
from portal.registry.models import Supplier

Codes = Mapping[str, UUID]  # the monograms of the members and their ids
YEAR_AGO: Any = bindparam("year_ago", type_=Date)
ALL = Choice("", {})
TOTAL = "total"  # of the list as it is narrowed
# Facets with a value for having nothing: it is what the others leave without those that have something.
WITH_NOTHING = ("role", "followed_by", "assessed", "declared")


def narrowing_of(actor: Actor, choice: Choice, codes: Codes, ids: Sequence[UUID] | None = None) -> Narrowing:
    """What is chosen, as conditions on the registry; `ids` are those that a text found."""
    conditions: list[Condition] = []
    if roles := choice.of("role"):
        conditions.append(partial(_is, roles))
    if groups := choice.of("product_group"):
        conditions.append(partial(_buys, actor, groups))
    if assessed := choice.of("assessed"):
        conditions.append(partial(_assessed, actor, assessed))
    if declared := choice.of("declared"):
        conditions.append(partial(_declared, actor, declared))
    return Narrowing(
        ids=ids,
        countries=frozenset(None if code == NOTHING else code for code in choice.of("country")),
        followed_by=frozenset(None if code == NOTHING else codes[code] for code in choice.of("followed_by")),
        conditions=tuple(conditions),
    )


def count(actor: Actor, choice: Choice, codes: Codes, facets: Sequence[str]) -> tuple[int, dict[str, dict[str, int]]]:
    """How long the list is, and facet -> value -> suppliers, in one statement.

    Each facet is counted over what the others leave, so that one can widen a choice.
    """
    statement = _counts(actor, choice, codes, facets) if choice.narrowed else _ALL_COUNTS.for_(actor)
    counted: dict[str, dict[str | None, int]] = {}
    for name, value, number in session.execute(statement, given(actor, year_ago=_year_ago())):
        counted.setdefault(name, {})[value] = number
    total = counted[TOTAL][None] if choice.of("country") else sum(counted.get("country", {}).values())

    monograms = {str(authority_id): code for code, authority_id in codes.items()}
    found: dict[str, dict[str, int]] = {
        "country": {code or NOTHING: number for code, number in counted.get("country", {}).items()},
        "followed_by": {monograms[one]: n for one, n in counted.get("followed_by", {}).items() if one},
        "role": {role: n for role, n in counted.get("role", {}).items() if role},
        "product_group": {group: n for group, n in counted.get("product_group", {}).items() if group},
        "assessed": {age: counted.get("assessed", {}).get(age, 0) for age in ASSESSED},
        "declared": {value: counted.get("declared", {}).get(value, 0) for value in DECLARED},
    }
    for facet in WITH_NOTHING:
        whole = counted[TOTAL][facet] if choice.of(facet) else total
        nothing = whole - counted.get(facet, {}).get(None, 0)
        if nothing or facet in ("assessed", "declared"):
            found[facet][NOTHING] = nothing
    return total, {facet: found[facet] for facet in facets}


# ---- conditions ------------------------------------------------------------------------------------------------------


def _is(roles: frozenset[str], supplier_id: Any) -> ColumnElement[bool]:
    has_one = _in(supplier_id, select(SupplierRole.supplier_id).where(SupplierRole.role.in_(roles - {NOTHING})))
    unknown = ~_in(supplier_id, select(SupplierRole.supplier_id))
    return or_(has_one, unknown) if NOTHING in roles else has_one


def _buys(actor: Actor, groups: frozenset[str], supplier_id: Any) -> ColumnElement[bool]:
    bought = contracts.visible_contracts(actor).where(contracts.buys(groups))
    return _in(supplier_id, bought.with_only_columns(Contract.supplier_id))


def _assessed(actor: Actor, ages: frozenset[str], supplier_id: Any) -> ColumnElement[bool]:
    seen = assessments.visible_assessments(actor).with_only_columns(SupplierAssessment.supplier_id)
    newest = seen.group_by(SupplierAssessment.supplier_id)
    wanted = {
        "year": _in(supplier_id, newest.having(func.max(SupplierAssessment.as_of) >= _year_ago())),
        "older": _in(supplier_id, newest.having(func.max(SupplierAssessment.as_of) < _year_ago())),
        NOTHING: ~_in(supplier_id, seen),
    }
    return or_(*(wanted[age] for age in sorted(ages)))


def _declared(actor: Actor, chosen: frozenset[str], supplier_id: Any) -> ColumnElement[bool]:
    seen = declarations.visible_declarations(actor).with_only_columns(Declaration.supplier_id)
    has_one = _in(supplier_id, seen)
    return or_(*(~has_one if value == NOTHING else has_one for value in sorted(chosen)))


def _in(column: Any, query: Any) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column.in_(query)
    return condition


def _year_ago() -> date:
    return today() - RECHECK_AFTER


# ---- counts ----------------------------------------------------------------------------------------------------------


def _counts(actor: Actor, choice: Choice, codes: Codes, facets: Sequence[str]) -> CompoundSelect[Any]:
    """Rows of (facet, value, suppliers). In a facet WITH_NOTHING, no value counts all those that have one."""

    def others(facet: str) -> Narrowing:
        return narrowing_of(actor, choice.without(facet), codes)

    arms = [_arm("country", *lookup_list.by_country(others("country")))]
    arms += [_arm("followed_by", *columns) for columns in lookup_list.by_follower(others("followed_by"))]
    arms += _roles(others("role"))
    if choice.of("country"):
        arms.append(_total(None, narrowing_of(actor, choice, codes)))
    arms += [_total(facet, others(facet)) for facet in WITH_NOTHING if choice.of(facet) and facet in facets]
    if "assessed" in facets:
        arms += _of_what_is_seen(actor, others)
    return union_all(*arms)


_ALL_COUNTS = Prepared(lambda actor: _counts(actor, ALL, {}, facets_of(actor)))


def facets_of(actor: Actor) -> Sequence[str]:
    """The filters that this reader has: those on follow-up are for members."""
    registry = ("country", "role", "followed_by")
    return (*registry, "product_group", "assessed", "declared") if can(actor, Permission.READ_CONTRACT) else registry


def _roles(others: Narrowing) -> list[Any]:
    known = lookup_list.ids_of(others).join(SupplierRole, SupplierRole.supplier_id == Supplier.id)
    return [
        _arm("role", SupplierRole.role, func.count(), known.group_by(SupplierRole.role)),
        _arm("role", None, func.count(SupplierRole.supplier_id.distinct()), known),
    ]


def _of_what_is_seen(actor: Actor, others: Any) -> list[Any]:
    bought = contracts.visible_contracts(actor).where(
        _in(Contract.supplier_id, lookup_list.ids_of(others("product_group")))
    )
    name = contracts.each_group()
    group = (
        bought.join(name, true())
        .with_only_columns(literal("product_group"), name.c.name, func.count(Contract.supplier_id.distinct()))
        .group_by(name.c.name)
    )

    seen = assessments.visible_assessments(actor)
    newest = (
        seen.where(_in(SupplierAssessment.supplier_id, lookup_list.ids_of(others("assessed"))))
        .with_only_columns(func.max(SupplierAssessment.as_of).label("as_of"))
        .group_by(SupplierAssessment.supplier_id)
        .subquery()
    )
    is_fresh = newest.c.as_of >= YEAR_AGO
    received = declarations.visible_declarations(actor).where(
        _in(Declaration.supplier_id, lookup_list.ids_of(others("declared")))
    )
    declared = func.count(Declaration.supplier_id.distinct())
    return [
        group,
        select(literal("assessed"), literal("year"), func.count().filter(is_fresh)).select_from(newest),
        select(literal("assessed"), literal("older"), func.count().filter(~is_fresh)).select_from(newest),
        select(literal("assessed"), cast(None, Text), func.count()).select_from(newest),
        received.with_only_columns(literal("declared"), literal("yes"), declared),
        received.with_only_columns(literal("declared"), cast(None, Text), declared),
    ]


def _total(facet: str | None, narrowing: Narrowing) -> Select[Any]:
    return _arm(TOTAL, facet, func.count(), lookup_list.ids_of(narrowing))


def _arm(name: str, value: Any, number: Any, query: Select[Any]) -> Select[Any]:
    return query.with_only_columns(literal(name), cast(value, Text), number)
