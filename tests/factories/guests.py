"""Guest accesses for tests, written straight into the tables, with secrets that the tests know."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from portal.db import now, session
from portal.guests.models import GuestAccess, GuestAccessRequest
from portal.guests.rules import SESSION, code_hash, new_secret, secret_hash
from portal.requests.models import DeclarationRequest
from tests.factories.requests import make_request

TOKEN = "token-of-the-tests"
CODE = "12345678"


def make_access(
    *,
    owner_id: UUID,
    requests: Sequence[DeclarationRequest] = (),
    token: str | None = None,
    key: str | None = None,
    **values: Any,
) -> GuestAccess:
    """An access that `owner_id` gave, not opened unless there is a session's `key`; flushed.

    Without requests it is for a new one. The code is CODE.
    """
    requests = requests or [make_request(owner_id=owner_id)]
    token = token or new_secret()
    if key:
        opened = {"used_at": now(), "session_hash": secret_hash(key), "session_ends_at": now() + SESSION}
        values = {**opened, **values}
    access = GuestAccess(
        **{
            "owner_id": owner_id,
            "supplier_id": requests[0].supplier_id,
            "language": "sv",
            "token_hash": secret_hash(token),
            "code_hash": code_hash(token, CODE),
            "expires_at": now() + timedelta(days=30),
            **values,
        }
    )
    session.add(access)
    session.flush()
    session.add_all(GuestAccessRequest(access_id=access.id, request_id=one.id) for one in requests)
    session.flush()
    return access
