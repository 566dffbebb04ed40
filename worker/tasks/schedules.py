"""What beat starts: schedules themselves live in PostgreSQL, so that nothing is lost with Redis."""

import structlog

from portal import db
from portal.access.actor import system_actor
from portal.sources.services.requests import request_due
from worker.app import app

log = structlog.get_logger(__name__)


@app.task(name="schedules.request_due_syncs")
def request_due_syncs() -> None:
    """Ask for a run of each source whose time has come. Several clocks at once ask for one run."""
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    try:
        with db.transaction():
            requested = request_due(system_actor("schedule"))
    finally:
        db.session.remove()
    if requested:
        log.info("runs requested", run_ids=[str(run_id) for run_id in requested])
