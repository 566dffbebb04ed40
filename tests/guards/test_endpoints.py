"""Every endpoint declares a permission, every permission has a rule, and a GET cannot write."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal import db
from portal.access.permissions import Permission
from portal.access.policy import POLICY
from portal.web import guard


def test_every_endpoint_declares_a_permission(app: Flask) -> None:
    silent = [rule.endpoint for rule in app.url_map.iter_rules() if guard.permission_of(app, rule.endpoint) is None]
    assert silent == []


def test_every_permission_has_a_rule_and_is_used(app: Flask) -> None:
    assert set(POLICY) == set(Permission) - {Permission.PUBLIC}


def test_library_endpoints_exist(app: Flask) -> None:
    assert set(guard.LIBRARY_ENDPOINTS) <= set(app.view_functions)


def test_an_endpoint_without_permission_is_refused(app: Flask, client_for) -> None:
    """The guard denies by default: the marker is taken from a real view for the time of one request."""
    view: Any = app.view_functions["accounts.account"]
    client = client_for("stockholm-officer")
    assert client.get("/account").status_code == 200
    permission = view.permission
    try:
        del view.permission
        assert client.get("/account").status_code == 403
    finally:
        view.permission = permission


def test_a_get_cannot_write(database: str) -> None:
    """A GET's transaction is read-only in the database itself."""
    db.set_read_only(True)
    with pytest.raises(DBAPIError, match="read-only transaction"):
        db.session.execute(text("UPDATE source SET enabled = true"))


def test_a_get_request_is_read_only(app: Flask, client_for, monkeypatch: pytest.MonkeyPatch) -> None:
    def writes() -> str:
        with db.transaction() as session:
            session.execute(text("UPDATE authority SET name = 'changed'"))
        return "written"

    writes.permission = Permission.USE_PORTAL  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "accounts.account", writes)
    assert client_for("stockholm-officer").get("/account").status_code == 500
    assert db.session.scalar(text("SELECT count(*) FROM authority WHERE name = 'changed'")) == 0
