"""What reading a sanctions list gives: organisations, and how much was left out and why. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from portal.sanctions.party import Party
from portal.sources.refusal import Refused
from portal.sources.rules import Reason

Key = tuple[str, str]  # part, ref


@dataclass(frozen=True)
class Reject:
    """A row that could not be taken: its number, or its id in XML, and the code of the reason. Never its text."""

    row: str
    reason: str


@dataclass
class Reading:
    """The organisations of a list by (part, ref). Persons, ships and goods are counted and forgotten."""

    parties: dict[Key, Party] = field(default_factory=dict)
    persons: int = 0
    others: int = 0  # ships, aircraft, goods
    rejects: list[Reject] = field(default_factory=list)

    @property
    def parts(self) -> set[str]:
        """The parts of the source that this file is whole for."""
        return {part for part, _ref in self.parties}

    def add(self, party: Party) -> None:
        """Take a party. Raises Refused where another one has its id: which of the two is right, nobody can tell."""
        key = (party.part, party.ref)
        if self.parties.setdefault(key, party) != party:
            conflict = [{"facility_id": party.ref}]
            raise Refused(Reason.DUPLICATE_IDS, rows=1, conflicting=conflict)

    def finished(self) -> "Reading":
        """The reading, or Refused if there is nothing to apply: that would take everybody off the list."""
        if not self.parties:
            if self.rejects:
                raise Refused(Reason.NO_GOOD_ROWS, rejects=len(self.rejects))
            raise Refused(Reason.NO_ROWS)
        return self


def reading_of(parties: Iterable[Party]) -> Reading:
    """A reading of nothing but these."""
    reading = Reading()
    for party in parties:
        reading.add(party)
    return reading
