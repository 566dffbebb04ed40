"""Every SELECT on the dialogue log; all begin with what the actor may see.

A corrected entry stays readable. Where one wants to know how things stand (commitments, timeline), an entry counts
only as long as the actor sees no correction of it; a correction that is hidden from the actor changes nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased, contains_eager, selectinload

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import session
from portal.dialogues.labels import CHANNEL_ICONS
from portal.dialogues.models import Commitment, DialogueEntry, PrivateNote
from portal.dialogues.rules import (
    ALIKE_ENOUGH,
    ASKED_WITHIN,
    REMIND_AHEAD,
    Channel,
    CommitmentState,
    asked_recently_since,
    commitment_state,
)
from portal.dialogues.topics import overlap, topics_of, words_of
from portal.errors import NotFound
from portal.registry import queries as registry
from portal.shapes import TimelineEntry, TodoItem, Tone
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 50
THREAD_SIZE = 20
COMPARED = 300  # entries about one supplier that are looked through
MOST_ASKED = 5
NEWEST = (DialogueEntry.held_on.desc(), DialogueEntry.id.desc())


@dataclass(frozen=True)
class DialogueFilter:
    """What a list is narrowed to. `supplier_ids` None means all; an empty collection finds nothing."""

    supplier_ids: Collection[UUID] | None = None
    owner_id: UUID | None = None
    with_open_commitments: bool = False


def visible_dialogues(actor: Actor) -> Select[DialogueEntry]:
    """Entries that the actor may see."""
    return select(DialogueEntry).where(visible(DialogueEntry, actor))


def standing(actor: Actor) -> ColumnElement[bool]:
    """The entry was not corrected, as far as the actor can know."""
    correction = aliased(DialogueEntry)
    return ~exists().where(correction.corrects_id == DialogueEntry.id, visible(correction, actor))


def get_dialogue(actor: Actor, dialogue_id: UUID) -> DialogueEntry:
    """One entry with participants and commitments, or NotFound when there is none for this actor."""
    entry = session.scalar(_whole(visible_dialogues(actor)).where(DialogueEntry.id == dialogue_id))
    if entry is None:
        raise NotFound
    return entry


def get_commitment(entry: DialogueEntry, commitment_id: UUID) -> Commitment:
    """One commitment of an entry that the actor sees, or NotFound."""
    found = next((row for row in entry.commitments if row.id == commitment_id), None)
    if found is None:
        raise NotFound
    return found


def list_dialogues(actor: Actor, chosen: DialogueFilter, cursor: str | None) -> Page[DialogueEntry]:
    """A page of the entries that the actor may see, the newest first."""
    query = _filtered(actor, chosen)
    if key := read_cursor(cursor, date.fromisoformat, UUID):
        query = query.where(tuple_(DialogueEntry.held_on, DialogueEntry.id) < tuple(key))
    rows = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].held_on, rows[-1].id) if more else None)


def all_dialogues(actor: Actor, chosen: DialogueFilter) -> Sequence[DialogueEntry]:
    """All entries of a list, for its export."""
    return session.scalars(_filtered(actor, chosen)).all()


def thread(actor: Actor, supplier_id: UUID) -> Sequence[DialogueEntry]:
    """The newest standing entries about a supplier."""
    query = _filtered(actor, DialogueFilter(supplier_ids=[supplier_id])).where(standing(actor))
    return session.scalars(query.limit(THREAD_SIZE)).all()


def recently_asked(actor: Actor, supplier_id: UUID) -> DialogueEntry | None:
    """The newest entry of the last twelve months about a supplier, so that nobody asks what was answered already."""
    query = visible_dialogues(actor).where(
        DialogueEntry.supplier_id == supplier_id,
        DialogueEntry.held_on >= asked_recently_since(today()),
        standing(actor),
    )
    return session.scalar(query.order_by(*NEWEST).limit(1))


@dataclass(frozen=True)
class Asked:
    """An earlier entry that is about the same, and the first answer to it that the actor sees.

    `shared` are the codes of the issues and minerals that both are about.
    """

    entry: DialogueEntry
    answer: DialogueEntry | None
    shared: Sequence[str]


def already_asked(actor: Actor, supplier_id: UUID, issues: Collection[str], written: str) -> list[Asked]:
    """What was asked about the same issues, or in the same words, of the last two years; the most alike first."""
    query = visible_dialogues(actor).where(
        DialogueEntry.supplier_id == supplier_id,
        DialogueEntry.held_on >= today() - ASKED_WITHIN,
        DialogueEntry.answers_id.is_(None),
        standing(actor),
    )
    topics, words = topics_of(written) | set(issues), words_of(written)
    found = []
    for entry in session.scalars(query.order_by(*NEWEST).limit(COMPARED)):
        text = f"{entry.subject}\n{entry.objective}\n{entry.summary}"
        shared = sorted(topics & (topics_of(text) | set(entry.issues)))
        alike = overlap(words, words_of(text))
        if shared or alike >= ALIKE_ENOUGH:
            found.append((len(shared) + alike, entry, shared))
    found.sort(key=lambda one: one[0], reverse=True)
    answers = answers_to(actor, [entry for _points, entry, _shared in found[:MOST_ASKED]])
    return [Asked(entry, answers.get(entry.first_id), shared) for _points, entry, shared in found[:MOST_ASKED]]


def answers_to(actor: Actor, entries: Collection[DialogueEntry]) -> dict[UUID, DialogueEntry]:
    """First version's id of an entry -> the earliest answer to it that the actor sees."""
    query = visible_dialogues(actor).where(
        DialogueEntry.answers_id.in_([entry.first_id for entry in entries]), standing(actor)
    )
    answers: dict[UUID, DialogueEntry] = {}
    for answer in session.scalars(query.order_by(DialogueEntry.held_on, DialogueEntry.id)):
        if answer.answers_id:
            answers.setdefault(answer.answers_id, answer)
    return answers


