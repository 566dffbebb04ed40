"""Proposals to merge suppliers for tests, written straight into the tables."""

from sqlalchemy import select

from portal.authorities.models import Authority
from portal.db import session
from portal.merging.models import SupplierMerge
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
