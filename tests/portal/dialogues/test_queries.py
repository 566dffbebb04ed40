"""Who sees which entry and note, lists page by page, and what the log hands to the timeline and to "What needs me"."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, text

from portal import db
from portal.clock import today
from portal.dialogues import queries, services
from portal.dialogues.queries import DialogueFilter
from portal.errors import BadInput, NotFound
from portal.shapes import Tone
from tests.factories.dialogues import make_commitment, make_dialogue
from tests.factories.registry import make_supplier
from tests.personas import PERSONAS

EVERYTHING = DialogueFilter()
SECRET = "The compliance manager seemed unsure"


@pytest.mark.parametrize(
    ("audience", "seen_by"),
    [
        ("owner", {"stockholm"}),
        ("named", {"stockholm", "stavanger"}),
        ("members", {"stockholm", "stavanger", "barcelona", "oslo"}),
    ],
)
def test_an_entry_is_seen_by_its_audience_everywhere(acting, authority_ids, audience, seen_by) -> None:
    acting("system")
    with db.transaction():
        entry = make_dialogue(
            owner_id=authority_ids["stockholm"],
            audience=audience,
            named_ids=[authority_ids["stavanger"]] if audience == "named" else [],
            held_on=today(),
            commitments=[make_commitment(due_on=today())],
        )
    for name, persona in PERSONAS.items():
        actor = acting(name)
        expected = 1 if persona.slug in seen_by else 0
        assert len(queries.list_dialogues(actor, EVERYTHING, None).rows) == expected, name
        assert len(queries.all_dialogues(actor, DialogueFilter(with_open_commitments=True))) == expected, name
        assert len(queries.thread(actor, entry.supplier_id)) == expected, name
        assert len(queries.open_commitments(actor, entry.supplier_id)) == expected, name
        assert len(queries.timeline(actor, entry.supplier_id)) == 2 * expected, name
        assert bool(queries.recently_asked(actor, entry.supplier_id)) is bool(expected), name
        assert len(queries.todo(actor)) == (1 if persona.slug == "stockholm" else 0), name
        # Row-level security alone, without any filter of ours.
        for table in ("dialogue_entry", "dialogue_participant", "commitment"):
            assert db.session.scalar(text(f"SELECT count(*) FROM {table}")) == expected, (name, table)  # noqa: S608


def test_a_private_note_leaves_no_trace_for_anybody_else(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        entry = make_dialogue(owner_id=authority_ids["stockholm"], audience="members")
    plain = {}
    for name in ("stockholm-officer", "barcelona-officer"):
        actor = acting(name)
        plain[name] = [queries.get_dialogue(actor, entry.id).version, queries.timeline(actor, entry.supplier_id)]
    stavanger = acting("stavanger-officer")
    with db.transaction():
        services.add_note(stavanger, queries.get_dialogue(stavanger, entry.id), SECRET)
    assert [note.text for note in queries.private_notes(stavanger, [entry])] == [SECRET]
    for name in (
        "stockholm-coordinator",
        "stockholm-officer",
        "barcelona-officer",
        "oslo-officer",
        "operator",
        "system",
    ):
        actor = acting(name)
        assert queries.private_notes(actor, [entry]) == []
        assert db.session.scalar(text("SELECT count(*) FROM private_note")) == 0, name
        seen = "SELECT count(*) FROM journal_entry WHERE action LIKE 'private_note%'"
        assert db.session.scalar(text(seen)) == (1 if name == "system" else 0), name
        if name in plain:
            again = [queries.get_dialogue(actor, entry.id).version, queries.timeline(actor, entry.supplier_id)]
            assert again == plain[name]


@pytest.mark.parametrize("persona", ["stockholm-officer", "oslo-officer", "system"])
def test_the_database_refuses_a_note_in_anothers_name(acting, authority_ids, persona) -> None:
    acting("system")
    with db.transaction():
        entry = make_dialogue(owner_id=authority_ids["stockholm"], audience="members")
    acting(persona)
    with pytest.raises(Exception, match="row-level security"):
        db.session.execute(
            text("INSERT INTO private_note (dialogue_id, owner_id, text) VALUES (:entry, :owner, 'x')"),
            {"entry": entry.id, "owner": authority_ids["stavanger"]},
        )


def test_who_no_longer_sees_the_entry_no_longer_reaches_its_notes(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        entry = make_dialogue(owner_id=authority_ids["stockholm"])
    actor = acting("oslo-officer")
    with pytest.raises(NotFound):
        queries.get_dialogue(actor, entry.id)
    with pytest.raises(Exception, match="row-level security"), db.transaction():
        services.add_note(actor, entry, SECRET)


def test_pages_are_complete_without_repeats_and_cheap(acting, authority_ids, monkeypatch) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 4)
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        made = [
            make_dialogue(
                owner_id=authority_ids["stockholm"], supplier_id=supplier.id, held_on=date(2026, 1, 1 + number // 3)
            ).id
            for number in range(11)
        ]
    actor = acting("stockholm-reader")
    statements: list[str] = []
    event.listen(db.session.bind, "before_cursor_execute", lambda *args: statements.append(args[2]))
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = queries.list_dialogues(actor, EVERYTHING, cursor)
        found += [entry.id for entry in page.rows]
        cursor, pages = page.next_cursor, pages + 1
    assert found == sorted(made, key=made.index, reverse=True)
    assert pages == 3
    # Entries, participants, commitments; and once the transaction's scope.
    assert len([one for one in statements if one.lstrip().startswith("SELECT dialogue")]) <= 2 * pages
    assert len(statements) <= 3 * pages + 1


@pytest.mark.parametrize("cursor", ["nonsense", "WzEsMl0", "WyJ4IiwieSJd"])
def test_a_damaged_link_to_a_page_is_said(acting, cursor) -> None:
    with pytest.raises(BadInput, match="damaged"):
        queries.list_dialogues(acting("stockholm-reader"), EVERYTHING, cursor)


def test_filters(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        halden, nordvik = make_supplier(), make_supplier("Nordvik Displays AS", "NO")
        make_dialogue(owner_id=authority_ids["oslo"], audience="members", subject="A", supplier_id=halden.id)
        make_dialogue(
            owner_id=authority_ids["stockholm"], audience="members", subject="B", supplier_id=nordvik.id, commitments=[]
        )
    actor = acting("stavanger-officer")

    def subjects(**chosen: object) -> list[str]:
        return sorted(entry.subject for entry in queries.all_dialogues(actor, DialogueFilter(**chosen)))  # type: ignore[arg-type]

    assert subjects() == ["A", "B"]
    assert subjects(supplier_ids=[nordvik.id]) == ["B"]
    assert subjects(supplier_ids=[]) == []
    assert subjects(owner_id=authority_ids["oslo"]) == ["A"]
    assert subjects(with_open_commitments=True) == ["A"]


def test_what_needs_us(acting, authority_ids) -> None:
    soon, later = today() + timedelta(days=3), today() + timedelta(days=90)
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        ours = make_dialogue(
            owner_id=authority_ids["stavanger"],
            audience="named",
            named_ids=[authority_ids["oslo"]],
            supplier_id=supplier.id,
            subject="Ours",
            commitments=[
                make_commitment(what="Due", due_on=soon),
                make_commitment(what="Not yet due", due_on=later),
                make_commitment(what="Our own, later", due_on=later, authority_id=authority_ids["stavanger"]),
                make_commitment(what="Oslo's", due_on=today() - timedelta(days=1), authority_id=authority_ids["oslo"]),
            ],
        )
        make_dialogue(
            owner_id=authority_ids["stockholm"],
            audience="members",
            supplier_id=supplier.id,
            subject="Stockholm's",
            commitments=[
                make_commitment(what="Not ours", due_on=soon),
                make_commitment(what="We promised", due_on=later, authority_id=authority_ids["stavanger"]),
            ],
        )
    items = queries.todo(acting("stavanger-officer"))
    assert [item.title for item in items] == ["Oslo's", "Due", "Our own, later", "We promised"]
    assert [item.detail for item in items] == [
        "City of Oslo promised this: Ours",
        "Halden Computing AB promised this: Ours",
        "You promised this to Halden Computing AB: Ours",
        "You promised this to Halden Computing AB: Stockholm's",
    ]
    assert items[1].args == {"dialogue_id": ours.id}
    assert items[1].shared_with == [authority_ids["oslo"]]
    assert items[1].supplier_id == supplier.id


def test_the_timeline_has_what_was_said_and_what_is_promised(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        entry = make_dialogue(
            owner_id=authority_ids["stockholm"],
            audience="members",
            commitments=[
                make_commitment(what="Late", due_on=today() - timedelta(days=4)),
                make_commitment(what="To come", due_on=today() + timedelta(days=4)),
            ],
        )
    said, late, to_come = queries.timeline(acting("oslo-officer"), entry.supplier_id)
    assert (said.title, said.on, said.planned) == ("Origin of cobalt", date(2026, 11, 4), False)
    assert (late.title, late.tone, late.planned) == ("Late", Tone.BAD, True)
    assert (to_come.title, to_come.tone) == ("To come", Tone.NORMAL)
    assert {one.endpoint for one in (said, late, to_come)} == {"dialogues.show"}


def test_only_the_last_twelve_months_count_as_asked(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        make_dialogue(
            owner_id=authority_ids["stockholm"],
            audience="members",
            supplier_id=supplier.id,
            held_on=today() - timedelta(days=370),
        )
    assert queries.recently_asked(acting("oslo-officer"), supplier.id) is None
