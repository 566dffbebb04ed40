"""Proposals to merge suppliers, and pairs that may be one, for tests, written straight into the tables."""

from typing import Any

from sqlalchemy import select

from portal.authorities.models import Authority
from portal.db import session
from portal.merging.models import SupplierMerge
from portal.merging.pairs.models import SupplierPair
from portal.registry.models import Supplier
from tests.factories.registry import make_supplier


def make_proposal() -> SupplierMerge:
    """A proposal of some authority that waits for another one; flushed."""
    merge = SupplierMerge(
        kept_id=make_supplier("Elbe Rechner GmbH", "DE").id,
        merged_id=make_supplier("Elbe Rechner", "DE").id,
        state="proposed",
        version=1,
        take_name=False,
        take_country=False,
        take_parent=False,
        reason="The same address",
        proposed_by_id=session.scalars(select(Authority.id).order_by(Authority.code)).first(),
    )
    session.add(merge)
    session.flush()
    return merge


def make_pair(one: Supplier, other: Supplier, **values: Any) -> SupplierPair:
    """Two suppliers that may be one company, as the sweep notes them; flushed."""
    low, high = sorted((one.id, other.id))
    pair = SupplierPair(
        **{
            "low_id": low,
            "high_id": high,
            "score": 0.9,
            "decision": "review",
            "reasons": [{"code": "same_country", "supports": True, "params": {"country": "SE"}}],
            "state": "open",
            **values,
        }
    )
    session.add(pair)
    session.flush()
    return pair
