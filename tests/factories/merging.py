"""Merges of suppliers for tests, made by the services as people make them."""

from uuid import UUID

from portal.db import session
from portal.merging.models import SupplierMerge
from portal.registry.models import Supplier


def make_merge(kept: Supplier, merged: Supplier, *, proposed_by_id: UUID, **values: object) -> SupplierMerge:
    """A proposal that waits for a second authority; flushed."""
    merge = SupplierMerge(
        **{
            "kept_id": kept.id,
            "merged_id": merged.id,
            "state": "proposed",
            "version": 1,
            "take_name": False,
            "take_country": False,
            "take_parent": False,
            "reason": "The same address and the same people",
            "proposed_by_id": proposed_by_id,
            **values,
        }
    )
    session.add(merge)
    session.flush()
    return merge
