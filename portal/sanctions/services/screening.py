"""Comparing suppliers, facilities and declared smelters with the lists: who resembles a listed party is a candidate.

After a run the parties that it changed are compared with everybody, some thousand suppliers an event; what appears or
changes in between is compared with all lists. Both write the same rows, one a pair, so the order does not matter. A
pair that a person decided is left as it is, whatever is found again.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from portal.db import session
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.sanctions import subjects
from portal.sanctions.catalogue import OPENSANCTIONS
from portal.sanctions.models import ListedParty, ListPart, SanctionCandidate, ScreeningDue
from portal.sanctions.party import party_from_json
from portal.sanctions.resemblance import Listed, Resemblance, Screen
from portal.sanctions.rules import CandidateState
from portal.sanctions.subjects import Named

BATCH = 20_000  # suppliers compared in one event
DUE_BATCH = 5_000
COLUMNS = {"supplier": "supplier_id", "facility": "facility_id", "declared": "declared_name"}


def screen_run(run_id: UUID, after: UUID | None = None) -> None:
    """Compare what a run changed with everybody: facilities and declared names first, then suppliers by batches."""
    changed = _listed(select(ListedParty).where(ListedParty.run_id == run_id))
    if after is None:
        _lapse_removed(run_id)
    if not changed:
        return
    screen = Screen(changed)
    if after is None:
        _compare(screen, changed, [*subjects.facilities(), *subjects.declared()])
    ids = subjects.suppliers_after(after, BATCH)
    _compare(screen, changed, subjects.suppliers(ids))
    if len(ids) == BATCH:
        emit(Event.SANCTIONS_LIST_APPLIED, run_id=run_id, after=ids[-1])


def request_screening() -> bool:
    """Ask the worker to compare what is due; called by the clock. False where nothing is."""
    due = session.scalar(select(select(ScreeningDue.id).exists()))
    if due:
        emit(Event.SCREENING_REQUESTED)
    return bool(due)


def screen_due() -> int:
    """Compare a batch of what is due with all lists, and ask for the next one; how many rows were due."""
    batch = (
        select(ScreeningDue.id).order_by(ScreeningDue.id).limit(DUE_BATCH).with_for_update(skip_locked=True)
    ).scalar_subquery()
    taken = session.execute(
        delete(ScreeningDue).where(ScreeningDue.id.in_(batch)).returning(ScreeningDue.kind, ScreeningDue.key),
        execution_options={"synchronize_session": False},
    ).all()
    keys: dict[str, set[str]] = {kind: {row.key for row in taken if row.kind == kind} for kind in COLUMNS}
    screen, listed = all_lists()
    if listed and taken:
        found = subjects.suppliers([UUID(key) for key in keys["supplier"]])
        found += subjects.facilities(keys["facility"]) + subjects.declared(keys["declared"])
        _compare(screen, listed, found)
    if len(taken) == DUE_BATCH:
        emit(Event.SCREENING_REQUESTED)
    return len(taken)


def all_lists() -> tuple[Screen, Sequence[Listed]]:
    """All parties that are listed, and the screen of them; kept in the process until a run changes one."""
    runs = session.execute(select(ListPart.run_id).order_by(ListPart.source_code, ListPart.part)).scalars()
    return _screen_as_of(tuple(runs))


@lru_cache(maxsize=1)
def _screen_as_of(_runs: tuple[UUID, ...]) -> tuple[Screen, Sequence[Listed]]:
    listed = _listed(select(ListedParty))
    return Screen(listed), listed


def _listed(query: Any) -> list[Listed]:
    rows = session.execute(
        query.with_only_columns(ListedParty.id, ListedParty.content).where(
            ListedParty.removed_on.is_(None), ListedParty.source_code != OPENSANCTIONS.code
        )
    )
    parties = ((party_id, party_from_json(content)) for party_id, content in rows)
    return [Listed(party_id, one.names, one.numbers, one.countries) for party_id, one in parties]


def _compare(screen: Screen, listed: Sequence[Listed], found: Iterable[Named]) -> None:
    """Write a candidate for each pair that is alike; open ones of these parties and subjects that are not any more
    lapse.
    """
    by_kind: dict[str, list[Named]] = {}
    for one in found:
        by_kind.setdefault(one.kind, []).append(one)
    for kind, named in by_kind.items():
        column = getattr(SanctionCandidate, COLUMNS[kind])
        kept: set[tuple[str, Any]] = set()
        rows = []
        for one in named:
            for alike in screen.resembling(one.subject):
                rows.append(_row(one, alike))
                kept.add((one.key, alike.key))
        keep_candidates(kind, rows)
        _lapse(column, {one.key for one in named}, {party.key for party in listed}, kept)


def _row(one: Named, alike: Resemblance) -> dict[str, Any]:
    return {
        "party_id": alike.key,
        "key": one.key,
        "score": alike.score,
        "name": alike.name,
        "listed_name": alike.listed_name,
        "evidence": alike.evidence,
    }


def keep_candidates(kind: str, rows: list[dict[str, Any]]) -> None:
    """One open candidate a pair: new, or with what is found today. What a person decided is left as it is.

    A row has party_id, key, score, name, listed_name and its evidence.
    """
    if not rows:
        return
    column = COLUMNS[kind]
    values = [
        {
            **{name: row[name] for name in ("party_id", "score", "name", "listed_name")},
            column: row["key"],
            "state": CandidateState.OPEN,
            "evidence": [
                {"code": each.code, "supports": each.supports, "params": dict(each.params)} for each in row["evidence"]
            ],
        }
        for row in rows
    ]
    new = insert(SanctionCandidate)
    table = SanctionCandidate
    upsert = new.on_conflict_do_update(
        index_elements=[column, "party_id"],
        index_where=getattr(table, column).is_not(None),
        set_={
            **{name: new.excluded[name] for name in ("score", "name", "listed_name", "evidence")},
            "state": case((table.state == CandidateState.LAPSED, CandidateState.OPEN), else_=table.state),
        },
        where=or_(table.state == CandidateState.OPEN, table.state == CandidateState.LAPSED),
    )
    session.execute(upsert, values)


def _lapse(column: Any, keys: set[str], parties: set[Any], kept: set[tuple[str, Any]]) -> None:
    """Open candidates of these subjects and parties that were not found again: there are few, so they are looked at."""
    open_ones = select(SanctionCandidate.id, column, SanctionCandidate.party_id).where(
        SanctionCandidate.state == CandidateState.OPEN, column.is_not(None)
    )
    gone = [
        candidate_id
        for candidate_id, key, party_id in session.execute(open_ones)
        if str(key) in keys and party_id in parties and (str(key), party_id) not in kept
    ]
    _set_lapsed(SanctionCandidate.id.in_(gone)) if gone else None


def _lapse_removed(run_id: UUID) -> None:
    removed = select(ListedParty.id).where(ListedParty.run_id == run_id, ListedParty.removed_on.is_not(None))
    _set_lapsed(SanctionCandidate.party_id.in_(removed))


def _set_lapsed(condition: Any) -> None:
    session.execute(
        update(SanctionCandidate)
        .where(SanctionCandidate.state == CandidateState.OPEN, condition)
        .values(state=CandidateState.LAPSED)
        .execution_options(synchronize_session=False)
    )
