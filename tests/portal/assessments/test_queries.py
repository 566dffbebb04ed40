"""Who sees which assessment, in lists, profiles, look-up rows and on the timeline."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import event, text

from portal import db
from portal.assessments import queries
from portal.assessments.queries import AssessmentFilter
from portal.errors import NotFound
from tests.factories.assessments import make_assessment
from tests.factories.registry import make_supplier
from tests.personas import PERSONAS

EVERYTHING = AssessmentFilter()


@pytest.mark.parametrize(
    ("audience", "seen_by"),
    [
        ("owner", {"stockholm"}),
        ("named", {"stockholm", "stavanger"}),
        ("members", {"stockholm", "stavanger", "barcelona", "oslo"}),
    ],
)
def test_an_assessment_is_seen_by_its_audience_everywhere(acting, authority_ids, audience, seen_by) -> None:
    acting("system")
    with db.transaction():
        made = make_assessment(
            owner_id=authority_ids["stockholm"],
            audience=audience,
            named_ids=[authority_ids["stavanger"]] if audience == "named" else [],
        )
    for name, persona in PERSONAS.items():
        actor = acting(name)
        expected = 1 if persona.slug in seen_by else 0
        assert len(queries.list_assessments(actor, EVERYTHING, None).rows) == expected, name
        assert len(queries.all_assessments(actor, EVERYTHING)) == expected, name
        assert len(queries.profile(actor, made.supplier_id)) == expected, name
        assert len(queries.latest_by_supplier(actor, [made.supplier_id])) == expected, name
        assert len(queries.timeline(actor, made.supplier_id)) == expected, name
        if not expected:
            with pytest.raises(NotFound):
                queries.get_assessment(actor, made.id)
        # Row-level security alone, without any filter of ours.
        assert db.session.scalar(text("SELECT count(*) FROM supplier_assessment")) == expected, name
        assert db.session.scalar(text("SELECT count(*) FROM assessment_step")) == 5 * expected, name


def test_a_hidden_newer_one_does_not_displace_a_visible_older_one(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        shared = make_assessment(
            owner_id=authority_ids["stockholm"], supplier_id=supplier.id, audience="members", as_of=date(2025, 1, 1)
        )
        hidden = make_assessment(owner_id=authority_ids["stockholm"], supplier_id=supplier.id, as_of=date(2026, 1, 1))
    reader = acting("oslo-officer")
    assert [row.id for row in queries.profile(reader, supplier.id)] == [shared.id]
    assert queries.latest_by_supplier(reader, [supplier.id])[supplier.id].id == shared.id
    owner = acting("stockholm-reader")
    assert [row.id for row in queries.profile(owner, supplier.id)] == [hidden.id]


def test_the_newest_of_each_supplier_takes_the_same_few_statements_for_many(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        suppliers = [make_supplier(f"Supplier {number}") for number in range(12)]
        for supplier in suppliers:
            for year in (2024, 2026):
                make_assessment(
                    owner_id=authority_ids["oslo"],
                    audience="members",
                    supplier_id=supplier.id,
                    as_of=date(year, 5, 1),
                )
    actor = acting("stavanger-officer")
    statements: list[str] = []
    event.listen(db.session.bind, "before_cursor_execute", lambda *args: statements.append(args[2]))
    latest = queries.latest_by_supplier(actor, [supplier.id for supplier in suppliers])
    assert {row.as_of for row in latest.values()} == {date(2026, 5, 1)}
    assert sum(len(row.steps) for row in latest.values()) == 60
    assert len(latest) == 12
    assert len(statements) <= 3  # the scope of row-level security, assessments, steps
    assert queries.latest_by_supplier(actor, []) == {}


def test_pages_are_complete_without_repeats(acting, authority_ids, monkeypatch) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 3)
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        made = [
            make_assessment(
                owner_id=authority_ids["oslo"], supplier_id=supplier.id, as_of=date(2026, 1, 1 + number // 3)
            ).id
            for number in range(7)
        ]
    actor = acting("oslo-officer")
    found: list[UUID] = []
    cursor = None
    while len(found) < 7:
        page = queries.list_assessments(actor, EVERYTHING, cursor)
        found += [row.id for row in page.rows]
        cursor = page.next_cursor
    assert cursor is None
    assert found == made[::-1]


def test_filters(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        halden, nordvik = make_supplier(), make_supplier("Nordvik Displays AS", "NO")
        one = make_assessment(owner_id=authority_ids["oslo"], audience="members", supplier_id=halden.id).id
        two = make_assessment(
            owner_id=authority_ids["stockholm"], audience="members", supplier_id=nordvik.id, product_group="medical"
        ).id
    actor = acting("stavanger-officer")

    def found(**chosen: object) -> set[object]:
        return {row.id for row in queries.all_assessments(actor, AssessmentFilter(**chosen))}  # type: ignore[arg-type]

    assert found() == {one, two}
    assert found(supplier_ids=[halden.id]) == {one}
    assert found(supplier_ids=[]) == set()
    assert found(owner_id=authority_ids["stockholm"]) == {two}
    assert found(product_group="medical") == {two}


def test_the_timeline_says_who_judged_and_counts_the_answers_without_a_total(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        made = make_assessment(owner_id=authority_ids["barcelona"], audience="members")
    (entry,) = queries.timeline(acting("oslo-officer"), made.supplier_id)
    assert entry.title == "Assessed by Barcelona City Council"
    assert entry.text == "Steps met: 0, partly met: 5, not met: 0, not assessed: 0."
    assert entry.args == {"assessment_id": made.id}
