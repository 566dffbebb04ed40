"""A merge and its undoing together change nothing, in no table, whatever the two records hold."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal import db
from portal.access.actor import Actor
from portal.merging import queries, services
from portal.merging.services import MergeData
from portal.registry.gleif.models import LeiRecord, LeiSearch
from portal.registry.identity.models import SupplierRelation
from portal.registry.models import Follow, Supplier
from tests.factories.assessments import make_assessment
from tests.factories.audits import make_audit
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.dialogues import make_dialogue
from tests.factories.registry import (
    STAMP,
    make_fact,
    make_identifier,
    make_name,
    make_proposal,
    make_role,
    make_site,
    make_supplier,
)
from tests.portal.merging.snapshots import snapshot
from tests.servers import Servers

_numbers = count(1)
AUTHORITY = st.sampled_from(["stockholm", "oslo", "barcelona"])


@dataclass(frozen=True)
class Content:
    """What one supplier has, in few words, so that two of them often clash."""

    name: str
    country: str | None
    names: set[tuple[str, str]]
    sites: set[str]
    roles: set[str]
    facts: dict[tuple[str, str | None], str]
    followers: set[str]
    proposals: set[str]
    searched: bool
    records: list[tuple[str, str]]  # kind of record and owner
    parent: str | None  # one of "kept", "merged", "above", "below"
    edges: set[tuple[str, str, str | None, bool]]  # kind, parent, sayer, ended


contents = st.builds(
    Content,
    name=st.sampled_from(["Halden", "Fjord Data"]),
    country=st.sampled_from(["SE", "NO", None]),
    names=st.sets(st.tuples(st.sampled_from(["Halden", "Fjord Data", "HC"]), st.sampled_from(["trading", "former"]))),
    sites=st.sets(st.sampled_from(["2 Side Street", "3 Low Road"])),
    roles=st.sets(st.sampled_from(["reseller", "brand"])),
    facts=st.dictionaries(
        st.tuples(st.sampled_from(["country", "legal_name"]), st.none() | AUTHORITY), st.sampled_from(["SE", "NO"])
    ),
    followers=st.sets(AUTHORITY),
    proposals=st.sets(st.sampled_from(["529900T8BM49AURSDO55", "549300XB3LNFU8S6RX82"])),
    searched=st.booleans(),
    records=st.lists(
        st.tuples(st.sampled_from(["contract", "declaration", "assessment", "dialogue", "audit"]), AUTHORITY),
        max_size=3,
    ),
    parent=st.none() | st.sampled_from(["kept", "merged", "above", "below"]),
    edges=st.sets(
        st.tuples(
            st.sampled_from(["direct_parent", "ultimate_parent"]),
            st.sampled_from(["kept", "merged", "above", "below"]),
            st.none() | AUTHORITY,
            st.booleans(),
        ),
        max_size=4,
    ),
)


def fill(supplier: Supplier, content: Content, members: dict[str, UUID], day: int) -> None:
    """Give the supplier what the content says. Audits get days of their own: a site has one audit at a time."""
    for name, kind in content.names:
        make_name(supplier, name, kind)
    for address in content.sites:
        make_site(supplier, address)
    for role in content.roles:
        make_role(supplier, role)
    for (field, sayer), value in content.facts.items():
        make_fact(supplier, value, field, entered_by_id=members[sayer] if sayer else None)
    for follower in content.followers:
        db.session.add(Follow(authority_id=members[follower], supplier_id=supplier.id))
    for lei in content.proposals:
        make_proposal(supplier, lei)
    if content.searched:
        db.session.add(LeiSearch(supplier_id=supplier.id))
    make_identifier(supplier, value=f"{next(_numbers):010d}")
    db.session.add(LeiRecord(lei=f"{next(_numbers):020d}", applied_to_id=supplier.id))
    db.session.refresh(supplier)
    for number, (kind, owner) in enumerate(content.records):
        owner_id = members[owner]
        if kind == "audit":
            starts_on = date(2027, 1, 1) + timedelta(days=day + 40 * number)
            make_audit(owner_id=owner_id, supplier=supplier, starts_on=starts_on, ends_on=starts_on)
        elif kind == "contract":
            make_contract(owner_id=owner_id, supplier_id=supplier.id)
        elif kind == "declaration":
            make_declaration(owner_id=owner_id, supplier_id=supplier.id)
        elif kind == "assessment":
            make_assessment(owner_id=owner_id, supplier_id=supplier.id)
        else:
            make_dialogue(owner_id=owner_id, supplier_id=supplier.id)


def relate(supplier: Supplier, content: Content, family: dict[str, Supplier], members: dict[str, UUID]) -> None:
    """Parent and edges; parents that close no circle, as the services see to."""
    parent = family.get(content.parent or "")
    if parent is not None and parent is not supplier:
        above = parent
        while above.parent_id is not None and above.parent_id != supplier.id:
            above = next(one for one in family.values() if one.id == above.parent_id)
        if above.parent_id is None:
            supplier.parent_id = parent.id
            db.session.flush()
    stated = set()
    for kind, name, sayer, ended in sorted(content.edges, key=str):
        if family[name] is not supplier and (ended or (kind, sayer) not in stated):
            stated.add((kind, sayer) if not ended else None)
            db.session.add(
                SupplierRelation(
                    child_id=supplier.id,
                    kind=kind,
                    parent_id=family[name].id,
                    ended_on=date(2026, 5, 1) if ended else None,
                    **STAMP | {"entered_by_id": members[sayer] if sayer else None},
                )
            )
    db.session.flush()


@given(kept=contents, merged=contents, below=contents, take=st.tuples(st.booleans(), st.booleans(), st.booleans()))
@settings(
    max_examples=40, phases=[Phase.generate], deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_merge_and_undo_change_nothing(
    acting: Callable[[str], Actor],
    servers: Servers,
    database: str,
    authority_ids: dict[str, UUID],
    kept: Content,
    merged: Content,
    below: Content,
    take: tuple[bool, bool, bool],
) -> None:
    acting("system")
    with db.transaction():
        family = {name: make_supplier(name) for name in ("above", "below")}
        family |= {
            "kept": make_supplier(kept.name, kept.country),
            "merged": make_supplier(merged.name, merged.country),
        }
        fill(family["kept"], kept, authority_ids, 0)
        fill(family["merged"], merged, authority_ids, 20)
        for name, content in (("kept", kept), ("merged", merged), ("below", below)):
            relate(family[name], content, family, authority_ids)
    before = snapshot(servers.superuser_url, database)
    ids = {name: one.id for name, one in family.items()}

    officer = acting("stockholm-officer")
    with db.transaction():
        data = MergeData(ids["kept"], ids["merged"], "One company", *take)
        merge_id = services.propose(officer, data).id
    if queries.get_merge(merge_id).state == "proposed":
        second = acting("oslo-officer")
        with db.transaction():
            services.confirm(second, queries.get_merge(merge_id), 1)
    amid = snapshot(servers.superuser_url, database)
    for table, rows in amid.items():
        held = [row for row in rows if str(ids["merged"]) in str(row)]
        assert len(held) == (table == "supplier"), (table, held)

    officer = acting("stockholm-officer")
    with db.transaction():
        services.undo(officer, queries.get_merge(merge_id), 2)
    after = snapshot(servers.superuser_url, database)
    for table, rows in before.items():
        assert after[table] == rows, table
