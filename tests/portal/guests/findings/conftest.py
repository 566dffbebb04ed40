"""Findings of Stavanger at Prøvekabel, and browsers of guests that it let in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal import db
from portal.access.actor import Actor
from portal.clock import today
from portal.findings.models import Finding
from portal.guests.queries import guest_of
from portal.registry.models import Supplier
from tests.factories.findings import make_finding
from tests.factories.guests import make_access
from tests.factories.registry import make_supplier
from tests.factories.requests import make_request


@pytest.fixture
def supplier(acting) -> Supplier:
    """Prøvekabel."""
    acting("system")
    with db.transaction():
        return make_supplier("Prøvekabel Example AS", "NO")


@pytest.fixture
def found(acting, authority_ids, supplier) -> Callable[..., Finding]:
    """`found(shown_on=None)`: a finding of Stavanger at Prøvekabel, shown to it unless said otherwise; committed."""

    def make(**values: Any) -> Finding:
        acting("system")
        with db.transaction():
            fields = {
                "owner_id": authority_ids["stavanger"],
                "supplier": db.session.get_one(Supplier, supplier.id),
                "found_on": today() - timedelta(days=1),
                "shown_on": today(),
            }
            return make_finding(**{**fields, **values})

    return make


@pytest.fixture
def let_in(acting, authority_ids, supplier) -> Callable[..., None]:
    """`let_in("key", owner="oslo")`: the supplier's guest comes with this session's key."""

    def make(key: str, *, owner: str = "stavanger", **values: Any) -> None:
        acting("system")
        with db.transaction():
            request = make_request(owner_id=authority_ids[owner], supplier_id=supplier.id)
            make_access(owner_id=authority_ids[owner], requests=[request], key=key, **values)

    return make


@pytest.fixture
def as_guest() -> Callable[[str], Actor]:
    """`as_guest("key")`: the guest, and the database's scope that it has on its pages."""

    def become(key: str) -> Actor:
        db.session.remove()
        db.set_scope(authority_id=None)
        guest = guest_of(key)
        assert guest is not None
        assert guest.guest is not None
        db.session.remove()
        db.set_guest_scope(guest.guest.access_id)
        return guest

    return become