def version_of(actor: Actor, first_id: UUID) -> DialogueEntry | None:
    """The latest version that the actor sees of an entry, by the id of its first one; None where they see none."""
    versions = or_(DialogueEntry.id == first_id, DialogueEntry.original_id == first_id)
    return session.scalar(visible_dialogues(actor).where(versions, standing(actor)).limit(1))


class Answerable(NamedTuple):
    """An entry that a new one may answer, without its text."""

    first_id: UUID
    held_on: date
    subject: str


def answerable(actor: Actor, supplier_id: UUID) -> list[Answerable]:
    """Entries about a supplier that a new one may answer, the newest first."""
    query = visible_dialogues(actor).where(DialogueEntry.supplier_id == supplier_id, standing(actor))
    first_id = func.coalesce(DialogueEntry.original_id, DialogueEntry.id)
    columns = query.with_only_columns(first_id, DialogueEntry.held_on, DialogueEntry.subject)
    return [Answerable(*row) for row in session.execute(columns.order_by(*NEWEST).limit(COMPARED))]


def unanswered(actor: Actor) -> Select[DialogueEntry]:
    """Our own standing entries for which an answer is due and none is there that we see."""
    answer = aliased(DialogueEntry)
    first = func.coalesce(DialogueEntry.original_id, DialogueEntry.id)
    return visible_dialogues(actor).where(
        DialogueEntry.owner_id == actor.authority_id,
        DialogueEntry.answer_by.is_not(None),
        standing(actor),
        ~exists().where(answer.answers_id == first, visible(answer, actor)),
    )


def corrections_of(actor: Actor, entries: Collection[DialogueEntry]) -> dict[UUID, DialogueEntry]:
    """Corrected entry's id -> its correction, as far as the actor may see the correction."""
    query = visible_dialogues(actor).where(DialogueEntry.corrects_id.in_([entry.id for entry in entries]))
    return {entry.corrects_id: entry for entry in session.scalars(query) if entry.corrects_id}


def corrected_chain(actor: Actor, entry: DialogueEntry) -> list[DialogueEntry]:
    """The earlier versions of an entry that the actor may see, the newest first."""
    chain: list[DialogueEntry] = []
    earlier = entry.corrects_id
    while earlier:
        found = session.scalar(visible_dialogues(actor).where(DialogueEntry.id == earlier))
        if found is None:
            break
        chain.append(found)
        earlier = found.corrects_id
    return chain


def private_notes(actor: Actor, entries: Collection[DialogueEntry]) -> Sequence[PrivateNote]:
    """The notes of the actor's own authority on an entry and its earlier versions, the oldest first."""
    query = select(PrivateNote).where(
        PrivateNote.owner_id == actor.authority_id, PrivateNote.dialogue_id.in_([entry.id for entry in entries])
    )
    return session.scalars(query.order_by(PrivateNote.created_at, PrivateNote.id)).all()


def state_of(commitment: Commitment) -> CommitmentState:
    """Where a commitment stands today."""
    return commitment_state(done=commitment.done_at is not None, due_on=commitment.due_on, today=today())


def visible_open_commitments(actor: Actor) -> Select[Commitment]:
    """Commitments not done yet, on standing entries that the actor may see, the soonest due first; entry loaded."""
    return (
        select(Commitment)
        .join(Commitment.entry)
        .options(contains_eager(Commitment.entry))
        .where(visible(DialogueEntry, actor), standing(actor), Commitment.done_at.is_(None))
        .order_by(Commitment.due_on, Commitment.id)
    )


def open_commitments(actor: Actor, supplier_id: UUID) -> Sequence[Commitment]:
    """What was promised in the dialogues with a supplier and is not done, the soonest due first."""
    return session.scalars(visible_open_commitments(actor).where(DialogueEntry.supplier_id == supplier_id)).all()


