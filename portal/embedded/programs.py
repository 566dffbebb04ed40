"""Which programs make up the product, and how each is started."""

import sys
from pathlib import Path

from portal.embedded.ports import HOST

# What is done before anything serves, in this order; each is safe to repeat at every start.
STEPS = (
    ("Bringing the database up to date", ("db", "upgrade")),
    ("Loading the demo data, unless it is there", ("demo", "seed")),
)
GRACE_SECONDS = 5  # for requests in flight at a stop


def portal_command(*words: str) -> list[str]:
    """A command of the `portal` program, with the Python that runs us."""
    return [sys.executable, "-m", "portal.cli", *words]


def serving_commands(port: int, data_dir: Path) -> dict[str, list[str]]:
    """The programs that run for as long as the product does, by the name that the log shows."""
    python = [sys.executable, "-m"]
    # As root Celery advises against root at each start. Here root is somebody trying the product out.
    calm = [sys.executable, "-W", "ignore:You're running the worker with superuser privileges", "-m"]
    celery = [*calm, "celery", "--app", "worker.app", "--quiet"]
    return {
        "web": [
            *(*python, "gunicorn", "portal.app:create_app()", "--bind", f"{HOST}:{port}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "8"),
            *("--graceful-timeout", str(GRACE_SECONDS), "--no-control-socket"),
        ],
        "worker": [
            *(*celery, "worker", "--pool", "prefork", "--concurrency", "2"),
            *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
        ],
        "beat": [
            *(*celery, "beat", "--schedule", str(data_dir / "beat-schedule"), "--pidfile", ""),
            *("--loglevel", "INFO"),
        ],
        "relay": [*python, "worker.relay"],
    }
