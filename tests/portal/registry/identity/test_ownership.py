"""Edges of ownership: one a sayer, the chosen parent among them, no circles, and parents that the registry lacks."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.access.actor import Actor, system_actor
from portal.errors import BadInput, Forbidden
from portal.registry import queries as registry
from portal.registry import services
from portal.registry.identifiers import Identifier
from portal.registry.identity import ownership, queries
from portal.registry.identity.ownership import Parent
from portal.registry.identity.rules import RelationKind
from portal.registry.models import Supplier
from portal.registry.provenance import Provenance
from tests.factories.registry import make_parent, make_supplier

Acting = Callable[[str], Actor]
REPORT = Provenance("Annual report 2025", date(2026, 3, 1))
REGISTER = Provenance("GLEIF", date(2026, 6, 1))
GLEIF = system_actor("GLEIF")
LEI = "529900T8BM49AURSDO55"
DIRECT, ULTIMATE, BRANCH = RelationKind.DIRECT_PARENT, RelationKind.ULTIMATE_PARENT, RelationKind.BRANCH_OF


def made(*names: str) -> list[Supplier]:
    return [make_supplier(name, "SE") for name in names]


def fresh(supplier: Supplier) -> Supplier:
    """As it stands in the database now."""
    db.session.expire_all()
    return registry.get_supplier(supplier.id)


def edges(supplier: Supplier) -> list[tuple[str, str, str]]:
    return [(edge.kind, edge.parent_label, edge.source) for edge in queries.relations_of(supplier.id)]


def drawn(supplier: Supplier) -> list[str]:
    """The tree as indented lines."""
    lines: list[str] = []

    def draw(member: queries.Member, depth: int) -> None:
        said = ", ".join(edge.source for edge in member.edges)
        lines.append("  " * depth + member.name + (f" [{member.kind}: {said}]" if said else ""))
        for below in member.below:
            draw(below, depth + 1)

    draw(queries.family_of(fresh(supplier)).top, 0)
    return lines


def test_set_parent_is_an_edge_by_the_authoritys_word(acting: Acting, authority_ids) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        group, other, child = made("Group AB", "Other AB", "Child AB")
        services.set_parent(actor, child, group.id)
    (edge,) = queries.relations_of(child.id)
    assert (edge.kind, edge.source, edge.entered_by_id) == (DIRECT, "Region Stockholm", authority_ids["stockholm"])
    assert fresh(child).parent_id == group.id
    with db.transaction():
        services.set_parent(actor, child, other.id, REPORT)
    assert edges(child) == [(DIRECT, "Other AB", "Annual report 2025")]
    assert fresh(child).parent_id == other.id
    with db.transaction():
        services.set_parent(actor, child, None)
    assert edges(child) == []
    assert fresh(child).parent_id is None
    past = queries.family_of(child).past
    assert {(one.parent_label, one.ended_on is not None) for one in past} == {("Group AB", True), ("Other AB", True)}


def test_two_sayers_disagree_and_the_chosen_one_counts(acting: Acting) -> None:
    ours, theirs = acting("stockholm-officer"), acting("stavanger-officer")
    with db.transaction():
        one, other, child = made("One AB", "Other AB", "Child AB")
        services.set_parent(ours, child, one.id, REPORT)
        ownership.state_relation(theirs, child, DIRECT, Parent(other.id), REPORT)
    assert child.parent_id == one.id
    family = queries.family_of(child)
    assert (family.top.name, [edge.parent_label for edge in family.others]) == ("One AB", ["Other AB"])
    with db.transaction():
        ownership.choose_stated_parent(ours, family.others[0])
    family = queries.family_of(child)
    assert (family.top.name, [edge.parent_label for edge in family.others]) == ("Other AB", ["One AB"])


def test_saying_it_again_changes_nothing(acting: Acting) -> None:
    acting("system")
    with db.transaction():
        group, child = made("Group AB", "Child AB")
        first = ownership.state_relation(GLEIF, child, DIRECT, Parent(group.id, LEI, "GROUP AB"), REGISTER)
    later = Provenance("GLEIF", date(2026, 9, 1))
    with db.transaction():
        assert ownership.state_relation(GLEIF, child, DIRECT, Parent(group.id, LEI, "GROUP AB"), later) is None
    assert first
    assert [edge.source_date for edge in queries.relations_of(child.id)] == [date(2026, 6, 1)]


def test_a_source_may_contradict_but_never_closes_a_circle(acting: Acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        top, bottom = made("Top AB", "Bottom AB")
        services.set_parent(actor, bottom, top.id)
    acting("system")
    with db.transaction():
        edge = ownership.state_relation(GLEIF, top, DIRECT, Parent(bottom.id, LEI, "BOTTOM AB"), REGISTER)
        assert edge
        ownership.choose_if_none(GLEIF, edge)
    assert fresh(top).parent_id is None
    assert [one.parent_label for one in queries.family_of(fresh(top)).others] == ["Bottom AB"]
    acting("stockholm-officer")
    with pytest.raises(BadInput, match="cannot be the parent"), db.transaction():
        ownership.choose_stated_parent(actor, queries.get_relation(edge.id))
    for kind in RelationKind:
        with pytest.raises(BadInput, match="cannot be the parent"), db.transaction():
            ownership.state_relation(actor, fresh(top), kind, Parent(bottom.id), REPORT)


def test_a_parent_known_by_lei_alone_joins_the_family_when_it_is_added(acting: Acting) -> None:
    acting("system")
    with db.transaction():
        (child,) = made("Child AB")
        ownership.state_relation(GLEIF, child, DIRECT, Parent(None, LEI, "GROUP HOLDING AB"), REGISTER)
    assert drawn(child) == ["GROUP HOLDING AB", "  Child AB [direct_parent: GLEIF]"]
    assert queries.family_of(child).top.lei == LEI
    actor = acting("stockholm-officer")
    with db.transaction():
        data = services.SupplierData("Group Holding AB", "SE", (Identifier("lei", LEI),))
        group = services.add_supplier(actor, data, REPORT)
    assert fresh(child).parent_id == group.id
    assert drawn(group) == ["Group Holding AB", "  Child AB [direct_parent: GLEIF]"]
    with db.transaction():
        services.withdraw_identifier(actor, group.identifiers[0])
    assert fresh(child).parent_id is None
    assert drawn(child) == ["GROUP HOLDING AB", "  Child AB [direct_parent: GLEIF]"]


def test_the_tree_shows_ultimate_parent_siblings_and_branches(acting: Acting) -> None:
    acting("system")
    with db.transaction():
        top, middle, bottom, branch = made("Top AB", "Middle AB", "Bottom AB", "Bottom AB filial")
        make_parent(middle, top, source="Register")
        make_parent(bottom, middle, source="Report")
        ownership.state_relation(GLEIF, bottom, ULTIMATE, Parent(top.id, LEI, "TOP AB"), REGISTER)
        ownership.state_relation(GLEIF, branch, BRANCH, Parent(bottom.id), REGISTER)
    assert drawn(bottom) == [
        "Top AB",
        "  Middle AB [direct_parent: Register]",
        "    Bottom AB [direct_parent: Report]",
        "      Bottom AB filial [branch_of: GLEIF]",
    ]
    assert queries.family_of(bottom).others == []
    assert drawn(branch) == ["Bottom AB", "  Bottom AB filial [branch_of: GLEIF]"]
    with db.transaction():
        far = Parent(None, LEI, "FAR HOLDING PLC")
        ownership.state_relation(GLEIF, middle, ULTIMATE, far, REGISTER)
    assert drawn(middle)[:2] == ["FAR HOLDING PLC", "  Top AB [ultimate_parent: GLEIF]"]


def test_many_children_are_counted_not_listed(acting: Acting) -> None:
    acting("system")
    with db.transaction():
        (top,) = made("Top AB")
        for number in range(queries.SHOWN_CHILDREN + 3):
            make_parent(make_supplier(f"Child {number:02} AB"), top)
    member = queries.family_of(top).top
    assert (len(member.below), member.more) == (queries.SHOWN_CHILDREN, 3)


def test_only_what_people_entered_is_withdrawn(acting: Acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        group, child = made("Group AB", "Child AB")
        services.set_parent(actor, child, group.id)
        stated = ownership.state_relation(GLEIF, child, ULTIMATE, Parent(group.id), REGISTER)
    assert stated
    with pytest.raises(BadInput, match="GLEIF states this"), db.transaction():
        ownership.withdraw_relation(actor, stated)
    theirs = acting("stavanger-officer")
    (ours,) = [edge for edge in queries.relations_of(child.id) if edge.kind == DIRECT]
    with db.transaction():
        ownership.withdraw_relation(theirs, ours)
    assert fresh(child).parent_id is None
    assert edges(child) == [(ULTIMATE, "Group AB", "GLEIF")]


def test_a_parent_that_a_source_ends_stays_while_another_states_it(acting: Acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        group, child = made("Group AB", "Child AB")
        services.set_parent(actor, child, group.id)
        ownership.state_relation(GLEIF, child, DIRECT, Parent(group.id), REGISTER)
    acting("system")
    with db.transaction():
        assert ownership.end_relation(GLEIF, fresh(child), DIRECT, REGISTER)
        assert not ownership.end_relation(GLEIF, fresh(child), DIRECT, REGISTER)
    assert fresh(child).parent_id == group.id
    acting("stockholm-officer")
    child = fresh(child)
    with db.transaction():
        ownership.end_relation(actor, child, DIRECT, REPORT)
    assert fresh(child).parent_id is None


def test_readers_state_nothing(acting: Acting) -> None:
    acting("system")
    with db.transaction():
        group, child = made("Group AB", "Child AB")
    reader = acting("stockholm-reader")
    with pytest.raises(Forbidden), db.transaction():
        ownership.state_relation(reader, child, DIRECT, Parent(group.id), REPORT)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"parent_id": "child"}, "not_itself"),
        ({"kind": "friend"}, "kind"),
        ({"parent_id": None, "parent_lei": LEI, "parent_name": ""}, "ck_supplier_relation_parent"),
    ],
)
def test_the_database_has_the_last_word(acting: Acting, values, constraint) -> None:
    acting("system")
    with pytest.raises(IntegrityError, match=constraint), db.transaction():
        group, child = made("Group AB", "Child AB")
        make_parent(child, group, **{key: child.id if value == "child" else value for key, value in values.items()})


def test_an_import_states_the_parents_that_it_gives(acting: Acting, authority_ids) -> None:
    from portal.registry.commands import _import
    from portal.registry.imports.fields import guess
    from portal.registry.imports.reading import read_table

    actor = acting("stockholm-officer")
    content = f"supplier,country,parent,LEI\nGroup AB,SE,,{LEI}\nChild AB,NO,Group AB,\n".encode()
    with db.transaction():
        (waiting,) = made("Waiting AB")
    acting("system")
    with db.transaction():
        ownership.state_relation(GLEIF, waiting, DIRECT, Parent(None, LEI, "GROUP AB"), REGISTER)
    acting("stockholm-officer")
    table = read_table(content)
    _import(actor, table, content, "list.csv", guess(table), source="Agreement 2026", add_duplicates=False)
    db.session.expire_all()
    (child,) = registry.find_by_name("child")
    assert edges(child) == [(DIRECT, "Group AB", "Agreement 2026")]
    assert {(fact.field, fact.value) for fact in queries.facts_of(child.id)} == {
        ("country", "NO"),
        ("legal_name", "Child AB"),
    }
    assert fresh(waiting).parent_id == child.parent_id


def test_what_was_recorded_before_is_carried_over(servers, acting: Acting) -> None:
    """A database of the first release: its parents and countries get the sayer that the journal remembers."""
    import psycopg
    from alembic import command
    from sqlalchemy import create_engine

    from portal.migrate import alembic_config
    from tests.servers import create_database, drop_database

    name = "before_identity"
    create_database(servers, name)
    engine = create_engine(servers.owner_url(name))
    try:
        with engine.connect() as connection:
            config = alembic_config(servers.owner_url(name))
            config.attributes["connection"] = connection
            command.upgrade(config, "0002")
        with psycopg.connect(servers.app_url(name)) as app:
            app.execute("SELECT set_config('app.system', 'on', false)")
            app.execute(_BEFORE)
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        with psycopg.connect(servers.owner_url(name)) as owner:
            relations = owner.execute(
                "SELECT c.legal_name, p.legal_name, r.source, r.source_date::text, a.code FROM supplier_relation r"
                " JOIN supplier c ON c.id = r.child_id JOIN supplier p ON p.id = r.parent_id"
                " LEFT JOIN authority a ON a.id = r.entered_by_id ORDER BY 1"
            ).fetchall()
            facts = owner.execute(
                "SELECT s.legal_name, f.field, f.value, f.source FROM stated_fact f"
                " JOIN supplier s ON s.id = f.supplier_id ORDER BY 1, 2"
            ).fetchall()
    finally:
        engine.dispose()
        drop_database(servers, name)
    assert relations == [
        ("Imported AB", "Group AB", "List 2025", "2025-12-01", "STO"),
        ("Journaled AB", "Group AB", "Region Stockholm", "2026-02-03", "STO"),
    ]
    assert facts == [
        ("Group AB", "legal_name", "Group AB", "List 2025"),
        ("Imported AB", "country", "SE", "List 2025"),
        ("Imported AB", "legal_name", "Imported AB", "List 2025"),
        ("Journaled AB", "legal_name", "Journaled AB", "List 2025"),
    ]


_BEFORE = """
DO $$
DECLARE us uuid; grp uuid; one uuid; two uuid;
BEGIN
  INSERT INTO authority (code, slug, name, country, locale, timezone)
    VALUES ('STO', 'stockholm', 'Region Stockholm', 'SE', 'sv', 'Europe/Stockholm') RETURNING id INTO us;
  INSERT INTO supplier (legal_name, sort_key, version) VALUES ('Group AB', 'group', 1) RETURNING id INTO grp;
  INSERT INTO supplier (legal_name, sort_key, version, parent_id, country)
    VALUES ('Imported AB', 'imported', 1, grp, 'SE') RETURNING id INTO one;
  INSERT INTO supplier (legal_name, sort_key, version, parent_id)
    VALUES ('Journaled AB', 'journaled', 1, grp) RETURNING id INTO two;
  INSERT INTO supplier_name (supplier_id, name, kind, norm, core, source, source_date, entered_by_id)
    SELECT id, legal_name, 'legal', lower(legal_name), lower(legal_name), 'List 2025', '2025-12-01', us FROM supplier;
  INSERT INTO journal_entry (seq, at, authority_id, actor, action, object_type, object_id, details, hash)
    VALUES (1, '2026-02-03 10:00Z', us, 'person', 'supplier.parent_changed', 'supplier', two, '{}', 'x');
END $$
"""
