"""How much the buyers of a supplier can put on the scale together, as far as each of them lets others know.

Of contracts that are not shared nothing is counted, and no buyer named, unless their authority has released the band.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from portal.access.actor import Actor
from portal.clock import today
from portal.contracts.leverage.models import LeverageRelease
from portal.contracts.leverage.rules import Band, band_of, together
from portal.contracts.models import Contract
from portal.contracts.queries import value_once, visible_contracts
from portal.db import as_system, session


@dataclass(frozen=True)
class Weight:
    """What one buyer's running contracts with the supplier are worth in one currency; None: they say no value."""

    owner_id: UUID
    currency: str | None
    band: Band | None


@dataclass(frozen=True)
class Leverage:
    """Each buyer's weight as the reader may know it, ours first; `released`: others know the band of ours."""

    weights: Sequence[Weight]
    released: bool

    @property
    def buyers(self) -> list[UUID]:
        """Who buys from the supplier, as far as the reader may know."""
        return list(dict.fromkeys(one.owner_id for one in self.weights))

    @property
    def totals(self) -> list[tuple[str, Band]]:
        """What all make together, by currency: nothing is converted."""
        by_currency: dict[str, list[Band]] = {}
        for one in self.weights:
            if one.currency and one.band:
                by_currency.setdefault(one.currency, []).append(one.band)
        return [(currency, together(bands)) for currency, bands in sorted(by_currency.items())]


def leverage_of(actor: Actor, supplier_id: UUID) -> Leverage:
    """What stands behind a supplier, for the actor."""
    releases = set(session.scalars(select(LeverageRelease.owner_id).where(LeverageRelease.supplier_id == supplier_id)))
    exact = _sums(visible_contracts(actor), supplier_id)
    others = releases - {actor.authority_id}
    with as_system():
        all_of_them = select(Contract).where(Contract.owner_id.in_(others))
        # Each by itself: who could move another's band by call-offs of its own would find out the value in it.
        whole = _sums(all_of_them, supplier_id, each_owner=True) if others else []
    # Who has released its band is told by that alone: some of its contracts may be shared and others not.
    known = [(owner, currency, Band(value, value)) for owner, currency, value in exact if owner not in others]
    banded = [(owner, currency, band_of(value)) for owner, currency, value in whole]
    weights = [Weight(owner, currency, band if currency else None) for owner, currency, band in (*known, *banded)]
    weights.sort(key=lambda one: (one.owner_id != actor.authority_id, str(one.owner_id), one.currency or "~"))
    return Leverage(weights, actor.authority_id in releases)


def _sums(
    query: Select[Contract], supplier_id: UUID, *, each_owner: bool = False
) -> list[tuple[UUID, str | None, int]]:
    """(authority, currency, minor units) of running contracts."""
    runs = or_(Contract.ends_on.is_(None), Contract.ends_on >= today())
    counted, value = value_once(query.where(Contract.supplier_id == supplier_id, runs), each_owner=each_owner)
    rows = session.execute(
        counted.with_only_columns(Contract.owner_id, Contract.currency, func.coalesce(func.sum(value), 0)).group_by(
            Contract.owner_id, Contract.currency
        )
    )
    return [(owner, currency, int(value or 0)) for owner, currency, value in rows]
