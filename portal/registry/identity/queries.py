"""SELECTs of a supplier's identity: roles, stated values, and the family that edges of ownership make."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from portal.db import among, session
from portal.errors import NotFound
from portal.registry.identity.models import StatedFact, SupplierRelation, SupplierRole
from portal.registry.identity.rules import FactField, RelationKind
from portal.registry.models import Supplier
from portal.registry.queries import ancestors_of

SHOWN_CHILDREN = 8


@dataclass(eq=False)
class Member:
    """A company of the family. `edges` say by whose word it stands under the company above it.

    One that the registry lacks has no `supplier`. `kind` is what the company above is to it.
    """

    name: str
    supplier: Supplier | None = None
    lei: str | None = None
    here: bool = False
    kind: str = RelationKind.DIRECT_PARENT
    edges: Sequence[SupplierRelation] = ()
    below: list["Member"] = field(default_factory=list)
    more: int = 0  # companies below it that are not listed


@dataclass(frozen=True)
class Family:
    """The tree from the highest company known down to the supplier and those below it.

    `others` are edges that are stated and not in the tree, `past` those that nobody states any more.
    """

    top: Member
    others: Sequence[SupplierRelation]
    past: Sequence[SupplierRelation]

    @property
    def alone(self) -> bool:
        """No other company is known to belong to it."""
        return self.top.here and not self.top.below and not self.others and not self.past


def roles_by_supplier(supplier_ids: Collection[UUID]) -> dict[UUID, list[SupplierRole]]:
    """What each of these suppliers is in the supply chain, with who says so; those of no known role are left out."""
    found: dict[UUID, list[SupplierRole]] = {}
    query = select(SupplierRole).where(among(SupplierRole.supplier_id, supplier_ids))
    for role in session.scalars(query.order_by(SupplierRole.supplier_id, SupplierRole.role)):
        found.setdefault(role.supplier_id, []).append(role)
    return found


def family_of(supplier: Supplier) -> Family:
    """The companies above and below a supplier, as far as they were stated."""
    line = _line(supplier)
    edges = _edges([one.id for one in line])
    here = Member(supplier.legal_name, supplier, here=True)
    _add_below(here)
    used: set[UUID] = set()
    member = here
    for child, parent in zip(line, [*line[1:], None], strict=True):
        above = _above(child, parent, edges[child.id], member)
        if above is None:
            break
        used |= {edge.id for edge in member.edges}
        member = above
    member = _under_ultimate(supplier, member, edges[supplier.id], used)
    own = edges[supplier.id]
    past = session.scalars(
        _with_parents(select(SupplierRelation))
        .where(SupplierRelation.child_id == supplier.id, SupplierRelation.ended_on.is_not(None))
        .order_by(SupplierRelation.ended_on.desc(), SupplierRelation.id)
        .limit(10)
    ).all()
    return Family(member, [edge for edge in own if edge.id not in used], past)


def _line(supplier: Supplier) -> list[Supplier]:
    """The supplier, its chosen parent, that one's, and so on."""
    if supplier.parent_id is None:
        return [supplier]
    found = {one.id: one for one in session.scalars(select(Supplier).where(Supplier.id.in_(ancestors_of(supplier.id))))}
    line = [supplier]
    while (above := line[-1].parent_id) is not None and above in found:
        line.append(found.pop(above))  # popped: a circle would end the line
    return line


def _edges(child_ids: list[UUID]) -> dict[UUID, list[SupplierRelation]]:
    """What is stated now of each, sources that speak for themselves first."""
    order = (SupplierRelation.entered_by_id.is_not(None), SupplierRelation.source_date.desc(), SupplierRelation.id)
    found: dict[UUID, list[SupplierRelation]] = defaultdict(list)
    for edge in session.scalars(_with_parents(current(child_ids)).order_by(*order)):
        found[edge.child_id].append(edge)
    return found


def _with_parents(query: Select[SupplierRelation]) -> Select[SupplierRelation]:
    return query.options(selectinload(SupplierRelation.parent))


def _above(child: Supplier, parent: Supplier | None, edges: list[SupplierRelation], member: Member) -> Member | None:
    """The company directly above, with `member` below it and the edges that say so on `member`."""
    direct = [edge for edge in edges if edge.kind == RelationKind.DIRECT_PARENT]
    office = [edge for edge in edges if edge.kind == RelationKind.BRANCH_OF]
    if parent is not None:
        member.edges = [edge for edge in direct if edge.parent_id == parent.id]
        above = Member(parent.legal_name, parent)
    elif direct and direct[0].parent_id is None:
        member.edges = [edge for edge in direct if edge.parent_lei == direct[0].parent_lei]
        above = Member(direct[0].parent_label, lei=direct[0].parent_lei)
    elif office and not direct:
        member.kind = RelationKind.BRANCH_OF
        member.edges = [edge for edge in office if _end(edge) == _end(office[0])]
        above = Member(office[0].parent_label, office[0].parent, office[0].parent_lei)
    else:
        return None
    above.below = [member]
    return above


