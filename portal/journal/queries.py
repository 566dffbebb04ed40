"""Reading the journal: an authority reads its own entries, operators and the system those of the system as well."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Select, select

from portal.access.actor import Actor
from portal.db import session
from portal.journal.models import JournalEntry, JournalHead
from portal.journal.rules import GENESIS, entry_hash
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 100
BATCH = 5000


def visible_entries(actor: Actor) -> Select[JournalEntry]:
    """All entries this actor may read."""
    query = select(JournalEntry)
    if actor.is_system:
        return query
    return query.where(JournalEntry.authority_id.is_not_distinct_from(actor.authority_id))


@dataclass(frozen=True)
class Verification:
    """The result of walking the chain: how many entries, and where it breaks, if it does."""

    entries: int
    broken_at: int | None = None
    reason: str | None = None


def _entries(last: int) -> Iterator[Sequence[JournalEntry]]:
    """Entries up to `last` in batches, each forgotten by the session after use."""
    query = select(JournalEntry).where(JournalEntry.seq <= last).order_by(JournalEntry.seq).limit(BATCH)
    rows = session.scalars(query).all()
    while rows:
        yield rows
        for row in rows:
            session.expunge(row)
        rows = session.scalars(query.where(JournalEntry.seq > rows[-1].seq)).all()


def verify_chain() -> Verification:
    """Recompute every hash up to the head as it was at the start. Needs the system scope: the chain is everybody's."""
    head = session.execute(select(JournalHead.seq, JournalHead.hash)).one()
    previous, count = GENESIS, 0
    for row in chain.from_iterable(_entries(head.seq)):
        count += 1
        if row.seq != count:
            return Verification(count, row.seq, f"entry {count} is missing")
        expected = entry_hash(
            previous,
            seq=row.seq,
            at=row.at,
            authority_id=row.authority_id,
            user_id=row.user_id,
            actor=row.actor,
            action=row.action,
            object_type=row.object_type,
            object_id=row.object_id,
            details=row.details,
            request_id=row.request_id,
        )
        if expected != bytes(row.hash):
            return Verification(count, row.seq, "the entry's content does not match its hash")
        previous = expected
    if head.seq != count or bytes(head.hash) != previous:
        return Verification(count, count, "entries are missing at the end")
    return Verification(count)


def newest_entries(actor: Actor, cursor: str | None) -> Page[JournalEntry]:
    """The entries that this actor may read, the newest first."""
    query = visible_entries(actor)
    if key := read_cursor(cursor, int):
        query = query.where(JournalEntry.seq < key[0])
    rows = session.scalars(query.order_by(JournalEntry.seq.desc()).limit(PAGE_SIZE + 1)).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].seq) if more else None)
