"""Imports on the database: dry run, applying whole or not at all, twice without a change, in few statements."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select, text

from portal import db
from portal.access.actor import Actor
from portal.errors import BadInput, Forbidden, InvalidTransition, NotFound
from portal.evidence import queries as evidence
from portal.journal.models import JournalEntry
from portal.registry import queries as registry
from portal.registry.identity.models import SupplierRole
from portal.registry.imports import queries, services, writing
from portal.registry.imports.fields import Field
from portal.registry.imports.reading import read_table
from portal.registry.models import ImportRow, Site, Supplier, SupplierIdentifier, SupplierImport, SupplierName
from portal.registry.rules import RowOutcome
from tests.events import deliver_all
from tests.factories.registry import make_import, make_role, make_supplier

LIST = """company,country,org no,address,parent
Halden Computing AB,Sweden,556036-0793,"Storgatan 1, Borås",Halden Group AB
Halden Group AB,Sweden,,,
HALDEN COMPUTING AB,SE,,Fabriksgatan 2,
Haldn Computing AB,SE,,,
Nordvik Displays AS,Norge,988077918,,
,Norge,,,
"""


def upload(actor: Actor, content: str = LIST) -> SupplierImport:
    data = content.encode()
    with db.transaction():
        found = services.upload(actor, content=data, filename="list.csv", table=read_table(data))
        fields = [Field(value) for value in found.mapping.values()]
        services.choose_columns(actor, found, fields, source="Framework agreement 2026", source_date=date(2026, 5, 1))
    return found


def check(acting, who: str = "stockholm-officer", content: str = LIST) -> UUID:
    """Upload a list and let the worker check it."""
    actor = acting(who)
    found = upload(actor, content)
    with db.transaction():
        services.request_check(actor, found)
    deliver_all()
    return found.id


def apply(acting, import_id: UUID, who: str = "stockholm-officer", *, add_duplicates: bool = False) -> SupplierImport:
    actor = acting(who)
    with db.transaction():
        services.request_apply(actor, queries.get_import(actor, import_id), add_duplicates=add_duplicates)
    deliver_all()
    return queries.get_import(acting(who), import_id)


def everything() -> tuple[int, ...]:
    """How many records the registry has of each kind."""
    counts = (select(func.count()).select_from(model) for model in (Supplier, SupplierName, SupplierIdentifier, Site))
    return tuple(db.session.scalar(count) or 0 for count in counts)


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []
    engine = db.session.get_bind()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_dry_run_reports_each_row_and_adds_nothing(acting) -> None:
    import_id = check(acting)
    actor = acting("stockholm-officer")
    found = queries.get_import(actor, import_id)
    assert found.state == "checked"
    assert found.counts == {
        "rows": 6,
        "created": 3,
        "matched": 0,
        "possible_duplicate": 1,
        "rejected": 2,
        "suppliers": 2,
        "names": 0,
        "numbers": 1,
        "sites": 2,
        "roles": 0,
        "parents": 1,
    }
    rows = queries.report_rows(found, None).rows
    assert [(row.row, row.outcome, row.cell, row.reason) for row in rows] == [
        (2, "created", None, None),
        (3, "created", None, None),
        (4, "created", None, "same_as_row"),
        (5, "possible_duplicate", None, "alike_row"),
        (6, "rejected", "C6", "identifier_checksum"),
        (7, "rejected", "A7", "row_name_missing"),
    ]
    assert [row.row for row in queries.report_rows(found, RowOutcome.REJECTED).rows] == [6, 7]
    assert everything() == (0, 0, 0, 0)


def test_applying_adds_it_with_its_source(acting, authority_ids) -> None:
    found = apply(acting, check(acting))
    assert found.state == "applied"
    assert everything() == (2, 2, 1, 2)
    ids = {row.row: row.supplier_id for row in queries.report_rows(found, None).rows}
    assert ids[2] == ids[4] == ids[5]  # row 5 looks like it
    assert ids[2]
    halden = registry.get_facts(ids[2])
    assert (halden.legal_name, halden.sort_key, halden.country) == ("Halden Computing AB", "halden computing ab", "SE")
    assert halden.brought_in_by_id == authority_ids["stockholm"]
    assert halden.parent
    assert halden.parent.legal_name == "Halden Group AB"
    assert [site.address for site in halden.sites] == ["Fabriksgatan 2", "Storgatan 1, Borås"]
    facts: list[Any] = [*halden.names, *halden.identifiers, *halden.sites]
    for fact in facts:
        assert (fact.source, fact.source_date) == ("Framework agreement 2026", date(2026, 5, 1))
        assert fact.entered_by_id == authority_ids["stockholm"]


def test_importing_twice_changes_nothing(acting) -> None:
    apply(acting, check(acting))
    before = everything()
    for who in ("stockholm-officer", "stavanger-officer"):
        import_id = check(acting, who)
        again = queries.get_import(acting(who), import_id)
        assert (again.counts["matched"], again.counts["created"]) == (3, 0)
        done = apply(acting, again.id, who)
        assert [done.counts[what] for what in ("suppliers", "names", "numbers", "sites", "parents")] == [0] * 5
        assert everything() == before


def test_possible_duplicates_are_added_when_a_person_says_so(acting) -> None:
    done = apply(acting, check(acting), add_duplicates=True)
    assert done.counts["suppliers"] == 3
    assert done.counts["possible_duplicate"] == 0
    again = apply(acting, check(acting), add_duplicates=True)
    assert again.counts["matched"] == 4
    assert again.counts["suppliers"] == 0


def test_what_was_added_since_the_dry_run_is_matched(acting) -> None:
    first, second = check(acting), check(acting, "stavanger-officer")
    apply(acting, first)
    done = apply(acting, second, "stavanger-officer")
    assert done.counts["suppliers"] == 0
    assert done.counts["matched"] == 3
    assert everything() == (2, 2, 1, 2)


@pytest.mark.parametrize(("many", "counted"), [(2, 2), (3, 0)])
def test_the_words_of_a_long_list_are_counted_at_once(acting, monkeypatch, many: int, counted: int) -> None:
    monkeypatch.setattr(services, "MANY_NAMES", many)
    apply(acting, check(acting))
    deliver_all()
    names = text("SELECT max(names) FROM registry_word WHERE word = 'halden'")
    assert db.session.scalar(names) == counted


def test_the_journal_tells_of_each_step(acting, authority_ids) -> None:
    found = apply(acting, check(acting))
    entries = db.session.scalars(select(JournalEntry).order_by(JournalEntry.seq)).all()
    assert [entry.action for entry in entries] == ["import.uploaded", "import.checked", "import.applied"]
    applied = entries[-1]
    assert (applied.object_id, applied.authority_id) == (found.id, authority_ids["stockholm"])
    assert applied.user_id == found.user_id
    assert applied.details["suppliers"] == 2
    assert len(applied.details["sha256"]) == 64


def test_a_failure_in_the_middle_leaves_nothing_and_is_tried_again(acting, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = check(acting)
    real = writing.write_report
    broken = [True]

    def breaks(found: SupplierImport, plan: object) -> None:
        real(found, plan)  # type: ignore[arg-type]
        if broken.pop():
            raise RuntimeError("the machine is switched off")

    monkeypatch.setattr(
        services, "write_report", lambda found, plan: breaks(found, plan) if broken else real(found, plan)
    )
    found = apply(acting, import_id)
    assert found.state == "applying"
    assert everything() == (0, 0, 0, 0)
    acting("system")
    with db.transaction() as session:
        from portal.outbox.models import OutboxEvent

        for waiting in session.scalars(select(OutboxEvent).where(OutboxEvent.done_at.is_(None))):
            waiting.due_at = db.now()
    deliver_all()
    assert queries.get_import(acting("stockholm-officer"), import_id).state == "applied"
    assert everything() == (2, 2, 1, 2)


def test_a_second_delivery_does_nothing(acting) -> None:
    found = apply(acting, check(acting))
    before = everything()
    acting("system")
    with db.transaction():
        services.run(found.id, lambda done, total: None)
        services.run(found.owner_id, lambda done, total: None)  # no such import
    assert everything() == before


def test_a_file_that_can_no_longer_be_read_ends_as_failed(acting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "content_of", lambda sha256: b"PK\x03\x04")
    import_id = check(acting)
    found = queries.get_import(acting("stockholm-officer"), import_id)
    assert found.state == "failed"
    assert found.error
    assert found.error["code"] == "file_damaged_zip"


def test_progress_is_told(acting) -> None:
    told: list[tuple[int, int]] = []
    actor = acting("stockholm-officer")
    found = upload(actor, "name,country\n" + "".join(f"Company {number} AB,SE\n" for number in range(1200)))
    with db.transaction():
        services.request_check(actor, found)
    acting("system")
    with db.transaction():
        services.run(found.id, lambda done, total: told.append((done, total)))
    assert told == [(0, 2400), (500, 2400), (1000, 2400), (1200, 2400), (1700, 2400), (2200, 2400), (2400, 2400)]


@pytest.mark.parametrize(
    ("fields", "source", "day", "field"),
    [
        ([Field.COUNTRY] + [Field.IGNORE] * 4, "x", date(2026, 1, 1), "fields"),
        ([Field.NAME, Field.LEI, Field.LEI, Field.IGNORE, Field.IGNORE], "x", date(2026, 1, 1), "fields"),
        ([Field.NAME] + [Field.IGNORE] * 4, " \u200b", date(2026, 1, 1), "source"),
        ([Field.NAME] + [Field.IGNORE] * 4, "x", date(2999, 1, 1), "source_date"),
    ],
)
def test_columns_that_do_not_fit_are_told_at_their_field(
    acting, fields: Sequence[Field], source: str, day: date, field: str
) -> None:
    actor = acting("stockholm-officer")
    found = upload(actor)
    with pytest.raises(BadInput) as caught, db.transaction():
        services.choose_columns(actor, found, fields, source=source, source_date=day)
    assert caught.value.field == field
    assert caught.value.remedy


def test_choices_are_remembered_for_a_list_with_the_same_columns(acting) -> None:
    actor = acting("stockholm-officer")
    header = "a,b\n"
    data = (header + "Halden,x\n").encode()
    with db.transaction():
        found = services.upload(actor, content=data, filename="1.csv", table=read_table(data))
        services.choose_columns(actor, found, [Field.NAME, Field.CITY], source="Ours", source_date=date(2026, 1, 1))
    more = (header + "Nordvik,y\n").encode()
    with db.transaction():
        again = services.upload(actor, content=more, filename="2.csv", table=read_table(more))
    assert (again.mapping, again.source) == ({"0": "name", "1": "city"}, "Ours")
    other = acting("stavanger-officer")
    with db.transaction():
        theirs = services.upload(other, content=more, filename="2.csv", table=read_table(more))
    assert (theirs.mapping, theirs.source) == ({"0": "ignore", "1": "ignore"}, "")


def test_each_step_is_taken_once(acting) -> None:
    actor = acting("stockholm-officer")
    found = upload(actor)
    with pytest.raises(InvalidTransition), db.transaction():
        services.request_apply(actor, found, add_duplicates=False)
    with db.transaction():
        services.request_check(actor, found)
    for again in (
        lambda: services.request_check(actor, found),
        lambda: services.choose_columns(actor, found, [Field.NAME], source="x", source_date=date(2026, 1, 1)),
    ):
        with pytest.raises(InvalidTransition), db.transaction():
            again()
    import_id = found.id
    deliver_all()
    apply(acting, import_id)
    actor = acting("stockholm-officer")
    done = queries.get_import(actor, import_id)
    with pytest.raises(InvalidTransition, match="already"), db.transaction():
        services.choose_columns(actor, done, [Field.NAME], source="x", source_date=date(2026, 1, 1))
    with pytest.raises(InvalidTransition), db.transaction():
        services.request_apply(actor, done, add_duplicates=False)


def test_imports_are_their_authoritys_alone(acting, authority_ids) -> None:
    actor = acting("stockholm-officer")
    found = upload(actor)
    for who in ("stavanger-officer", "operator"):
        other = acting(who)
        with pytest.raises(NotFound):
            queries.get_import(other, found.id)
        assert queries.list_imports(other).rows == []
        assert db.session.scalar(select(func.count()).select_from(SupplierImport)) == 0  # row-level security
        assert db.session.scalar(select(func.count()).select_from(ImportRow)) == 0
    for who in ("stockholm-reader", "operator"):
        reader = acting(who)
        with pytest.raises(Forbidden), db.transaction():
            services.upload(reader, content=b"name\nX\n", filename="x", table=read_table(b"name\nX\n"))
    assert [one.id for one in queries.list_imports(acting("stockholm-officer")).rows] == [found.id]


def test_our_imports_in_pages(acting, authority_ids) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        made = [make_import(owner_id=authority_ids["stockholm"]).id for _ in range(queries.PAGE_SIZE + 3)]
    first = queries.list_imports(actor)
    second = queries.list_imports(actor, first.next_cursor)
    assert [one.id for one in [*first.rows, *second.rows]] == made[::-1]
    assert second.next_cursor is None


def test_a_big_list_takes_few_statements_however_long_it_is(acting) -> None:
    """No statement a row: the same number of SELECTs for 100 and for 3,000 rows."""
    actor = acting("stockholm-officer")
    with db.transaction():
        for number in range(40):
            make_supplier(f"Company {number} AB", "SE")
    reads = {}
    for rows in (100, 3_000):
        random.seed(rows)
        lines = [
            f'{random.choice(WORDS)} {random.choice(WORDS)} {number} AB,SE,"Road {number}, City",Company 7 AB'
            for number in range(rows, 2 * rows)
        ]
        actor = acting("stockholm-officer")
        found = upload(actor, "\n".join(["company,country,address,parent", *lines]))
        with db.transaction():
            services.request_check(actor, found)
        reads[rows] = [said for said in _run(acting, found.id) if said.lstrip().startswith(("SELECT", "WITH"))]
        actor = acting("stockholm-officer")
        with db.transaction():
            services.request_apply(actor, queries.get_import(actor, found.id), add_duplicates=False)
        assert len(_run(acting, found.id)) < 40 + rows / 50  # hundreds of rows in each
        done = queries.get_import(acting("stockholm-officer"), found.id)
        assert done.counts["created"] == rows
    assert len(reads[3_000]) == len(reads[100]) < 20


def _run(acting, import_id: UUID) -> list[str]:
    """The statements that the worker's part takes."""
    acting("system")
    with statements() as said, db.transaction():
        services.run(import_id, lambda done, total: None)
    return said


WORDS = ("Alfa", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Theta", "Iota", "Kappa", "Lambda", "Omega", "Sigma")


def test_roles_are_added_once_with_their_source(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        make_role(make_supplier("Nordvik Data AS", "NO"), "reseller")
    content = 'Supplier,Country,Role\nNordvik Data AS,NO,"reseller, brand"\nEcotech AB,SE,oem\n'
    for added in (2, 0):
        assert apply(acting, check(acting, content=content)).counts["roles"] == added
    acting("system")
    stated = db.session.execute(
        select(Supplier.legal_name, SupplierRole.role, SupplierRole.source, SupplierRole.entered_by_id)
        .join(SupplierRole.supplier)
        .order_by(Supplier.legal_name, SupplierRole.role)
    ).all()
    stockholm = authority_ids["stockholm"]
    assert [tuple(row) for row in stated] == [
        ("Ecotech AB", "manufacturer", "Framework agreement 2026", stockholm),
        ("Nordvik Data AS", "brand", "Framework agreement 2026", stockholm),
        ("Nordvik Data AS", "reseller", "test", None),
    ]
