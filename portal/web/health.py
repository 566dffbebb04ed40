"""Is the process alive (`/healthz`), and can it serve (`/readyz`: database at the code's revision, Redis)."""

import redis
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.access.permissions import Permission
from portal.db import session
from portal.migrate import current_revision, head_revision
from portal.web.guard import requires

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@requires(Permission.PUBLIC)
def healthz() -> ResponseReturnValue:
    """The process answers; it asks nobody else."""
    return jsonify(status="alive")


@bp.get("/readyz")
@requires(Permission.PUBLIC)
def readyz() -> ResponseReturnValue:
    """What the process depends on, each "ok" or what is wrong; 503 unless all are."""
    checks = {"database": _database(), "redis": _redis()}
    ready = all(state == "ok" for state in checks.values())
    return jsonify(status="ready" if ready else "not ready", **checks), 200 if ready else 503


def _database() -> str:
    try:
        session.execute(text("SELECT 1"))
        current = current_revision(session.connection())
    except SQLAlchemyError:
        return "unreachable"
    return "ok" if current == head_revision() else "migrations pending"


def _redis() -> str:
    try:
        with redis.Redis.from_url(current_app.config["REDIS_URL"], socket_timeout=2) as client:
            client.ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"
