"""What the drills count: that a list was applied exactly once and that nothing is left undone."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from portal import db
from portal.journal.queries import verify_chain
from portal.minerals.models import AssuranceObservation, PinchPoint
from portal.outbox.models import OutboxEvent
from portal.sources.models import SnapshotRow, SyncRun
from tests.factories.sources import feed, line

ROWS = 20_000
DAY = date(2026, 9, 1)


def big_list(rows: int = ROWS) -> bytes:
    """A list that takes a worker a few seconds."""
    return feed(line(0, name=f"Smelter {n}", facility_id=f"CID{n:06d}") for n in range(rows))


def fresh() -> None:
    """Read what is committed now, on a connection that works now, with the system scope."""
    db.session.remove()
    db.set_scope(authority_id=None, system=True)


def state_of(run_id: UUID) -> str:
    """The state of a run."""
    fresh()
    return db.session.scalars(select(SyncRun.state).where(SyncRun.id == run_id)).one()


def open_events() -> int:
    """Events that are neither done nor parked."""
    fresh()
    query = select(func.count()).select_from(OutboxEvent)
    return db.session.scalar(query.where(OutboxEvent.done_at.is_(None), OutboxEvent.parked_at.is_(None))) or 0


def applied_once(run_id: UUID, rows: int = ROWS) -> None:
    """Everything of the list is there, once; the journal is whole and has each step once."""
    assert state_of(run_id) == "applied"
    for model in (SnapshotRow, PinchPoint, AssuranceObservation):
        assert db.session.scalar(select(func.count()).select_from(model)) == rows, model
    assert open_events() == 0
    assert not db.session.scalar(select(func.count()).where(OutboxEvent.parked_at.is_not(None)))
    result = verify_chain()
    assert (result.broken_at, result.entries) == (None, 2)  # asked for, applied
