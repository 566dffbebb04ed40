"""Tenders for tests, written straight into the tables."""

from collections.abc import Collection
from itertools import count
from typing import Any
from uuid import UUID

from portal.db import session
from portal.tenders.models import Tender, TenderBidder, TenderEvaluator

_numbers = count(1)


def make_tender(
    *, owner_id: UUID, evaluator_ids: Collection[UUID] = (), bidder_ids: Collection[UUID] = (), **values: Any
) -> Tender:
    """A tender of `owner_id`, in preparation and locking unless said otherwise; flushed."""
    tender = Tender(
        **{
            "owner_id": owner_id,
            "number": f"T-2026-{next(_numbers):03d}",
            "title": "Laptops for schools",
            "guard": "lock",
            "state": "draft",
            **values,
        }
    )
    tender.evaluators = [TenderEvaluator(user_id=one) for one in evaluator_ids]
    tender.bidders = [TenderBidder(supplier_id=one) for one in bidder_ids]
    session.add(tender)
    session.flush()
    return tender
