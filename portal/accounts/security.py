"""Flask-Security on Flask-Login: sessions, argon2, sign-in and change of password. Roles are ours (authorities)."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, abort, request
from flask import session as cookie
from flask_security import Security
from flask_security.core import RoleMixin
from flask_security.datastore import SQLAlchemySessionUserDatastore
from flask_security.signals import password_changed, user_authenticated
from sqlalchemy import bindparam, select

from portal import db
from portal.accounts import services
from portal.accounts.forms import ChangePasswordForm, SignInForm, plain_email
from portal.accounts.models import User
from portal.accounts.throttle import make_throttle
from portal.accounts.wording import MESSAGES
from portal.settings import Settings


class NoRole(RoleMixin):
    """Flask-Security asks for a role model; ours are memberships, so this one stays unused."""


class Datastore(SQLAlchemySessionUserDatastore):
    """Commits through the one boundary, and finds the user of a session by a statement that is built once."""

    _of_session = select(User).where(User.fs_uniquifier == bindparam("fs_uniquifier"))

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Any:
        """Called by Flask-Security for each request with the session's `fs_uniquifier`, and at sign-in by e-mail."""
        if kwargs.keys() == {"fs_uniquifier"} and not case_insensitive:
            return db.session.scalar(self._of_session, kwargs)
        return super().find_user(case_insensitive=case_insensitive, **kwargs)

    def commit(self) -> None:
        """Called by Flask-Security after a sign-in or a change of password."""
        with db.transaction():
            pass


def install(app: Flask, settings: Settings) -> None:
    """Configure sign-in for `app`."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of the function
        SECURITY_PASSWORD_SALT=settings.security_password_salt.get_secret_value(),
        SECURITY_PASSWORD_LENGTH_MIN=services.MIN_PASSWORD,
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_CHANGEABLE=True,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_CSRF_COOKIE_NAME="",
        SECURITY_FRESHNESS=timedelta(minutes=-1),  # the present password is asked for where it matters
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"email": {"mapper": plain_email, "case_insensitive": False}}],
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/login",
        SECURITY_POST_CHANGE_VIEW="/account",
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False, "test_environment": True},
        SECURITY_I18N_DOMAIN="messages",
        SECURITY_I18N_DIRNAME=str(Path(app.root_path) / "translations"),
        **{f"SECURITY_MSG_{key}": value for key, value in MESSAGES.items()},
        # The prefix makes browsers refuse a cookie of that name from a neighbouring host or without TLS.
        SESSION_COOKIE_NAME="__Host-session" if settings.secure_cookies else "session",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
    )

    # Before the library's own hooks, which load the user.
    @app.before_request
    def refuse_json() -> None:
        """The forms of signing in take forms only."""
        if request.blueprint == "security" and request.is_json:
            abort(415)

    @app.before_request
    def end_old_session() -> None:
        """A session ends after its hours, however busy it was: the cookie alone would be renewed by every page."""
        if "_user_id" in cookie and time.time() - cookie.get("fs_paa", 0) > settings.session_hours * 3600:
            cookie.clear()

    app.extensions["sign_in_throttle"] = make_throttle(settings.redis_url)
    datastore = Datastore(db.session, User, NoRole)
    security = Security(app, datastore, login_form=SignInForm, change_password_form=ChangePasswordForm)
    security.want_json(lambda _request: False)
    # Sessions only: Flask-Security would also take tokens, without an end, from a header or an address.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    user_authenticated.connect(_signed_in, app)
    password_changed.connect(_password_changed, app)


def _signed_in(_app: Flask, user: User, authn_via: list[str], **_extra: Any) -> None:
    cookie.permanent = True
    if authn_via == ["password"]:  # a change of password signs in as well, to the session that made it
        services.note_sign_in(user)


def _password_changed(_app: Flask, user: User, **_extra: Any) -> None:
    services.note_password_change(user)
