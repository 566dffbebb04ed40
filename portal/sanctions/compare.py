"""What a new sanctions list changes against what is shown, and whether that is too much to apply unseen. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.sanctions.party import Party
from portal.sanctions.reading.result import Key, Reading
from portal.sources.guard import LIMIT, REJECTS_LIMIT
from portal.sources.rules import Reason

Entry = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """A party as it is shown; `absent_on` is the day of the first list that lacked it."""

    party: Party
    absent_on: date | None = None


@dataclass
class Diff:
    """The changes by kind; `removed` lack in this list for the first time, `confirmed` for the second."""

    added: list[Party] = field(default_factory=list)
    renamed: list[Party] = field(default_factory=list)
    other_fields: list[Party] = field(default_factory=list)
    back: list[Party] = field(default_factory=list)
    removed: list[Party] = field(default_factory=list)
    confirmed: list[Party] = field(default_factory=list)
    unchanged: int = 0
    renames: dict[Key, str] = field(default_factory=dict)

    @property
    def says_anew(self) -> bool:
        """Whether the list says anything that the one before did not."""
        return bool(self.added or self.renamed or self.other_fields or self.back or self.removed)

    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        return {
            "added": len(self.added),
            "removed": len(self.removed),
            "renamed": len(self.renamed),
            "other_fields": len(self.other_fields),
            "confirmed": len(self.confirmed),
            "unchanged": self.unchanged,
        }

    def entries(self) -> dict[str, list[Entry]]:
        """The entries by kind, as kept with the run."""
        return {
            "added": [_entry(party) for party in self.added],
            "removed": [_entry(party) for party in self.removed],
            "renamed": [{**_entry(party), "from": self.renames[party.part, party.ref]} for party in self.renamed],
            "other_fields": [_entry(party) for party in self.other_fields],
        }


def _entry(party: Party) -> Entry:
    return {"ref": party.ref, "name": party.name}


def compare(before: Mapping[Key, Shown], now: Reading, as_of: date) -> Diff:
    """What `now` says differently of the parts that it holds. The result is sorted by id."""
    diff = Diff()
    for key in sorted(now.parties):
        party, shown = now.parties[key], before.get(key)
        if shown is None:
            diff.added.append(party)
        elif shown.party.names != party.names:
            diff.renamed.append(party)
            diff.renames[key] = shown.party.name
        elif shown.party != party:
            diff.other_fields.append(party)
        elif shown.absent_on:
            diff.back.append(party)
        else:
            diff.unchanged += 1
    for key in sorted(before.keys() - now.parties.keys()):
        shown = before[key]
        if shown.absent_on is None:
            diff.removed.append(shown.party)
        elif as_of > shown.absent_on:
            diff.confirmed.append(shown.party)
    return diff


def guard(diff: Diff, before: Mapping[Key, Shown], now: Reading) -> tuple[Reason, Entry] | None:
    """The reason why an operator must look at this list first, with its facts; None when it may be applied."""
    read, wrong = len(now.parties) + len(now.rejects), len(now.rejects)
    if wrong > REJECTS_LIMIT * read:
        return Reason.MANY_REJECTS, _share(wrong, read, REJECTS_LIMIT)
    whole = len(before)
    for reason, count in ((Reason.MASS_REMOVAL, len(diff.removed)), (Reason.MASS_RENAMES, len(diff.renamed))):
        if whole and count > LIMIT * whole:
            return reason, _share(count, whole, LIMIT)
    return None


def _share(count: int, whole: int, limit: float) -> Entry:
    return {"count": count, "of": whole, "share": round(count / whole, 3), "limit": limit}
