"""Requests for declarations for tests, written straight into the tables."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from portal.clock import today
from portal.db import session
from portal.requests.models import DeclarationRequest, RequestStep
from tests.factories.registry import make_supplier


def make_request(*, owner_id: UUID, **values: Any) -> DeclarationRequest:
    """A request of `owner_id` for a CMRT, asked two months ago and due in two weeks unless said otherwise; flushed."""
    values.setdefault("audience", "owner")
    due_on = values.setdefault("due_on", today() + timedelta(days=14))
    request = DeclarationRequest(
        **{
            "owner_id": owner_id,
            "template": "CMRT",
            "minerals": ["tantalum", "tin", "gold", "tungsten"],
            "scope_code": "A",
            "language": "sv",
            "asked_on": min(today(), due_on) - timedelta(days=60),
            "state": "requested",
            **values,
            "supplier_id": values.get("supplier_id") or make_supplier().id,
        }
    )
    session.add(request)
    session.flush()
    session.add(
        RequestStep(
            request_id=request.id,
            state=request.state,
            taken_on=request.asked_on,
            declaration_id=request.declaration_id,
            due_on=request.due_on,
        )
    )
    session.flush()
    return request
