"""Carrying out a run of a sanctions list: compare it with what is shown, then apply it, hold it or say why not.

One run of a list at a time, in the caller's transaction; a run that is not queued any more is left alone, so however
often it is delivered, it is carried out once. Versions of parties are only ever added.
"""

from uuid import UUID

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.db import now, session
from portal.evidence.queries import content_of
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.sanctions import queries
from portal.sanctions.catalogue import LISTS
from portal.sanctions.compare import Diff, compare, guard
from portal.sanctions.models import ListedParty, ListedPartyVersion, ListPart
from portal.sanctions.party import Party
from portal.sanctions.reading.kept import PARSER, keep, read_kept
from portal.sanctions.reading.result import Reading
from portal.sources import queries as sources
from portal.sources.models import SyncRun
from portal.sources.refusal import Refused
from portal.sources.rules import Reason, RunState, Trigger
from portal.sources.services.runs import Fetched, as_last_time, content_of_run, finish, lock_source, supersede_held


def execute(actor: Actor, run_id: UUID, fetched: Fetched | Refused | None = None) -> SyncRun | None:
    """Carry out a queued run; None when there is nothing (left) to do.

    `fetched` is what the network gave for a run without a file: the content, or why there is none.
    """
    run = session.scalar(
        select(SyncRun).where(SyncRun.id == run_id, SyncRun.state == RunState.QUEUED).with_for_update()
    )
    if run is None:
        return None
    lock_source(run.source_code)
    run.started_at, run.parser = now(), PARSER
    try:
        reading = read_kept(_content(run, fetched))
        _refuse_older(run, reading)
        if run.trigger == Trigger.SCHEDULE and run.sha256 and sources.was_rejected(run.source_code, run.sha256):
            raise Refused(Reason.REJECTED_BEFORE)
    except Refused as refused:
        finish(actor, run, RunState.FAILED, refused.reason, refused.params)
        return run
    _compare(actor, run, reading)
    return run


def _content(run: SyncRun, fetched: Fetched | Refused | None) -> bytes:
    """The kept form of the list; after a 304 that of the list that is shown."""
    content = content_of_run(run, fetched, lambda file: keep(file, LISTS[run.source_code].read))
    return as_last_time(run) if content is None else content


def _refuse_older(run: SyncRun, reading: Reading) -> None:
    """A list of an older day never overwrites a newer one, whenever it arrives; each part has its own days."""
    newest = queries.newest_day(run.source_code, reading.parts)
    if newest and run.as_of < newest:
        raise Refused(Reason.OLDER_LIST, as_of=run.as_of.isoformat(), newest=newest.isoformat())


def _compare(actor: Actor, run: SyncRun, reading: Reading) -> None:
    shown = sources.last_applied(run.source_code)
    before = queries.shown_parties(run.source_code, reading.parts)
    diff = compare(before, reading, run.as_of)
    run.previous_run_id = shown.id if shown else None
    run.rows_read = len(reading.parties)
    run.rejects = [vars(reject) for reject in reading.rejects]
    left_out = {"persons": reading.persons, "others": reading.others, "rejects": len(reading.rejects)}
    run.counts = {**diff.counts(), **left_out}
    run.diff = diff.entries() if before else {}  # of a first list everything is new: it is not spelt out
    finding = guard(diff, before, reading)
    if finding:
        reason, facts = finding
        supersede_held(actor, run)
        finish(actor, run, RunState.HELD, reason, facts)
    else:
        _apply(actor, run, reading, diff)


def apply_kept(actor: Actor, run: SyncRun) -> None:
    """Apply a held run as an operator decided; what it changes is worked out anew."""
    reading = read_kept(content_of(run.sha256 or ""))
    _refuse_older(run, reading)
    _apply(actor, run, reading, compare(queries.shown_parties(run.source_code, reading.parts), reading, run.as_of))


def _apply(actor: Actor, run: SyncRun, reading: Reading, diff: Diff) -> None:
    _write(run, [*diff.added, *diff.renamed, *diff.other_fields])
    _mark(run, diff.back, absent_on=None)
    _mark(run, diff.removed, absent_on=run.as_of)
    _mark(run, diff.confirmed, removed_on=run.as_of)
    for part in sorted(reading.parts):
        row = {"source_code": run.source_code, "part": part, "run_id": run.id, "as_of": run.as_of}
        here = insert(ListPart).values(row)
        session.execute(
            here.on_conflict_do_update(
                index_elements=["source_code", "part"], set_={"run_id": run.id, "as_of": run.as_of}
            )
        )
    supersede_held(actor, run)
    unchanged = run.state == RunState.QUEUED and run.previous_run_id is not None and not diff.says_anew
    finish(actor, run, RunState.UNCHANGED if unchanged else RunState.APPLIED)
    if diff.says_anew or diff.confirmed:
        emit(Event.SANCTIONS_LIST_APPLIED, actor=actor, run_id=run.id)


def _write(run: SyncRun, parties: list[Party]) -> None:
    """Add or change these parties, each with a new version."""
    if not parties:
        return
    rows = [
        {
            "source_code": run.source_code,
            "part": party.part,
            "ref": party.ref,
            "name": party.name,
            "content": party.to_json(),
            "run_id": run.id,
        }
        for party in parties
    ]
    new = insert(ListedParty)
    changed = {name: new.excluded[name] for name in ("name", "content", "run_id")}
    upsert = new.on_conflict_do_update(
        index_elements=["source_code", "part", "ref"], set_={**changed, "absent_on": None, "removed_on": None}
    ).returning(ListedParty.id, ListedParty.part, ListedParty.ref)
    content = {(row["part"], row["ref"]): row["content"] for row in rows}
    versions = [
        {"party_id": party_id, "run_id": run.id, "as_of": run.as_of, "content": content[part, ref]}
        for party_id, part, ref in session.execute(upsert, rows)
    ]
    session.execute(insert(ListedPartyVersion).on_conflict_do_nothing(), versions)


def _mark(run: SyncRun, parties: list[Party], **values: object) -> None:
    """Note since when these parties are not on the list. They keep their content."""
    if parties:
        keys = [(party.part, party.ref) for party in parties]
        session.execute(
            update(ListedParty)
            .where(ListedParty.source_code == run.source_code, tuple_(ListedParty.part, ListedParty.ref).in_(keys))
            .values(**values, run_id=run.id)
            .execution_options(synchronize_session=False)
        )
