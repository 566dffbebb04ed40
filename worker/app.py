"""The Celery app: queues, limits and the beat schedule. Tasks carry ids only; what is to do stands in PostgreSQL."""

from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from portal import schema as schema  # handlers reach every table, so every table is known here
from portal.process import start_process
from portal.settings import get_settings
from portal.wiring import connect

HARD_LIMIT = 600  # seconds a task may take
SOFT_LIMIT = 570


def configuration() -> dict[str, Any]:
    """Read when Celery first needs it, so that importing this module asks for no environment."""
    return {
        "broker_url": get_settings().redis_url,
        "task_default_queue": "portal",
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": HARD_LIMIT,
        "task_soft_time_limit": SOFT_LIMIT,
        "task_publish_retry": False,
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "worker_send_task_events": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # Redis may be away for hours; giving up would need a person to come
        "broker_transport_options": {
            "visibility_timeout": 2 * HARD_LIMIT + 60,
            "socket_timeout": 8,
            "socket_connect_timeout": 5,
            "health_check_interval": 15,
            "unacked_restore_interval": 2,
            "unacked_restore_throttle": 1,
        },
        "timezone": "UTC",
        # A knock that nobody heard in time is not worth hearing later.
        "beat_schedule": {
            "due-sources": {"task": "schedules.request_due_syncs", "schedule": 60.0, "options": {"expires": 55}},
            "due-sanctions-lists": {
                "task": "schedules.request_due_sanctions",
                "schedule": 60.0,
                "options": {"expires": 55},
            },
            # Records are due at night; a batch every five minutes keeps to GLEIF's pace of 60 requests a minute.
            "due-lei-records": {
                "task": "schedules.request_due_lei_records",
                "schedule": 300.0,
                "options": {"expires": 290},
            },
            # Works at night only (portal.merging.pairs.queries.is_sweep_time), a bounded time at each knock.
            "sweep-suppliers": {"task": "schedules.sweep_suppliers", "schedule": 600.0, "options": {"expires": 590}},
            # Dates are whole days: once an hour is soon enough, in whatever zone the day begins.
            "due-requests": {"task": "schedules.remind_of_requests", "schedule": 3600.0, "options": {"expires": 3500}},
            "due-obligations": {
                "task": "schedules.remind_of_obligations",
                "schedule": 3600.0,
                "options": {"expires": 3500},
            },
            "due-findings": {"task": "schedules.remind_of_findings", "schedule": 3600.0, "options": {"expires": 3500}},
            "open-contracts": {
                "task": "schedules.plan_open_contracts",
                "schedule": 21600.0,
                "options": {"expires": 21500},
            },
            "due-digests": {"task": "schedules.request_due_digests", "schedule": 600.0, "options": {"expires": 550}},
            "due-invitations": {
                "task": "schedules.request_due_invitations",
                "schedule": 60.0,
                "options": {"expires": 55},
            },
            "due-rechecks": {"task": "schedules.request_due_rechecks", "schedule": 600.0, "options": {"expires": 590}},
            "word-counts": {"task": "schedules.recount_words", "schedule": 900.0, "options": {"expires": 850}},
        },
    }


app = Celery("supplier-commons", include=["worker.tasks.events", "worker.tasks.schedules"])
app.add_defaults(configuration)


connect()


@worker_process_init.connect
def prepare(**_: Any) -> None:
    """Each pool child has its own connections."""
    start_process(pool_size=2)
