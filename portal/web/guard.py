"""The one door: every request passes here, and an endpoint without a declared permission is refused."""

import re
from collections.abc import Callable
from itertools import chain
from typing import Any, TypeVar
from uuid import uuid4

import structlog
from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import Forbidden as HttpForbidden

from portal import db
from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import can
from portal.errors import BadInput

View = TypeVar("View", bound=Callable[..., Any])

# Endpoints of libraries, which cannot carry our decorator.
LIBRARY_ENDPOINTS = {
    "static": Permission.PUBLIC,
    "security.static": Permission.PUBLIC,
    "security.login": Permission.PUBLIC,
    "security.logout": Permission.PUBLIC,
    "security.change_password": Permission.USE_PORTAL,
}
UNGUARDED = {"static", "health.healthz", "health.readyz"}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")

log = structlog.get_logger(__name__)


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare the one permission that a view needs. Stands directly under the route decorator."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """The permission that an endpoint declares, or None."""
    if endpoint in LIBRARY_ENDPOINTS:
        return LIBRARY_ENDPOINTS[endpoint]
    return getattr(app.view_functions[endpoint], "permission", None)


def current_actor() -> Actor | None:
    """The actor of this request. For routes and templates only; services are handed an actor."""
    actor: Actor | None = g.get("actor")
    return actor


def actor() -> Actor:
    """The actor of this request where the guard has made sure that there is one."""
    found = current_actor()
    if found is None:
        abort(401)
    return found


def guest() -> Actor:
    """The supplier's guest of this request where the guard has made sure that there is one."""
    found: Actor | None = g.get("guest")
    if found is None:
        abort(401)
    return found


def install(app: Flask, load_actor: Callable[[], Actor | None], load_guest: Callable[[], Actor | None]) -> None:
    """Put the guard before every request of `app`; the two build the actor, or the guest, from the session.

    A guest is never the actor of a request: pages for it are its alone, and every other page is as for a visitor.
    """

    @app.before_request
    def guard() -> ResponseReturnValue | None:
        _bind_request_id()
        if request.endpoint in UNGUARDED:
            return None
        if request.endpoint and permission_of(current_app, request.endpoint) is Permission.BE_GUEST:
            return _admit_guest(load_guest)
        g.actor = load_actor()
        db.begin_request(
            authority_id=g.actor.authority_id if g.actor else None,
            locked=g.actor.locked if g.actor else "",
            read_only=request.endpoint is None or request.method in SAFE_METHODS,
        )
        if request.endpoint is None:
            return None  # no such page; the answer that says so has the reader's own header
        permission = permission_of(current_app, request.endpoint)
        if permission is None:
            log.error("endpoint declares no permission", endpoint=request.endpoint)
            raise HttpForbidden
        if can(g.actor, permission):
            _refuse_nul()
            return None
        if g.actor is None:
            return _ask_to_sign_in()
        raise HttpForbidden

    @app.teardown_appcontext
    def close_session(_error: BaseException | None) -> None:
        db.end_request()

    @app.after_request
    def answer_request_id(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "-")
        return response


def _admit_guest(load_guest: Callable[[], Actor | None]) -> ResponseReturnValue | None:
    """Let a guest whose access lives onto a page for guests; officers and strangers get the same answer."""
    g.actor = None
    db.begin_request(authority_id=None, locked="", read_only=request.method in SAFE_METHODS)
    found = load_guest()
    if not can(found, Permission.BE_GUEST):
        return redirect(url_for("guests.ended"))
    assert found is not None
    assert found.guest is not None
    g.guest = found
    db.set_guest_scope(found.guest.access_id)
    _refuse_nul()
    return None


def _bind_request_id() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _refuse_nul() -> None:
    """PostgreSQL cannot store the character NUL, and no person types it."""
    values = chain.from_iterable(chain(request.args.listvalues(), request.form.listvalues()))
    if any("\x00" in value for value in values):
        raise BadInput(_("The text holds a character that cannot be kept (NUL)."), remedy=_("Type it anew."))


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method not in SAFE_METHODS or request.headers.get("HX-Request"):
        abort(401)
    return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
