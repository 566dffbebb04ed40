"""What a new list changes against the last good one, and whether that is too much to apply unseen. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from portal.sources.facilities import FacilityRow, Key, Reading
from portal.sources.rules import Reason

LIMIT = 0.20  # of the rows of the last good list; a list that changes more waits for a person
REJECTS_LIMIT = 0.10
BACKWARDS_LIMIT, BACKWARDS_LEAST = 0.05, 3
_FIELDS = ("audit_date", "cycle_years", "country", "cross_recognised")

Entry = dict[str, Any]


@dataclass
class Diff:
    """The changes by kind; each entry names the facility and metal."""

    added: list[Entry] = field(default_factory=list)
    removed: list[Entry] = field(default_factory=list)
    renamed: list[Entry] = field(default_factory=list)
    status_changed: list[Entry] = field(default_factory=list)
    other_fields: list[Entry] = field(default_factory=list)
    unchanged: int = 0
    backwards: int = 0

    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        values = asdict(self)
        return {name: len(value) if isinstance(value, list) else value for name, value in values.items()}

    def entries(self) -> dict[str, list[Entry]]:
        """The entries by kind, as kept with the run."""
        return {name: value for name, value in asdict(self).items() if isinstance(value, list)}


def compare(before: Mapping[Key, FacilityRow], now: Reading) -> Diff:
    """What `now` says differently. The order of rows does not matter; the result is sorted by facility."""
    diff = Diff()
    for key in sorted(now.rows.keys() - before.keys()):
        row = now.rows[key]
        diff.added.append(
            {**_facility(row), "country": row.country, "status": row.raw_status, "audit_date": _plain(row.audit_date)}
        )
    for key in sorted(before.keys() - now.rows.keys() - now.protected):
        row = before[key]
        diff.removed.append({**_facility(row), "status": row.raw_status})
    for key in sorted(before.keys() & now.rows.keys()):
        _compare_row(before[key], now.rows[key], diff)
    return diff


def _compare_row(old: FacilityRow, new: FacilityRow, diff: Diff) -> None:
    if old == new:
        diff.unchanged += 1
        return
    if old.name != new.name:
        diff.renamed.append({**_facility(new), "from": old.name, "to": new.name})
    if old.raw_status != new.raw_status:
        diff.status_changed.append({**_facility(new), "from": old.raw_status, "to": new.raw_status})
    for name in _FIELDS:
        was, is_now = getattr(old, name), getattr(new, name)
        if was != is_now:
            diff.other_fields.append({**_facility(new), "field": name, "from": _plain(was), "to": _plain(is_now)})
    if old.audit_date and new.audit_date and new.audit_date < old.audit_date:
        diff.backwards += 1


def guard(diff: Diff, before: Collection[Any], now: Reading) -> tuple[Reason, Entry] | None:
    """The reason why an operator must look at this list first, with its facts; None when it may be applied."""
    read = len(now.rows) + len(now.rejects)
    wrong = sum(reject.reason != "repeated" for reject in now.rejects)
    if wrong > REJECTS_LIMIT * read:
        return Reason.MANY_REJECTS, _share(wrong, read, REJECTS_LIMIT)
    whole = len(before)
    if not whole:
        return None
    for reason, count in (
        (Reason.MASS_REMOVAL, len(diff.removed)),
        (Reason.MASS_RENAMES, len(diff.renamed)),
        (Reason.MASS_STATUS_CHANGES, len(diff.status_changed)),
    ):
        if count > LIMIT * whole:
            return reason, _share(count, whole, LIMIT)
    if diff.backwards >= BACKWARDS_LEAST and diff.backwards > BACKWARDS_LIMIT * whole:
        return Reason.DATES_BACKWARDS, _share(diff.backwards, whole, BACKWARDS_LIMIT)
    return None


def _share(count: int, whole: int, limit: float) -> Entry:
    return {"count": count, "of": whole, "share": round(count / whole, 3), "limit": limit}


def _facility(row: FacilityRow) -> Entry:
    return {"facility_id": row.facility_id, "metal": row.metal, "name": row.name}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
