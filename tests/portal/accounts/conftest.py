"""People with passwords, and limits as on the first day."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_security.utils import hash_password
from sqlalchemy import text

from portal import db
from tests.client import PortalClient
from tests.personas import PASSWORD


@pytest.fixture
def visitor(app: Flask, client_for, acting) -> Callable[[], PortalClient]:
    """`visitor()`: a new browser. Everybody has the password of the personas, hashed as cheaply as argon2 can."""
    app.extensions["sign_in_throttle"].storage.reset()
    app.extensions["security"].pwd_context.update(argon2__time_cost=1, argon2__memory_cost=64, argon2__parallelism=1)
    acting("system")
    with app.test_request_context():
        hashed = hash_password(PASSWORD)
    with db.transaction() as session:
        session.execute(text("UPDATE user_account SET password = :hash"), {"hash": hashed})
    return lambda: client_for(None)
