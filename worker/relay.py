"""Drains the outbox: hands due events to Celery when PostgreSQL notifies, and looks by itself every second.

It can be killed, doubled or cut off from Redis at any moment: an event stays due until a worker marks it done.
"""

import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import structlog
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from portal import db
from portal.outbox import services as outbox
from portal.process import start_process
from worker.tasks.events import deliver

POLL_SECONDS = 1.0
HEARTBEAT = Path(tempfile.gettempdir()) / "supplier-commons-relay.alive"

log = structlog.get_logger(__name__)


class Relay:
    """The loop; `stop()` ends it after the current round."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self.running = True

    def stop(self, *_: Any) -> None:
        """Signal handler."""
        self.running = False

    def run(self) -> None:
        """Until stopped: listen, dispatch, and reconnect after errors."""
        while self.running:
            try:
                with psycopg.connect(self.database_url, autocommit=True, connect_timeout=5) as connection:
                    connection.execute(f"LISTEN {outbox.CHANNEL}")
                    log.info("relay listens")
                    self._rounds(connection)
            except (psycopg.Error, SQLAlchemyError) as error:
                log.warning("database is away", error=str(error).partition("\n")[0])
                time.sleep(1)

    def _rounds(self, connection: "psycopg.Connection[Any]") -> None:
        while self.running:
            while self.running and dispatch_due():
                pass
            with suppress(OSError):  # it is for health checks only
                HEARTBEAT.touch()
            for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                pass


def dispatch_due() -> int:
    """Send one batch of due events to the workers; how many were sent. Unsent ones are due again at once."""
    try:
        with db.transaction():
            event_ids = outbox.claim_due()
        for sent, event_id in enumerate(event_ids):
            try:
                deliver.apply_async(args=[str(event_id)])
            except (OperationalError, RedisError, OSError) as error:
                log.warning("broker is away", error=str(error), unsent=len(event_ids) - sent)
                with db.transaction():
                    outbox.give_back(event_ids[sent:])
                time.sleep(1)
                return 0
        return len(event_ids)
    finally:
        db.session.remove()


def main() -> None:
    """Entry: `python -m worker.relay`."""
    settings = start_process(pool_size=2)
    relay = Relay(settings.app_database_url)
    signal.signal(signal.SIGTERM, relay.stop)
    signal.signal(signal.SIGINT, relay.stop)
    relay.run()


if __name__ == "__main__":
    main()
