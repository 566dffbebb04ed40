"""What every process does first: settings, logging, database, and the journal as the last write of a transaction."""

from portal import db
from portal.journal.services import write_pending
from portal.settings import Settings, get_settings
from portal.web.logging import configure_logging


def start_process(settings: Settings | None = None, *, pool_size: int = 8) -> Settings:
    """Prepare this process; safe to call again (after a fork, in tests)."""
    settings = settings or get_settings()
    configure_logging(json=settings.log_json)
    db.configure(settings.app_database_url, pool_size=pool_size)
    db.before_commit(write_pending)
    return settings
