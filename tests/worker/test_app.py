"""Settings that were measured: what survives a killed worker and a queue that forgets."""

from worker import app as module
from worker.app import HARD_LIMIT
from worker.tasks import events, schedules


def test_a_task_is_given_back_when_its_worker_dies(settings) -> None:
    assert module.app.conf.task_acks_late
    assert module.app.conf.task_reject_on_worker_lost
    assert module.app.conf.worker_prefetch_multiplier == 1


def test_a_task_never_runs_longer_than_it_is_hidden(settings) -> None:
    options = module.app.conf.broker_transport_options
    assert module.app.conf.task_time_limit == HARD_LIMIT
    assert options["visibility_timeout"] > 2 * HARD_LIMIT
    assert options["socket_timeout"] <= 10


def test_the_clock_starts_tasks_that_exist_and_its_knocks_do_not_pile_up(settings) -> None:
    known = {
        events.deliver.name,
        schedules.recount_words.name,
        schedules.plan_obligations.name,
        schedules.remind_of_findings.name,
        schedules.remind_of_obligations.name,
        schedules.remind_of_requests.name,
        schedules.request_due_digests.name,
        schedules.request_due_invitations.name,
        schedules.request_due_lei_records.name,
        schedules.request_due_rechecks.name,
        schedules.request_due_sanctions.name,
        schedules.request_due_syncs.name,
        schedules.sweep_suppliers.name,
    }
    assert {name for name in module.app.tasks if not name.startswith("celery.")} == known
    for entry in module.app.conf.beat_schedule.values():
        assert entry["task"] in known
        assert entry["options"]["expires"] <= entry["schedule"]


def test_a_worker_waits_for_redis_for_as_long_as_it_takes(settings) -> None:
    assert module.app.conf.broker_connection_max_retries is None
    assert module.app.conf.broker_connection_retry_on_startup