def _under_ultimate(supplier: Supplier, top: Member, edges: list[SupplierRelation], used: set[UUID]) -> Member:
    """The tree with the stated ultimate parent on top, where it is not in it already."""
    stated = [edge for edge in edges if edge.kind == RelationKind.ULTIMATE_PARENT]
    if not stated:
        return top
    member: Member | None = top
    while member is not None and not member.here:
        same = [edge for edge in stated if _is(edge, member)]
        if same:
            used |= {edge.id for edge in same}
            return top
        member = member.below[0]
    if supplier.id == stated[0].parent_id:
        return top
    top.kind = RelationKind.ULTIMATE_PARENT
    top.edges = [edge for edge in stated if _end(edge) == _end(stated[0])]
    used |= {edge.id for edge in top.edges}
    return Member(stated[0].parent_label, stated[0].parent, stated[0].parent_lei, below=[top])


def _is(edge: SupplierRelation, member: Member) -> bool:
    if member.supplier is not None:
        return edge.parent_id == member.supplier.id
    return member.lei is not None and edge.parent_lei == member.lei


def _end(edge: SupplierRelation) -> UUID | str | None:
    return edge.parent_id or edge.parent_lei


def _add_below(here: Member) -> None:
    """The companies whose chosen parent the supplier is, and its branches."""
    assert here.supplier
    branches = current_of_parent(here.supplier.id, RelationKind.BRANCH_OF)
    below = or_(Supplier.parent_id == here.supplier.id, Supplier.id.in_(branches))
    found = session.scalars(
        select(Supplier).where(below).order_by(Supplier.sort_key, Supplier.id).limit(SHOWN_CHILDREN + 1)
    ).all()
    if not found:
        return
    listed = found[:SHOWN_CHILDREN]
    edges = _edges([one.id for one in listed])
    for one in listed:
        kind = RelationKind.DIRECT_PARENT if one.parent_id == here.supplier.id else RelationKind.BRANCH_OF
        said = [edge for edge in edges[one.id] if edge.kind == kind and edge.parent_id == here.supplier.id]
        here.below.append(Member(one.legal_name, one, kind=kind, edges=said))
    if len(found) > len(listed):
        count = session.scalar(select(func.count()).select_from(Supplier).where(below)) or 0
        here.more = count - len(listed)


def current(child_ids: Collection[UUID]) -> Select[SupplierRelation]:
    """SELECT of what is stated now of these suppliers."""
    return select(SupplierRelation).where(SupplierRelation.child_id.in_(child_ids), SupplierRelation.ended_on.is_(None))


def current_of_parent(parent_id: UUID, kind: RelationKind) -> Select[UUID]:
    """SELECT of the ids of those that state this company now."""
    return select(SupplierRelation.child_id).where(
        SupplierRelation.parent_id == parent_id, SupplierRelation.kind == kind, SupplierRelation.ended_on.is_(None)
    )


def relations_of(supplier_id: UUID) -> Sequence[SupplierRelation]:
    """Everything that is stated now of what is above the supplier."""
    return _edges([supplier_id])[supplier_id]


def get_relation(relation_id: UUID) -> SupplierRelation:
    """One edge, or NotFound."""
    edge = session.get(SupplierRelation, relation_id)
    if edge is None:
        raise NotFound
    return edge


def roles_of(supplier_id: UUID) -> Sequence[SupplierRole]:
    """What the supplier is in the supply chain, by whose word."""
    query = select(SupplierRole).where(SupplierRole.supplier_id == supplier_id)
    return session.scalars(query.order_by(SupplierRole.role)).all()


def get_role(role_id: UUID) -> SupplierRole:
    """One role of a supplier, or NotFound."""
    role = session.get(SupplierRole, role_id)
    if role is None:
        raise NotFound
    return role


def facts_of(supplier_id: UUID, of_field: FactField | None = None) -> Sequence[StatedFact]:
    """What is stated of the supplier, the newest statements first."""
    query = select(StatedFact).where(StatedFact.supplier_id == supplier_id)
    if of_field:
        query = query.where(StatedFact.field == of_field)
    return session.scalars(query.order_by(StatedFact.field, StatedFact.source_date.desc(), StatedFact.id)).all()


def get_fact(fact_id: UUID) -> StatedFact:
    """One stated value, or NotFound."""
    fact = session.get(StatedFact, fact_id)
    if fact is None:
        raise NotFound
    return fact
