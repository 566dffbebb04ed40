"""Error pages: domain errors and HTTP errors in plain words, with the request id to quote."""

import structlog
from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal import db
from portal.errors import BadInput, Conflict, DomainError, Forbidden, NotFound

STATUS = {NotFound: 404, Forbidden: 403, Conflict: 409, BadInput: 400}
UNREPEATED = {"csrf_token", "password", "new_password", "new_password_confirm"}
FEWEST_WORDS = 3  # of a text that is worth handing back; choices and dates are soon made again
PAGES = {400, 401, 403, 404, 405, 409, 413, 429, 500, 503}
DENIED = "42501"  # SQLSTATE of row-level security
# SQLSTATEs of two people wanting the same thing at once.
CONFLICTS = {"23505", "23P01", "40001", "40P01", "55P03"}

log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    """Answer every error of `app` with a page, or JSON where the client asks for it."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(Exception, _unexpected)


def answer(status: int, message: str | None = None) -> ResponseReturnValue:
    """The page for `status`, with `message` as what happened."""
    if status >= 500:
        # The page must not ask the database for what stands around it.
        g.actor = None
        g._login_user = AnonymousUserMixin()
    else:
        db.session.rollback()
    request_id = g.get("request_id", "-")
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(error=message, status=status, request_id=request_id), status
    page = status if status in PAGES else 400 if status < 500 else 500
    return render_template(
        f"errors/{page}.html", message=message, request_id=request_id, written=_written() if page == 401 else []
    ), status


def _written() -> list[str]:
    """The texts of a form of ours that was sent after the session had ended, handed back to whoever sent them.

    Nothing of them is stored: the portal does not know who it is. A form from another site is not repeated.
    """
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site") != "same-origin":
        return []
    return [
        text
        for name, texts in request.form.lists()
        if name not in UNREPEATED
        for text in texts
        if len(text.split()) >= FEWEST_WORDS
    ]


def _domain_error(error: DomainError) -> ResponseReturnValue:
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    return answer(status, str(error) or None)


def _csrf_error(_error: CSRFError) -> ResponseReturnValue:
    return answer(
        400,
        _("The form was open for too long or was sent from elsewhere. Go back, reload it and send again."),
    )


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    return answer(error.code)


def _stale(_error: StaleDataError) -> ResponseReturnValue:
    return answer(409, _("Somebody else saved this while you were editing. Nothing of theirs was overwritten."))


def _database_error(error: DBAPIError) -> ResponseReturnValue:
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(error, IntegrityError) or state in CONFLICTS:
        log.warning("conflict in the database", sqlstate=state, constraint=db.constraint_name(error))
        return answer(409)
    if state == DENIED and (reader := g.get("actor")) and reader.lock:
        return answer(403, _("While you evaluate bids, you do not add to the follow-up data of these suppliers."))
    log.error("database error", exc_info=error)
    unavailable = isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
    return answer(503 if unavailable else 500)


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.error("unexpected error", exc_info=error)
    return answer(500)
