"""Use cases of accounts: adding a person, signing out everywhere, and the journal of who signed in."""

import secrets

import structlog
from flask_security.utils import hash_password

from portal.access.actor import Actor
from portal.accounts.models import User
from portal.authorities import queries as authorities
from portal.db import constraint_errors, now, session
from portal.errors import BadInput, Conflict
from portal.journal.services import record

MIN_PASSWORD = 12

log = structlog.get_logger(__name__)


def add_user(actor: Actor, *, email: str, password: str, display_name: str) -> User:
    """Add an account (inside an app context, for the hash's settings). `display_name` is a role title."""
    email = email.strip().lower()
    if "@" not in email:
        raise BadInput(f"“{email}” is not an e-mail address.", field="email", remedy="Write it as name@example.org.")
    if len(password) < MIN_PASSWORD:
        raise BadInput(f"The password is shorter than {MIN_PASSWORD} characters.", field="password")
    user = User(
        email=email,
        password=hash_password(password),
        display_name=display_name.strip(),
        fs_uniquifier=secrets.token_hex(32),
    )
    with constraint_errors({"uq_user_account_email": Conflict("This e-mail address has an account already.")}):
        session.add(user)
    record(actor, "account.added", user)
    return user


def sign_out_everywhere(actor: Actor) -> None:
    """End all sessions of the actor: each carries the old uniquifier."""
    user = session.get_one(User, actor.user_id)
    user.fs_uniquifier = secrets.token_hex(32)
    record(actor, "account.signed_out_everywhere", user)


def note_sign_in(user: User) -> None:
    """A person has signed in; it stands in the journal of the person's authority."""
    user.signed_in_at = now()
    record(_acting(user), "account.signed_in", user)


def note_failed_sign_in(user: User | None, address: str) -> None:
    """Somebody gave a wrong password. Of accounts that do not exist only the technical log knows."""
    log.warning("sign-in failed", known_account=user is not None, address=address)
    if user is not None:
        owner = _acting(user)
        somebody = Actor(name="somebody", authority_id=owner.authority_id)
        record(somebody, "account.sign_in_failed", user)


def note_password_change(user: User) -> None:
    """A person has changed the password; all other sessions ended with it."""
    record(_acting(user), "account.password_changed", user)


def _acting(user: User) -> Actor:
    return authorities.actor_for(user.id, user.display_name) or Actor(name=user.display_name, user_id=user.id)
