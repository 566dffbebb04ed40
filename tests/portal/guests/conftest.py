"""A supplier that was asked for a CMRT, and browsers of guests."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal import db
from portal.guests.routes import SESSION_KEY
from portal.requests.models import DeclarationRequest
from tests.client import PortalClient
from tests.factories.guests import make_access
from tests.factories.registry import make_supplier
from tests.factories.requests import make_request


@pytest.fixture(autouse=True)
def limits_as_on_the_first_day(app: Flask) -> None:
    """Nobody has guessed yet."""
    app.extensions["sign_in_throttle"].storage.reset()


@pytest.fixture
def asked(acting, authority_ids) -> DeclarationRequest:
    """Stavanger asks Prøvekabel for a CMRT, in English; all members see that it asks."""
    acting("system")
    with db.transaction():
        supplier_id = make_supplier("Prøvekabel Example AS", "NO").id
        return make_request(
            owner_id=authority_ids["stavanger"],
            supplier_id=supplier_id,
            audience="members",
            language="en",
            instructions="See clause 7.2.",
        )


@pytest.fixture
def given(acting, asked) -> Callable[..., Any]:
    """`given(token=…, key=…)`: an access to the request, committed."""

    def make(**values: Any) -> Any:
        acting("system")
        with db.transaction():
            request = db.session.get_one(DeclarationRequest, asked.id)
            return make_access(owner_id=asked.owner_id, requests=[request], **values)

    return make


@pytest.fixture
def guest_browser(app: Flask) -> Callable[[str], PortalClient]:
    """`guest_browser("key")`: a browser whose session has this key."""

    def make(key: str) -> PortalClient:
        app.test_client_class = PortalClient
        client: PortalClient = app.test_client()  # type: ignore[assignment]
        with client.session_transaction() as cookie:
            cookie[SESSION_KEY] = key
        return client

    return make
