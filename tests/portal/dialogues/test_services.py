"""The dialogue log: append-only, shared as chosen, commitments kept by those who may."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from portal import db
from portal.access.audience import Audience
from portal.clock import today
from portal.dialogues import queries, services
from portal.dialogues.models import DialogueEntry
from portal.dialogues.rules import Channel
from portal.dialogues.services import CommitmentData, DialogueData, ParticipantData
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition, NotFound
from portal.journal.models import JournalEntry
from portal.outbox.models import OutboxEvent
from tests.factories.dialogues import make_commitment, make_dialogue
from tests.factories.registry import make_supplier


def data(**values: Any) -> DialogueData:
    return DialogueData(
        **{
            "subject": "Tin smelter CID002118",
            "held_on": date(2026, 11, 19),
            "channel": Channel.VIDEO,
            "summary": "No orders since August.",
            "audience": Audience.OWNER,
            **values,
        }
    )


def shared_entry(acting, authority_ids, **values: Any) -> DialogueEntry:
    acting("system")
    with db.transaction():
        return make_dialogue(owner_id=authority_ids["stockholm"], audience="members", **values)


def reload(actor, entry: DialogueEntry) -> DialogueEntry:
    db.session.expire_all()
    return queries.get_dialogue(actor, entry.id)


def outbox() -> list[tuple[str, str]]:
    return [(event.name, event.payload["dialogue_id"]) for event in db.session.scalars(select(OutboxEvent))]


def actions() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)))


def test_a_dialogue_is_logged_shared_and_told(acting, authority_ids) -> None:
    actor = acting("stavanger-officer")
    promise = CommitmentData("Corrected CMRT", None, date(2026, 12, 3))
    with db.transaction():
        entry = services.log_dialogue(
            actor,
            make_supplier().id,
            data(
                audience=Audience.NAMED,
                named_ids=[authority_ids["stockholm"]],
                participants=[
                    ParticipantData(authority_ids["stockholm"], "Adviser"),
                    ParticipantData(None, "Compliance manager"),
                ],
                commitments=[promise],
            ),
        )
    assert outbox() == [("dialogue.shared", str(entry.id))]
    assert actions() == ["dialogue.logged"]
    other = acting("stockholm-reader")
    seen = queries.get_dialogue(other, entry.id)
    assert [row.role_title for row in seen.participants] == ["Adviser", "Compliance manager"]
    assert [row.what for row in seen.commitments] == ["Corrected CMRT"]
    stranger = acting("oslo-officer")
    with pytest.raises(NotFound):
        queries.get_dialogue(stranger, entry.id)


def test_what_we_keep_to_ourselves_is_not_told(acting) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        services.log_dialogue(actor, make_supplier().id, data())
    assert outbox() == []


def test_the_future_is_no_dialogue(acting) -> None:
    actor = acting("stavanger-officer")
    with pytest.raises(BadInput) as caught, db.transaction():
        services.log_dialogue(actor, make_supplier().id, data(held_on=today() + timedelta(days=1)))
    assert caught.value.field == "held_on"


def test_readers_and_other_authorities_do_not_write(acting, authority_ids) -> None:
    reader = acting("stockholm-reader")
    with pytest.raises(Forbidden), db.transaction():
        services.log_dialogue(reader, make_supplier().id, data())
    entry = shared_entry(acting, authority_ids)
    other = acting("oslo-officer")
    seen = queries.get_dialogue(other, entry.id)
    with pytest.raises(Forbidden), db.transaction():
        services.correct_dialogue(other, seen, data())
    with pytest.raises(Forbidden), db.transaction():
        services.change_audience(other, seen, Audience.OWNER, [], version=seen.version)


def test_a_correction_is_a_new_entry_that_keeps_what_was_done(acting, authority_ids) -> None:
    kept = make_commitment(what="Written statement")
    entry = shared_entry(acting, authority_ids, commitments=[kept, make_commitment(what="Wrong promise")])
    actor = acting("stockholm-officer")
    with db.transaction():
        wrong = queries.get_dialogue(actor, entry.id)
        services.close_commitment(actor, wrong, queries.get_commitment(wrong, kept.id), "Received by e-mail")
    wrong = reload(actor, entry)
    with db.transaction():
        right = services.correct_dialogue(
            actor,
            wrong,
            data(
                audience=Audience.MEMBERS,
                commitments=[CommitmentData("Signed statement", None, date(2026, 12, 1), kept.id)],
            ),
        )
    assert right.corrects_id == entry.id
    assert right.supplier_id == entry.supplier_id
    assert [(row.what, row.done_note) for row in right.commitments] == [("Signed statement", "Received by e-mail")]
    assert reload(actor, entry).subject == "Origin of cobalt"
    assert set(queries.corrections_of(actor, [entry])) == {entry.id}
    assert queries.corrected_chain(actor, right) == [reload(actor, entry)]
    # Only the correction counts for how things stand.
    assert queries.open_commitments(actor, entry.supplier_id) == []
    assert [one.id for one in queries.thread(actor, entry.supplier_id)] == [right.id]


def test_an_entry_is_corrected_once(acting, authority_ids) -> None:
    entry = shared_entry(acting, authority_ids)
    actor = acting("stockholm-officer")
    with db.transaction():
        services.correct_dialogue(actor, queries.get_dialogue(actor, entry.id), data())
    with pytest.raises(Conflict, match="corrected already"), db.transaction():
        services.correct_dialogue(actor, queries.get_dialogue(actor, entry.id), data())
    assert len(db.session.scalars(queries.visible_dialogues(actor)).all()) == 2


def test_a_correction_hidden_from_a_reader_leaves_no_trace_for_it(acting, authority_ids) -> None:
    entry = shared_entry(acting, authority_ids)
    actor = acting("stockholm-officer")
    with db.transaction():
        services.correct_dialogue(actor, queries.get_dialogue(actor, entry.id), data(audience=Audience.OWNER))
    other = acting("oslo-officer")
    assert queries.corrections_of(other, [entry]) == {}
    assert [row.what for row in queries.open_commitments(other, entry.supplier_id)] == ["Corrected CMRT"]
    assert [one.id for one in queries.thread(other, entry.supplier_id)] == [entry.id]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dialogue_entry SET summary = 'rewritten'",
        "UPDATE dialogue_entry SET supplier_id = supplier_id",
        "DELETE FROM dialogue_entry",
        "UPDATE dialogue_participant SET role_title = 'x'",
        "DELETE FROM dialogue_participant",
        "UPDATE commitment SET what = 'x'",
        "UPDATE commitment SET due_on = due_on + 30",
        "DELETE FROM commitment",
        "UPDATE private_note SET text = 'x'",
    ],
)
def test_the_database_itself_refuses_to_rewrite_what_was_said(acting, authority_ids, statement) -> None:
    shared_entry(acting, authority_ids)
    acting("stockholm-officer")
    with pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(text(statement))


def test_the_audience_is_changed_afterwards_and_told_when_it_grows(acting, authority_ids) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        entry = services.log_dialogue(actor, make_supplier().id, data())
    with db.transaction():
        services.change_audience(actor, entry, Audience.NAMED, [authority_ids["oslo"]], version=1)
    assert outbox() == [("dialogue.shared", str(entry.id))]
    stranger = acting("oslo-officer")
    assert queries.get_dialogue(stranger, entry.id).subject == "Tin smelter CID002118"

    actor = acting("stockholm-officer")
    with db.transaction():
        services.change_audience(actor, queries.get_dialogue(actor, entry.id), Audience.OWNER, [], version=2)
    assert len(outbox()) == 1
    assert actions() == ["dialogue.logged", "dialogue.audience_changed", "dialogue.audience_changed"]
    details = db.session.scalars(select(JournalEntry.details).order_by(JournalEntry.seq.desc())).first()
    assert details == {
        "audience": "owner",
        "named": [],
        "audience_before": "named",
        "named_before": [str(authority_ids["oslo"])],
    }
    stranger = acting("oslo-officer")
    with pytest.raises(NotFound):
        queries.get_dialogue(stranger, entry.id)


def test_two_people_changing_the_audience_do_not_overwrite_each_other(acting, authority_ids) -> None:
    entry = shared_entry(acting, authority_ids)
    actor = acting("stockholm-officer")
    seen = queries.get_dialogue(actor, entry.id)
    with db.session.get_bind().engine.begin() as colleague:
        colleague.execute(text("SELECT set_config('app.system', 'on', true)"))
        colleague.execute(text("UPDATE dialogue_entry SET audience = 'owner', version = version + 1"))
    with pytest.raises(Conflict, match="Somebody else changed who sees"), db.transaction():
        services.change_audience(actor, seen, Audience.NAMED, [authority_ids["oslo"]], version=seen.version)
    assert reload(actor, entry).audience == "owner"


def test_a_commitment_is_closed_once_and_opened_again(acting, authority_ids) -> None:
    entry = shared_entry(acting, authority_ids)
    actor = acting("stockholm-officer")
    entry = queries.get_dialogue(actor, entry.id)
    commitment = entry.commitments[0]
    with db.transaction():
        services.close_commitment(actor, entry, commitment, "CMRT of 2 December")
    entry = reload(actor, entry)
    commitment = entry.commitments[0]
    assert (commitment.done_note, commitment.done_by_id) == ("CMRT of 2 December", actor.authority_id)
    with pytest.raises(InvalidTransition, match="done already"), db.transaction():
        services.close_commitment(actor, entry, commitment, "Again")
    with db.transaction():
        services.reopen_commitment(actor, entry, commitment)
    with pytest.raises(InvalidTransition, match="open already"), db.transaction():
        services.reopen_commitment(actor, entry, commitment)
    assert reload(actor, entry).commitments[0].done_note is None
    assert actions() == ["commitment.done", "commitment.reopened"]


def test_another_authority_closes_its_own_promise_and_no_other(acting, authority_ids) -> None:
    ours = make_commitment(what="Send the clause text", authority_id=authority_ids["oslo"])
    entry = shared_entry(acting, authority_ids, commitments=[ours, make_commitment(what="Corrected CMRT")])
    oslo = acting("oslo-officer")
    seen = queries.get_dialogue(oslo, entry.id)
    theirs = next(row for row in seen.commitments if row.what == "Corrected CMRT")
    with pytest.raises(Forbidden, match="cannot mark"), db.transaction():
        services.close_commitment(oslo, seen, theirs, "Not mine")
    with db.transaction():
        services.close_commitment(oslo, seen, queries.get_commitment(seen, ours.id), "Sent")
    stavanger = acting("stavanger-officer")
    seen = queries.get_dialogue(stavanger, entry.id)
    with pytest.raises(Forbidden), db.transaction():
        services.close_commitment(stavanger, seen, seen.commitments[0], "Not mine")
    # The database says so as well.
    with db.session.begin_nested():
        changed = db.session.execute(
            text("UPDATE commitment SET done_at = NULL, done_by_id = NULL, done_note = NULL RETURNING id")
        )
    assert changed.all() == []


def test_a_corrected_entry_is_marked_in_its_correction(acting, authority_ids) -> None:
    entry = shared_entry(acting, authority_ids)
    actor = acting("stockholm-officer")
    entry = queries.get_dialogue(actor, entry.id)
    with db.transaction():
        services.correct_dialogue(actor, entry, data())
    with pytest.raises(InvalidTransition, match="Open the correction"), db.transaction():
        services.close_commitment(actor, entry, entry.commitments[0], "Too late")
