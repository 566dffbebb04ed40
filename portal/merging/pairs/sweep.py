"""The sweep: looks at new and changed suppliers and notes with whom of the registry each may be one company.

It merges nothing. A pair that people keep apart is not noted again, whatever the two were merged into since.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, func, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from portal.db import among, session
from portal.errors import Conflict
from portal.merging.pairs import queries
from portal.merging.pairs.judging import judge, kept, numbers
from portal.merging.pairs.models import SupplierChange, SupplierPair
from portal.merging.pairs.rules import PairState, in_order
from portal.registry import queries as registry
from portal.registry.identifiers import Identifier
from portal.registry.lookup_numbers import number_forms
from portal.registry.matching.profile import Decision, Profile
from portal.registry.merging_lock import hold_off_merging
from portal.registry.models import SupplierIdentifier
from portal.registry.names import core
from portal.registry.profiles import load_profiles

BATCH = 150  # changes that one transaction looks at; merges wait for it
NAMES = 6  # names of one supplier that candidates are looked for by

Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Swept:
    """What one batch did: suppliers looked at, pairs judged, and pairs that are new in the queue."""

    suppliers: int
    judged: int
    found: int


def sweep_batch(limit: int = BATCH) -> Swept | None:
    """Look at the suppliers that wait longest; None when none waits. Its own transaction holds it all.

    Raises Conflict while another sweep works.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext("registry.sweep")))):
        raise Conflict(_("Another sweep is at work."))
    hold_off_merging()
    waiting = queries.waiting(limit)
    if not waiting:
        return None
    # The mark goes first: what is written while this reads makes a mark of its own.
    session.execute(delete(SupplierChange).where(among(SupplierChange.supplier_id, waiting)))
    ids = queries.present(waiting)
    profiles = load_profiles(ids)
    pairs = {
        in_order(supplier_id, other)
        for supplier_id, profile in profiles.items()
        for other in _candidates(profile)
        if other != supplier_id
    }
    pairs |= set(queries.partners_of(ids))
    profiles |= load_profiles({one for pair in pairs for one in pair} - profiles.keys())
    return Swept(len(ids), len(pairs), _note(pairs, profiles))


def _candidates(profile: Profile) -> set[UUID]:
    """Who the company may be: those with nearly one of its names, and those with one of its numbers."""
    found = set(_holders(profile))
    by_core = {core(name.text): name.text for name in reversed(profile.names)}
    for name in list(by_core.values())[-NAMES:]:
        found |= {one.id for one in registry.possible_duplicates(name, profile.country)}
    return found


def _holders(profile: Profile) -> Collection[UUID]:
    """Who has the national number that stands in a VAT number, or a VAT number in which the national one stands."""
    inner = {(one.scheme, one.value) for one in numbers(profile) - profile.identifiers}
    around = {("vat", form) for one in profile.identifiers if _is_national(one) for form in number_forms(one.value)}
    if not inner | around:
        return ()
    key = tuple_(SupplierIdentifier.scheme, SupplierIdentifier.value)
    return session.scalars(select(SupplierIdentifier.supplier_id).where(key.in_(inner | around))).all()


def _is_national(number: Identifier) -> bool:
    return number.scheme not in ("lei", "vat")


def _note(pairs: set[Pair], profiles: dict[UUID, Profile]) -> int:
    """Write down the pairs that may be one company; how many of them are new."""
    judged = {
        pair: judge(profiles[pair[0]], profiles[pair[1]]) for pair in sorted(pairs) if profiles.keys() >= set(pair)
    }
    apart = queries.kept_apart(judged.keys())
    alike = {
        pair: verdict
        for pair, verdict in judged.items()
        if verdict.decision is not Decision.DIFFERENT and pair not in apart
    }
    _forget(pairs - alike.keys())
    if not alike:
        return 0
    rows: list[dict[str, Any]] = [
        {"low_id": low, "high_id": high, "state": PairState.OPEN, **kept(verdict)}
        for (low, high), verdict in alike.items()
    ]
    note = insert(SupplierPair).values(rows)
    # What is known better now replaces what was known, where nobody has decided.
    note = note.on_conflict_do_update(
        index_elements=["low_id", "high_id"],
        set_={name: note.excluded[name] for name in ("score", "decision", "reasons")},
        where=SupplierPair.state == PairState.OPEN,
    )
    return sum(session.scalars(note.returning(literal_column("xmax = 0"))))


def _forget(pairs: Collection[Pair]) -> None:
    """Pairs in the queue that are alike no longer."""
    if pairs:
        key = tuple_(SupplierPair.low_id, SupplierPair.high_id)
        session.execute(delete(SupplierPair).where(SupplierPair.state == PairState.OPEN, key.in_(pairs)))
