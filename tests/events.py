"""Deliver the outbox inside the test, through the worker's own task."""

from portal import db
from portal.outbox import services as outbox


def deliver_all() -> int:
    """Handle due events until none is left, as the relay and the worker would; how many were delivered."""
    from worker.tasks.events import deliver

    delivered = 0
    while True:
        db.session.remove()
        with db.transaction():
            due = outbox.claim_due()
        if not due:
            return delivered
        for event_id in due:
            deliver(str(event_id))
            delivered += 1
