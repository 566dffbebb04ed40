"""What beat starts: schedules themselves live in PostgreSQL, so that nothing is lost with Redis."""

import time
from collections.abc import Callable, Sequence

import structlog

from portal import db
from portal.access.actor import Actor, system_actor
from portal.awards import services as awards
from portal.calendars import invitations
from portal.declarations.rechecking import services as rechecking
from portal.errors import Conflict
from portal.findings import reminders as findings
from portal.merging.pairs.queries import is_sweep_time
from portal.merging.pairs.sweep import sweep_batch
from portal.notifications import digests
from portal.obligations import reminders as obligations
from portal.obligations.services import plan_open_contracts
from portal.registry.dictionary import recount
from portal.registry.gleif import services as gleif
from portal.requests.reminders import note_due
from portal.sanctions.services import requests as sanctions
from portal.sanctions.services.screening import request_screening
from portal.settings import get_settings
from portal.sources.services.requests import request_due
from worker.app import app

FIRST_HOUR = 4  # UTC: before work begins in the members' countries

log = structlog.get_logger(__name__)


@app.task(name="schedules.request_due_syncs")
def request_due_syncs() -> None:
    """Ask for a run of each source whose time has come. Several clocks at once ask for one run."""
    if requested := _ask(request_due):
        log.info("runs requested", run_ids=[str(run_id) for run_id in requested])
    if requested := _ask(awards.request_due):
        log.info("award notices requested", run_ids=[str(run_id) for run_id in requested])


@app.task(name="schedules.request_due_sanctions")
def request_due_sanctions() -> None:
    """Ask for a run of each sanctions list whose time has come, and for comparing what appeared or changed."""
    if requested := _ask(sanctions.request_due):
        log.info("runs of sanctions lists requested", run_ids=[str(run_id) for run_id in requested])
    if _ask(lambda _actor: [True] if request_screening() else []):
        log.info("comparison with sanctions lists requested")


@app.task(name="schedules.request_due_rechecks")
def request_due_rechecks() -> None:
    """Ask for checking declarations by the rules of this release. Who asks second finds it done."""
    if requested := _ask(rechecking.request_due):
        log.info("declarations to check again", rules=requested[0])


@app.task(name="schedules.request_due_lei_records")
def request_due_lei_records() -> None:
    """Ask for the LEI records that are old enough, a batch at a time. Several clocks at once ask for each once."""
    if requested := _ask(gleif.request_due):
        log.info("LEI records requested", count=len(requested))


@app.task(name="schedules.remind_of_requests")
def remind_of_requests() -> None:
    """Note which requests for declarations reached a rung of reminders. Several clocks at once note each once."""
    if reached := _ask(note_due):
        log.info("reminders due", count=len(reached))


@app.task(name="schedules.remind_of_findings")
def remind_of_findings() -> None:
    """Note what is due or late about findings. Several clocks at once note each once."""
    if reached := _ask(findings.note_due):
        log.info("findings due", count=len(reached))


@app.task(name="schedules.remind_of_obligations")
def remind_of_obligations() -> None:
    """Note which obligations reached a rung of their ladder. Several clocks at once note each once."""
    if reached := _ask(obligations.note_due):
        log.info("obligations due", count=len(reached))


@app.task(name="schedules.plan_open_contracts")
def plan_obligations() -> None:
    """Work out further ahead what falls due under contracts without an end. Several clocks at once do it once."""
    _ask(plan_open_contracts)


@app.task(name="schedules.request_due_digests")
def request_due_digests() -> None:
    """Ask for the digests of today, in the morning. Several clocks at once ask for each once."""
    if not get_settings().smtp_host or db.now().hour < FIRST_HOUR:
        return
    if requested := _ask(digests.request_due):
        log.info("digests requested", count=len(requested))


@app.task(name="schedules.request_due_invitations")
def request_due_invitations() -> None:
    """Ask for the letters to people whose bookings for audits changed. Several clocks at once ask for each once."""
    if not get_settings().smtp_host:
        return
    if requested := _ask(invitations.request_due):
        log.info("invitations requested", count=len(requested))


def _ask(request: Callable[[Actor], Sequence[object]]) -> Sequence[object]:
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    try:
        with db.transaction():
            return request(system_actor("schedule"))
    finally:
        db.session.remove()


@app.task(name="schedules.recount_words")
def recount_words() -> None:
    """Count how many names have each word, which look-up plans with. Several clocks at once count once."""
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    try:
        with db.transaction():
            changed = recount()
    finally:
        db.session.remove()
    if changed:
        log.info("words counted", changed=changed)


SWEEP_SECONDS = 420  # what is left waits for the next knock; a task may take ten minutes


@app.task(name="schedules.sweep_suppliers")
def sweep_suppliers() -> None:
    """Look for suppliers that stand in the registry twice, at night. Several clocks at once sweep once."""
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    try:
        with db.transaction():
            if not is_sweep_time(db.now()):
                return
        suppliers = found = 0
        until = time.monotonic() + SWEEP_SECONDS
        while time.monotonic() < until:
            with db.transaction():
                batch = sweep_batch()
            if batch is None:
                break
            suppliers, found = suppliers + batch.suppliers, found + batch.found
        log.info("suppliers swept", suppliers=suppliers, found=found)
    except Conflict:
        log.info("another sweep is at work")
    finally:
        db.session.remove()
