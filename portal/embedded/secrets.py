"""The secrets of the one-command start: made once, kept in a file that only its owner can read."""

import json
import os
import secrets
from pathlib import Path

from portal.embedded.errors import EmbeddedError

NAMES = (
    "secret_key",
    "security_password_salt",
    "database_owner_password",
    "database_app_password",
    "redis_password",
)


def load_or_create(path: Path) -> dict[str, str]:
    """The secrets in `path`; those it lacks are made and added."""
    known = _read(path)
    missing = [name for name in NAMES if not known.get(name)]
    if missing:
        # URL-safe, so that they can stand in database addresses as they are.
        known |= {name: secrets.token_urlsafe(32) for name in missing}
        write_private(path, json.dumps(known, indent=2) + "\n")
    path.chmod(0o600)
    return known


def write_private(path: Path, text: str) -> None:
    """Write the whole file or nothing; never readable by others, not even for a moment."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        known = json.loads(path.read_text())
        if not isinstance(known, dict) or not all(isinstance(value, str) for value in known.values()):
            raise ValueError("it is not a table of texts")
    except ValueError as error:
        raise EmbeddedError(
            f"{path} cannot be read ({error}). Repair it, or move it aside: new secrets are then made, "
            "and everyone signs in again."
        ) from error
    return known