def timeline(actor: Actor, supplier_id: UUID) -> list[TimelineEntry]:
    """Dialogues, and what was promised in them and is still to come, as entries of the supplier's joint timeline."""
    chosen = DialogueFilter(supplier_ids=[supplier_id])
    entries = session.scalars(_filtered(actor, chosen).where(standing(actor))).all()
    held = [
        _on_timeline(entry, on=entry.held_on, title=entry.subject, icon=CHANNEL_ICONS[Channel(entry.channel)])
        for entry in entries
    ]
    promised = [
        _on_timeline(
            commitment.entry,
            on=commitment.due_on,
            title=commitment.what,
            text=_("Promised in “%(subject)s”", subject=commitment.entry.subject),
            icon="HourglassTopFilled",
            tone=Tone.BAD if commitment.due_on < today() else Tone.NORMAL,
            planned=True,
        )
        for commitment in open_commitments(actor, supplier_id)
    ]
    return held + promised


def _on_timeline(entry: DialogueEntry, **values: Any) -> TimelineEntry:
    return TimelineEntry(
        **values,
        kind="dialogue",
        endpoint="dialogues.show",
        args={"dialogue_id": entry.id},
        owner_id=entry.owner_id,
        audience=entry.audience,
        named_ids=entry.named_ids,
    )


def todo(actor: Actor) -> list[TodoItem]:
    """What our authority promised; what others promised in our dialogues and the answers that we wait for, where due
    within two weeks or overdue.
    """
    soon = today() + REMIND_AHEAD
    commitments = session.scalars(visible_open_commitments(actor).where(_waits_for(actor, soon))).all()
    waiting = session.scalars(unanswered(actor).where(DialogueEntry.answer_by <= soon)).all()
    suppliers = registry.suppliers_by_id(
        {commitment.entry.supplier_id for commitment in commitments} | {entry.supplier_id for entry in waiting}
    )
    members = authorities.authorities_by_id() if commitments else {}
    items = [
        TodoItem(
            due_on=entry.answer_by,
            title=_("Answer due: %(subject)s", subject=entry.subject),
            detail=_(
                "%(supplier)s has not answered, as far as it is logged.",
                supplier=suppliers[entry.supplier_id].legal_name,
            ),
            endpoint="dialogues.show",
            args={"dialogue_id": entry.id},
            supplier_id=entry.supplier_id,
            shared_with=entry.named_ids,
        )
        for entry in waiting
    ]
    for commitment in commitments:
        entry = commitment.entry
        supplier = suppliers[entry.supplier_id].legal_name
        if commitment.authority_id == actor.authority_id:
            detail = _("You promised this to %(supplier)s: %(subject)s", supplier=supplier, subject=entry.subject)
        else:
            who = members[commitment.authority_id].name if commitment.authority_id else supplier
            detail = _("%(who)s promised this: %(subject)s", who=who, subject=entry.subject)
        items.append(
            TodoItem(
                due_on=commitment.due_on,
                title=commitment.what,
                detail=detail,
                endpoint="dialogues.show",
                args={"dialogue_id": entry.id},
                supplier_id=entry.supplier_id,
                shared_with=[one for one in (entry.owner_id, *entry.named_ids) if one != actor.authority_id],
            )
        )
    return items


def todo_count(actor: Actor, soon: Any) -> ScalarSelect[int]:
    """How many things `todo` lists, as part of a statement; `soon`, two weeks ahead, may be a parameter."""
    promised = visible_open_commitments(actor).where(_waits_for(actor, soon)).order_by(None)
    waiting = unanswered(actor).where(DialogueEntry.answer_by <= soon)
    return select(
        promised.with_only_columns(func.count()).scalar_subquery()
        + waiting.with_only_columns(func.count()).scalar_subquery()
    ).scalar_subquery()


def _waits_for(actor: Actor, soon: Any) -> ColumnElement[bool]:
    ours = Commitment.authority_id == actor.authority_id
    return or_(ours, and_(DialogueEntry.owner_id == actor.authority_id, Commitment.due_on <= soon))


def _filtered(actor: Actor, chosen: DialogueFilter) -> Select[DialogueEntry]:
    query = _whole(visible_dialogues(actor))
    if chosen.supplier_ids is not None:
        query = query.where(DialogueEntry.supplier_id.in_(chosen.supplier_ids))
    if chosen.owner_id:
        query = query.where(DialogueEntry.owner_id == chosen.owner_id)
    if chosen.with_open_commitments:
        is_open = exists().where(Commitment.dialogue_id == DialogueEntry.id, Commitment.done_at.is_(None))
        query = query.where(is_open, standing(actor))
    return query.order_by(*NEWEST)


def _whole(query: Select[DialogueEntry]) -> Select[DialogueEntry]:
    return query.options(selectinload(DialogueEntry.participants), selectinload(DialogueEntry.commitments))
