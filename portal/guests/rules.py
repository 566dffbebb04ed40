"""What a supplier's guest access is: its states, its secrets, and which files it takes. Pure, no database."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

LINK_DAYS = 30  # until an unopened link ends
SESSION = timedelta(hours=8)  # from opening it, however busy
MOST_TRIES = 5  # wrong codes; then the link is dead and a new one is needed
CODE_DIGITS = 8
MOST_FILES = 20  # an access, declarations and other files together


class GuestState(StrEnum):
    """Where an access stands. Each is computed from what happened and when, never stored."""

    WAITING = "waiting"  # the link was not opened yet
    OPEN = "open"  # opened, and its session lives
    OVER = "over"  # opened, and its session has ended
    EXPIRED = "expired"  # never opened in time
    LOCKED = "locked"  # too many wrong codes
    REVOKED = "revoked"  # taken back, or replaced by a new one


LIVE = frozenset({GuestState.WAITING, GuestState.OPEN})


def state_of(
    *,
    at: datetime,
    expires_at: datetime,
    failed: int,
    used_at: datetime | None,
    session_ends_at: datetime | None,
    revoked_at: datetime | None,
) -> GuestState:
    """The state of an access at a moment (UTC)."""
    if revoked_at is not None:
        return GuestState.REVOKED
    if used_at is not None:
        return GuestState.OPEN if session_ends_at and at < session_ends_at else GuestState.OVER
    if failed >= MOST_TRIES:
        return GuestState.LOCKED
    return GuestState.WAITING if at < expires_at else GuestState.EXPIRED


def new_secret() -> str:
    """For a link or a session: 256 bits, as text that an address may hold."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Eight digits, to be said on the telephone in any language."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def in_groups(code: str) -> str:
    """“1234 5678”: easier to say and to type."""
    return f"{code[:4]} {code[4:]}"


def plain_code(typed: str) -> str:
    """A code as it was typed, without spaces and dashes."""
    return "".join(character for character in typed if character not in " -\u00a0\u2013.")


def secret_hash(secret: str) -> str:
    """What is kept of a secret of 256 bits (SHA-256, hex)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def code_hash(token: str, code: str) -> str:
    """What is kept of a code: hashed with the link's token, which is not kept, so it cannot be guessed from here."""
    return hmac.new(token.encode(), code.encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Are two hashes the same? Takes as long for a near miss as for a wild guess."""
    return hmac.compare_digest(one, other)
